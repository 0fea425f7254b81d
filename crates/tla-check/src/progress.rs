//! What an exploration tells about itself while it runs.

use std::time::Duration;

/// A snapshot of a running exploration. Counts of other threads may lag by one state each.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// States produced, initial states included, repetitions included.
    pub generated: u64,
    pub distinct: u64,
    /// Distinct states not explored yet.
    pub queue: u64,
    /// Levels found so far; initial states are level 1.
    pub depth: u32,
    pub elapsed: Duration,
    /// Generated states per second since the snapshot before.
    pub generated_per_second: f64,
    /// Distinct states per second since the snapshot before.
    pub distinct_per_second: f64,
    /// All states are found, and temporal properties are being checked on their graph.
    pub checks_properties: bool,
}
