//! Explorers of state graphs: breadth-first, simulation. No IO but spill files and checkpoints; the clock is injected.

#![forbid(unsafe_code)]

pub mod breadth_first;
pub mod clock;
pub mod error;
pub mod fingerprints;
pub mod model;
pub mod options;
pub mod outcome;
pub mod progress;
pub mod simulation;
pub mod temporal;
pub mod working_directory;

mod ancestry;
mod behaviour;
mod checkpoint;
mod checksum;
mod frontier;
mod liveness;
mod positional;
mod queue;
mod random;
mod running;
mod statistics;
