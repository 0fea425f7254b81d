//! A program and its model, prepared for mutations.

use std::collections::HashMap;

use super::copying::Copying;
use super::search::Search;
use super::{Edit, Mutation, Root};
use crate::config::{Behaviour, Model, Specification};
use crate::resolve::Rewrite;
use crate::resolved::{Definition, DefinitionId, Expr, Program};

/// A program and its model in which nothing but the behaviour uses the definitions that mutations change: each
/// definition that the behaviour reaches was copied, and the properties use the original. Standard modules are not
/// copied: they are not changed.
#[derive(Debug)]
pub struct Subject {
    pub(super) program: Program,
    pub(super) model: Model,
    /// Definitions from here on are the behaviour's own.
    pub(super) first_copy: usize,
    /// What each of them is a copy of.
    originals: Vec<DefinitionId>,
}

impl Subject {
    #[must_use]
    pub fn new(program: &Program, model: &Model) -> Self {
        let reached = reached(program, model);
        let first_copy = program.definitions.len();
        let number = |index: usize| DefinitionId(u32::try_from(first_copy + index).unwrap_or(u32::MAX));
        let own: HashMap<_, _> = reached.iter().enumerate().map(|(index, &id)| (id, number(index))).collect();
        let mut meant = own.clone();
        for (replaced, by) in &model.replaced {
            if let Some(&copy) = own.get(by) {
                meant.insert(*replaced, copy);
            }
        }
        let mut copying = Copying { definitions: &meant, replacement: None };
        let mut program = program.clone();
        for &id in &reached {
            let copy = with_body(&program.definitions[id.index()], &mut copying);
            program.definitions.push(copy);
        }
        let mut model = model.clone();
        if let Some(behaviour) = &mut model.behaviour {
            copy_behaviour(behaviour, &mut copying, &meant);
        }
        Self { program, model, first_copy, originals: reached }
    }

    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Whether a copy, by its number, is of an invariant or a property: `Init == TypeOK /\\ ..`.
    pub(super) fn is_property(&self, copy: usize) -> bool {
        let original = &self.originals[copy];
        self.model.invariants.contains(original) || self.model.properties.contains(original)
    }

    /// Every mutation there is, in the order of the text.
    #[must_use]
    pub fn mutations(&self) -> Vec<Mutation<'_>> {
        Search::new(self).mutations()
    }

    /// The program and the model with one mutation of [`Self::mutations`].
    #[must_use]
    pub fn mutant(&self, mutation: &Mutation<'_>) -> (Program, Model) {
        let (mut program, mut model) = (self.program.clone(), self.model.clone());
        let none = HashMap::new();
        let replacement = match &mutation.edit {
            Edit::Replace { target, by } => Some((*target, &**by)),
            Edit::DropRoot => None,
        };
        let mut copying = Copying { definitions: &none, replacement };
        match (mutation.root, &mut model.behaviour, &self.model.behaviour) {
            (Root::Definition(id), ..) => {
                program.definitions[id.index()] = with_body(&self.program.definitions[id.index()], &mut copying);
            }
            (root, Some(Behaviour::Specification(parts)), Some(Behaviour::Specification(original))) => {
                edit_part(root, parts, original, &mutation.edit, &mut copying);
            }
            _ => {}
        }
        (program, model)
    }
}

fn edit_part(root: Root, parts: &mut Specification, original: &Specification, edit: &Edit<'_>, copying: &mut Copying) {
    let mut list = |parts: &mut Vec<Expr>, original: &[Expr], index: usize| match edit {
        Edit::DropRoot => drop(parts.remove(index)),
        Edit::Replace { .. } => parts[index] = copying.expr(&original[index]),
    };
    match root {
        Root::Initial(index) => list(&mut parts.init, &original.init, index),
        Root::Fairness(index) => list(&mut parts.fairness, &original.fairness, index),
        Root::Next => parts.next = original.next.as_ref().map(|next| copying.expr(next)),
        Root::Definition(_) => {}
    }
}

fn with_body(definition: &Definition, copying: &mut Copying) -> Definition {
    Definition { body: copying.expr(&definition.body), ..definition.clone() }
}

fn copy_behaviour(behaviour: &mut Behaviour, copying: &mut Copying, copies: &HashMap<DefinitionId, DefinitionId>) {
    match behaviour {
        Behaviour::InitNext { init, next } => {
            for id in [init, next] {
                *id = copies.get(id).copied().unwrap_or(*id);
            }
        }
        Behaviour::Specification(parts) => {
            let one = |expr: &mut Expr| *expr = copying.expr(expr);
            let Specification { init, next, subscript, fairness, .. } = parts;
            init.iter_mut().chain(next).chain(subscript).chain(fairness).for_each(one);
        }
    }
}

/// The definitions that the behaviour uses, itself or through others, once the configuration's replacements are applied;
/// without those of standard modules and those that the configuration gives a value.
fn reached(program: &Program, model: &Model) -> Vec<DefinitionId> {
    let mut waiting = Vec::new();
    match &model.behaviour {
        None => {}
        Some(Behaviour::InitNext { init, next }) => waiting.extend([*init, *next]),
        Some(Behaviour::Specification(parts)) => {
            let Specification { init, next, subscript, fairness, .. } = parts;
            init.iter().chain(next).chain(subscript).chain(fairness).for_each(|part| uses(part, &mut waiting));
        }
    }
    let mut known = vec![false; program.definitions.len()];
    let mut reached = Vec::new();
    while let Some(id) = waiting.pop() {
        let id = model.replaced.get(&id).copied().unwrap_or(id);
        let definition = &program.definitions[id.index()];
        let is_of_user = !program.modules[definition.module as usize].standard;
        if !is_of_user || model.replaced_by_value.contains_key(&id) || std::mem::replace(&mut known[id.index()], true) {
            continue;
        }
        reached.push(id);
        uses(&definition.body, &mut waiting);
    }
    reached.sort_unstable();
    reached
}

fn uses(expr: &Expr, into: &mut Vec<DefinitionId>) {
    expr.for_each_definition(&mut |definition| into.push(definition));
    expr.for_each_child(&mut |child| uses(child, into));
}
