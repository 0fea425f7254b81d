//! The closed model: how many users there are at each moment, and how much each may do.

use super::{slopes, Slope, Stage, MOST_USERS, NANOSECONDS};
use crate::error::LoadError;

/// How many requests users send before they are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Iterations {
    /// As many as fit into the time.
    Unlimited,
    /// So many among all users.
    Shared(u64),
    /// So many by each user.
    PerUser(u64),
}

/// A constant or changing number of users.
#[derive(Debug, Clone, PartialEq)]
pub struct UserCount {
    slopes: Vec<Slope>,
    most: u32,
    end: u64,
    iterations: Iterations,
}

impl UserCount {
    pub(super) fn new(start: u32, stages: &[Stage], iterations: Iterations) -> Result<Self, LoadError> {
        let refused = |reason: &str| LoadError::Setting { name: "users", reason: reason.to_owned() };
        let (slopes, end) = slopes("users", f64::from(start), stages, f64::from(MOST_USERS))?;
        if stages.iter().any(|stage| stage.target.fract() != 0.0) {
            return Err(refused("a number of users is whole"));
        }
        let most = slopes.iter().map(|slope| slope.from.max(slope.to) as u32).max().unwrap_or(0);
        if most == 0 {
            return Err(refused("there is never one; name at least 1"));
        }
        if matches!(iterations, Iterations::Shared(0) | Iterations::PerUser(0)) {
            return Err(LoadError::Setting { name: "iterations", reason: "at least 1 is needed".to_owned() });
        }
        Ok(Self { slopes, most, end, iterations })
    }

    /// The number of users at its highest.
    pub fn most(&self) -> u32 {
        self.most
    }

    /// When no further request starts, in nanoseconds.
    pub fn end(&self) -> u64 {
        self.end
    }

    pub fn iterations(&self) -> Iterations {
        self.iterations
    }

    /// Whether the number changes.
    pub fn is_ramping(&self) -> bool {
        self.slopes.iter().any(|slope| slope.from != slope.to || slope.from != f64::from(self.most))
    }

    /// How many users there are at `time`, in nanoseconds; none at the end and after it.
    pub fn at(&self, time: u64) -> u32 {
        if time >= self.end {
            return 0;
        }
        let seconds = time as f64 / NANOSECONDS;
        let index = self.slopes.partition_point(|slope| slope.begin <= seconds).saturating_sub(1);
        let slope = &self.slopes[index];
        let share = ((seconds - slope.begin) / slope.duration).clamp(0.0, 1.0);
        (slope.from + (slope.to - slope.from) * share).round() as u32
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn stage(target: f64, seconds: u64) -> Stage {
        Stage { target, duration: Duration::from_secs(seconds) }
    }

    #[test]
    fn can_stay_constant() {
        let users = UserCount::new(5, &[stage(5.0, 2)], Iterations::Unlimited).expect("a good number");
        assert_eq!((users.at(0), users.at(2 * SECOND - 1), users.at(2 * SECOND)), (5, 5, 0));
        assert!(!users.is_ramping());
    }

    #[test]
    fn can_ramp_and_jump() {
        let stages = [stage(10.0, 10), stage(4.0, 0), stage(4.0, 5), stage(0.0, 4)];
        let users = UserCount::new(0, &stages, Iterations::Unlimited).expect("good numbers");
        let found: Vec<u32> = [0, 1, 5, 9, 10, 14, 16, 18, 19].iter().map(|second| users.at(second * SECOND)).collect();
        assert_eq!(found, [0, 1, 5, 9, 4, 4, 3, 1, 0]);
        assert_eq!(users.most(), 10);
        assert!(users.is_ramping());
    }

    #[test]
    fn refuses_numbers_that_make_no_sense() {
        let refused = |start, stages: &[Stage], iterations| UserCount::new(start, stages, iterations).is_err();
        assert!(refused(0, &[stage(0.0, 1)], Iterations::Unlimited));
        assert!(refused(1, &[stage(1.5, 1)], Iterations::Unlimited));
        assert!(refused(1, &[stage(1.0, 0)], Iterations::Unlimited));
        assert!(refused(MOST_USERS + 1, &[stage(1.0, 1)], Iterations::Unlimited));
        assert!(refused(1, &[stage(1.0, 1)], Iterations::Shared(0)));
        assert!(refused(1, &[stage(1.0, 1)], Iterations::PerUser(0)));
    }
}
