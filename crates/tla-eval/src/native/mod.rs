//! Operators of the standard modules that are computed natively and not from their TLA+ text.

use tla_syntax::source::Span;

use crate::error::Result;
use crate::value::Value;

mod integers;

/// What a native operator may ask of the evaluator.
pub trait Context {
    /// Applies an operator argument (`Value::Closure`).
    ///
    /// # Errors
    /// Whatever the operator's body fails with.
    fn call(&mut self, operator: &Value, arguments: &[Value]) -> Result<Value>;

    /// A uniformly distributed number; the same sequence for the same seed.
    fn random(&mut self) -> u64;

    /// `TLCGet(key)` for keys that the explorer answers (`"level"`, `"distinct"`, ...) and numbered registers.
    ///
    /// # Errors
    /// Undefined, for a key that has no value.
    fn register(&mut self, key: &Value) -> Result<Value>;

    /// `TLCSet(key, value)`
    ///
    /// # Errors
    /// Undefined, for a key that cannot be set.
    fn set_register(&mut self, key: &Value, value: Value) -> Result<()>;

    /// A line of `Print` and `PrintT`.
    fn print(&mut self, line: &str);

    /// Place of the application, for messages that name it.
    fn place(&self) -> Option<Span>;
}

/// Arguments are evaluated, operator arguments are closures. Lazy sets may come in and may be returned.
pub type Native = fn(&mut dyn Context, &[Value]) -> Result<Value>;

/// The operators of one module: name, arity, implementation.
pub type Table = &'static [(&'static str, usize, Native)];

/// The table of a module. `standard` says whether the module's text ships with Assay: the community modules are only
/// replaced where the user did not bring a text of their own.
#[must_use]
pub fn find(module: &str, name: &str, arity: usize, standard: bool) -> Option<Native> {
    let (table, always): (Table, bool) = match module {
        "Naturals" | "Integers" | "Reals" => (integers::TABLE, true),
        _ => return None,
    };
    if !(always || standard) {
        return None;
    }
    table.iter().find(|entry| entry.0 == name && entry.1 == arity).map(|entry| entry.2)
}
