//! Decisions by Cedar policies: typed by a schema, sliced by who asks for what on which type, with the reason.
//!
//! Begin at [`PolicyStore`]: it is loaded from texts, immutable afterwards, and decides. Whatever cannot be decided is
//! denied.

mod conditions;
mod context;
mod decision;
mod entities;
mod explanation;
pub mod limits;
mod names;
mod policies;
mod problem;
mod schema;
mod slices;
mod store;

pub use decision::{Decision, SkippedPolicy};
pub use explanation::{ClauseAccount, Explanation, Fact, Outcome, PolicyAccount, Reason};
pub use policies::{Effect, PolicyFacts};
pub use problem::{Problem, Source};
pub use store::{PolicyStore, Texts};
