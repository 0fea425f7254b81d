//! What happened in each second of a test, small enough to keep for a day.

/// Buckets per doubling of a duration. With eight, the middle of a bucket is at most 6.3% from all of it.
const PER_DOUBLING: u64 = 8;
/// Durations below this, in nanoseconds, share the first bucket.
const SHORTEST: u64 = 1024;
pub(crate) const BUCKETS: usize = 256;

/// One second. Requests count in the second in which they ended, drops in the one in which they were given up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Second {
    pub answered: u64,
    pub failed: u64,
    pub dropped: u64,
    /// Bytes of answers.
    pub bytes: u64,
    /// Bucket and count, by bucket.
    latencies: Vec<(u8, u32)>,
}

impl Second {
    /// The latency, in nanoseconds and within 7%, that the share `quantile` of the answered requests and of those that timed
    /// out did not exceed; 0 in a second without any.
    pub fn quantile(&self, quantile: f64) -> u64 {
        quantile_of(self.latencies.iter().map(|(bucket, count)| (*bucket, u64::from(*count))), quantile)
    }

    fn merge(&mut self, other: &Self) {
        self.answered += other.answered;
        self.failed += other.failed;
        self.dropped += other.dropped;
        self.bytes += other.bytes;
        for (bucket, count) in &other.latencies {
            match self.latencies.binary_search_by_key(bucket, |(bucket, _)| *bucket) {
                Ok(index) => self.latencies[index].1 = self.latencies[index].1.saturating_add(*count),
                Err(index) => self.latencies.insert(index, (*bucket, *count)),
            }
        }
    }
}

/// The duration that the share `quantile` did not exceed, in nanoseconds and within 7%; 0 where nothing was counted.
pub(crate) fn quantile_of(counts: impl Iterator<Item = (u8, u64)> + Clone, quantile: f64) -> u64 {
    let total: u64 = counts.clone().map(|(_, count)| count).sum();
    let wanted = (quantile * total as f64).ceil().max(1.0) as u64;
    let mut seen = 0;
    for (bucket, count) in counts {
        seen += count;
        if seen >= wanted {
            return middle(bucket);
        }
    }
    0
}

/// The seconds of one thread. The current one is counted in full; those before are kept as what is not zero.
#[derive(Debug)]
pub(crate) struct Series {
    past: Vec<Second>,
    current: Second,
    latencies: Box<[u32; BUCKETS]>,
    /// Of all seconds before the current one.
    totals: Box<[u64; BUCKETS]>,
    /// When the current second ends, in nanoseconds.
    end: u64,
}

const SECOND: u64 = 1_000_000_000;

impl Series {
    pub(crate) fn new() -> Self {
        Self {
            past: Vec::new(),
            current: Second::default(),
            latencies: Box::new([0; BUCKETS]),
            totals: Box::new([0; BUCKETS]),
            end: SECOND,
        }
    }

    #[inline]
    pub(crate) fn answered(&mut self, now: u64, latency: u64, bytes: u64) {
        self.go_to(now);
        self.current.answered += 1;
        self.current.bytes += bytes;
        self.count(latency);
    }

    /// A request that failed; with a latency if it timed out.
    pub(crate) fn failed(&mut self, now: u64, latency: Option<u64>, bytes: u64) {
        self.go_to(now);
        self.current.failed += 1;
        self.current.bytes += bytes;
        if let Some(latency) = latency {
            self.count(latency);
        }
    }

    pub(crate) fn dropped(&mut self, now: u64) {
        self.go_to(now);
        self.current.dropped += 1;
    }

    /// How many latencies were counted so far, by bucket.
    pub(crate) fn counts(&self) -> impl Iterator<Item = u64> + Clone + '_ {
        self.totals.iter().zip(self.latencies.iter()).map(|(total, count)| total + u64::from(*count))
    }

    pub(crate) fn finished(mut self) -> Vec<Second> {
        self.close_second();
        self.past
    }

    fn count(&mut self, latency: u64) {
        let count = &mut self.latencies[usize::from(bucket_of(latency))];
        *count = count.saturating_add(1);
    }

    #[inline]
    fn go_to(&mut self, now: u64) {
        while now >= self.end {
            self.close_second();
        }
    }

    fn close_second(&mut self) {
        for (bucket, count) in self.latencies.iter_mut().enumerate().filter(|(_, count)| **count > 0) {
            self.current.latencies.push((bucket as u8, *count));
            self.totals[bucket] += u64::from(*count);
            *count = 0;
        }
        self.past.push(std::mem::take(&mut self.current));
        self.end += SECOND;
    }
}

/// Adds the seconds of one thread to those of others.
pub(crate) fn merge(into: &mut Vec<Second>, other: &[Second]) {
    if into.len() < other.len() {
        into.resize(other.len(), Second::default());
    }
    for (second, other) in into.iter_mut().zip(other) {
        second.merge(other);
    }
}

#[inline]
fn bucket_of(nanoseconds: u64) -> u8 {
    if nanoseconds < SHORTEST {
        return 0;
    }
    let doublings = u64::from((nanoseconds / SHORTEST).ilog2());
    let within = (nanoseconds >> doublings) * PER_DOUBLING / SHORTEST - PER_DOUBLING;
    (doublings * PER_DOUBLING + within + 1).min(BUCKETS as u64 - 1) as u8
}

fn middle(bucket: u8) -> u64 {
    if bucket == 0 {
        return SHORTEST / 2;
    }
    let (doublings, within) = (u64::from(bucket - 1) / PER_DOUBLING, u64::from(bucket - 1) % PER_DOUBLING);
    let width = (SHORTEST / PER_DOUBLING) << doublings;
    (SHORTEST << doublings) + width * within + width / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_quantiles_within_seven_percent() {
        for exponent in 0..300 {
            let latency = (1100.0 * 1.08f64.powi(exponent)) as u64;
            if latency < 3600 * SECOND {
                let error = middle(bucket_of(latency)) as f64 / latency as f64 - 1.0;
                assert!(error.abs() < 0.064, "{latency}: {error}");
            }
        }
    }

    #[test]
    fn puts_events_in_their_second_and_keeps_quiet_ones() {
        let mut series = Series::new();
        series.answered(1, 5_000_000, 10);
        series.answered(SECOND - 1, 1_000_000, 10);
        series.failed(3 * SECOND, Some(2 * SECOND), 0);
        series.dropped(3 * SECOND + 1);
        let so_far = series.counts().enumerate().map(|(bucket, count)| (bucket as u8, count));
        assert_eq!(so_far.clone().map(|(_, count)| count).sum::<u64>(), 3);
        assert!((4_700_000..5_300_000).contains(&quantile_of(so_far, 0.5)));
        let mut seconds = series.finished();
        let counts: Vec<_> = seconds.iter().map(|second| (second.answered, second.failed, second.dropped)).collect();
        assert_eq!(counts, [(2, 0, 0), (0, 0, 0), (0, 0, 0), (0, 1, 1)]);
        assert_eq!(seconds[0].bytes, 20);
        assert!(seconds[0].quantile(0.5) < 1_100_000 && seconds[0].quantile(1.0) > 4_700_000);
        assert_eq!(seconds[1].quantile(0.5), 0);
        let other = seconds.clone();
        merge(&mut seconds, &other);
        assert_eq!(seconds[0].answered, 4);
        assert_eq!(seconds[0].quantile(0.5), other[0].quantile(0.5));
    }
}
