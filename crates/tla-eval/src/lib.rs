//! Values, operators and actions: one state to its successors.

pub mod closure;
pub mod error;
pub mod native;
pub mod value;
