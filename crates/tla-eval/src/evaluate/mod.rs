//! Evaluation of compiled code: one thread's stack, states and kept constants.

mod action;
mod boolean;
mod call;
mod comprehension;
mod context;
mod division;
mod expression;
mod fold;
mod neighbours;
mod observation;
pub(crate) mod recall;
mod recalled;
mod scoped;
pub(crate) mod states;
mod whereabouts;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;

use tla_check::model::Flow;

use crate::code::{Action, Binder, Code, Routine, SlotIndex, VariableIndex};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{Symbol, Value};

pub(crate) use action::Then;
use action::Visit;
pub(crate) use division::Division;
pub(crate) use observation::{Reading, MOST_OBSERVED};
use states::States;
pub use whereabouts::Activity;
use whereabouts::Whereabouts;
pub(crate) use whereabouts::{Places, Spot};

/// Threads that evaluate need a stack of this many bytes: recursion in a specification is recursion here.
pub const STACK_BYTES: usize = 512 << 20;
/// What is left of it for the frames of the last call, for natives and for reporting the error.
const STACK_RESERVE: usize = 16 << 20;
/// Elements enumerated between two looks at the stop flag.
const STEPS_BETWEEN_LOOKS: u32 = 4096;

/// Answers the keys of `TLCGet` that only the run knows.
pub type RunFacts = Arc<dyn Fn(&str) -> Option<Fact> + Send + Sync>;

/// What the run knows, in a form that crosses threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    Integer(i64),
    Truth(bool),
    Text(String),
    Record(Vec<(&'static str, Fact)>),
}

impl Fact {
    fn value(&self) -> Value {
        match self {
            Self::Integer(value) => Value::Int(*value),
            Self::Truth(value) => Value::Bool(*value),
            Self::Text(text) => Value::string(text),
            Self::Record(fields) => {
                Value::record(fields.iter().map(|(name, fact)| (Symbol::new(name), fact.value())).collect())
            }
        }
    }
}

/// Is given each line that `Print` and `PrintT` write, from every thread that evaluates.
pub type Printer = Arc<dyn Fn(&str) + Send + Sync>;

pub(crate) struct Evaluator {
    stack: Vec<Value>,
    base: usize,
    pub(crate) current: Vec<Value>,
    /// `Unset` where a variable has no next value yet.
    pub(crate) next: Vec<Value>,
    /// Variables that were given a next value, in order, so that choices can be undone.
    trail: Vec<VariableIndex>,
    /// Those of them that keep their value, as bits: what such a step does is the same whatever the value is.
    kept: u64,
    observed: observation::Observed,
    /// The values that variables were seen to have, and which of them the current state has.
    pub(crate) states: States,
    /// Numbers of the next values that are known by number.
    next_numbers: Vec<u32>,
    /// Whether the current state is the one in `states`, and what is remembered of it may be used.
    pub(crate) recalls: bool,
    answers: Vec<recalled::Answers>,
    recalled_values: Vec<Value>,
    answer_bytes: usize,
    memos: Vec<Option<Value>>,
    globals: Vec<Option<Value>>,
    pub(crate) action: u32,
    /// Where only a share of the initial states is to be found.
    pub(crate) division: Option<Division>,
    /// The lowest address that the native stack may grow down to.
    floor: usize,
    steps: u32,
    stop: Arc<AtomicBool>,
    /// Set where the specification asks for the end of the run.
    pub(crate) asked_to_end: Arc<AtomicBool>,
    pub(crate) random: u64,
    /// Of `TLCSet`.
    pub(crate) registers: HashMap<i64, Value>,
    facts: Option<RunFacts>,
    /// Of the state whose successors are sought; 0 where there is none.
    pub(crate) level: u32,
    pub(crate) printer: Option<Printer>,
    variables: Arc<[Arc<str>]>,
    /// Evaluations per counted expression, shared by all workers.
    counts: Option<Counts>,
    /// Where a profile is asked for.
    whereabouts: Option<Box<Whereabouts>>,
}

/// Numbers of evaluations, by the index of the expression.
pub(crate) type Counts = Arc<[AtomicU64]>;

fn stack_address() -> usize {
    let marker = 0_u8;
    std::hint::black_box(&raw const marker) as usize
}

impl Evaluator {
    /// To be used on the thread that made it, whose stack has at least [`STACK_BYTES`] in all.
    pub(crate) fn new(memos: usize, globals: usize, variables: Arc<[Arc<str>]>, stop: Arc<AtomicBool>) -> Self {
        Self {
            stack: Vec::with_capacity(1024),
            base: 0,
            current: vec![Value::Unset; variables.len()],
            next: vec![Value::Unset; variables.len()],
            trail: Vec::new(),
            kept: 0,
            observed: observation::Observed::default(),
            states: States::new(variables.len()),
            next_numbers: vec![states::NONE; variables.len()],
            recalls: false,
            answers: Vec::new(),
            recalled_values: Vec::new(),
            answer_bytes: 0,
            memos: vec![None; memos],
            globals: vec![None; globals],
            action: 0,
            division: None,
            floor: stack_address().saturating_sub(STACK_BYTES - STACK_RESERVE),
            steps: 0,
            stop,
            asked_to_end: Arc::default(),
            random: 0,
            registers: HashMap::new(),
            facts: None,
            level: 0,
            printer: None,
            variables,
            counts: None,
            whereabouts: None,
        }
    }

    pub(crate) fn count_into(&mut self, counts: Counts) {
        self.counts = Some(counts);
    }

    fn count_evaluation(&self, index: usize) {
        if let Some(count) = self.counts.as_ref().and_then(|counts| counts.get(index)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.count_profiled(index);
    }

    pub(crate) fn seed(&mut self, seed: u64) {
        self.random = seed;
    }

    pub(crate) fn set_facts(&mut self, facts: RunFacts) {
        self.facts = Some(facts);
    }

    /// Runs an entry point and gives its value, never a closure.
    pub(crate) fn run_routine(&mut self, routine: &Routine) -> Result<Value> {
        let value = self.in_frame(routine, |evaluator, body| evaluator.eval(body))?;
        Ok(value)
    }

    pub(crate) fn test_routine(&mut self, routine: &Routine) -> Result<bool> {
        self.in_frame(routine, |evaluator, body| evaluator.test(body))
    }

    fn in_frame<T>(&mut self, routine: &Routine, run: impl FnOnce(&mut Self, &Code) -> Result<T>) -> Result<T> {
        let (Some(frame), Some(body)) = (routine.frame.get(), routine.body.get()) else {
            return Err(EvalError::undefined(format!("{} is used before it is defined", routine.name)));
        };
        let outer = self.enter(*frame)?;
        let result = run(self, body);
        self.leave(outer);
        result
    }

    /// Runs an action in a frame of its own.
    pub(crate) fn run_entry(&mut self, frame: u32, action: &Action, then: &Then<'_>, visit: Visit<'_>) -> Result<Flow> {
        let outer = self.enter(frame)?;
        let result = self.run(action, then, visit);
        self.leave(outer);
        result
    }

    /// The same for several actions in one frame.
    pub(crate) fn in_entry<T>(&mut self, frame: u32, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let outer = self.enter(frame)?;
        let result = run(self);
        self.leave(outer);
        result
    }

    pub(crate) fn bind_slot(&mut self, slot: SlotIndex, value: &Value) {
        self.set_slot(slot, value.clone());
    }

    /// The values that the binders' names take together.
    pub(crate) fn rows(&mut self, binders: &[Binder]) -> Result<Vec<Vec<Value>>> {
        let mut rows = Vec::new();
        self.each_combination(binders, &mut |evaluator| {
            let slots = binders.iter().flat_map(|binder| binder.slots.iter());
            rows.push(slots.map(|&slot| evaluator.slot(slot).clone()).collect());
            Ok(true)
        })?;
        Ok(rows)
    }

    pub(crate) fn variable_name(&self, variable: usize) -> &str {
        &self.variables[variable]
    }

    /// A new frame of empty slots. Returns what [`Self::leave`] needs.
    fn enter(&mut self, size: u32) -> Result<usize> {
        self.enter_at(self.stack.len(), size)
    }

    /// The same around values that stand on the stack from `base` on.
    fn enter_at(&mut self, base: usize, size: u32) -> Result<usize> {
        if stack_address() < self.floor {
            return Err(EvalError::new(
                ErrorKind::Limit,
                "the recursion is too deep: an operator or function calls itself again and again (is a case without recursion missing?)",
            ));
        }
        let missing = (base + size as usize).saturating_sub(self.stack.len());
        self.stack.extend(std::iter::repeat_with(|| Value::Unset).take(missing));
        Ok(std::mem::replace(&mut self.base, base))
    }

    fn leave(&mut self, outer: usize) {
        self.stack.truncate(self.base);
        self.base = outer;
    }

    #[inline]
    fn slot(&self, slot: SlotIndex) -> &Value {
        &self.stack[self.base + slot as usize]
    }

    #[inline]
    fn set_slot(&mut self, slot: SlotIndex, value: Value) {
        let index = self.base + slot as usize;
        self.stack[index] = value;
    }

    /// To be called in every loop over a set.
    #[inline]
    fn step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps < STEPS_BETWEEN_LOOKS {
            return Ok(());
        }
        self.steps = 0;
        if self.stop.load(Ordering::Relaxed) {
            return Err(EvalError::new(ErrorKind::Stopped, "stopped"));
        }
        Ok(())
    }

    #[cold]
    fn unassigned(&self, variable: u32) -> EvalError {
        let name = self.variables.get(variable as usize).map_or("a variable of an instance", |name| name);
        EvalError::undefined(format!(
            "{name} has no value yet: it is used before an equation or membership gives it one"
        ))
    }
}
