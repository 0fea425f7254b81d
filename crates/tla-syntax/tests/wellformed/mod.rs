//! What every resolved program keeps: ids in range, arguments that fit, locals bound where they are used and numbered
//! once.

use std::collections::HashSet;

use tla_syntax::resolved::{
    Argument, Bound, Definition, DefinitionId, Expr, ExprKind, LocalId, Named, OperatorArgument, Parameter, Pattern,
    Program,
};

/// What is wrong with a program, if anything.
pub(crate) fn faults(program: &Program) -> Vec<String> {
    let mut faults = Vec::new();
    let mut placed = HashSet::new();
    for definition in program.definitions.iter().filter(|definition| !definition.inner) {
        let mut check = Check::new(program, &definition.name, definition.locals, &mut faults, &mut placed);
        check.definition(definition);
    }
    for assumption in &program.assumptions {
        let mut check = Check::new(program, "an assumption", assumption.locals, &mut faults, &mut placed);
        check.expr(&assumption.body);
    }
    let inner = program.definitions.iter().filter(|definition| definition.inner).count();
    if placed.len() != inner {
        faults.push(format!("{inner} inner definitions, but {} stand in LETs", placed.len()));
    }
    faults
}

struct Check<'c> {
    program: &'c Program,
    name: &'c str,
    locals: u32,
    /// Locals visible here.
    visible: HashSet<LocalId>,
    /// Every local bound so far.
    bound: HashSet<LocalId>,
    /// LET definitions around this place.
    lets: HashSet<DefinitionId>,
    faults: &'c mut Vec<String>,
    placed: &'c mut HashSet<DefinitionId>,
}

impl<'c> Check<'c> {
    fn new(
        program: &'c Program,
        name: &'c str,
        locals: u32,
        faults: &'c mut Vec<String>,
        placed: &'c mut HashSet<DefinitionId>,
    ) -> Self {
        let (visible, bound, lets) = (HashSet::new(), HashSet::new(), HashSet::new());
        Self { program, name, locals, visible, bound, lets, faults, placed }
    }

    fn fault(&mut self, message: String) {
        self.faults.push(format!("{}: {message}", self.name));
    }

    fn definition(&mut self, definition: &Definition) {
        if definition.locals != self.locals {
            self.fault(format!("`{}` has {} locals instead of {}", definition.name, definition.locals, self.locals));
        }
        let before = self.visible.clone();
        self.parameters(&definition.parameters);
        self.expr(&definition.body);
        self.visible = before;
    }

    fn bind(&mut self, local: LocalId) {
        if local.0 >= self.locals {
            self.fault(format!("local {} of {}", local.0, self.locals));
        }
        if !self.bound.insert(local) {
            self.fault(format!("local {} is bound twice", local.0));
        }
        self.visible.insert(local);
    }

    fn parameters(&mut self, parameters: &[Parameter]) {
        parameters.iter().for_each(|parameter| self.bind(parameter.local));
    }

    fn names(&mut self, names: &[Named]) {
        names.iter().for_each(|named| self.bind(named.local));
    }

    fn bounds(&mut self, bounds: &[Bound]) {
        bounds.iter().for_each(|bound| self.expr(&bound.set));
        for bound in bounds {
            match &bound.pattern {
                Pattern::Names(names) | Pattern::Tuple(names) => self.names(names),
            }
        }
    }

    fn used(&mut self, local: LocalId) {
        if !self.visible.contains(&local) {
            self.fault(format!("local {} is used where it is not bound", local.0));
        }
    }

    fn known(&mut self, id: DefinitionId) -> Option<&'c Definition> {
        let program = self.program;
        let found = program.definitions.get(id.index());
        match found {
            None => self.fault(format!("definition {} does not exist", id.0)),
            Some(definition) if definition.inner && !self.lets.contains(&id) => {
                self.fault(format!("`{}` of a LET is used outside of it", definition.name));
            }
            Some(_) => {}
        }
        found
    }

    fn apply(&mut self, id: DefinitionId, arguments: &[Argument]) {
        let Some(definition) = self.known(id) else { return };
        if definition.parameters.len() != arguments.len() {
            let (wanted, given) = (definition.parameters.len(), arguments.len());
            self.fault(format!("`{}` takes {wanted} arguments and gets {given}", definition.name));
        }
        for (parameter, argument) in definition.parameters.iter().zip(arguments) {
            let fits = match argument {
                Argument::Value(_) => parameter.arity == 0,
                Argument::Operator(operator) => self.arity(operator).is_none_or(|arity| arity == parameter.arity),
            };
            if !fits {
                self.fault(format!("an argument of `{}` does not fit `{}`", definition.name, parameter.name));
            }
        }
    }

    fn arity(&self, operator: &OperatorArgument) -> Option<usize> {
        match operator {
            OperatorArgument::Definition(id) => Some(self.program.definitions.get(id.index())?.parameters.len()),
            OperatorArgument::Constant(id) => Some(self.program.constants.get(id.index())?.arity),
            OperatorArgument::Lambda { parameters, .. } => Some(parameters.len()),
            OperatorArgument::Local(_) | OperatorArgument::Builtin(_) => None,
        }
    }

    fn arguments(&mut self, arguments: &[Argument]) {
        for argument in arguments {
            match argument {
                Argument::Value(value) => self.expr(value),
                Argument::Operator(OperatorArgument::Local(local)) => self.used(*local),
                Argument::Operator(OperatorArgument::Definition(id)) => {
                    self.known(*id);
                }
                Argument::Operator(OperatorArgument::Lambda { parameters, body }) => {
                    let before = self.visible.clone();
                    self.parameters(parameters);
                    self.expr(body);
                    self.visible = before;
                }
                Argument::Operator(_) => {}
            }
        }
    }

    fn let_in(&mut self, definitions: &[DefinitionId], body: &Expr) {
        let before = self.lets.clone();
        self.lets.extend(definitions);
        let program = self.program;
        for &id in definitions {
            if !self.placed.insert(id) {
                self.fault(format!("definition {} stands in two LETs", id.0));
            }
            if let Some(definition) = self.known(id) {
                if !definition.inner {
                    self.fault(format!("`{}` stands in a LET but is not inner", definition.name));
                }
                self.definition(&program.definitions[id.index()]);
            }
        }
        self.expr(body);
        self.lets = before;
    }

    fn expr(&mut self, expr: &Expr) {
        let before = self.visible.clone();
        match &expr.kind {
            ExprKind::Local(local) => self.used(*local),
            ExprKind::Constant(id) if id.index() >= self.program.constants.len() => self.fault("a constant".into()),
            ExprKind::Variable(id) if id.index() >= self.program.variables.len() => self.fault("a variable".into()),
            ExprKind::ApplyLocal { operator, arguments } => {
                self.used(*operator);
                self.arguments(arguments);
            }
            ExprKind::ApplyConstant { arguments, .. } => self.arguments(arguments),
            ExprKind::Apply { definition, arguments } => {
                self.apply(*definition, arguments);
                self.arguments(arguments);
            }
            ExprKind::Let { definitions, body } => self.let_in(definitions, body),
            ExprKind::Quantified { bounds, body, .. } | ExprKind::SetMap { bounds, body } => {
                self.bounds(bounds);
                self.expr(body);
            }
            ExprKind::Function { recursive, bounds, body } => {
                self.bounds(bounds);
                self.names(recursive.as_slice());
                self.expr(body);
            }
            ExprKind::UnboundedQuantified { names, body, .. } => {
                self.names(names);
                self.expr(body);
            }
            ExprKind::Choose { pattern, set, body } => {
                set.iter().for_each(|set| self.expr(set));
                match pattern {
                    Pattern::Names(names) | Pattern::Tuple(names) => self.names(names),
                }
                self.expr(body);
            }
            ExprKind::SetFilter { bound, predicate } => {
                self.bounds(std::slice::from_ref(bound));
                self.expr(predicate);
            }
            ExprKind::Except { updates, .. } => {
                updates.iter().filter_map(|update| update.at).for_each(|at| self.bind(at));
                expr.for_each_child(&mut |child| self.expr(child));
            }
            _ => expr.for_each_child(&mut |child| self.expr(child)),
        }
        self.visible = before;
    }
}
