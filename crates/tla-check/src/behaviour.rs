//! What explorers write down about steps where temporal properties are to be checked, and the graph that it makes.
//!
//! Each worker has a [`Recorder`]: it collects the steps of the state being explored and appends them to a log of its
//! own, so that workers do not wait for each other. States are named by [`crate::ancestry::Sequence`] as sources and by
//! fingerprint as targets; the ancestry logs relate the two when the exploration is complete, and a [`Graph`] is built.

mod builder;
mod graph;
mod interner;
mod log;
mod nodes;
mod record;
mod recorder;
mod steps;

pub(crate) use builder::build;
pub(crate) use graph::{enabled_atom, Graph};
pub(crate) use log::BehaviourMark;
pub(crate) use recorder::Recorder;
