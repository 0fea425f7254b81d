//! When requests start, under the names that k6 gave to its executors.

mod arrivals;
mod users;

use std::time::Duration;

pub use arrivals::ArrivalTimes;
pub use users::{Iterations, UserCount};

use crate::error::LoadError;

/// A test that should run longer is split: its time series is kept in memory.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 3600);
const HIGHEST_RATE: f64 = 10_000_000.0;
const MOST_USERS: u32 = 100_000;
const MOST_STAGES: usize = 1000;

const NANOSECONDS: f64 = 1e9;

/// A part of a ramp: within `duration` the rate or number of users goes evenly to `target`. No duration is a jump.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stage {
    pub target: f64,
    pub duration: Duration,
}

/// The ways to start requests. Rates are in requests per second.
#[derive(Debug, Clone, PartialEq)]
pub enum Executor {
    /// Open model: requests start at a fixed rate, whether or not earlier ones are answered.
    ConstantArrivalRate { rate: f64, duration: Duration },
    /// Open model: the rate changes over time.
    RampingArrivalRate { start_rate: f64, stages: Vec<Stage> },
    /// Closed model: each user sends a request, waits for the answer, thinks, and begins again.
    ConstantUsers { users: u32, duration: Duration },
    /// Closed model: the number of users changes over time.
    RampingUsers { start_users: u32, stages: Vec<Stage> },
    /// Closed model: the users share so many requests; a faster one does more.
    SharedIterations { users: u32, iterations: u64, longest: Duration },
    /// Closed model: each user sends so many requests.
    PerUserIterations { users: u32, iterations: u64, longest: Duration },
}

impl Executor {
    /// k6's name.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ConstantArrivalRate { .. } => "constant-arrival-rate",
            Self::RampingArrivalRate { .. } => "ramping-arrival-rate",
            Self::ConstantUsers { .. } => "constant-vus",
            Self::RampingUsers { .. } => "ramping-vus",
            Self::SharedIterations { .. } => "shared-iterations",
            Self::PerUserIterations { .. } => "per-vu-iterations",
        }
    }
}

/// An executor that was found to make sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    name: &'static str,
    model: Model,
}

/// The two models of load.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Model {
    Open(ArrivalTimes),
    Closed(UserCount),
}

impl Schedule {
    /// Checks rates, numbers and durations. A fraction of a user is refused, a fraction of a request per second is not.
    pub fn new(executor: &Executor) -> Result<Self, LoadError> {
        let model = match executor {
            Executor::ConstantArrivalRate { rate, duration } => {
                Model::Open(ArrivalTimes::new(*rate, &[Stage { target: *rate, duration: *duration }])?)
            }
            Executor::RampingArrivalRate { start_rate, stages } => Model::Open(ArrivalTimes::new(*start_rate, stages)?),
            Executor::ConstantUsers { users, duration } => {
                let stage = Stage { target: f64::from(*users), duration: *duration };
                Model::Closed(UserCount::new(*users, &[stage], Iterations::Unlimited)?)
            }
            Executor::RampingUsers { start_users, stages } => {
                Model::Closed(UserCount::new(*start_users, stages, Iterations::Unlimited)?)
            }
            Executor::SharedIterations { users, iterations, longest } => {
                let stage = Stage { target: f64::from(*users), duration: *longest };
                Model::Closed(UserCount::new(*users, &[stage], Iterations::Shared(*iterations))?)
            }
            Executor::PerUserIterations { users, iterations, longest } => {
                let stage = Stage { target: f64::from(*users), duration: *longest };
                Model::Closed(UserCount::new(*users, &[stage], Iterations::PerUser(*iterations))?)
            }
        };
        Ok(Self { name: executor.name(), model })
    }

    /// k6's name of the executor.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// For how long requests are started, at most.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(match &self.model {
            Model::Open(arrivals) => arrivals.end(),
            Model::Closed(users) => users.end(),
        })
    }

    /// How many requests are to be started: known in the open model only.
    pub fn intended_arrivals(&self) -> Option<u64> {
        match &self.model {
            Model::Open(arrivals) => Some(arrivals.count()),
            Model::Closed(_) => None,
        }
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }
}

/// A stretch of time in which a rate or number goes evenly from one value to another. Times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Slope {
    begin: f64,
    duration: f64,
    from: f64,
    to: f64,
}

/// The slopes of `stages`, without those that take no time, and the end of the last one in nanoseconds.
fn slopes(name: &'static str, start: f64, stages: &[Stage], highest: f64) -> Result<(Vec<Slope>, u64), LoadError> {
    let refused = |reason: String| LoadError::Setting { name, reason };
    if stages.len() > MOST_STAGES {
        return Err(LoadError::Limit { what: "stages", value: stages.len() as u64, limit: MOST_STAGES as u64 });
    }
    let mut found = Vec::new();
    let (mut from, mut end) = (start, Duration::ZERO);
    for value in stages.iter().map(|stage| stage.target).chain([start]) {
        if !(0.0..=highest).contains(&value) {
            return Err(refused(format!("{value} is not between 0 and {highest}")));
        }
    }
    for stage in stages {
        let begin = end;
        end = end.checked_add(stage.duration).filter(|end| *end <= LONGEST).ok_or_else(|| {
            refused(format!("it would take longer than the limit of {} hours", LONGEST.as_secs() / 3600))
        })?;
        if !stage.duration.is_zero() {
            let duration = stage.duration.as_secs_f64();
            found.push(Slope { begin: begin.as_secs_f64(), duration, from, to: stage.target });
        }
        from = stage.target;
    }
    if found.is_empty() {
        return Err(refused("it takes no time; give it a duration".to_owned()));
    }
    Ok((found, end.as_nanos() as u64))
}
