//! What was found out about some variables is true again wherever those have the same values.
//!
//! Few of a model's variables decide what one of its actions does, and few states differ in those. What an action makes
//! of a state is therefore remembered, under the values of the variables that were read meanwhile; so is that an
//! invariant holds. Evaluation is deterministic: a state that agrees on what was read would be read in the same way.

mod projection;
pub(super) mod table;
pub(super) mod tally;

use projection::Projection;

use super::Reading;

/// What a state's variables are, each as its share in the fingerprint: sums of shares stand for combinations of values,
/// as fingerprints stand for states.
#[derive(Clone, Copy)]
pub(crate) struct Shares<'a> {
    pub(crate) current: &'a [u64],
    pub(crate) next: &'a [u64],
}

/// Answers, each under the values of the variables that it depends on.
#[derive(Default)]
pub(crate) struct Recall {
    /// Those of few variables first: a guard that fails has read little.
    projections: Vec<Projection>,
}

/// A question whose answers depend on more combinations of variables than this is asked anew.
const MOST_PROJECTIONS: usize = 12;

impl Recall {
    #[inline]
    pub(crate) fn find(&mut self, shares: Shares<'_>) -> Option<u32> {
        self.projections.iter_mut().find_map(|projection| projection.find(shares))
    }

    /// The same with what the answer depends on.
    #[inline]
    pub(crate) fn find_with_reading(&mut self, shares: Shares<'_>) -> Option<(u32, Reading)> {
        self.projections.iter_mut().find_map(|projection| {
            let (current, next) = projection.reads();
            projection.find(shares).map(|answer| (answer, Reading { current, next, outside: false }))
        })
    }

    pub(crate) fn keep(&mut self, reading: Reading, shares: Shares<'_>, answer: u32) {
        if reading.outside {
            return;
        }
        let variables = shares.current.len().max(shares.next.len());
        let reading = Projection::reading(reading, variables);
        let place = match self.projections.iter().position(|each| each.reads() == reading) {
            Some(place) => place,
            None if self.projections.len() >= MOST_PROJECTIONS => return,
            None => {
                let place = self.projections.partition_point(|each| each.size() <= Projection::size_of(reading));
                self.projections.insert(place, Projection::new(reading));
                place
            }
        };
        self.projections[place].keep(shares, answer);
    }

    /// Whether [`Self::keep`] would keep an answer that depends on this.
    pub(crate) fn wants(&self, reading: Reading, variables: usize) -> bool {
        let reads = Projection::reading(reading, variables);
        match self.projections.iter().find(|each| each.reads() == reads) {
            Some(projection) => !reading.outside && !projection.is_resting(),
            None => !reading.outside && self.projections.len() < MOST_PROJECTIONS,
        }
    }

    /// Whether answers are worth writing down: some combination of variables comes up again, or it is not known yet.
    pub(crate) fn pays(&self) -> bool {
        self.projections.len() < MOST_PROJECTIONS.min(4) || self.projections.iter().any(|each| !each.is_resting())
    }

    pub(crate) fn forget(&mut self) {
        self.projections.iter_mut().for_each(Projection::forget);
    }

    pub(crate) fn bytes(&self) -> usize {
        self.projections.iter().map(Projection::bytes).sum()
    }
}
