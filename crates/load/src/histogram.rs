//! Durations, counted with an error of at most a thousandth.

use std::fmt;
use std::time::Duration;

use hdrhistogram::Histogram;

const DIGITS: u8 = 3;

/// The longest duration that is told apart from longer ones: two hours, longer than any time limit.
pub const LONGEST: u64 = 2 * 3600 * 1_000_000_000;

/// A histogram of durations in nanoseconds, with three significant digits. It takes no memory until the first is recorded,
/// then about 270 kB, and no more after that.
#[derive(Clone, Default)]
pub struct Durations {
    counts: Option<Histogram<u64>>,
    /// Exact, where the buckets would be a little off.
    sum: u128,
}

impl Durations {
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a duration of so many nanoseconds; one over `LONGEST` as that.
    #[inline]
    pub fn record(&mut self, nanoseconds: u64) {
        self.counts.get_or_insert_with(empty).saturating_record(nanoseconds);
        self.sum += u128::from(nanoseconds);
    }

    /// Counts what another histogram counted.
    pub fn merge(&mut self, other: &Self) {
        let Some(counts) = &other.counts else { return };
        self.counts.get_or_insert_with(empty).add(counts).expect("histograms with the same bounds");
        self.sum += other.sum;
    }

    pub fn count(&self) -> u64 {
        self.counts.as_ref().map_or(0, Histogram::len)
    }

    pub fn is_empty(&self) -> bool {
        self.counts.is_none()
    }

    /// The duration that the share `quantile` (0 to 1) of all did not exceed; zero where nothing was counted.
    pub fn quantile(&self, quantile: f64) -> Duration {
        Duration::from_nanos(self.counts.as_ref().map_or(0, |counts| counts.value_at_quantile(quantile)))
    }

    /// The mean; zero where nothing was counted.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.sum.checked_div(u128::from(self.count())).unwrap_or(0) as u64)
    }

    /// All durations together.
    pub fn sum(&self) -> Duration {
        let seconds = u64::try_from(self.sum / 1_000_000_000).unwrap_or(u64::MAX);
        Duration::new(seconds, (self.sum % 1_000_000_000) as u32)
    }

    pub fn minimum(&self) -> Duration {
        Duration::from_nanos(self.counts.as_ref().map_or(0, Histogram::min))
    }

    pub fn maximum(&self) -> Duration {
        Duration::from_nanos(self.counts.as_ref().map_or(0, Histogram::max))
    }

    /// The buckets that are not empty: the longest duration of each in nanoseconds, and its count.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let recorded = self.counts.iter().flat_map(|counts| counts.iter_recorded());
        recorded.map(|bucket| (bucket.value_iterated_to(), bucket.count_since_last_iteration()))
    }
}

fn empty() -> Histogram<u64> {
    Histogram::new_with_bounds(1, LONGEST, DIGITS).expect("the bounds are constants that the histogram allows")
}

impl fmt::Debug for Durations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Durations")
            .field("count", &self.count())
            .field("median", &self.quantile(0.5))
            .field("maximum", &self.maximum())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_quantiles_within_a_thousandth_and_the_exact_mean() {
        let mut durations = Durations::new();
        for value in 1..=100_000u64 {
            durations.record(value * 1000);
        }
        for quantile in [0.5, 0.9, 0.99, 0.999] {
            let found = durations.quantile(quantile).as_nanos() as f64;
            let error = (found / (quantile * 1e8) - 1.0).abs();
            assert!(error <= 0.001, "{quantile}: {found}");
        }
        assert_eq!(durations.mean(), Duration::from_nanos(50_000_500));
        assert_eq!(durations.sum(), Duration::from_nanos(5_000_050_000_000));
        assert_eq!(durations.buckets().map(|(_, count)| count).sum::<u64>(), 100_000);
    }

    #[test]
    fn can_be_merged_and_keeps_what_is_too_long() {
        let (mut one, mut other) = (Durations::new(), Durations::new());
        one.record(1000);
        other.record(u64::MAX);
        one.merge(&other);
        one.merge(&Durations::new());
        assert_eq!(one.count(), 2);
        assert!(one.maximum() >= Duration::from_nanos(LONGEST));
    }

    #[test]
    fn is_zero_where_nothing_was_counted() {
        let none = Durations::new();
        assert_eq!((none.mean(), none.minimum(), none.maximum(), none.quantile(0.99)), Default::default());
    }
}
