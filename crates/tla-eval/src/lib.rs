//! Values, operators and actions: one state to its successors.

mod closure;
mod code;
mod compile;
pub mod error;
mod evaluate;
pub mod native;
pub mod value;
