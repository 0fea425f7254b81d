//! Checking a specification from the request to the report. Only `border` knows Python.

pub(crate) mod border;

mod cautions;
mod checking;
mod checkpoints;
mod conclusion;
mod detailing;
mod explaining;
mod exploration;
mod exploring;
mod expressions;
mod facts;
mod given_values;
mod graph;
mod loading;
mod looping;
mod mutation;
mod overrides;
mod printed;
mod profiling;
mod properties;
mod replaying;
mod report;
mod request;
mod shown;
mod shown_values;
mod traces;
mod values;
mod watching;
