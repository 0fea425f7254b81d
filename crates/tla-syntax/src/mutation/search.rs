//! Looking for everything that can be changed.

use std::collections::VecDeque;
use std::sync::Arc;

use super::changes::{next_of, Setting};
use super::{Change, Edit, Mutation, Root, Subject};
use crate::config::Behaviour;
use crate::resolved::{DefinitionId, Expr, ExprKind};
use crate::source::Span;

pub(super) struct Search<'s> {
    subject: &'s Subject,
    found: Vec<Mutation<'s>>,
    entered: Vec<bool>,
    waiting: VecDeque<DefinitionId>,
    root: Root,
    /// What is looked at belongs to the initial predicate.
    initial: bool,
}

impl<'s> Search<'s> {
    pub(super) fn new(subject: &'s Subject) -> Self {
        let entered = vec![false; subject.program.definitions.len()];
        Self { subject, found: Vec::new(), entered, waiting: VecDeque::new(), root: Root::Next, initial: true }
    }

    pub(super) fn mutations(mut self) -> Vec<Mutation<'s>> {
        match &self.subject.model.behaviour {
            None => {}
            // The initial predicate first: of a definition that both use, its equations must stay.
            Some(Behaviour::InitNext { init, next }) => {
                self.enter(*init);
                self.definitions();
                self.initial = false;
                self.enter(*next);
                self.definitions();
            }
            Some(Behaviour::Specification(parts)) => {
                for (index, part) in parts.init.iter().enumerate() {
                    self.part(Root::Initial(index), part);
                }
                self.initial = false;
                parts.next.iter().for_each(|next| self.part(Root::Next, next));
                for (index, part) in parts.fairness.iter().enumerate() {
                    self.fairness(index, part);
                }
            }
        }
        let place = |span: Span| (span.source, span.start, std::cmp::Reverse(span.end));
        self.found.sort_by_key(|mutation| place(mutation.span));
        self.found
    }

    fn part(&mut self, root: Root, expr: &'s Expr) {
        self.root = root;
        self.visit(expr, None);
        self.definitions();
    }

    fn fairness(&mut self, index: usize, expr: &'s Expr) {
        let before = self.found.len();
        self.part(Root::Fairness(index), expr);
        let conditions = self.found[before..].iter().any(|mutation| mutation.change == Change::Fairness);
        if !conditions {
            self.add(Change::Fairness, expr.span, Root::Fairness(index), Edit::DropRoot);
        }
        // What is the whole condition is better dropped than made TRUE.
        for mutation in &mut self.found[before..] {
            let whole = matches!(mutation.edit, Edit::Replace { target, .. } if std::ptr::eq(target, expr));
            if whole && mutation.change == Change::Fairness {
                mutation.edit = Edit::DropRoot;
            }
        }
    }

    fn definitions(&mut self) {
        while let Some(id) = self.waiting.pop_front() {
            self.root = Root::Definition(id);
            self.visit(&self.subject.program.definitions[id.index()].body, None);
        }
    }

    fn enter(&mut self, id: DefinitionId) {
        let Some(copy) = id.index().checked_sub(self.subject.first_copy) else { return };
        let entered = std::mem::replace(&mut self.entered[id.index()], true);
        if !entered && !self.subject.is_property(copy) {
            self.waiting.push_back(id);
        }
    }

    /// `assigned` is the variable of which `expr` is the whole next value.
    fn visit(&mut self, expr: &'s Expr, assigned: Option<&'s Expr>) {
        let subject = self.subject;
        let setting = Setting { program: &subject.program, model: &subject.model, initial: self.initial };
        let mut changes = Vec::new();
        setting.changes(expr, assigned, &mut |change, span, by| changes.push((change, span, by)));
        for (change, span, by) in changes {
            self.add(change, span, self.root, Edit::Replace { target: expr, by: Box::new(by) });
        }
        expr.for_each_definition(&mut |definition| self.enter(definition));
        if let (Some(variable), ExprKind::Builtin(_, operands)) = (next_of(expr), &expr.kind) {
            operands.iter().skip(1).for_each(|value| self.visit(value, Some(variable)));
            return;
        }
        match &expr.kind {
            ExprKind::WeakFairness { action, .. } | ExprKind::StrongFairness { action, .. } => self.visit(action, None),
            _ => expr.for_each_child(&mut |child| self.visit(child, None)),
        }
    }

    fn add(&mut self, change: Change, span: Span, root: Root, edit: Edit<'s>) {
        let definition = self.enclosing(span);
        self.found.push(Mutation { change, definition, span, root, edit });
    }

    /// The definition at the top of a module in whose text the span lies.
    fn enclosing(&self, span: Span) -> Arc<str> {
        let program = &self.subject.program;
        let originals = program.definitions[..self.subject.first_copy].iter();
        let around = originals.filter(|definition| {
            let body = definition.body.span;
            !definition.inner && body.source == span.source && body.start <= span.start && span.end <= body.end
        });
        around.map(|definition| definition.name.clone()).next().unwrap_or_else(|| program.name.as_str().into())
    }
}
