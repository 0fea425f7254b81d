//! Expressions of a module, with every name looked up.

use std::sync::Arc;

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::resolved::{Bound, Builtin, Expr, ExprKind, LocalId, Named, Pattern, Quantifier, Update, UpdateStep};
use crate::source::Span;

use super::scope::Scope;
use super::tables::placeholder;

impl Scope<'_, '_> {
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Expr {
        if self.depth >= limits::EXPRESSION_DEPTH {
            let message = format!("expressions nest more than {} deep", limits::EXPRESSION_DEPTH);
            let error = Diagnostic::new(Code::Limit, expr.span, message);
            self.error(error.with_hint("give parts of it names of their own"));
            return placeholder(expr.span);
        }
        self.depth += 1;
        let kind = self.kind(expr);
        self.depth -= 1;
        Expr { kind, ..placeholder(expr.span) }
    }

    fn boxed(&mut self, expr: &ast::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    pub(super) fn exprs(&mut self, exprs: &[ast::Expr]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn kind(&mut self, expr: &ast::Expr) -> ExprKind {
        use ast::ExprKind as Ast;
        match &expr.kind {
            Ast::Path(segments) => self.path(segments, expr.span),
            Ast::Builtin(builtin, operands) => self.builtin(*builtin, operands),
            Ast::Number(digits) => self.number(digits, expr.span),
            Ast::Decimal(text) => {
                let message = format!("the decimal number {text} cannot be handled");
                self.unsupported(expr.span, message, "use integers, for instance by counting in smaller units")
            }
            Ast::String(text) => ExprKind::String(text.as_str().into()),
            Ast::Boolean(value) => ExprKind::Boolean(*value),
            Ast::At => self.at(expr.span),
            Ast::Conjunction(items) => ExprKind::Conjunction(self.exprs(items)),
            Ast::Disjunction(items) => ExprKind::Disjunction(self.exprs(items)),
            Ast::If { condition, then, otherwise } => ExprKind::If {
                condition: self.boxed(condition),
                then: self.boxed(then),
                otherwise: self.boxed(otherwise),
            },
            Ast::Case { arms, other } => {
                let arms = arms.iter().map(|(guard, value)| (self.expr(guard), self.expr(value))).collect();
                ExprKind::Case { arms, other: other.as_ref().map(|other| self.boxed(other)) }
            }
            Ast::Let { units, body } => self.let_in(units, body),
            Ast::Lambda { .. } => {
                let message = "a LAMBDA stands where a value is needed";
                let error = Diagnostic::new(Code::Arity, expr.span, message);
                self.error(error.with_hint("a LAMBDA can only be an argument of an operator that takes an operator"));
                placeholder(expr.span).kind
            }
            Ast::Labeled { label, parameters, body } => {
                let names = parameters.iter().map(|name| name.text.as_str().into()).collect();
                self.resolver.tables.label_parameters.insert(expr.span, names);
                ExprKind::Labeled { label: label.text.as_str().into(), body: self.boxed(body) }
            }
            Ast::Quantified { .. }
            | Ast::UnboundedQuantified { .. }
            | Ast::Choose { .. }
            | Ast::SetFilter { .. }
            | Ast::SetMap { .. }
            | Ast::Function { .. } => self.binder(expr),
            _ => self.compound(expr),
        }
    }

    fn builtin(&mut self, builtin: Builtin, operands: &[ast::Expr]) -> ExprKind {
        ExprKind::Builtin(builtin, self.exprs(operands))
    }

    fn number(&mut self, digits: &str, span: Span) -> ExprKind {
        match digits.parse() {
            Ok(value) => ExprKind::Integer(value),
            Err(_) => {
                let message = format!("the number {digits} does not fit in 64 bits");
                self.error(Diagnostic::new(Code::Limit, span, message));
                placeholder(span).kind
            }
        }
    }

    pub(super) fn unsupported(&mut self, span: Span, message: impl Into<String>, hint: &str) -> ExprKind {
        self.error(Diagnostic::new(Code::Unsupported, span, message).with_hint(hint));
        placeholder(span).kind
    }

    fn at(&mut self, span: Span) -> ExprKind {
        if let Some(&local) = self.frame.at.last() {
            self.frame.used.insert(local);
            return ExprKind::Local(local);
        }
        let error = Diagnostic::new(Code::UndefinedName, span, "`@` stands outside of an EXCEPT");
        self.error(error.with_hint("`@` means the old value, in the new value of `[f EXCEPT ![x] = ..]`"));
        placeholder(span).kind
    }

    fn let_in(&mut self, units: &[ast::Unit], body: &ast::Expr) -> ExprKind {
        let bound = self.bound_names();
        self.frame.lets += 1;
        let (mut definitions, instances) = self.let_units(units);
        self.frame.lets -= 1;
        let body = self.boxed(body);
        self.unbind(bound);
        let mut next_local = self.frame.next_local;
        let (copies, inner) = self.resolver.tables.finish_inner_copies(&instances, &mut next_local);
        self.frame.next_local = next_local;
        self.frame.inner.extend(inner);
        definitions.extend(copies);
        ExprKind::Let { definitions, body }
    }

    /// Bounds of a quantifier or constructor. The sets are resolved before the names are bound: a set does not see
    /// the names beside it.
    pub(super) fn bind_bounds(&mut self, bounds: &[ast::Bound]) -> Vec<Bound> {
        let sets: Vec<Expr> = bounds.iter().map(|bound| self.expr(&bound.set)).collect();
        let bind = |(bound, set): (&ast::Bound, Expr)| Bound { pattern: self.bind_pattern(&bound.pattern), set };
        bounds.iter().zip(sets).map(bind).collect()
    }

    fn bind_pattern(&mut self, pattern: &ast::Pattern) -> Pattern {
        match pattern {
            ast::Pattern::Names(names) => Pattern::Names(self.bind_names(names)),
            ast::Pattern::Tuple(names) => Pattern::Tuple(self.bind_names(names)),
        }
    }

    fn bind_names(&mut self, names: &[ast::Name]) -> Vec<Named> {
        names.iter().map(|name| self.bind_local(name)).collect()
    }

    /// Expressions that bind names.
    fn binder(&mut self, expr: &ast::Expr) -> ExprKind {
        let bound = self.bound_names();
        let kind = match &expr.kind {
            ast::ExprKind::Quantified { quantifier, bounds, body } => {
                let bounds = self.bind_bounds(bounds);
                ExprKind::Quantified { quantifier: *quantifier, bounds, body: self.boxed(body) }
            }
            ast::ExprKind::UnboundedQuantified { quantifier, names, body } => self.unbounded(*quantifier, names, body),
            ast::ExprKind::Choose { pattern, set, body } => {
                let set = set.as_ref().map(|set| self.boxed(set));
                let pattern = self.bind_pattern(pattern);
                ExprKind::Choose { pattern, set, body: self.boxed(body) }
            }
            ast::ExprKind::SetFilter { bound, predicate } => {
                let set = self.expr(&bound.set);
                let bound = Box::new(Bound { pattern: self.bind_pattern(&bound.pattern), set });
                ExprKind::SetFilter { bound, predicate: self.boxed(predicate) }
            }
            ast::ExprKind::SetMap { body, bounds } => {
                let bounds = self.bind_bounds(bounds);
                ExprKind::SetMap { body: self.boxed(body), bounds }
            }
            ast::ExprKind::Function { bounds, body } => {
                let bounds = self.bind_bounds(bounds);
                ExprKind::Function { recursive: None, bounds, body: self.boxed(body) }
            }
            _ => placeholder(expr.span).kind,
        };
        self.unbind(bound);
        kind
    }

    fn unbounded(&mut self, quantifier: Quantifier, names: &[ast::Name], body: &ast::Expr) -> ExprKind {
        let names = self.bind_names(names);
        ExprKind::UnboundedQuantified { quantifier, names, body: self.boxed(body) }
    }

    /// Expressions that only hold others.
    fn compound(&mut self, expr: &ast::Expr) -> ExprKind {
        use ast::ExprKind as Ast;
        match &expr.kind {
            Ast::SetEnumeration(items) => ExprKind::SetEnumeration(self.exprs(items)),
            Ast::FunctionApplication { function, arguments } => {
                ExprKind::FunctionApplication { function: self.boxed(function), arguments: self.exprs(arguments) }
            }
            Ast::FunctionSet { domain, range } => {
                ExprKind::FunctionSet { domain: self.boxed(domain), range: self.boxed(range) }
            }
            Ast::Record(fields) => ExprKind::Record(self.fields(fields)),
            Ast::RecordSet(fields) => ExprKind::RecordSet(self.fields(fields)),
            Ast::Field { record, field } => {
                ExprKind::Field { record: self.boxed(record), field: field.text.as_str().into() }
            }
            Ast::Except { base, updates } => {
                let base = self.boxed(base);
                ExprKind::Except { base, updates: updates.iter().map(|update| self.update(update)).collect() }
            }
            Ast::Tuple(items) => ExprKind::Tuple(self.exprs(items)),
            Ast::Product(items) => ExprKind::Product(self.exprs(items)),
            Ast::BoxAction { action, subscript } => {
                ExprKind::BoxAction { action: self.boxed(action), subscript: self.boxed(subscript) }
            }
            Ast::AngleAction { action, subscript } => {
                ExprKind::AngleAction { action: self.boxed(action), subscript: self.boxed(subscript) }
            }
            Ast::WeakFairness { subscript, action } => {
                ExprKind::WeakFairness { subscript: self.boxed(subscript), action: self.boxed(action) }
            }
            Ast::StrongFairness { subscript, action } => {
                ExprKind::StrongFairness { subscript: self.boxed(subscript), action: self.boxed(action) }
            }
            _ => placeholder(expr.span).kind,
        }
    }

    fn fields(&mut self, fields: &[(ast::Name, ast::Expr)]) -> Vec<(Arc<str>, Expr)> {
        for (index, (name, _)) in fields.iter().enumerate() {
            if fields[..index].iter().any(|(earlier, _)| earlier.text == name.text) {
                let message = format!("the field `{}` is given twice", name.text);
                self.error(Diagnostic::new(Code::DuplicateName, name.span, message));
            }
        }
        fields.iter().map(|(name, value)| (name.text.as_str().into(), self.expr(value))).collect()
    }

    fn update(&mut self, update: &ast::Update) -> Update {
        let step = |step: &ast::UpdateStep| match step {
            ast::UpdateStep::Index(indices) => UpdateStep::Index(self.exprs(indices)),
            ast::UpdateStep::Field(field) => UpdateStep::Field(field.text.as_str().into()),
        };
        let path = update.path.iter().map(step).collect();
        let at: LocalId = self.fresh_local();
        self.frame.at.push(at);
        let value = self.expr(&update.value);
        self.frame.at.pop();
        let at = self.frame.used.contains(&at).then_some(at);
        Update { path, value, at, span: update.span }
    }
}
