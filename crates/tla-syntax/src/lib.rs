//! TLA+ text to resolved specifications, with errors that point. No evaluation; the only input is a source loader.

pub mod ast;
pub mod config;
pub mod diagnostic;
mod lexer;
pub mod limits;
pub mod loader;
pub mod mutation;
pub mod operators;
pub mod parser;
pub mod resolve;
pub mod resolved;
pub mod source;
pub mod stdlib;
mod suggestions;
