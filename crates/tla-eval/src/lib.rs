//! Values, operators and actions: one state to its successors.

mod closure;
mod code;
mod compile;
pub mod error;
mod evaluate;
pub mod executable;
pub mod native;
pub mod value;

pub use evaluate::{Fact, Printer, RunFacts, STACK_BYTES};
