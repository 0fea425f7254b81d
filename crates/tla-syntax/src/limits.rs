//! How much the reader takes on. Every limit that is hit names itself.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// Errors reported for one text; more would only repeat the first ones.
pub const ERRORS: usize = 20;
/// Bytes of one module or configuration.
pub const FILE_BYTES: usize = 16 << 20;
/// Nesting of values in a configuration.
pub const CONFIG_VALUE_DEPTH: usize = 64;
/// Nesting of expressions, and of modules, in a text; a chain such as `a + b + c` does not nest.
pub const TEXT_NESTING: usize = 256;
/// Height of the tree of an expression; each operator of a chain such as `a + b + c` adds one.
pub const EXPRESSION_DEPTH: usize = 500;
/// Modules that one specification may consist of.
pub const MODULES: usize = 1000;
/// Definitions of a program, the copies that INSTANCE makes included.
pub const DEFINITIONS: usize = 1_000_000;

pub(crate) fn file_too_large(span: Span, bytes: usize) -> Diagnostic {
    let message = format!("the file has {bytes} bytes, more than the limit of {FILE_BYTES}");
    Diagnostic::new(Code::Limit, span, message)
}
