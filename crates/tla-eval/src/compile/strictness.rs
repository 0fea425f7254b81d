//! Which parameters of a recursive operator are certainly needed when its body is evaluated.
//!
//! Those are evaluated before the call. The others are passed lazily, since TLC would not evaluate them unless they are
//! used, and evaluating them might fail or never end.

use tla_syntax::resolved::{Argument, Builtin, Definition, DefinitionId, Expr, ExprKind, LocalId, Program};

/// For each parameter, whether it is strict. Self-calls are taken as strict where that leads to no contradiction: the
/// greatest fixed point, as a call that never returns needs every argument.
pub(super) fn strict_parameters(program: &Program, id: DefinitionId) -> Vec<bool> {
    let definition = &program.definitions[id.index()];
    let mut strict: Vec<bool> = definition.parameters.iter().map(|parameter| parameter.arity == 0).collect();
    loop {
        let needs = |index: usize| {
            let search = Search { program, id, definition, strict: &strict };
            search.needs(&definition.body, definition.parameters[index].local)
        };
        let next: Vec<bool> = (0..strict.len()).map(|index| strict[index] && needs(index)).collect();
        if next == strict {
            return strict;
        }
        strict = next;
    }
}

struct Search<'a> {
    program: &'a Program,
    id: DefinitionId,
    definition: &'a Definition,
    strict: &'a [bool],
}

impl Search<'_> {
    /// Whether evaluating `expr` certainly evaluates `local` (or fails, or never ends).
    fn needs(&self, expr: &Expr, local: LocalId) -> bool {
        match &expr.kind {
            ExprKind::Local(used) => *used == local,
            ExprKind::If { condition, then, otherwise } => {
                self.needs(condition, local) || (self.needs(then, local) && self.needs(otherwise, local))
            }
            ExprKind::Case { arms, .. } => arms.first().is_some_and(|(guard, _)| self.needs(guard, local)),
            ExprKind::Conjunction(items) | ExprKind::Disjunction(items) => {
                items.first().is_some_and(|first| self.needs(first, local))
            }
            ExprKind::Builtin(Builtin::Implies, items) => self.needs(&items[0], local),
            ExprKind::Builtin(builtin, items) if *builtin != Builtin::Enabled => {
                items.iter().any(|item| self.needs(item, local))
            }
            ExprKind::SetEnumeration(items) | ExprKind::Tuple(items) => {
                items.iter().any(|item| self.needs(item, local))
            }
            ExprKind::Let { body, .. } | ExprKind::Labeled { body, .. } => self.needs(body, local),
            ExprKind::Quantified { bounds, .. } | ExprKind::SetMap { bounds, .. } => {
                bounds.first().is_some_and(|bound| self.needs(&bound.set, local))
            }
            ExprKind::SetFilter { bound, .. } => self.needs(&bound.set, local),
            ExprKind::Choose { set: Some(set), .. } => self.needs(set, local),
            ExprKind::Field { record, .. } => self.needs(record, local),
            ExprKind::FunctionApplication { function, arguments } => {
                self.needs(function, local) || arguments.iter().any(|argument| self.needs(argument, local))
            }
            ExprKind::Except { base, .. } => self.needs(base, local),
            ExprKind::Record(fields) => fields.iter().any(|(_, value)| self.needs(value, local)),
            ExprKind::Apply { definition, arguments } => self.application_needs(*definition, arguments, local),
            _ => false,
        }
    }

    fn application_needs(&self, callee: DefinitionId, arguments: &[Argument], local: LocalId) -> bool {
        let of_argument = |argument: &Argument| matches!(argument, Argument::Value(value) if self.needs(value, local));
        if callee == self.id {
            return arguments.iter().zip(self.strict).any(|(argument, strict)| *strict && of_argument(argument));
        }
        let definition = &self.program.definitions[callee.index()];
        let native = crate::native::find(
            &self.program.modules[definition.module as usize].name,
            &definition.name,
            definition.parameters.len(),
            self.program.modules[definition.module as usize].standard,
        );
        // Natives evaluate everything. Of other operators only the simplest case is looked at.
        let simple = definition.parameters.len() == 1
            && matches!(&definition.body.kind, ExprKind::Local(used) if *used == definition.parameters[0].local);
        debug_assert!(self.definition.recursive);
        (native.is_some() || simple) && arguments.iter().any(of_argument)
    }
}
