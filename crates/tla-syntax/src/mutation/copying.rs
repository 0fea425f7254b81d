//! Copies of expressions that use other definitions, or in which one expression is another.

use std::collections::HashMap;

use crate::resolve::Rewrite;
use crate::resolved::{Argument, ConstantId, DefinitionId, Expr, ExprKind, LocalId, OperatorArgument, VariableId};

/// Names keep their meaning, but for the definitions that have a copy.
pub(super) struct Copying<'a> {
    pub(super) definitions: &'a HashMap<DefinitionId, DefinitionId>,
    /// What is replaced, known by its address, and by what.
    pub(super) replacement: Option<(&'a Expr, &'a Expr)>,
}

impl Copying<'_> {
    fn definition(&self, definition: DefinitionId) -> DefinitionId {
        self.definitions.get(&definition).copied().unwrap_or(definition)
    }
}

impl Rewrite for Copying<'_> {
    fn local(&mut self, local: LocalId) -> LocalId {
        local
    }

    fn constant(&mut self, constant: ConstantId) -> ExprKind {
        ExprKind::Constant(constant)
    }

    fn variable(&mut self, variable: VariableId) -> ExprKind {
        ExprKind::Variable(variable)
    }

    fn apply(&mut self, definition: DefinitionId, arguments: Vec<Argument>) -> ExprKind {
        ExprKind::Apply { definition: self.definition(definition), arguments }
    }

    fn apply_constant(&mut self, operator: ConstantId, arguments: Vec<Argument>) -> ExprKind {
        ExprKind::ApplyConstant { operator, arguments }
    }

    fn definition_operator(&mut self, definition: DefinitionId) -> OperatorArgument {
        OperatorArgument::Definition(self.definition(definition))
    }

    fn constant_operator(&mut self, constant: ConstantId) -> OperatorArgument {
        OperatorArgument::Constant(constant)
    }

    fn let_definitions(&mut self, definitions: &[DefinitionId]) -> Vec<DefinitionId> {
        definitions.iter().map(|&definition| self.definition(definition)).collect()
    }

    fn expr(&mut self, expr: &Expr) -> Expr {
        match self.replacement {
            Some((target, by)) if std::ptr::eq(target, expr) => by.clone(),
            _ => Expr { kind: self.kind(&expr.kind), span: expr.span, level: expr.level },
        }
    }
}
