//! Names and what they are applied to: `x`, `Op(a)`, `I(b)!Op(a)`, and operators passed as arguments.

use std::rc::Rc;

use crate::ast::{self, PathSegment, SegmentName};
use crate::diagnostic::{Code, Diagnostic};
use crate::operators::builtin_named;
use crate::resolved::{Argument, Builtin, DefinitionId, Expr, ExprKind, LocalId, OperatorArgument, Parameter};
use crate::source::Span;

use super::context::{Symbol, Visibility};
use super::scope::{plural, Scope};
use super::tables::{local_value, placeholder};

/// The meaning of a path, its last arguments aside.
struct Target<'p> {
    symbol: Symbol,
    /// Arguments of the instances before the last segment.
    leading: Vec<Argument>,
    last: &'p PathSegment,
    name: &'p ast::Name,
}

impl Scope<'_, '_> {
    pub(super) fn path(&mut self, segments: &[PathSegment], span: Span) -> ExprKind {
        let whole = self.before_parts(segments);
        if whole < segments.len() {
            return self.part_of(&segments[..whole], &segments[whole..], span);
        }
        match self.target(segments) {
            Some(target) => self.application(target, span),
            None => {
                // What is wrong with the arguments is worth knowing too.
                for segment in segments {
                    segment.arguments.iter().for_each(|argument| self.check_argument(argument));
                }
                placeholder(span).kind
            }
        }
    }

    /// How many segments of a path name a definition; the others name a part of it.
    fn before_parts(&self, segments: &[PathSegment]) -> usize {
        let mut around: Option<Symbol> = None;
        for (index, segment) in segments.iter().enumerate() {
            let SegmentName::Name(name) = &segment.name else { return index };
            let symbol = match &around {
                Some(instance) => self.resolver.member(instance, &name.text),
                None => self.lookup(&name.text).map(|entry| entry.symbol),
            };
            match symbol {
                Some(symbol) if self.instance_parameters(&symbol).is_some() => around = Some(symbol),
                Some(Symbol::Definition(_) | Symbol::Through(..)) => return index + 1,
                _ => return segments.len(),
            }
        }
        segments.len()
    }

    fn part_of(&mut self, whole: &[PathSegment], parts: &[PathSegment], span: Span) -> ExprKind {
        if whole.is_empty() {
            return self.unsupported(span, "a path cannot begin with `!`", "name the definition first");
        }
        match self.path(whole, span) {
            ExprKind::Apply { definition, arguments } => self.part(definition, arguments, parts, span),
            other => other,
        }
    }

    fn check_argument(&mut self, argument: &ast::Expr) {
        let operator = match &argument.kind {
            ast::ExprKind::Lambda { .. } => true,
            ast::ExprKind::Path(segments) => segments.iter().all(|segment| segment.arguments.is_empty()),
            _ => false,
        };
        if !operator {
            self.expr(argument);
        }
    }

    fn target<'p>(&mut self, segments: &'p [PathSegment]) -> Option<Target<'p>> {
        let (last, instances) = segments.split_last()?;
        let mut leading = Vec::new();
        let mut around: Option<Symbol> = None;
        for segment in instances {
            let (symbol, name) = self.segment(around.as_ref(), segment)?;
            let Some(parameters) = self.instance_parameters(&symbol) else {
                self.not_an_instance(name, segment.span);
                return None;
            };
            leading.extend(self.arguments(&name.text, &parameters, &segment.arguments, segment.span)?);
            around = Some(symbol);
        }
        let (symbol, name) = self.segment(around.as_ref(), last)?;
        Some(Target { symbol, leading, last, name })
    }

    fn not_an_instance(&mut self, name: &ast::Name, span: Span) {
        let message = format!("`{}` is not an instance of a module, so nothing can follow its `!`", name.text);
        let error = Diagnostic::new(Code::UndefinedName, span, message);
        self.error(error.with_hint("`I!Op` needs a definition `I == INSTANCE Module`"));
    }

    fn segment<'p>(&mut self, around: Option<&Symbol>, segment: &'p PathSegment) -> Option<(Symbol, &'p ast::Name)> {
        let name = match &segment.name {
            SegmentName::Name(name) => name,
            SegmentName::Selector(selector) => {
                let message = format!("`!{selector}` names a part of a definition, and there is none before it");
                self.unsupported(segment.span, message, "define the part as an operator of its own");
                return None;
            }
        };
        let symbol = match around {
            Some(instance) => self.member(instance, name),
            None => self.visible(name),
        };
        symbol.map(|symbol| (symbol, name))
    }

    fn visible(&mut self, name: &ast::Name) -> Option<Symbol> {
        if let Some(entry) = self.lookup(&name.text) {
            return Some(entry.symbol);
        }
        if let Some(definition) = self.resolver.tables.language_definition(&name.text, name.span) {
            return Some(Symbol::Definition(definition));
        }
        self.undefined(name);
        None
    }

    fn member(&mut self, instance: &Symbol, name: &ast::Name) -> Option<Symbol> {
        let found = self.resolver.member(instance, &name.text);
        if found.is_none() {
            self.undefined_member(instance, name);
        }
        found
    }

    /// The parameters of a named instance; nothing for other symbols.
    fn instance_parameters(&self, symbol: &Symbol) -> Option<Vec<Parameter>> {
        match symbol {
            Symbol::Instance(instance) => Some(self.resolver.tables.instance(*instance).parameters.clone()),
            Symbol::Through(_, inner) => self.instance_parameters(inner),
            _ => None,
        }
    }

    fn application(&mut self, target: Target, span: Span) -> ExprKind {
        let Target { symbol, mut leading, last, name } = target;
        let arguments = &last.arguments;
        match symbol {
            Symbol::Variable(variable) => {
                self.expect_no_arguments(name, arguments, span);
                ExprKind::Variable(variable)
            }
            Symbol::Local(local, 0) => {
                self.expect_no_arguments(name, arguments, span);
                self.frame.used.insert(local);
                ExprKind::Local(local)
            }
            Symbol::Local(operator, arity) => match self.values(name, arity, arguments, span) {
                Some(arguments) => ExprKind::ApplyLocal { operator, arguments },
                None => placeholder(span).kind,
            },
            Symbol::Constant(constant) => {
                let arity = self.resolver.tables.constants[constant.index()].arity;
                if arity == 0 {
                    self.expect_no_arguments(name, arguments, span);
                    return ExprKind::Constant(constant);
                }
                match self.values(name, arity, arguments, span) {
                    Some(arguments) => ExprKind::ApplyConstant { operator: constant, arguments },
                    None => placeholder(span).kind,
                }
            }
            Symbol::Definition(_) | Symbol::Through(..) => {
                let Some(definition) = self.resolver.tables.materialise(&symbol) else {
                    return self.instance_as_value(name, span);
                };
                let parameters = self.resolver.tables.definition(definition).parameters.clone();
                let own = &parameters[leading.len().min(parameters.len())..];
                match self.arguments(&name.text, own, arguments, span) {
                    Some(own) => leading.extend(own),
                    None => return placeholder(span).kind,
                }
                ExprKind::Apply { definition, arguments: leading }
            }
            Symbol::Instance(_) => self.instance_as_value(name, span),
            Symbol::Statement => {
                let message = format!("the statement of `{}` is not an expression", name.text);
                self.unsupported(span, message, "only theorems that state a formula can be used by name")
            }
        }
    }

    fn instance_as_value(&mut self, name: &ast::Name, span: Span) -> ExprKind {
        let message = format!("`{}` is an instance of a module, not a value", name.text);
        let hint = format!("use one of its definitions: `{}!Op`", name.text);
        self.error(Diagnostic::new(Code::UndefinedName, span, message).with_hint(hint));
        placeholder(span).kind
    }

    fn expect_no_arguments(&mut self, name: &ast::Name, arguments: &[ast::Expr], span: Span) {
        if !arguments.is_empty() {
            let message = format!("`{}` takes no arguments, but is given {}", name.text, arguments.len());
            let error = Diagnostic::new(Code::Arity, span, message);
            self.error(error.with_hint(format!("a function is applied with brackets: `{}[..]`", name.text)));
        }
    }

    fn count(&mut self, name: &str, wanted: usize, given: usize, span: Span) -> bool {
        if wanted != given {
            let message = format!("`{name}` takes {}, but is given {given}", plural(wanted, "argument"));
            self.error(Diagnostic::new(Code::Arity, span, message));
        }
        wanted == given
    }

    /// Arguments that are all values.
    fn values(&mut self, name: &ast::Name, arity: usize, arguments: &[ast::Expr], span: Span) -> Option<Vec<Argument>> {
        let fits = self.count(&name.text, arity, arguments.len(), span);
        let values = arguments.iter().map(|argument| Argument::Value(self.expr(argument))).collect();
        fits.then_some(values)
    }

    fn arguments(
        &mut self,
        name: &str,
        parameters: &[Parameter],
        arguments: &[ast::Expr],
        span: Span,
    ) -> Option<Vec<Argument>> {
        if !self.count(name, parameters.len(), arguments.len(), span) {
            arguments.iter().for_each(|argument| self.check_argument(argument));
            return None;
        }
        let mut resolved = Vec::with_capacity(arguments.len());
        for (parameter, argument) in parameters.iter().zip(arguments) {
            resolved.push(match parameter.arity {
                0 => Argument::Value(self.expr(argument)),
                arity => Argument::Operator(self.operator_argument(argument, arity)?),
            });
        }
        Some(resolved)
    }

    /// An operator that is passed to a parameter or put in a constant's place.
    pub(super) fn operator_argument(&mut self, expr: &ast::Expr, arity: usize) -> Option<OperatorArgument> {
        match &expr.kind {
            ast::ExprKind::Lambda { parameters, body } => {
                if !self.operator_arity("this LAMBDA", arity, parameters.len(), expr.span) {
                    return None;
                }
                let bound = self.bound_names();
                let parameters = self.bind_parameters(parameters);
                let body = Box::new(self.expr(body));
                self.unbind(bound);
                Some(OperatorArgument::Lambda { parameters, body })
            }
            ast::ExprKind::Path(segments) => self.named_operator(segments, arity, expr.span),
            _ => {
                let message = format!("an operator with {} is needed here", plural(arity, "argument"));
                let error = Diagnostic::new(Code::Arity, expr.span, message);
                self.error(error.with_hint("pass the name of an operator, or a LAMBDA"));
                None
            }
        }
    }

    fn operator_arity(&mut self, what: &str, wanted: usize, found: usize, span: Span) -> bool {
        if wanted != found {
            let message = format!(
                "an operator with {} is needed here, but {what} takes {}",
                plural(wanted, "argument"),
                if found == 0 { "none".to_owned() } else { found.to_string() }
            );
            self.error(Diagnostic::new(Code::Arity, span, message));
        }
        wanted == found
    }

    fn named_operator(&mut self, segments: &[PathSegment], arity: usize, span: Span) -> Option<OperatorArgument> {
        if let [PathSegment { name: SegmentName::Name(name), arguments, .. }] = segments {
            if arguments.is_empty() && self.lookup(&name.text).is_none() {
                if let Some(operator) = self.language_operator(&name.text, arity, span) {
                    return Some(operator);
                }
            }
        }
        let Target { symbol, leading, last, name } = self.target(segments)?;
        if !last.arguments.is_empty() {
            let message = format!("an operator with {} is needed here, not a value", plural(arity, "argument"));
            let error = Diagnostic::new(Code::Arity, span, message);
            self.error(error.with_hint("pass the name alone, or a LAMBDA"));
            return None;
        }
        let quoted = format!("`{}`", name.text);
        match symbol {
            Symbol::Local(local, own) => {
                self.operator_arity(&quoted, arity, own, span).then_some(OperatorArgument::Local(local))
            }
            Symbol::Constant(constant) => {
                let own = self.resolver.tables.constants[constant.index()].arity;
                self.operator_arity(&quoted, arity, own, span).then_some(OperatorArgument::Constant(constant))
            }
            Symbol::Definition(_) | Symbol::Through(..) => {
                let definition = self.resolver.tables.materialise(&symbol)?;
                let all = self.resolver.tables.definition(definition).parameters.len();
                let own = all.saturating_sub(leading.len());
                let fits = self.operator_arity(&quoted, arity, own, span);
                fits.then(|| self.partial(definition, leading, span))
            }
            _ => {
                self.operator_arity(&quoted, arity, 0, span);
                None
            }
        }
    }

    /// `I(a)!Op` as an operator: a LAMBDA that adds the instance's arguments.
    fn partial(&mut self, definition: DefinitionId, leading: Vec<Argument>, span: Span) -> OperatorArgument {
        if leading.is_empty() {
            return OperatorArgument::Definition(definition);
        }
        let own = self.resolver.tables.definition(definition).parameters[leading.len()..].to_vec();
        let parameters = own.into_iter().map(|parameter| Parameter { local: self.fresh_local(), ..parameter });
        let parameters: Vec<Parameter> = parameters.collect();
        let passed = parameters.iter().map(|parameter| Argument::Value(local_value(parameter.local, span)));
        let arguments = leading.into_iter().chain(passed).collect();
        let body = Expr { kind: ExprKind::Apply { definition, arguments }, ..placeholder(span) };
        OperatorArgument::Lambda { parameters, body: Box::new(body) }
    }

    /// An operator that no module defines, such as `\cup` or `/\`.
    fn language_operator(&mut self, name: &str, arity: usize, span: Span) -> Option<OperatorArgument> {
        if let Some(builtin) = builtin_named(name) {
            let own = if is_unary(builtin) { 1 } else { 2 };
            let quoted = format!("`{name}`");
            return self.operator_arity(&quoted, arity, own, span).then_some(OperatorArgument::Builtin(builtin));
        }
        let join: fn(Vec<Expr>) -> ExprKind = match name {
            "/\\" => ExprKind::Conjunction,
            "\\/" => ExprKind::Disjunction,
            "\\X" => ExprKind::Product,
            _ => return None,
        };
        if !self.operator_arity(&format!("`{name}`"), arity, 2, span) {
            return None;
        }
        let locals: [LocalId; 2] = [self.fresh_local(), self.fresh_local()];
        let parameters = ["a", "b"].into_iter().zip(locals);
        let parameters = parameters.map(|(name, local)| Parameter { local, name: name.into(), arity: 0 }).collect();
        let operands = locals.into_iter().map(|local| local_value(local, span)).collect();
        let body = Box::new(Expr { kind: join(operands), ..placeholder(span) });
        Some(OperatorArgument::Lambda { parameters, body })
    }
}

fn is_unary(builtin: Builtin) -> bool {
    matches!(
        builtin,
        Builtin::Not
            | Builtin::Powerset
            | Builtin::BigUnion
            | Builtin::Domain
            | Builtin::Enabled
            | Builtin::Unchanged
            | Builtin::Prime
            | Builtin::Always
            | Builtin::Eventually
    )
}

impl super::Resolver<'_> {
    /// What `instance!name` means.
    pub(super) fn member(&self, instance: &Symbol, name: &str) -> Option<Symbol> {
        match instance {
            Symbol::Instance(id) => {
                let module = self.module(self.tables.instance(*id).module);
                let entry = module.context.names.get(name)?;
                let visible = entry.visibility == Visibility::Exported
                    && !matches!(entry.symbol, Symbol::Constant(_) | Symbol::Variable(_));
                visible.then(|| Symbol::Through(*id, Rc::new(entry.symbol.clone())))
            }
            Symbol::Through(id, inner) => self.member(inner, name).map(|symbol| Symbol::Through(*id, Rc::new(symbol))),
            _ => None,
        }
    }
}
