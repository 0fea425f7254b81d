//! Where an evaluator is, for whoever wants to know what takes time. Somebody else's thread looks now and then, so that the
//! evaluator only has to write it down; without a profile it does not even do that.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Evaluator;
use crate::code::Code;
use crate::error::Result;
use crate::value::Value;

/// What an evaluator, and the explorer that it works for, is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Activity {
    /// Taking a state from the queue, or waiting for one.
    Waiting,
    /// Finding initial states.
    Initial,
    /// Finding out which actions a state may allow at all, by the guards that they begin with.
    Choosing,
    /// An action, by its index.
    Action(u32),
    /// A constraint of the configuration, by its index.
    Constraint(u32),
    ActionConstraint(u32),
    /// An invariant, or a conjunct of a property that is checked like one, by its index.
    Invariant(u32),
    /// What temporal properties need to know of each step.
    StepTests,
    /// What they need to know of each state.
    StateTests,
    View,
    /// Hashing states; with SYMMETRY, also those that they stand for.
    Fingerprint,
    /// Looking states up among those that are known, and storing new ones.
    Storing,
    /// What comes after the exploration: searching the state graph for what violates temporal properties.
    Afterwards,
}

const INDEX: u64 = (1 << 24) - 1;

impl Activity {
    const fn packed(self) -> u64 {
        let (kind, index) = match self {
            Self::Waiting => (0, 0),
            Self::Initial => (1, 0),
            Self::Choosing => (2, 0),
            Self::Action(index) => (3, index),
            Self::Constraint(index) => (4, index),
            Self::ActionConstraint(index) => (5, index),
            Self::Invariant(index) => (6, index),
            Self::StepTests => (7, 0),
            Self::StateTests => (8, 0),
            Self::View => (9, 0),
            Self::Fingerprint => (10, 0),
            Self::Storing => (11, 0),
            Self::Afterwards => (12, 0),
        };
        kind << 56 | (index as u64 & INDEX) << 32
    }

    const fn unpacked(bits: u64) -> Self {
        let index = (bits >> 32 & INDEX) as u32;
        match bits >> 56 {
            1 => Self::Initial,
            2 => Self::Choosing,
            3 => Self::Action(index),
            4 => Self::Constraint(index),
            5 => Self::ActionConstraint(index),
            6 => Self::Invariant(index),
            7 => Self::StepTests,
            8 => Self::StateTests,
            9 => Self::View,
            10 => Self::Fingerprint,
            11 => Self::Storing,
            12 => Self::Afterwards,
            _ => Self::Waiting,
        }
    }

    /// Whether it belongs to the making of steps.
    const fn is_next(self) -> bool {
        matches!(self, Self::Choosing | Self::Action(_))
    }
}

/// An activity, and the expression of it that is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spot(u64);

impl Spot {
    pub(crate) const fn of(activity: Activity) -> Self {
        Self(activity.packed())
    }

    pub(crate) const fn activity(self) -> Activity {
        Activity::unpacked(self.0)
    }

    /// The index of the expression, where one is evaluated.
    pub(crate) fn expression(self) -> Option<usize> {
        ((self.0 & u64::from(u32::MAX)) as usize).checked_sub(1)
    }

    const fn within(self, expression: usize) -> Self {
        Self(self.0 & !(u32::MAX as u64) | (expression as u64 + 1) & u32::MAX as u64)
    }
}

/// Where one worker is. On a cache line of its own, so that writing it costs a plain store.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Place {
    at: AtomicU64,
}

/// No worker is there any more.
const GONE: u64 = u64::MAX;

impl Place {
    /// `None` where the worker is gone.
    pub(crate) fn look(&self) -> Option<Spot> {
        match self.at.load(Ordering::Relaxed) {
            GONE => None,
            bits => Some(Spot(bits)),
        }
    }
}

/// The workers that are looked at, and how often those that are gone evaluated each expression.
#[derive(Default)]
pub(crate) struct Places {
    pub(crate) workers: Mutex<Vec<Arc<Place>>>,
    pub(crate) evaluations: Mutex<Vec<u64>>,
}

/// What one evaluator writes down.
pub(super) struct Whereabouts {
    place: Arc<Place>,
    evaluations: Box<[Cell<u64>]>,
    places: Arc<Places>,
}

impl Whereabouts {
    fn go(&self, spot: Spot) -> Spot {
        let before = Spot(self.place.at.load(Ordering::Relaxed));
        self.place.at.store(spot.0, Ordering::Relaxed);
        before
    }
}

impl Drop for Whereabouts {
    fn drop(&mut self) {
        self.place.at.store(GONE, Ordering::Relaxed);
        let mut sums = self.places.evaluations.lock().unwrap_or_else(PoisonError::into_inner);
        let length = sums.len().max(self.evaluations.len());
        sums.resize(length, 0);
        for (sum, evaluations) in sums.iter_mut().zip(&self.evaluations) {
            *sum += evaluations.get();
        }
    }
}

impl Evaluator {
    /// Has `places` know where this evaluator is, among so many expressions.
    pub(crate) fn be_seen(&mut self, places: &Arc<Places>, expressions: usize) {
        let place = Arc::<Place>::default();
        places.workers.lock().unwrap_or_else(PoisonError::into_inner).push(place.clone());
        let evaluations = vec![Cell::new(0); expressions].into();
        self.whereabouts = Some(Box::new(Whereabouts { place, evaluations, places: places.clone() }));
    }

    /// Whether anybody wants to know where it is.
    #[inline]
    pub(crate) fn is_seen(&self) -> bool {
        self.whereabouts.is_some()
    }

    /// Begins an activity. What it returns is for [`Self::end_activity`]; `None` where nobody wants to know.
    #[inline]
    pub(crate) fn begin_activity(&self, activity: Activity) -> Option<Spot> {
        self.whereabouts.as_ref().map(|whereabouts| whereabouts.go(Spot::of(activity)))
    }

    #[inline]
    pub(crate) fn end_activity(&self, before: Option<Spot>) {
        if let (Some(before), Some(whereabouts)) = (before, &self.whereabouts) {
            whereabouts.go(before);
        }
    }

    /// The same for an action; not where an ENABLED asks about it, on behalf of the expression that it is in.
    #[inline]
    pub(super) fn enter_action(&self, action: u32) -> Option<Spot> {
        let whereabouts = self.whereabouts.as_ref()?;
        let steps =
            whereabouts.place.look().is_some_and(|spot| spot.activity().is_next() && spot.expression().is_none());
        steps.then(|| whereabouts.go(Spot::of(Activity::Action(action))))
    }

    pub(super) fn count_profiled(&self, expression: usize) {
        if let Some(count) = self.whereabouts.as_ref().and_then(|known| known.evaluations.get(expression)) {
            count.set(count.get() + 1);
        }
    }

    fn enter_expression(&self, expression: usize) -> Option<Spot> {
        self.count_evaluation(expression);
        let whereabouts = self.whereabouts.as_ref()?;
        Some(whereabouts.go(whereabouts.place.look()?.within(expression)))
    }

    /// Evaluates an expression that is counted, or whose time is to be known.
    #[cold]
    #[inline(never)]
    pub(super) fn counted<T>(
        &mut self,
        expression: usize,
        code: &Code,
        evaluate: impl FnOnce(&mut Self, &Code) -> Result<T>,
    ) -> Result<T> {
        let before = self.enter_expression(expression);
        let result = evaluate(self, code);
        self.end_activity(before);
        result
    }

    /// The value of such an expression.
    #[cold]
    #[inline(never)]
    pub(super) fn eval_counted(&mut self, expression: usize, code: &Code) -> Result<Value> {
        self.counted(expression, code, Self::eval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_pack_every_activity_with_an_expression() {
        let activities = [
            Activity::Waiting,
            Activity::Initial,
            Activity::Choosing,
            Activity::Action(7),
            Activity::Constraint(1),
            Activity::ActionConstraint(2),
            Activity::Invariant(9),
            Activity::StepTests,
            Activity::StateTests,
            Activity::View,
            Activity::Fingerprint,
            Activity::Storing,
            Activity::Afterwards,
        ];
        for activity in activities {
            let spot = Spot::of(activity);
            assert_eq!((spot.activity(), spot.expression()), (activity, None));
            assert_eq!((spot.within(5).activity(), spot.within(5).expression()), (activity, Some(5)));
        }
    }
}
