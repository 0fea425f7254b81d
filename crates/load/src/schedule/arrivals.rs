//! The open model: the moment at which each request is intended to start.

use super::{slopes, Slope, Stage, HIGHEST_RATE, NANOSECONDS};
use crate::error::LoadError;

/// The intended starts of a constant or ramping rate.
///
/// Request `n`, counted from 0, starts when the integral of the rate reaches `n`: evenly spaced at a constant rate, the
/// first one at once. Each is computed from `n` alone, so that rounding does not add up and threads can take every k-th.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrivalTimes {
    slopes: Vec<Slope>,
    /// How many requests start before each slope.
    before: Vec<f64>,
    count: u64,
    end: u64,
}

/// Lets a product such as 0.1 × 30, which is a little over 3, be the 3 requests that it means.
const ROUNDING: f64 = 1e-6;

impl ArrivalTimes {
    pub(super) fn new(start_rate: f64, stages: &[Stage]) -> Result<Self, LoadError> {
        let (slopes, end) = slopes("arrival rate", start_rate, stages, HIGHEST_RATE)?;
        let mut before = Vec::with_capacity(slopes.len());
        let mut sum = 0.0;
        for slope in &slopes {
            before.push(sum);
            sum += (slope.from + slope.to) / 2.0 * slope.duration;
        }
        let count = (sum - ROUNDING).ceil().max(0.0) as u64;
        if count == 0 {
            return Err(LoadError::Setting {
                name: "arrival rate",
                reason: "no request would start; raise the rate".to_owned(),
            });
        }
        Ok(Self { slopes, before, count, end })
    }

    /// How many requests start.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// When the schedule ends, in nanoseconds.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// When request `arrival` (from 0) starts, in nanoseconds; nothing after the last.
    pub fn start_of(&self, arrival: u64) -> Option<u64> {
        if arrival >= self.count {
            return None;
        }
        let index = self.before.partition_point(|before| *before <= arrival as f64).saturating_sub(1);
        let slope = &self.slopes[index];
        let within = time_within(slope, arrival as f64 - self.before[index]).min(slope.duration);
        Some(((slope.begin + within) * NANOSECONDS) as u64)
    }
}

/// When the integral of the rate reaches `requests`: the solution of `from·t + (to−from)/(2·duration)·t² = requests`, in
/// the form that is exact for a constant rate too.
fn time_within(slope: &Slope, requests: f64) -> f64 {
    if requests <= 0.0 {
        return 0.0;
    }
    let growth = (slope.to - slope.from) / slope.duration;
    2.0 * requests / (slope.from + (slope.from * slope.from + 2.0 * growth * requests).max(0.0).sqrt())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    fn stage(target: f64, seconds: f64) -> Stage {
        Stage { target, duration: Duration::from_secs_f64(seconds) }
    }

    fn starts(times: &ArrivalTimes) -> Vec<f64> {
        (0..).map_while(|arrival| times.start_of(arrival)).map(|start| start as f64 / 1e9).collect()
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
        }
    }

    #[test]
    fn can_start_at_a_constant_rate() {
        let times = ArrivalTimes::new(4.0, &[stage(4.0, 1.5)]).expect("a good rate");
        assert_close(&starts(&times), &[0.0, 0.25, 0.5, 0.75, 1.0, 1.25]);
        assert_eq!(times.end(), 1_500_000_000);
    }

    #[test]
    fn can_start_less_often_than_once_a_second() {
        assert_close(&starts(&ArrivalTimes::new(0.1, &[stage(0.1, 30.0)]).expect("a good rate")), &[0.0, 10.0, 20.0]);
    }

    #[test]
    fn can_ramp_up_jump_and_ramp_down() {
        // 0 → 4 in 2 s: n = t²; a jump to 2 for 1 s; 2 → 0 in 2 s: n = 6 + 2t − t²/2.
        let stages = [stage(4.0, 2.0), stage(2.0, 0.0), stage(2.0, 1.0), stage(0.0, 2.0)];
        let times = ArrivalTimes::new(0.0, &stages).expect("good rates");
        let expected = [0.0, 1.0, 2f64.sqrt(), 3f64.sqrt(), 2.0, 2.5, 3.0, 3.0 + 2.0 - 2f64.sqrt()];
        assert_close(&starts(&times), &expected);
    }

    #[test]
    fn refuses_rates_that_make_no_sense() {
        for (start, stages) in [
            (f64::NAN, vec![stage(1.0, 1.0)]),
            (1.0, vec![stage(-1.0, 1.0)]),
            (1.0, vec![stage(f64::INFINITY, 1.0)]),
            (1.0, vec![]),
            (1.0, vec![stage(5.0, 0.0)]),
            (0.0, vec![stage(0.0, 10.0)]),
            (1.0, vec![stage(1.0, 1e9)]),
            (1.0, vec![stage(1.0, 1.0); 1001]),
        ] {
            assert!(ArrivalTimes::new(start, &stages).is_err(), "{start} {stages:?}");
        }
    }

    proptest! {
        #[test]
        fn starts_in_order_within_the_schedule(
            start in 0.0..100f64, stages in prop::collection::vec((0.0..100f64, 0u64..3000), 1..6)
        ) {
            let stages: Vec<Stage> = stages
                .into_iter()
                .map(|(target, milliseconds)| Stage { target, duration: Duration::from_millis(milliseconds) })
                .collect();
            if let Ok(times) = ArrivalTimes::new(start, &stages) {
                let starts: Vec<u64> = (0..).map_while(|arrival| times.start_of(arrival)).collect();
                prop_assert_eq!(starts.len() as u64, times.count());
                prop_assert!(starts.is_sorted());
                prop_assert!(starts.last().is_none_or(|last| *last <= times.end()));
            }
        }
    }
}
