//! Facts about definitions that decide how they are compiled: how often parameters are used, what names are free.

use std::collections::HashMap;
use std::rc::Rc;

use tla_syntax::resolved::{
    Argument, Bound, Definition, DefinitionId, Expr, ExprKind, LocalId, OperatorArgument, Program, UpdateStep,
};

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
    let bounds = |bounds: &'p [Bound], visit: &mut dyn FnMut(&'p Expr, bool)| {
        bounds.iter().for_each(|bound| visit(&bound.set, false));
    };
    match &expr.kind {
        ExprKind::Boolean(_)
        | ExprKind::Integer(_)
        | ExprKind::String(_)
        | ExprKind::Constant(_)
        | ExprKind::Variable(_)
        | ExprKind::Local(_) => {}
        ExprKind::ApplyLocal { arguments, .. }
        | ExprKind::ApplyConstant { arguments, .. }
        | ExprKind::Apply { arguments, .. } => {
            for argument in arguments {
                match argument {
                    Argument::Value(value) => visit(value, false),
                    Argument::Operator(OperatorArgument::Lambda { body, .. }) => visit(body, true),
                    Argument::Operator(_) => {}
                }
            }
        }
        ExprKind::Builtin(_, items)
        | ExprKind::Conjunction(items)
        | ExprKind::Disjunction(items)
        | ExprKind::SetEnumeration(items)
        | ExprKind::Tuple(items)
        | ExprKind::Product(items) => items.iter().for_each(|item| visit(item, false)),
        ExprKind::If { condition, then, otherwise } => {
            visit(condition, false);
            visit(then, false);
            visit(otherwise, false);
        }
        ExprKind::Case { arms, other } => {
            for (guard, value) in arms {
                visit(guard, false);
                visit(value, false);
            }
            other.iter().for_each(|value| visit(value, false));
        }
        ExprKind::Let { body, .. } | ExprKind::Labeled { body, .. } => visit(body, false),
        ExprKind::Quantified { bounds: of, body, .. }
        | ExprKind::SetMap { bounds: of, body }
        | ExprKind::Function { bounds: of, body, .. } => {
            bounds(of, visit);
            visit(body, true);
        }
        ExprKind::UnboundedQuantified { body, .. } => visit(body, true),
        ExprKind::Choose { set, body, .. } => {
            set.iter().for_each(|set| visit(set, false));
            visit(body, true);
        }
        ExprKind::SetFilter { bound, predicate } => {
            visit(&bound.set, false);
            visit(predicate, true);
        }
        ExprKind::FunctionApplication { function, arguments } => {
            visit(function, false);
            arguments.iter().for_each(|argument| visit(argument, false));
        }
        ExprKind::FunctionSet { domain, range } => {
            visit(domain, false);
            visit(range, false);
        }
        ExprKind::Record(fields) | ExprKind::RecordSet(fields) => {
            fields.iter().for_each(|(_, value)| visit(value, false))
        }
        ExprKind::Field { record, .. } => visit(record, false),
        ExprKind::Except { base, updates } => {
            visit(base, false);
            for update in updates {
                for step in &update.path {
                    if let UpdateStep::Index(indices) = step {
                        indices.iter().for_each(|index| visit(index, false));
                    }
                }
                visit(&update.value, false);
            }
        }
        ExprKind::BoxAction { action, subscript }
        | ExprKind::AngleAction { action, subscript }
        | ExprKind::WeakFairness { subscript, action }
        | ExprKind::StrongFairness { subscript, action } => {
            visit(action, false);
            visit(subscript, true);
        }
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
