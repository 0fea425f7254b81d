//! Copies of expressions that use other definitions, or in which one expression is another.

use std::collections::HashMap;

use crate::resolve::Rewrite;
use crate::resolved::{DefinitionId, Expr};

/// Names keep their meaning, but for the definitions that have a copy.
pub(super) struct Copying<'a> {
    pub(super) definitions: &'a HashMap<DefinitionId, DefinitionId>,
    /// What is replaced, known by its address, and by what.
    pub(super) replacement: Option<(&'a Expr, &'a Expr)>,
}

impl Rewrite for Copying<'_> {
    fn definition_id(&mut self, definition: DefinitionId) -> DefinitionId {
        self.definitions.get(&definition).copied().unwrap_or(definition)
    }

    fn expr(&mut self, expr: &Expr) -> Expr {
        match self.replacement {
            Some((target, by)) if std::ptr::eq(target, expr) => by.clone(),
            _ => Expr { kind: self.kind(&expr.kind), span: expr.span, level: expr.level },
        }
    }
}
