//! Operators of the standard modules that are computed natively and not from their TLA+ text.

use tla_syntax::source::Span;

use crate::error::Result;
use crate::value::Value;

mod adjacency;
mod arguments;
mod bags;
mod bags_ext;
mod bitwise;
mod combinatorics;
mod csv;
mod entries;
mod files;
mod finite_sets;
mod finite_sets_ext;
mod folds;
mod functions;
mod graphs;
mod integers;
mod io_utils;
mod json;
mod permutations;
mod randomization;
mod sampling;
mod sequences;
mod sequences_ext;
mod sorting;
mod stored_value;
mod svg;
#[cfg(test)]
mod tests;
mod tlc;
mod tlc_ext;
mod undirected_graphs;
mod vector_clocks;

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

/// What a native's result depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Its arguments alone: it may be computed once.
    Arguments,
    /// Chance: once for a constant definition, else each time.
    Chance,
    /// The state of the run, or the world outside: each time.
    Run,
}

/// What an operator of a standard module depends on.
#[must_use]
pub fn reads(module: &str, name: &str) -> Reads {
    match (module, name) {
        ("TLC", "RandomElement") | ("Randomization", _) => Reads::Chance,
        // The environment stays what it was when the check began.
        ("IOUtils", "IOEnv" | "atoi") => Reads::Arguments,
        ("TLC", "TLCGet" | "TLCSet" | "Print" | "PrintT" | "JavaTime") | ("TLCExt" | "IOUtils" | "CSV" | "Json", _) => {
            Reads::Run
        }
        _ => Reads::Arguments,
    }
}

/// The index of the argument that an operator may never evaluate. It comes as an operator without parameters.
#[must_use]
pub fn unevaluated(module: &str, name: &str) -> Option<usize> {
    match (module, name) {
        ("TLCExt", "AssertError") => Some(1),
        ("TLCExt", "TLCDefer") => Some(0),
        _ => None,
    }
}

/// Arguments are evaluated, operator arguments are closures. Lazy sets may come in and may be returned.
pub type Native = fn(&mut dyn Context, &[Value]) -> Result<Value>;

/// The operators of one module: name, arity, implementation.
pub type Table = &'static [(&'static str, usize, Native)];

/// The native implementation of a definition. `standard` says whether the module's text ships with Assay: as in TLC the
/// community's modules are only replaced where the user did not bring a text of their own.
#[must_use]
pub fn find(module: &str, name: &str, arity: usize, standard: bool) -> Option<Native> {
    if let Some(table) = standard_table(module) {
        return find_in(table, name, arity);
    }
    if !standard {
        return None;
    }
    match module {
        "SequencesExt" => sequences_ext::find(name, arity),
        _ => find_in(community_table(module)?, name, arity),
    }
}

fn find_in(table: Table, name: &str, arity: usize) -> Option<Native> {
    table.iter().find(|entry| entry.0 == name && entry.1 == arity).map(|entry| entry.2)
}

fn standard_table(module: &str) -> Option<Table> {
    Some(match module {
        "Naturals" | "Integers" | "Reals" => integers::TABLE,
        "Sequences" => sequences::TABLE,
        "FiniteSets" => finite_sets::TABLE,
        "Bags" => bags::TABLE,
        "TLC" => tlc::TABLE,
        "Randomization" => randomization::TABLE,
        _ => return None,
    })
}

fn community_table(module: &str) -> Option<Table> {
    Some(match module {
        "TLCExt" => tlc_ext::TABLE,
        "Json" => json::TABLE,
        "IOUtils" => io_utils::TABLE,
        "CSV" => csv::TABLE,
        "Folds" => folds::TABLE,
        "Functions" => functions::TABLE,
        "FiniteSetsExt" => finite_sets_ext::TABLE,
        "BagsExt" => bags_ext::TABLE,
        "Bitwise" => bitwise::TABLE,
        "Combinatorics" => combinatorics::TABLE,
        "Graphs" => graphs::TABLE,
        "UndirectedGraphs" => undirected_graphs::TABLE,
        "VectorClocks" => vector_clocks::TABLE,
        "SVG" => svg::TABLE,
        _ => return None,
    })
}
