//! A Bloom filter in memory that tells, nearly always, that a word is not in a run, so that its page need not be read.

/// Bits of a cell that stand for a word; with 8 bits of memory per word, about 1 word in 20 passes by mistake.
const BITS: u32 = 4;

/// All bits of a word are in one cell, so a look costs one access to memory.
pub(super) struct Filter(Box<[u64]>);

impl Filter {
    /// Bytes that a filter for `words` words takes.
    pub(super) fn bytes_for(words: u64) -> u64 {
        words.div_ceil(8) * 8
    }

    pub(super) fn new(words: u64) -> Self {
        let cells = usize::try_from(words.div_ceil(8)).unwrap_or(usize::MAX).max(1);
        Self(vec![0; cells].into_boxed_slice())
    }

    pub(super) fn bytes(&self) -> u64 {
        self.0.len() as u64 * 8
    }

    pub(super) fn add(&mut self, word: u64) {
        let (cell, mask) = self.place(word);
        self.0[cell] |= mask;
    }

    #[inline]
    pub(super) fn may_contain(&self, word: u64) -> bool {
        let (cell, mask) = self.place(word);
        self.0[cell] & mask == mask
    }

    #[inline]
    fn place(&self, word: u64) -> (usize, u64) {
        // Words of a run may share their high bits, so they are mixed once more (with a multiplier of SplitMix64).
        let mixed = (word ^ (word >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let cell = ((u128::from(mixed) * self.0.len() as u128) >> 64) as usize;
        let mask = (0..BITS).fold(0, |mask, bit| mask | 1 << ((mixed >> (6 * bit)) & 63));
        (cell, mask)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_all_that_is_there_and_little_else() {
        let word = |number: u64| number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut filter = Filter::new(10_000);
        (0..10_000).for_each(|number| filter.add(word(number)));
        assert!((0..10_000).all(|number| filter.may_contain(word(number))));
        let mistakes = (10_000..110_000).filter(|number| filter.may_contain(word(*number))).count();
        assert!(mistakes < 10_000, "{mistakes} of 100000");
        assert_eq!(filter.bytes(), Filter::bytes_for(10_000));
    }
}
