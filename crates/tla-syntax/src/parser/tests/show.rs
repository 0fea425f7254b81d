//! Trees as short texts: every operator before its operands, in parentheses.

use crate::ast::{
    Bound, Definition, DefinitionKind, Expr, ExprKind, Instance, Name, OperatorDeclaration, PathSegment, Pattern,
    SegmentName, Unit, Update, UpdateStep,
};

pub(super) fn expr(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Path(segments) => joined(segments, "!", segment),
        ExprKind::Builtin(builtin, operands) => format!("({builtin:?} {})", joined(operands, " ", self::expr)),
        ExprKind::Number(digits) | ExprKind::Decimal(digits) => digits.clone(),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Boolean(value) => value.to_string(),
        ExprKind::At => "@".to_owned(),
        ExprKind::Conjunction(items) => format!("(/\\ {})", joined(items, " ", self::expr)),
        ExprKind::Disjunction(items) => format!("(\\/ {})", joined(items, " ", self::expr)),
        ExprKind::Product(items) => format!("(\\X {})", joined(items, " ", self::expr)),
        ExprKind::SetEnumeration(items) => format!("{{{}}}", joined(items, " ", self::expr)),
        ExprKind::Tuple(items) => format!("<<{}>>", joined(items, " ", self::expr)),
        ExprKind::Record(fields) => format!("(record {})", joined(fields, " ", field)),
        ExprKind::RecordSet(fields) => format!("(records {})", joined(fields, " ", field)),
        ExprKind::If { condition, then, otherwise } => list("if", &[condition, then, otherwise]),
        ExprKind::FunctionSet { domain, range } => list("->", &[domain, range]),
        ExprKind::BoxAction { action, subscript } => list("box", &[action, subscript]),
        ExprKind::AngleAction { action, subscript } => list("angle", &[action, subscript]),
        ExprKind::WeakFairness { subscript, action } => list("WF", &[subscript, action]),
        ExprKind::StrongFairness { subscript, action } => list("SF", &[subscript, action]),
        ExprKind::Field { record, field } => format!("(. {} {})", self::expr(record), field.text),
        ExprKind::FunctionApplication { function, arguments } => {
            format!("(@ {} {})", self::expr(function), joined(arguments, " ", self::expr))
        }
        ExprKind::Except { base, updates } => {
            format!("(except {} {})", self::expr(base), joined(updates, " ", update))
        }
        _ => binding(expr),
    }
}

fn binding(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Case { arms, other } => {
            let arm = |(guard, value): &(Expr, Expr)| format!("{}:{}", self::expr(guard), self::expr(value));
            let other = other.as_ref().map_or(String::new(), |other| format!(" other:{}", self::expr(other)));
            format!("(case {}{other})", joined(arms, " ", arm))
        }
        ExprKind::Let { units, body } => format!("(let {} in {})", joined(units, "; ", unit), self::expr(body)),
        ExprKind::Quantified { quantifier, bounds, body } => {
            format!("({quantifier:?} {} : {})", joined(bounds, " ", bound), self::expr(body))
        }
        ExprKind::UnboundedQuantified { quantifier, names, body } => {
            format!("({quantifier:?} {} : {})", joined(names, " ", name), self::expr(body))
        }
        ExprKind::Choose { pattern, set, body } => {
            let set = set.as_ref().map_or(String::new(), |set| format!(" in {}", self::expr(set)));
            format!("(choose {}{set} : {})", self::pattern(pattern), self::expr(body))
        }
        ExprKind::SetFilter { bound, predicate } => {
            format!("(filter {} : {})", self::bound(bound), self::expr(predicate))
        }
        ExprKind::SetMap { body, bounds } => format!("(map {} : {})", self::expr(body), joined(bounds, " ", bound)),
        ExprKind::Function { bounds, body } => format!("(|-> {} : {})", joined(bounds, " ", bound), self::expr(body)),
        ExprKind::Lambda { parameters, body } => {
            format!("(lambda {} : {})", joined(parameters, " ", declaration), self::expr(body))
        }
        ExprKind::Labeled { label, parameters, body } => {
            format!("(:: {}({}) {})", label.text, joined(parameters, " ", name), self::expr(body))
        }
        other => panic!("no way to show {other:?}"),
    }
}

pub(super) fn unit(unit: &Unit) -> String {
    let optional = |name: &Option<Name>| name.as_ref().map_or("_".to_owned(), |name| name.text.clone());
    match unit {
        Unit::Constants(declarations) => format!("constants {}", joined(declarations, " ", declaration)),
        Unit::Variables(names) => format!("variables {}", joined(names, " ", name)),
        Unit::Recursive(declarations) => format!("recursive {}", joined(declarations, " ", declaration)),
        Unit::Definition(definition) => self::definition(definition),
        Unit::Instance { instance, local } => format!("{}{}", if *local { "local " } else { "" }, with(instance)),
        Unit::Assume { name, body } => format!("assume {} {}", optional(name), expr(body)),
        Unit::Theorem { name, body, .. } => {
            format!("theorem {} {}", optional(name), body.as_ref().map_or("-".to_owned(), expr))
        }
        Unit::Module(module) => format!("module {} [{}]", module.name.text, joined(&module.units, "; ", self::unit)),
    }
}

fn definition(definition: &Definition) -> String {
    let local = if definition.local { "local " } else { "" };
    let head = &definition.name.text;
    let parameters = |parameters: &[OperatorDeclaration]| match parameters {
        [] => String::new(),
        _ => format!("({})", joined(parameters, " ", declaration)),
    };
    match &definition.kind {
        DefinitionKind::Operator { parameters: names, body } => {
            format!("{local}{head}{} == {}", parameters(names), expr(body))
        }
        DefinitionKind::Function { bounds, body } => {
            format!("{local}{head}[{}] == {}", joined(bounds, " ", bound), expr(body))
        }
        DefinitionKind::Instance { parameters: names, instance } => {
            format!("{local}{head}{} == {}", parameters(names), with(instance))
        }
    }
}

fn with(instance: &Instance) -> String {
    let substitution = |(name, value): &(Name, Expr)| format!("{}<-{}", name.text, expr(value));
    match instance.substitutions.as_slice() {
        [] => format!("instance {}", instance.module.text),
        substitutions => format!("instance {} {}", instance.module.text, joined(substitutions, " ", substitution)),
    }
}

fn update(update: &Update) -> String {
    let step = |step: &UpdateStep| match step {
        UpdateStep::Index(index) => format!("[{}]", joined(index, " ", expr)),
        UpdateStep::Field(field) => format!(".{}", field.text),
    };
    format!("{}={}", joined(&update.path, "", step), expr(&update.value))
}

fn segment(segment: &PathSegment) -> String {
    let name = match &segment.name {
        SegmentName::Name(name) => name.text.clone(),
        SegmentName::Selector(selector) => format!("<{selector}>"),
    };
    match segment.arguments.as_slice() {
        [] => name,
        arguments => format!("{name}({})", joined(arguments, " ", expr)),
    }
}

fn bound(bound: &Bound) -> String {
    format!("{} in {}", pattern(&bound.pattern), expr(&bound.set))
}

fn pattern(pattern: &Pattern) -> String {
    match pattern {
        Pattern::Names(names) => joined(names, ",", name),
        Pattern::Tuple(names) => format!("<<{}>>", joined(names, ",", name)),
    }
}

fn field((name, value): &(Name, Expr)) -> String {
    format!("{}:{}", name.text, expr(value))
}

fn declaration(declaration: &OperatorDeclaration) -> String {
    match declaration.arity {
        0 => declaration.name.text.clone(),
        arity => format!("{}/{arity}", declaration.name.text),
    }
}

fn name(name: &Name) -> String {
    name.text.clone()
}

fn list(head: &str, items: &[&Expr]) -> String {
    format!("({head} {})", joined(items, " ", |item| expr(item)))
}

fn joined<T>(items: &[T], separator: &str, show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(separator)
}
