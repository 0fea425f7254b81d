//! Finding one share of the initial states without finding the others.
//!
//! All workers go the same way through the first choices of the initial predicate. Where those leave enough ways to go,
//! they are counted, and each worker goes on along those that its share has.

use tla_check::model::Share;

/// Ways that there should be for each share, so that the shares are about equal although some ways lead nowhere.
const WAYS_PER_SHARE: u64 = 256;

pub(crate) struct Division {
    share: Share,
    /// Ways that were counted.
    counted: u64,
    /// About how many ways led here.
    width: u64,
    /// The current way was counted: all that it leads to is of this share.
    counts: bool,
}

/// What [`Division::leave`] needs.
pub(crate) struct Outside {
    width: u64,
    counts: bool,
}

impl Division {
    pub(crate) fn new(share: Share) -> Self {
        Self { share, counted: 0, width: 1, counts: false }
    }

    /// Comes to a choice of `alternatives`. Whether each of them is a way to be counted.
    pub(crate) fn enter(&mut self, alternatives: i64) -> (bool, Outside) {
        let outside = Outside { width: self.width, counts: self.counts };
        if self.counts {
            return (false, outside);
        }
        self.width = self.width.saturating_mul(u64::try_from(alternatives).unwrap_or(1));
        self.counts = self.width >= self.share.of.saturating_mul(WAYS_PER_SHARE);
        (self.counts, outside)
    }

    pub(crate) fn leave(&mut self, outside: &Outside) {
        self.width = outside.width;
        self.counts = outside.counts;
    }

    /// Counts a way. Whether it is of the share.
    pub(crate) fn take(&mut self) -> bool {
        self.counted += 1;
        self.share.has(self.counted - 1)
    }

    /// Comes to an initial state. Whether it is of the share.
    pub(crate) fn has_state(&mut self) -> bool {
        self.counts || self.take()
    }
}
