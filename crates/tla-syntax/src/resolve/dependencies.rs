//! Which constants and variables each definition depends on, through all that it uses.
//!
//! An instance copies a definition only if it depends on something that the instance replaces.

use crate::resolved::{Argument, OperatorArgument};
use crate::resolved::{DefinitionId, Expr, ExprKind};

use super::declarations::DeclarationSet;

#[derive(Debug, Default)]
pub(super) struct Dependencies {
    known: Vec<Option<DeclarationSet>>,
    /// Definitions that use some whose own dependencies were not known yet: recursive ones, and what calls them.
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    definition: DefinitionId,
    direct: DeclarationSet,
    uses: Vec<DefinitionId>,
}

impl Dependencies {
    pub(super) fn add(&mut self, definition: DefinitionId, direct: DeclarationSet, uses: Vec<DefinitionId>) {
        if uses.iter().all(|&used| used == definition || self.known(used).is_some()) {
            let mut all = direct;
            for used in uses {
                if let Some(set) = self.known(used) {
                    all.extend(&set.clone());
                }
            }
            self.set(definition, all);
        } else {
            self.open.push(Open { definition, direct, uses });
        }
    }

    pub(super) fn add_body(&mut self, definition: DefinitionId, body: &Expr) {
        let mut direct = DeclarationSet::default();
        let mut uses = Vec::new();
        collect(body, &mut direct, &mut uses);
        self.add(definition, direct, uses);
    }

    /// `None` while a recursive definition that is used is not complete.
    pub(super) fn known(&self, definition: DefinitionId) -> Option<&DeclarationSet> {
        self.known.get(definition.index()).and_then(Option::as_ref)
    }

    /// Whether a copy is needed where `replaced` means something else. What is not known yet is copied.
    pub(super) fn intersects(&self, definition: DefinitionId, replaced: &DeclarationSet) -> bool {
        self.known(definition).is_none_or(|depends| depends.intersects(replaced))
    }

    /// At the end of a module, when all that its recursive definitions use is there.
    pub(super) fn settle(&mut self) {
        let open = std::mem::take(&mut self.open);
        let mut sets: Vec<DeclarationSet> = open.iter().map(|entry| entry.direct.clone()).collect();
        let position = |used: DefinitionId| open.iter().position(|entry| entry.definition == used);
        let uses: Vec<Vec<(Option<usize>, DefinitionId)>> =
            open.iter().map(|entry| entry.uses.iter().map(|&used| (position(used), used)).collect()).collect();
        let mut grown = true;
        while grown {
            grown = false;
            for (index, used) in uses.iter().enumerate() {
                for &(position, definition) in used {
                    let other = match position {
                        Some(position) => sets[position].clone(),
                        None => self.known(definition).cloned().unwrap_or_default(),
                    };
                    grown |= sets[index].extend(&other);
                }
            }
        }
        for (entry, set) in open.iter().zip(sets) {
            self.set(entry.definition, set);
        }
    }

    fn set(&mut self, definition: DefinitionId, set: DeclarationSet) {
        if self.known.len() <= definition.index() {
            self.known.resize(definition.index() + 1, None);
        }
        self.known[definition.index()] = Some(set);
    }
}

fn collect(expr: &Expr, direct: &mut DeclarationSet, uses: &mut Vec<DefinitionId>) {
    match &expr.kind {
        ExprKind::Constant(constant) | ExprKind::ApplyConstant { operator: constant, .. } => {
            direct.insert_constant(*constant);
        }
        ExprKind::Variable(variable) => direct.insert_variable(*variable),
        _ => {}
    }
    if let ExprKind::Apply { arguments, .. }
    | ExprKind::ApplyLocal { arguments, .. }
    | ExprKind::ApplyConstant { arguments, .. } = &expr.kind
    {
        for argument in arguments {
            if let Argument::Operator(OperatorArgument::Constant(constant)) = argument {
                direct.insert_constant(*constant);
            }
        }
    }
    expr.for_each_definition(&mut |definition| uses.push(definition));
    expr.for_each_child(&mut |child| collect(child, direct, uses));
}
