//! Operators as values.

pub struct Closure {}
