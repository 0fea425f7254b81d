//! Everything of a model that is evaluated, compiled for one thread.

use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::Arc;

use tla_syntax::config::{Behaviour, Model as Configuration};
use tla_syntax::resolved::{DefinitionId, Program};
use tla_syntax::source::Span;

use super::invariants::Invariant;
use super::properties::Properties;
use super::symmetry::{self, Symmetry};
use super::temporal::TemporalTests;
use crate::code::{Action, Routine};
use crate::compile::{ActionInfo, Compiled, Compiler, Mode, Node};
use crate::error::Result;
use crate::evaluate::{Evaluator, MOST_OBSERVED};
use crate::value::Value;

/// How a model is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    Quick,
    /// Without shortcuts, and counting evaluations.
    Counting,
    /// Without shortcuts: what the others are compared with.
    General,
    /// As quick, writing down where evaluation is.
    Profiled,
}

pub(super) struct ActionEntry {
    pub(super) action: Rc<Action>,
    pub(super) frame: u32,
    /// It can be evaluated in shares, by several workers: nobody notices that its first choices are made more than once.
    pub(super) divisible: bool,
}

pub(super) struct EntryPoints {
    pub(super) initial: Option<ActionEntry>,
    pub(super) next: Option<ActionEntry>,
    pub(super) actions: Vec<ActionInfo>,
    /// Places of the expressions that coverage counts.
    pub(super) counted: Vec<Span>,
    /// The expressions whose time is to be known.
    pub(super) nodes: Vec<Node>,
    /// Those of the configuration, then conjuncts of its properties.
    pub(super) invariants: Vec<Invariant>,
    pub(super) tests: TemporalTests,
    pub(super) properties: Properties,
    pub(super) constraints: Vec<Rc<Routine>>,
    pub(super) action_constraints: Vec<Rc<Routine>>,
    pub(super) assumptions: Vec<Rc<Routine>>,
    pub(super) view: Option<Rc<Routine>>,
    pub(super) alias: Option<Rc<Routine>>,
    pub(super) postcondition: Option<Rc<Routine>>,
    permutations: Option<Rc<Routine>>,
    symmetry: Option<Symmetry>,
    pub(super) memos: usize,
    pub(super) globals: usize,
    /// Expressions whose values are remembered.
    pub(super) recalled: usize,
    /// Whether steps, invariants and constraints depend on states alone, and on variables that can be told apart.
    pub(super) recallable: bool,
}

impl EntryPoints {
    /// `stop` ends what has to be evaluated while compiling.
    pub(super) fn compile(
        program: &Program,
        configuration: &Configuration,
        reading: Reading,
        stop: &Arc<AtomicBool>,
    ) -> Compiled<Self> {
        let mut compiler = Compiler::new(program, configuration);
        compiler.counted = (reading == Reading::Counting).then(Vec::new);
        compiler.profiled = (reading == Reading::Profiled).then(Default::default);
        compiler.general = reading == Reading::General;
        let (initial, next) = behaviour(&mut compiler, program, configuration)?;
        let mut invariants = Invariant::all(&mut compiler, program, configuration)?;
        let variables = program.variables.iter().map(|variable| variable.name.clone()).collect();
        let temporal = compiler.temporal(variables, stop.clone())?;
        let properties = Properties::of(&temporal);
        let tests = TemporalTests::of(temporal, |predicate, env| {
            invariants.push(Invariant::new(&mut compiler, program, configuration, predicate, env)?);
            Ok(())
        })?;
        let mut all = |ids: &[DefinitionId], mode| -> Compiled<Vec<_>> {
            ids.iter().map(|&id| compiler.entry_definition(id, mode)).collect()
        };
        let constraints = all(&configuration.constraints, Mode::CANDIDATE)?;
        let action_constraints = all(&configuration.action_constraints, Mode::STEP)?;
        let recallable = !compiler.volatile && program.variables.len() <= MOST_OBSERVED;
        let mut one = |id: Option<DefinitionId>, mode| -> Compiled<Option<_>> {
            id.map(|id| compiler.entry_definition(id, mode)).transpose()
        };
        let view = one(configuration.view, Mode::CANDIDATE)?;
        let alias = one(configuration.alias, Mode::STEP)?;
        let postcondition = one(configuration.postcondition, Mode::STEP)?;
        let permutations = one(configuration.symmetry, Mode::STEP)?;
        let assumptions = program
            .assumptions
            .iter()
            .map(|assumption| {
                compiler.entry(assumption.name.as_deref().unwrap_or("ASSUME"), &assumption.body, Mode::STEP)
            })
            .collect::<Compiled<_>>()?;
        Ok(Self {
            initial,
            next,
            invariants,
            tests,
            properties,
            constraints,
            action_constraints,
            assumptions,
            view,
            alias,
            postcondition,
            permutations,
            recallable,
            symmetry: None,
            memos: compiler.memo_count(),
            globals: compiler.global_count(),
            recalled: compiler.recalled,
            actions: compiler.actions,
            counted: compiler.counted.unwrap_or_default(),
            nodes: compiler.profiled.map(|nodes| nodes.all).unwrap_or_default(),
        })
    }

    /// Evaluates SYMMETRY to the group that its permutations generate.
    pub(super) fn find_symmetry(&mut self, evaluator: &mut Evaluator) -> Result<()> {
        if let Some(routine) = &self.permutations {
            self.symmetry = Some(Symmetry::new(&evaluator.run_routine(routine)?)?);
        }
        Ok(())
    }

    pub(super) fn has_symmetry(&self) -> bool {
        self.symmetry.is_some()
    }

    pub(super) fn fingerprint(&self, state: &[Value]) -> u64 {
        match &self.symmetry {
            Some(symmetry) => symmetry.fingerprint(state),
            None => symmetry::fingerprint(state),
        }
    }

    pub(super) fn view_fingerprint(&self, view: &Value) -> u64 {
        match &self.symmetry {
            Some(symmetry) => symmetry.hash(view),
            None => view.hash(),
        }
    }
}

pub(super) fn behaviour<'p>(
    compiler: &mut Compiler<'p>,
    program: &'p Program,
    configuration: &'p Configuration,
) -> Compiled<(Option<ActionEntry>, Option<ActionEntry>)> {
    match &configuration.behaviour {
        None => Ok((None, None)),
        Some(Behaviour::InitNext { init, next }) => {
            let initial = compiler.action_entry(|compiler| compiler.initial_definition(*init))?;
            let name = program.definitions[next.index()].name.to_string();
            let next = compiler.action_entry(|compiler| compiler.next_definition(&name, *next))?;
            Ok((Some(initial), Some(next)))
        }
        Some(Behaviour::Specification(specification)) => {
            let initial = compiler.action_entry(|compiler| {
                let parts = specification.init.iter().map(|part| compiler.initial_predicate(part));
                Ok(Action::And(parts.collect::<Compiled<_>>()?))
            })?;
            let next = match &specification.next {
                Some(next) => Some(compiler.action_entry(|compiler| compiler.next_relation("Next", next))?),
                None => None,
            };
            Ok((Some(initial), next))
        }
    }
}

impl Compiler<'_> {
    fn action_entry(&mut self, build: impl FnOnce(&mut Self) -> Compiled<Action>) -> Compiled<ActionEntry> {
        let outer = std::mem::take(&mut self.volatile);
        let (action, frame) = self.in_own_frame(build)?;
        let divisible = !self.volatile && self.counted.is_none();
        self.volatile |= outer;
        Ok(ActionEntry { action: action.into(), frame, divisible })
    }
}
