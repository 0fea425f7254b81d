//! Explorers of state graphs: breadth-first, simulation. No IO but spill files and checkpoints; the clock is injected.

pub mod model;
