//! Temporal formulas: properties of behaviours and what a specification demands of them.
//!
//! A formula is looked through (definitions, LET, parameters, instances, quantifiers over constant sets) down to its
//! *atoms*: predicates of states and of steps, which are compiled like everything else. What can be decided while states
//! are made is separated from the rest, as TLC does: `[]P`, `[][A]_v` and predicates of the first state are [`OnTheFly`],
//! and only what remains needs the state graph.

mod alternatives;
mod atoms;
mod bounds;
mod disjuncts;
mod formulas;
mod levels;
mod sameness;
mod splitting;

use std::rc::Rc;
use std::sync::atomic::AtomicBool;
use std::sync::Arc;

use tla_check::temporal::{Fairness, Formula, Temporal};
use tla_syntax::config::Behaviour;
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::resolved::{DefinitionId, Expr, LocalId};
use tla_syntax::source::Span;

use super::environment::{Binding, ConstantOp, Env, Key, Source};
use super::{Compiled, Compiler, Mode};
use crate::code::{Routine, VariableIndex};
use crate::evaluate::Evaluator;
use crate::value::Value;
use atoms::AtomTable;
use disjuncts::NextDisjuncts;

/// Formulas nested deeper than this are refused.
const DEEPEST: u32 = 500;
/// Parts that a formula may have after its quantifiers are written out.
const MOST_PARTS: usize = 200_000;

/// A conjunct of a property that is decided while states are made.
pub(crate) struct OnTheFly<'p> {
    pub(crate) property: DefinitionId,
    pub(crate) test: OnTheFlyTest<'p>,
}

pub(crate) enum OnTheFlyTest<'p> {
    /// `[]P`; `plain` where TLC checks it as an invariant too: it is not under a quantifier.
    Always { predicate: &'p Expr, env: Env<'p>, plain: bool },
    /// `P`, of initial states.
    Initially(Rc<Routine>),
    /// `[][A]_v`
    Steps(StepTest),
}

/// `[A]_v` or `<<A>>_v`.
pub(crate) struct StepTest {
    /// The parts of `v`, which are unchanged or not.
    pub(crate) subscript: Box<[StepPart]>,
    /// The disjuncts of `A` in the order in which they are evaluated, each with its conjuncts in theirs.
    pub(crate) alternatives: Box<[Box<[StepPart]>]>,
    /// Conjuncts of the action, before all others, that are about the state in which a step begins.
    pub(crate) guard: Box<[Rc<Routine>]>,
    /// `<<A>>_v`: a step that leaves `v` unchanged is none.
    pub(crate) angle: bool,
}

/// What is tested of a step.
pub(crate) enum StepPart {
    /// That a variable keeps its value.
    Unchanged(VariableIndex),
    Holds(Rc<Routine>),
}

/// What a state atom says.
pub(crate) enum StateTest {
    Predicate(Rc<Routine>),
    /// An action, of the step that stutters in this state.
    OfStuttering(Rc<Routine>),
}

/// A fairness condition as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FairnessSource {
    pub strong: bool,
    /// Of the action.
    pub span: Span,
}

/// A formula with the property that it is a conjunct of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaSource {
    pub property: DefinitionId,
    pub span: Span,
    pub bound: Vec<(Arc<str>, String)>,
    /// Of `P ~> Q`, the atom of states `P`.
    pub leads_from: Option<usize>,
}

/// Everything temporal of a model.
#[derive(Default)]
pub(crate) struct TemporalCode<'p> {
    pub(crate) on_the_fly: Vec<OnTheFly<'p>>,
    pub(crate) temporal: Temporal,
    pub(crate) state_tests: Vec<StateTest>,
    pub(crate) step_tests: Vec<StepTest>,
    pub(crate) fairness_sources: Vec<FairnessSource>,
    /// Of each property of `temporal`.
    pub(crate) formula_sources: Vec<FormulaSource>,
}

/// A name that a quantifier gave a value.
type Bound = (Arc<str>, Value);

struct TemporalCompiler<'c, 'p> {
    compiler: &'c mut Compiler<'p>,
    /// Evaluates the sets of quantifiers.
    evaluator: Evaluator,
    atoms: AtomTable<'p>,
    next: NextDisjuncts<'p>,
    parts: usize,
    depth: u32,
    /// The quantifiers around.
    bound: Vec<Bound>,
    found: TemporalCode<'p>,
}

impl<'p> Compiler<'p> {
    /// The configuration's properties and, where some of them need it, the specification's fairness.
    pub(crate) fn temporal(&mut self, variables: Arc<[Arc<str>]>, stop: Arc<AtomicBool>) -> Compiled<TemporalCode<'p>> {
        let model = self.model;
        if model.properties.is_empty() {
            return Ok(TemporalCode::default());
        }
        let evaluator = Evaluator::new(0, 0, variables, stop);
        let mut building = TemporalCompiler {
            compiler: self,
            evaluator,
            atoms: AtomTable::default(),
            next: NextDisjuncts::default(),
            parts: 0,
            depth: 0,
            bound: Vec::new(),
            found: TemporalCode::default(),
        };
        building.next = NextDisjuncts::of(match &model.behaviour {
            Some(Behaviour::Specification(specification)) => specification.next.as_ref(),
            Some(Behaviour::InitNext { next, .. }) => Some(&building.compiler.program.definitions[next.index()].body),
            None => None,
        });
        for &property in &model.properties {
            building.property(property)?;
        }
        if !building.found.temporal.properties.is_empty() {
            if let Some(Behaviour::Specification(specification)) = &model.behaviour {
                for conjunct in &specification.fairness {
                    building.demand(conjunct, &Env::default())?;
                }
            }
        }
        Ok(building.finish())
    }
}

impl<'p> TemporalCompiler<'_, 'p> {
    fn finish(mut self) -> TemporalCode<'p> {
        let atoms = self.atoms.finish();
        self.found.temporal.state_atoms = atoms.states.len();
        self.found.temporal.step_atoms = atoms.steps.len();
        for (index, test) in atoms.steps.iter().enumerate() {
            if !test.angle {
                self.found.temporal.stuttering.set(index);
            }
        }
        self.found.state_tests = atoms.states;
        self.found.step_tests = atoms.steps;
        self.found
    }

    fn require(&mut self, fairness: Fairness, source: FairnessSource) {
        self.found.temporal.fairness.push(fairness);
        self.found.fairness_sources.push(source);
    }

    fn assume(&mut self, formula: Formula) {
        self.found.temporal.assumptions.push(formula);
    }

    /// The quantifiers around, with their values as text.
    fn bound_names(&self) -> Vec<(Arc<str>, String)> {
        self.bound.iter().map(|(name, value)| (name.clone(), value.to_string())).collect()
    }

    /// Runs `build` one level deeper.
    fn deeper<T>(&mut self, span: Span, build: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<T> {
        self.parts += 1;
        if self.depth >= DEEPEST {
            return Err(limit(span, format!("this temporal formula is nested more than {DEEPEST} deep")));
        }
        if self.parts > MOST_PARTS {
            let message = format!("the quantifiers of this temporal formula make more than {MOST_PARTS} parts of it");
            return Err(limit(span, message));
        }
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        built
    }
}

fn limit(span: Span, message: String) -> Box<Diagnostic> {
    let hint = "use smaller constants, or say less in one formula";
    Box::new(Diagnostic::new(Code::Limit, span, message).with_hint(hint))
}

fn refused(span: Span, message: impl Into<String>, hint: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::Unsupported, span, message.into()).with_hint(hint))
}

/// A name that stands for an expression as it is written.
fn standing_for<'p>(expr: &'p Expr, env: &Env<'p>) -> Binding<'p> {
    Binding::Substitute(Source { expr, env: env.clone(), mode: Mode::STEP })
}

fn with_value<'p>(env: &Env<'p>, local: LocalId, value: Value) -> Env<'p> {
    env.with(Key::Local(local), Binding::Constant(ConstantOp::Value(value)))
}
