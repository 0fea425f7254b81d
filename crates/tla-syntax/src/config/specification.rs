//! `Init /\ [][Next]_vars /\ fairness`, taken apart.

use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::resolve::Rewrite;
use crate::resolved::{Argument, Builtin, DefinitionId, Expr, ExprKind, Level, LocalId, Quantifier};

use super::bind::Binder;
use super::{ConfigName, ConfigValue, Specification};

/// The parts of a specification; nothing if it cannot be taken apart, which is reported.
pub(super) fn split(binder: &mut Binder, name: &ConfigName, definition: DefinitionId) -> Option<Specification> {
    let errors = binder.errors.len();
    let found = binder.definition(definition);
    let mut splitter = Splitter {
        binder,
        parts: Specification {
            definition,
            init: Vec::new(),
            next: None,
            subscript: None,
            fairness: Vec::new(),
            locals: 0,
        },
        lets: Vec::new(),
        depth: 0,
    };
    splitter.conjunct(&found.body, found.locals);
    let parts = splitter.parts;
    if parts.init.is_empty() && binder.errors.len() == errors {
        let message = format!("the specification `{}` does not say how behaviours begin", name.text);
        let error = Diagnostic::new(Code::Config, name.span, message);
        binder.errors.push(error.with_hint("a specification has the form `Init /\\ [][Next]_vars`"));
    }
    (binder.errors.len() == errors).then_some(parts)
}

struct Splitter<'b, 'p> {
    binder: &'b mut Binder<'p>,
    parts: Specification,
    /// Definitions of the LETs around the current conjunct, outermost first.
    lets: Vec<Vec<DefinitionId>>,
    depth: usize,
}

impl Splitter<'_, '_> {
    /// `locals` is the size of the frame that `expr` needs.
    fn conjunct(&mut self, expr: &Expr, locals: u32) {
        if self.depth > limits::EXPRESSION_DEPTH {
            self.error(Code::Limit, expr, "the specification nests too deep, or uses itself");
            return;
        }
        self.depth += 1;
        self.parts.locals = self.parts.locals.max(locals);
        match &expr.kind {
            _ if expr.level <= Level::State => self.keep_initial(expr),
            ExprKind::Conjunction(items) => items.iter().for_each(|item| self.conjunct(item, locals)),
            ExprKind::Labeled { body, .. } => self.conjunct(body, locals),
            ExprKind::Let { definitions, body } => {
                self.lets.push(definitions.clone());
                self.conjunct(body, locals);
                self.lets.pop();
            }
            ExprKind::Apply { definition, arguments } => self.application(expr, *definition, arguments, locals),
            ExprKind::Builtin(Builtin::Always, operands) => self.always(expr, operands),
            ExprKind::UnboundedQuantified {
                quantifier: Quantifier::TemporalForAll | Quantifier::TemporalExists,
                ..
            } => {
                self.error(Code::Unsupported, expr, "a specification that hides variables cannot be run");
            }
            _ if expr.level == Level::Temporal => {
                let formula = self.within_lets(expr);
                self.parts.fairness.push(formula);
            }
            _ => self.error(Code::Config, expr, "an action outside of `[][..]_v` is not part of a specification"),
        }
        self.depth -= 1;
    }

    fn error(&mut self, code: Code, expr: &Expr, message: &str) {
        let error = Diagnostic::new(code, expr.span, message);
        self.binder.errors.push(error.with_hint("a specification has the form `Init /\\ [][Next]_vars /\\ Fairness`"));
    }

    fn keep_initial(&mut self, expr: &Expr) {
        let initial = self.within_lets(expr);
        self.parts.init.push(initial);
    }

    fn within_lets(&self, expr: &Expr) -> Expr {
        self.lets.iter().rev().fold(expr.clone(), |body, definitions| {
            let (span, level) = (body.span, body.level);
            Expr { kind: ExprKind::Let { definitions: definitions.clone(), body: Box::new(body) }, span, level }
        })
    }

    fn always(&mut self, expr: &Expr, operands: &[Expr]) {
        let Some(operand) = operands.first() else { return };
        if let ExprKind::BoxAction { action, subscript } = &operand.kind {
            if self.parts.next.is_some() {
                self.error(Code::Unsupported, expr, "a specification with more than one `[][Next]_v` cannot be run");
                return;
            }
            self.parts.next = Some(self.within_lets(action));
            self.parts.subscript = Some(self.within_lets(subscript));
        } else if operand.level <= Level::State {
            let message = "a specification cannot demand that a state predicate holds always";
            let error = Diagnostic::new(Code::Unsupported, expr.span, message);
            let hint = "make it part of Init and Next, or use it as CONSTRAINT";
            self.binder.errors.push(error.with_hint(hint));
        } else {
            let formula = self.within_lets(expr);
            self.parts.fairness.push(formula);
        }
    }

    fn application(&mut self, expr: &Expr, definition: DefinitionId, arguments: &[Argument], locals: u32) {
        let definition = self.binder.effective(definition);
        if let Some(value) = self.binder.model.replaced_by_value.get(&definition) {
            if *value != ConfigValue::Boolean(true) {
                self.error(Code::Config, expr, "the configuration gives this part of the specification a value");
            }
            return;
        }
        let found = self.binder.definition(definition);
        if arguments.is_empty() {
            if found.body.level <= Level::State {
                self.keep_initial(&Expr {
                    kind: ExprKind::Apply { definition, arguments: Vec::new() },
                    ..expr.clone()
                });
            } else {
                self.conjunct(&found.body, locals.max(found.locals));
            }
            return;
        }
        let mut reduction = Reduction {
            parameters: found.parameters.iter().map(|parameter| parameter.local).collect(),
            arguments,
            offset: locals,
            possible: !found.inner,
        };
        let body = reduction.expr(&found.body);
        if reduction.possible {
            self.conjunct(&body, locals + found.locals);
        } else {
            let message = "this operator is too involved to be part of a specification";
            self.error(Code::Unsupported, expr, message);
        }
    }
}

/// A definition's body with arguments in place of its parameters.
struct Reduction<'a> {
    parameters: Vec<LocalId>,
    arguments: &'a [Argument],
    /// Added to the locals of the body, so that they differ from those of the arguments.
    offset: u32,
    /// Nothing was found that this cannot do: LETs, whose definitions would need copies, and operators as arguments.
    possible: bool,
}

impl Reduction<'_> {
    fn argument(&self, local: LocalId) -> Option<&Argument> {
        let index = self.parameters.iter().position(|&parameter| parameter == local)?;
        self.arguments.get(index)
    }
}

impl Rewrite for Reduction<'_> {
    /// An argument keeps its own place and level.
    fn expr(&mut self, expr: &Expr) -> Expr {
        match &expr.kind {
            ExprKind::Local(local) => match self.argument(*local) {
                Some(Argument::Value(value)) => value.clone(),
                _ => Expr { kind: self.local_value(*local), ..expr.clone() },
            },
            kind => Expr { kind: self.kind(kind), span: expr.span, level: expr.level },
        }
    }

    fn local(&mut self, local: LocalId) -> LocalId {
        if self.argument(local).is_some() {
            self.possible = false;
        }
        LocalId(local.0 + self.offset)
    }

    fn local_value(&mut self, local: LocalId) -> ExprKind {
        match self.argument(local) {
            Some(Argument::Value(value)) => value.kind.clone(),
            Some(Argument::Operator(_)) => {
                self.possible = false;
                ExprKind::Local(local)
            }
            None => ExprKind::Local(LocalId(local.0 + self.offset)),
        }
    }

    fn let_definitions(&mut self, definitions: &[DefinitionId]) -> Vec<DefinitionId> {
        self.possible = false;
        definitions.to_vec()
    }
}
