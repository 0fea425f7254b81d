//! Parts of definitions as definitions of their own: what `Op!label` and `Op!2` mean.

use std::collections::HashMap;
use std::sync::Arc;

use crate::resolved::{Argument, Bound, Definition, DefinitionId, Expr, ExprKind, Named, Parameter, Pattern};

use super::rewrite::Rewrite;
use super::tables::{blank_definition, placeholder, Tables};

/// A place in a definition's body.
#[derive(Clone)]
pub(super) struct Excerpt<'e> {
    pub(super) expr: &'e Expr,
    /// Names bound on the way that arguments are given for.
    pub(super) replaced: Vec<Named>,
    /// Names bound on the way that no arguments are given for yet.
    pub(super) bound: Vec<Named>,
    /// LETs on the way.
    lets: Vec<&'e [DefinitionId]>,
}

impl<'e> Excerpt<'e> {
    pub(super) fn whole(expr: &'e Expr) -> Self {
        Self { expr, replaced: Vec::new(), bound: Vec::new(), lets: Vec::new() }
    }

    fn at(&self, expr: &'e Expr) -> Self {
        Self { expr, ..self.clone() }
    }

    /// The place with the LETs and labels around it left behind.
    fn inside(&self) -> Self {
        let mut place = self.clone();
        loop {
            match &place.expr.kind {
                ExprKind::Labeled { body, .. } => place.expr = body,
                ExprKind::Let { definitions, body } => {
                    place.lets.push(definitions);
                    place.expr = body;
                }
                _ => return place,
            }
        }
    }

    /// The operand with a number from 1. `bulleted` tells a list with bullets from a chain of infix operators, whose
    /// first operand is the rest of the chain.
    pub(super) fn operand(&self, number: usize, bulleted: &dyn Fn(&Expr) -> bool) -> Option<Self> {
        let place = self.inside();
        let index = number.checked_sub(1)?;
        let pick = |items: &[&'e Expr]| items.get(index).map(|&item| place.at(item));
        match &place.expr.kind {
            ExprKind::Conjunction(items) | ExprKind::Disjunction(items) => {
                (bulleted(place.expr) || items.len() == 2).then(|| items.get(index).map(|item| place.at(item)))?
            }
            ExprKind::Builtin(_, items)
            | ExprKind::Tuple(items)
            | ExprKind::SetEnumeration(items)
            | ExprKind::Product(items) => items.get(index).map(|item| place.at(item)),
            ExprKind::Apply { arguments, .. }
            | ExprKind::ApplyLocal { arguments, .. }
            | ExprKind::ApplyConstant { arguments, .. } => match arguments.get(index)? {
                Argument::Value(value) => Some(place.at(value)),
                Argument::Operator(_) => None,
            },
            ExprKind::If { condition, then, otherwise } => pick(&[condition, then, otherwise]),
            ExprKind::FunctionApplication { function, arguments } => match &arguments[..] {
                [argument] => pick(&[function, argument]),
                _ => pick(&[function]),
            },
            ExprKind::FunctionSet { domain, range } => pick(&[domain, range]),
            ExprKind::BoxAction { action, subscript } | ExprKind::AngleAction { action, subscript } => {
                pick(&[action, subscript])
            }
            ExprKind::WeakFairness { subscript, action } | ExprKind::StrongFairness { subscript, action } => {
                pick(&[subscript, action])
            }
            ExprKind::Record(fields) | ExprKind::RecordSet(fields) => {
                fields.get(index).map(|(_, value)| place.at(value))
            }
            ExprKind::Quantified { bounds, .. }
            | ExprKind::Function { bounds, .. }
            | ExprKind::SetMap { bounds, .. } => bounds.get(index).map(|bound| place.at(&bound.set)),
            ExprKind::SetFilter { bound, .. } => pick(&[&bound.set]),
            ExprKind::Choose { set: Some(set), .. } => pick(&[set]),
            _ => None,
        }
    }

    /// The body of a quantifier or constructor, with its names bound.
    pub(super) fn body(&self) -> Option<Self> {
        let mut place = self.inside();
        let (names, body) = binder(place.expr)?;
        place.bound.extend(names);
        place.expr = body;
        Some(place)
    }

    /// The expression with a label, searched for in what is not labelled otherwise.
    pub(super) fn labelled(&self, label: &str) -> Option<Self> {
        match &self.expr.kind {
            ExprKind::Labeled { label: found, .. } => return (**found == *label).then(|| self.clone()),
            ExprKind::Let { definitions, body } => {
                let mut place = self.at(body);
                place.lets.push(definitions);
                return place.labelled(label);
            }
            _ => {}
        }
        let body = binder(self.expr).map(|(_, body)| body);
        let mut found = None;
        self.expr.for_each_child(&mut |child| {
            if found.is_none() {
                let inside = body.is_some_and(|body| std::ptr::eq(body, child));
                let place = if inside { self.body() } else { Some(self.at(child)) };
                found = place.and_then(|place| place.labelled(label));
            }
        });
        found
    }
}

/// The names that an expression binds, and the expression in which they can be used.
fn binder(expr: &Expr) -> Option<(Vec<Named>, &Expr)> {
    let names = |pattern: &Pattern| match pattern {
        Pattern::Names(names) | Pattern::Tuple(names) => names.clone(),
    };
    let all = |bounds: &[Bound]| bounds.iter().flat_map(|bound| names(&bound.pattern)).collect();
    match &expr.kind {
        ExprKind::Quantified { bounds, body, .. }
        | ExprKind::Function { bounds, body, .. }
        | ExprKind::SetMap { bounds, body } => Some((all(bounds), body)),
        ExprKind::SetFilter { bound, predicate } => Some((names(&bound.pattern), predicate)),
        ExprKind::Choose { pattern, body, .. } => Some((names(pattern), body)),
        ExprKind::UnboundedQuantified { names, body, .. } => Some((names.clone(), body)),
        _ => None,
    }
}

impl Tables {
    /// Makes a part of a definition a definition of its own: its parameters are those of the whole, then the names
    /// bound around the part.
    pub(super) fn excerpt(&mut self, whole: DefinitionId, name: Arc<str>, place: &Excerpt) -> DefinitionId {
        let original = self.definition(whole);
        let (module, locals) = (original.module, original.locals);
        let mut parameters = original.parameters.clone();
        let bound =
            place.replaced.iter().map(|named| Parameter { local: named.local, name: named.name.clone(), arity: 0 });
        parameters.extend(bound);
        let mut copier = LetCopier { tables: self, inner: HashMap::new() };
        let lets: Vec<Vec<DefinitionId>> =
            place.lets.iter().map(|definitions| copier.let_definitions(definitions)).collect();
        let body = copier.expr(place.expr);
        let inner: Vec<DefinitionId> = copier.inner.into_values().collect();
        let body = lets.into_iter().rev().fold(body, |body, definitions| {
            let span = body.span;
            Expr { kind: ExprKind::Let { definitions, body: Box::new(body) }, ..placeholder(span) }
        });
        for definition in inner {
            self.dependencies.add_body(definition, &self.definitions[definition.index()].body);
        }
        let mut definition = blank_definition(name, module, parameters, body);
        definition.locals = locals;
        let id = self.add_definition(definition);
        self.dependencies.add_body(id, &self.definitions[id.index()].body);
        id
    }
}

/// Copies an expression as it is, but gives it LET definitions of its own.
struct LetCopier<'t> {
    tables: &'t mut Tables,
    inner: HashMap<DefinitionId, DefinitionId>,
}

impl Rewrite for LetCopier<'_> {
    fn definition_id(&mut self, definition: DefinitionId) -> DefinitionId {
        self.inner.get(&definition).copied().unwrap_or(definition)
    }

    fn let_definitions(&mut self, definitions: &[DefinitionId]) -> Vec<DefinitionId> {
        for &original in definitions {
            let from = self.tables.definition(original);
            let (name, parameters, body) = (from.name.clone(), from.parameters.clone(), placeholder(from.span));
            let copy = Definition { name, parameters, body, copied_from: Some(original), ..*from };
            let copy = self.tables.add_definition(copy);
            self.inner.insert(original, copy);
        }
        for &original in definitions {
            let body = self.tables.definition(original).body.clone();
            let body = self.expr(&body);
            let copy = self.definition_id(original);
            self.tables.definitions[copy.index()].body = body;
        }
        definitions.iter().map(|&original| self.definition_id(original)).collect()
    }
}
