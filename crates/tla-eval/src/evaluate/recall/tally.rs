//! Whether the same questions come up again: where they do not, writing answers down is a waste.

/// After this many questions it is known.
const WATCHED: u32 = 4096;
/// Fewer answers than one of this many questions are not worth the trouble.
const WORTH: u32 = 8;
/// Questions not even looked up after they were not worth it; then it is tried again.
const RESTED: u32 = 16 * WATCHED;

#[derive(Default)]
pub(crate) struct Tally {
    asked: u32,
    found: u32,
    resting: u32,
}

impl Tally {
    /// Whether this question should not be looked up.
    #[inline]
    pub(crate) fn rests(&mut self) -> bool {
        let resting = self.resting > 0;
        self.resting -= u32::from(resting);
        resting
    }

    pub(crate) fn is_resting(&self) -> bool {
        self.resting > 0
    }

    /// Counts a question that was looked up. False where it is time to rest.
    #[inline]
    pub(crate) fn count(&mut self, found: bool) -> bool {
        self.asked += 1;
        self.found += u32::from(found);
        self.asked < WATCHED || self.judge()
    }

    fn judge(&mut self) -> bool {
        let pays = self.found >= self.asked / WORTH;
        self.resting = if pays { 0 } else { RESTED };
        self.asked = 0;
        self.found = 0;
        pays
    }
}
