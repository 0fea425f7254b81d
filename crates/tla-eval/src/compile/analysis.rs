//! Facts about definitions that decide how they are compiled: how often parameters are used, what names are free.

use std::collections::HashMap;
use std::rc::Rc;

use tla_syntax::resolved::{Argument, Definition, DefinitionId, Expr, ExprKind, LocalId, OperatorArgument, Program};

use super::environment::Key;

/// How often an expression's value may be needed when the body around it is evaluated once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Usage {
    Never,
    Once,
    Often,
}

pub(super) struct Analysis<'p> {
    program: &'p Program,
    usages: HashMap<DefinitionId, Rc<[Usage]>>,
    needs: HashMap<DefinitionId, Rc<[Key]>>,
}

/// Calls `visit` with each direct part of an expression, and whether that part may be evaluated many times.
pub(super) fn parts<'p>(expr: &'p Expr, visit: &mut dyn FnMut(&'p Expr, bool)) {
    expr.for_each_child(&mut |part| visit(part, is_repeated(expr, part)));
}

/// Whether a direct part of an expression may be evaluated many times when the expression is evaluated once.
fn is_repeated(expr: &Expr, part: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Quantified { body, .. }
        | ExprKind::UnboundedQuantified { body, .. }
        | ExprKind::Choose { body, .. }
        | ExprKind::SetMap { body, .. }
        | ExprKind::Function { body, .. } => std::ptr::eq(&**body, part),
        ExprKind::SetFilter { predicate, .. } => std::ptr::eq(&**predicate, part),
        ExprKind::BoxAction { subscript, .. }
        | ExprKind::AngleAction { subscript, .. }
        | ExprKind::WeakFairness { subscript, .. }
        | ExprKind::StrongFairness { subscript, .. } => std::ptr::eq(&**subscript, part),
        // What is no argument itself is the body of a LAMBDA.
        ExprKind::ApplyLocal { arguments, .. }
        | ExprKind::ApplyConstant { arguments, .. }
        | ExprKind::Apply { arguments, .. } => {
            let is_part = |argument: &Argument| matches!(argument, Argument::Value(value) if std::ptr::eq(value, part));
            !arguments.iter().any(is_part)
        }
        _ => false,
    }
}

impl<'p> Analysis<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self { program, usages: HashMap::new(), needs: HashMap::new() }
    }

    fn definition(&self, id: DefinitionId) -> &'p Definition {
        &self.program.definitions[id.index()]
    }

    /// For each parameter, how often the body uses it.
    pub(super) fn usage(&mut self, id: DefinitionId) -> Rc<[Usage]> {
        if let Some(known) = self.usages.get(&id) {
            return known.clone();
        }
        let definition = self.definition(id);
        let usage: Rc<[Usage]> =
            definition.parameters.iter().map(|parameter| self.usage_in(&definition.body, parameter.local)).collect();
        self.usages.insert(id, usage.clone());
        usage
    }

    /// How often `body` uses `local`.
    pub(super) fn usage_in(&self, body: &'p Expr, local: LocalId) -> Usage {
        let mut uses = 0;
        self.count(body, local, 1, &mut uses);
        match uses {
            0 => Usage::Never,
            1 => Usage::Once,
            _ => Usage::Often,
        }
    }

    fn count(&self, expr: &'p Expr, local: LocalId, weight: u32, uses: &mut u32) {
        match &expr.kind {
            ExprKind::Local(used) if *used == local => *uses += weight,
            // An operator that is passed on may be applied any number of times.
            ExprKind::ApplyLocal { operator, .. } if *operator == local => *uses += 2,
            ExprKind::Let { definitions, .. } => {
                for &inner in definitions {
                    self.count(&self.definition(inner).body, local, 2, uses);
                }
            }
            _ => {}
        }
        parts(expr, &mut |part, repeated| self.count(part, local, if repeated { 2 } else { weight }, uses));
    }

    /// The names that a LET definition uses and that are bound outside of it: locals, and LET definitions without
    /// parameters.
    pub(super) fn needs(&mut self, id: DefinitionId) -> Rc<[Key]> {
        if let Some(known) = self.needs.get(&id) {
            return known.clone();
        }
        let mut search = Needs { analysis: self, bound: Vec::new(), found: Vec::new(), entered: vec![id] };
        let definition = search.analysis.definition(id);
        search.bound.extend(definition.parameters.iter().map(|parameter| Key::Local(parameter.local)));
        search.visit(&definition.body);
        let needs: Rc<[Key]> = search.found.into();
        self.needs.insert(id, needs.clone());
        needs
    }
}

struct Needs<'a, 'p> {
    analysis: &'a Analysis<'p>,
    bound: Vec<Key>,
    found: Vec<Key>,
    /// Definitions whose bodies were looked at.
    entered: Vec<DefinitionId>,
}

impl<'p> Needs<'_, 'p> {
    fn found(&mut self, key: Key) {
        if !self.bound.contains(&key) && !self.found.contains(&key) {
            self.found.push(key);
        }
    }

    fn mentions(&mut self, id: DefinitionId) {
        let definition = self.analysis.definition(id);
        if !definition.inner || self.bound.contains(&Key::Definition(id)) {
            return;
        }
        if definition.parameters.is_empty() && !definition.recursive {
            self.found(Key::Definition(id));
        } else if !self.entered.contains(&id) {
            self.entered.push(id);
            // Locals are unique within the whole top-level definition: binding them for good hides nothing.
            self.bound.extend(definition.parameters.iter().map(|parameter| Key::Local(parameter.local)));
            self.visit(&definition.body);
        }
    }

    fn operator(&mut self, argument: &'p OperatorArgument) {
        match argument {
            OperatorArgument::Definition(id) => self.mentions(*id),
            OperatorArgument::Local(local) => self.found(Key::Local(*local)),
            OperatorArgument::Lambda { parameters, .. } => {
                self.bound.extend(parameters.iter().map(|parameter| Key::Local(parameter.local)));
            }
            OperatorArgument::Constant(_) | OperatorArgument::Builtin(_) => {}
        }
    }

    fn bind(&mut self, expr: &'p Expr) {
        use tla_syntax::resolved::Pattern;
        let names = |pattern: &'p Pattern| match pattern {
            Pattern::Names(names) | Pattern::Tuple(names) => names,
        };
        let mut add = |named: &'p [tla_syntax::resolved::Named]| {
            self.bound.extend(named.iter().map(|name| Key::Local(name.local)));
        };
        match &expr.kind {
            ExprKind::Quantified { bounds, .. } | ExprKind::SetMap { bounds, .. } => {
                bounds.iter().for_each(|bound| add(names(&bound.pattern)));
            }
            ExprKind::Function { recursive, bounds, .. } => {
                recursive.iter().for_each(|name| add(std::slice::from_ref(name)));
                bounds.iter().for_each(|bound| add(names(&bound.pattern)));
            }
            ExprKind::UnboundedQuantified { names, .. } => add(names),
            ExprKind::Choose { pattern, .. } => add(names(pattern)),
            ExprKind::SetFilter { bound, .. } => add(names(&bound.pattern)),
            ExprKind::Except { updates, .. } => {
                self.bound.extend(updates.iter().filter_map(|update| update.at.map(Key::Local)));
            }
            _ => {}
        }
    }

    fn visit(&mut self, expr: &'p Expr) {
        self.bind(expr);
        match &expr.kind {
            ExprKind::Local(local) => self.found(Key::Local(*local)),
            ExprKind::ApplyLocal { operator, .. } => self.found(Key::Local(*operator)),
            ExprKind::Apply { definition, .. } => self.mentions(*definition),
            ExprKind::Let { definitions, .. } => {
                for &inner in definitions {
                    let definition = self.analysis.definition(inner);
                    self.bound.push(Key::Definition(inner));
                    self.bound.extend(definition.parameters.iter().map(|parameter| Key::Local(parameter.local)));
                    self.visit(&definition.body);
                }
            }
            _ => {}
        }
        if let ExprKind::ApplyLocal { arguments, .. }
        | ExprKind::ApplyConstant { arguments, .. }
        | ExprKind::Apply { arguments, .. } = &expr.kind
        {
            for argument in arguments {
                if let Argument::Operator(operator) = argument {
                    self.operator(operator);
                }
            }
        }
        let mut inner = Vec::new();
        parts(expr, &mut |part, _| inner.push(part));
        inner.into_iter().for_each(|part| self.visit(part));
    }
}
