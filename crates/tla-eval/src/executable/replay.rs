//! Replays a behaviour: is each of its states an initial state, or a successor of the one before?

use super::explanation::{Blocked, Finding};
use super::explorer::{same, Explorer, Instance};
use crate::error::Result;
use crate::value::Value;

/// Actions that are named as the ones that come nearest.
const NEAREST_ACTIONS: usize = 3;

/// How far a behaviour is one of the specification's.
#[derive(Debug, Default)]
pub struct Replay {
    /// The action that leads to each state, beginning with the first; nothing for the initial state, and for a step that
    /// changes nothing and is no action's.
    pub steps: Vec<Option<Instance>>,
    /// The first state that the specification does not allow.
    pub mismatch: Option<Mismatch>,
}

/// Why a state is neither initial nor a successor of the one before.
#[derive(Debug)]
pub struct Mismatch {
    /// The state that comes nearest to it, with the action that leads there.
    pub nearest: Option<(Option<Instance>, Vec<Value>)>,
    /// Indices of the variables in which it differs from the nearest.
    pub differing: Vec<usize>,
    /// Of a step: the actions that come nearest, with what is false.
    pub actions: Vec<Blocked>,
    /// Of an initial state: the conjunct that is false.
    pub initial: Option<Finding>,
}

impl Explorer<'_> {
    /// Replays `states`, each with the name of the action that is said to lead there, as far as the specification allows.
    ///
    /// # Errors
    /// Where the initial predicate or the next-state relation cannot be evaluated.
    pub fn replay(&mut self, states: &[(Vec<Value>, Option<String>)]) -> Result<Replay> {
        let mut replay = Replay::default();
        let Some((first, _)) = states.first() else { return Ok(replay) };
        replay.mismatch = self.not_initial(first)?;
        if replay.mismatch.is_some() {
            return Ok(replay);
        }
        replay.steps.push(None);
        for pair in states.windows(2) {
            let ((before, _), (state, action)) = (&pair[0], &pair[1]);
            match self.find(before, state, action.as_deref())? {
                Ok(instance) => replay.steps.push(instance),
                Err(mismatch) => {
                    replay.mismatch = Some(mismatch);
                    break;
                }
            }
        }
        Ok(replay)
    }

    fn not_initial(&mut self, state: &[Value]) -> Result<Option<Mismatch>> {
        let mut nearest = Nearest::default();
        self.each_initial(&mut |found| nearest.look(state, None, found))?;
        if nearest.found {
            return Ok(None);
        }
        let initial = self.why_not_initial(state)?;
        Ok(Some(Mismatch { actions: Vec::new(), initial, ..nearest.mismatch() }))
    }

    fn find(
        &mut self,
        before: &[Value],
        state: &[Value],
        action: Option<&str>,
    ) -> Result<std::result::Result<Option<Instance>, Mismatch>> {
        let mut nearest = Nearest { wanted: action.map(str::to_owned), ..Nearest::default() };
        self.each_successor(before, &mut |successor| nearest.look(state, Some(successor.instance), &successor.state))?;
        if nearest.found || same(before, state) {
            return Ok(Ok(nearest.instance.filter(|_| nearest.found)));
        }
        self.look_at(before, Some(state));
        let mut actions = self.failed_steps()?;
        if let Some(wanted) = action.filter(|wanted| actions.iter().any(|action| action.name == *wanted)) {
            actions.retain(|action| action.name == wanted);
        }
        actions.truncate(NEAREST_ACTIONS);
        Ok(Err(Mismatch { actions, initial: None, ..nearest.mismatch() }))
    }
}

/// The state seen so far that differs in the fewest variables.
#[derive(Default)]
struct Nearest {
    /// The action that is preferred among states that are equally near.
    wanted: Option<String>,
    instance: Option<Instance>,
    state: Option<Vec<Value>>,
    differing: Vec<usize>,
    /// It does not differ.
    found: bool,
}

impl Nearest {
    /// Returns whether to go on looking.
    fn look(&mut self, wanted: &[Value], instance: Option<Instance>, state: &[Value]) -> bool {
        let differs = |(one, other): (&Value, &Value)| !one.equals(other).unwrap_or(false);
        let pairs = wanted.iter().zip(state).enumerate();
        let differing: Vec<usize> = pairs.filter(|(_, pair)| differs(*pair)).map(|(index, _)| index).collect();
        let preferred = |instance: Option<&Instance>| {
            instance.is_some_and(|instance| self.wanted.as_ref().is_none_or(|wanted| *wanted == instance.name))
        };
        let better = match &self.state {
            None => true,
            Some(_) if differing.len() == self.differing.len() => {
                preferred(instance.as_ref()) && !preferred(self.instance.as_ref())
            }
            Some(_) => differing.len() < self.differing.len(),
        };
        let exact = differing.is_empty() && preferred(instance.as_ref());
        if better {
            self.found = differing.is_empty();
            (self.instance, self.state, self.differing) = (instance, Some(state.to_vec()), differing);
        }
        !exact
    }

    fn mismatch(self) -> Mismatch {
        Mismatch {
            nearest: self.state.map(|state| (self.instance, state)),
            differing: self.differing,
            actions: Vec::new(),
            initial: None,
        }
    }
}
