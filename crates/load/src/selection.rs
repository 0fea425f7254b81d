//! Which request is sent next: by weight, at random, but the same for the same seed.

use crate::random::Random;

/// Chooses among requests by their weights.
#[derive(Debug, Clone)]
pub(crate) struct Selection {
    /// The sum of the weights up to and with each request.
    sums: Vec<u64>,
    random: Random,
}

impl Selection {
    /// At least one weight, none of them 0.
    pub(crate) fn new(weights: impl Iterator<Item = u32>, seed: u64) -> Self {
        let sums = weights.scan(0u64, |sum, weight| {
            *sum += u64::from(weight);
            Some(*sum)
        });
        Self { sums: sums.collect(), random: Random::new(seed) }
    }

    /// The index of the next request.
    #[inline]
    pub(crate) fn choose(&mut self) -> usize {
        if self.sums.len() == 1 {
            return 0;
        }
        let total = self.sums[self.sums.len() - 1];
        let drawn = self.below(total);
        self.sums.partition_point(|sum| *sum <= drawn)
    }

    /// See `Random::below`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.random.below(limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chooses_by_weight_and_the_same_for_the_same_seed() {
        let drawn = |seed| {
            let mut selection = Selection::new([1, 2, 7].into_iter(), seed);
            let mut counts = [0u32; 3];
            for _ in 0..100_000 {
                counts[selection.choose()] += 1;
            }
            counts
        };
        for (count, share) in drawn(1).into_iter().zip([0.1, 0.2, 0.7]) {
            assert!((f64::from(count) / 100_000.0 - share).abs() < 0.005, "{count}");
        }
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
    }
}
