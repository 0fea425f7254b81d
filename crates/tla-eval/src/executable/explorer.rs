//! Looks at single states and steps: evaluates parts of the specification by themselves, and names each step's action.

use std::rc::Rc;
use std::sync::Arc;

use tla_check::model::Flow;
use tla_syntax::config::Behaviour;
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::resolved::{Bound, DefinitionId, Expr, Pattern};
use tla_syntax::source::Span;

use super::entry_points::ActionEntry;
use super::Executable;
use crate::code::Routine;
use crate::compile::{ActionInfo, Compiled, Compiler, Leaf, Scope};
use crate::error::{ErrorKind, EvalError, Result};
use crate::evaluate::{Evaluator, Then};
use crate::value::Value;

/// One way to take an action.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The operator that defines the action.
    pub name: String,
    pub span: Span,
    /// The names that tell this instance from others, with their values.
    pub parameters: Vec<(String, Value)>,
    /// The parameters are names bound by `\E`: the definition has none of its own.
    pub bound: bool,
}

/// A state that a step leads to, with the values of the variables in the order of their declaration.
#[derive(Clone, Debug)]
pub struct Successor {
    pub instance: Instance,
    pub state: Vec<Value>,
}

/// An evaluator for questions about single states. To be used on a thread with a stack of [`crate::STACK_BYTES`].
pub struct Explorer<'p> {
    pub(super) executable: &'p Executable,
    pub(super) compiler: Compiler<'p>,
    pub(super) evaluator: Evaluator,
    initial: Option<Rc<ActionEntry>>,
    next: Option<Rc<ActionEntry>>,
    leaves: Rc<[Leaf]>,
    actions: Rc<[ActionInfo]>,
}

/// Values in the order of a quantifier's names.
pub(super) type Row = Vec<Value>;

impl<'p> Explorer<'p> {
    /// # Errors
    /// Where the model cannot be compiled; then it cannot be checked either.
    pub fn new(executable: &'p Executable) -> std::result::Result<Self, Box<Diagnostic>> {
        let mut compiler = Compiler::new(&executable.program, &executable.configuration);
        compiler.leaves = Some(Vec::new());
        let (initial, next) =
            super::entry_points::behaviour(&mut compiler, &executable.program, &executable.configuration)?;
        let leaves = compiler.leaves.take().unwrap_or_default().into();
        let actions = std::mem::take(&mut compiler.actions).into();
        let variables: Arc<[Arc<str>]> = executable.variables.clone();
        let mut evaluator = Evaluator::new(0, 0, variables, executable.stop.clone());
        evaluator.seed(executable.seed);
        if let Some(facts) = &executable.facts {
            evaluator.set_facts(facts.clone());
        }
        let (initial, next) = (initial.map(Rc::new), next.map(Rc::new));
        Ok(Self { executable, compiler, evaluator, initial, next, leaves, actions })
    }

    /// The state, or the step, that is looked at from now on.
    pub fn look_at(&mut self, current: &[Value], next: Option<&[Value]>) {
        self.evaluator.current = current.to_vec();
        match next {
            Some(next) => self.evaluator.next = next.to_vec(),
            None => self.evaluator.next = vec![Value::Unset; current.len()],
        }
    }

    /// The value of a definition without parameters, in the state or step that is looked at.
    ///
    /// # Errors
    /// Where it has none.
    pub fn definition(&mut self, id: DefinitionId) -> Result<Value> {
        let executable = self.executable;
        let id = executable.configuration.replaced.get(&id).copied().unwrap_or(id);
        self.value(&executable.program.definitions[id.index()].body, &Scope::default())
    }

    pub(super) fn value(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Value> {
        let routine = self.routine(expr, scope)?;
        self.evaluator.run_routine(&routine).map_err(|error| error.at_first(expr.span))
    }

    pub(super) fn test(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<bool> {
        let routine = self.routine(expr, scope)?;
        self.evaluator.test_routine(&routine)
    }

    fn routine(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Rc<Routine>> {
        let routine = self.compiler.scoped_entry(expr, scope);
        self.compiled(routine)
    }

    fn compiled<T>(&mut self, built: Compiled<T>) -> Result<T> {
        self.evaluator.make_room(self.compiler.memo_count(), self.compiler.global_count());
        built.map_err(|diagnostic| {
            let error = EvalError::undefined(diagnostic.message);
            diagnostic.span.map_or(error.clone(), |span| error.at(span))
        })
    }

    /// Rows of values for the names of `bounds` on which `body` has the truth value `wanted`, at most `most` of them; and
    /// whether there are more.
    pub(super) fn rows(
        &mut self,
        bounds: &'p [Bound],
        body: Option<(&'p Expr, bool)>,
        scope: &Scope<'p>,
        most: usize,
    ) -> Result<(Vec<Row>, bool)> {
        // Without a body the sets are compiled with something that is there anyway.
        let predicate = body.map_or(&bounds[0].set, |(body, _)| body);
        let built = self.compiler.scoped_binders(bounds, predicate, scope);
        let ((binders, code), frame) = self.compiled(built)?;
        let (mut rows, mut more) = (Vec::new(), false);
        self.evaluator.each_row(frame, &binders, &mut |evaluator, row| {
            if body.is_none_or(|(_, wanted)| matches!(evaluator.test(&code), Ok(value) if value == wanted)) {
                more = rows.len() >= most;
                if !more {
                    rows.push(row);
                }
            }
            Ok(!more)
        })?;
        Ok((rows, more))
    }

    /// Whether some next state satisfies all conjuncts.
    pub(super) fn satisfiable(&mut self, conjuncts: &[(&'p Expr, Scope<'p>)]) -> Result<bool> {
        Ok(!self.next_states(conjuncts, 1)?.is_empty())
    }

    /// Next states that satisfy all conjuncts, at most `most`. What they say nothing of is unset.
    pub(super) fn next_states(&mut self, conjuncts: &[(&'p Expr, Scope<'p>)], most: usize) -> Result<Vec<Vec<Value>>> {
        let built = self.compiler.scoped_actions(conjuncts);
        let (action, frame) = self.compiled(built)?;
        let next = std::mem::replace(&mut self.evaluator.next, vec![Value::Unset; self.evaluator.current.len()]);
        let mut found = Vec::new();
        let result = self.evaluator.run_entry(frame, &action, &Then::End, &mut |evaluator| {
            found.push(evaluator.next.clone());
            Ok(if found.len() < most { Flow::Continue } else { Flow::Stop })
        });
        self.evaluator.next = next;
        result.map(|_| found)
    }

    /// Initial states in the order of the specification, at most `most`; and whether there are more.
    ///
    /// # Errors
    /// Where the initial predicate cannot be evaluated.
    pub fn initial_states(&mut self, most: usize) -> Result<(Vec<Vec<Value>>, bool)> {
        let (mut found, mut more) = (Vec::<Vec<Value>>::new(), false);
        self.each_initial(&mut |state| {
            if !found.iter().any(|known| same(known, state)) {
                more = found.len() >= most;
                if !more {
                    found.push(state.to_vec());
                }
            }
            !more
        })?;
        Ok((found, more))
    }

    /// Calls `visit` with each initial state until it returns false.
    pub(super) fn each_initial(&mut self, visit: &mut dyn FnMut(&[Value]) -> bool) -> Result<()> {
        let Some(initial) = self.initial.clone() else { return Ok(()) };
        self.explore(&initial, &mut |evaluator| Ok(if visit(&evaluator.next) { Flow::Continue } else { Flow::Stop }))
    }

    /// Successors of `state` in the order of the specification, each way to reach one by itself, at most `most`; and
    /// whether there are more.
    ///
    /// # Errors
    /// Where the next-state relation cannot be evaluated.
    pub fn successors(&mut self, state: &[Value], most: usize) -> Result<(Vec<Successor>, bool)> {
        let (mut found, mut more) = (Vec::new(), false);
        self.each_successor(state, &mut |successor| {
            more = found.len() >= most;
            if !more {
                found.push(successor);
            }
            !more
        })?;
        Ok((found, more))
    }

    /// The first way in which the specification leads from `state` to `next`, by `action` if there is such a one.
    ///
    /// # Errors
    /// As [`Self::successors`].
    pub fn step(&mut self, state: &[Value], next: &[Value], action: Option<&ActionInfo>) -> Result<Option<Instance>> {
        let mut found: Option<Instance> = None;
        self.each_successor(state, &mut |successor| {
            let wanted = action.is_none_or(|action| action.span == successor.instance.span);
            if (wanted || found.is_none()) && same(&successor.state, next) {
                found = Some(successor.instance);
                return !wanted;
            }
            true
        })?;
        Ok(found)
    }

    /// Calls `visit` with each successor until it returns false.
    pub(super) fn each_successor(&mut self, state: &[Value], visit: &mut dyn FnMut(Successor) -> bool) -> Result<()> {
        let Some(next) = self.next.clone() else { return Ok(()) };
        let (leaves, actions) = (self.leaves.clone(), self.actions.clone());
        self.look_at(state, None);
        self.explore(&next, &mut |evaluator| {
            let instance = instance(evaluator, &leaves, &actions);
            let successor = Successor { instance, state: evaluator.next.clone() };
            Ok(if visit(successor) { Flow::Continue } else { Flow::Stop })
        })
    }

    fn explore(&mut self, entry: &ActionEntry, visit: &mut dyn FnMut(&mut Evaluator) -> Result<Flow>) -> Result<()> {
        self.evaluator.make_room(self.compiler.memo_count(), self.compiler.global_count());
        self.evaluator.action = 0;
        self.evaluator.next = vec![Value::Unset; self.executable.variables.len()];
        let mut complete = |evaluator: &mut Evaluator| match unset(&evaluator.next) {
            Some(variable) => {
                let name = evaluator.variable_name(variable);
                Err(EvalError::undefined(format!("nothing gives a value to {name}")))
            }
            None => visit(evaluator),
        };
        let result = self.evaluator.run_entry(entry.frame, &entry.action, &Then::End, &mut complete);
        self.evaluator.next.fill(Value::Unset);
        result.map(|_| ())
    }

    /// The formulas that together say which states are initial.
    pub(super) fn initial_predicate(&self) -> Vec<&'p Expr> {
        match &self.executable.configuration.behaviour {
            Some(Behaviour::InitNext { init, .. }) => {
                let id = self.executable.configuration.replaced.get(init).copied().unwrap_or(*init);
                vec![&self.executable.program.definitions[id.index()].body]
            }
            Some(Behaviour::Specification(specification)) => specification.init.iter().collect(),
            None => Vec::new(),
        }
    }

    /// The next-state relation with its name.
    pub(super) fn next_relation(&self) -> Option<(&'p Expr, String)> {
        let program = &self.executable.program;
        match self.executable.configuration.behaviour.as_ref()? {
            Behaviour::InitNext { next, .. } => {
                let id = self.executable.configuration.replaced.get(next).copied().unwrap_or(*next);
                Some((&program.definitions[id.index()].body, program.definitions[next.index()].name.to_string()))
            }
            Behaviour::Specification(specification) => {
                specification.next.as_ref().map(|next| (next, "Next".to_owned()))
            }
        }
    }
}

fn instance(evaluator: &mut Evaluator, leaves: &[Leaf], actions: &[ActionInfo]) -> Instance {
    let leaf = &leaves[evaluator.action as usize];
    let info = &actions[leaf.action];
    let named = |(name, code): &(Arc<str>, _)| Some((name.to_string(), evaluator.parameter(code).ok()?));
    // All or none: an instance with half of its parameters would be taken for another.
    let parameters = leaf.parameters.iter().map(named).collect::<Option<_>>().unwrap_or_default();
    Instance { name: info.name.clone(), span: info.span, parameters, bound: leaf.bound }
}

fn unset(state: &[Value]) -> Option<usize> {
    state.iter().position(|value| matches!(value, Value::Unset))
}

/// Whether two states are the same. Values that cannot be compared differ.
#[must_use]
pub fn same(one: &[Value], other: &[Value]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.equals(other).unwrap_or(false))
}

/// The names of a list of bounds, as rows have them.
pub(super) fn names(bounds: &[Bound]) -> impl Iterator<Item = &tla_syntax::resolved::Named> {
    bounds.iter().flat_map(|bound| match &bound.pattern {
        Pattern::Names(names) | Pattern::Tuple(names) => names,
    })
}

/// The error of an evaluation that was told to stop ends what goes on; others belong to what they are about.
pub(super) fn is_stopped(error: &EvalError) -> bool {
    error.kind() == ErrorKind::Stopped
}
