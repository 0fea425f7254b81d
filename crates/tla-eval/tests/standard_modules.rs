//! Each standard module has a specification here that states facts about every operator of the module.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tla_check::model::Model;
use tla_eval::executable::Executable;
use tla_eval::STACK_BYTES;
use tla_syntax::ast::{Module, Unit};
use tla_syntax::config::Model as Configuration;
use tla_syntax::loader::Directories;
use tla_syntax::parser::parse_module;
use tla_syntax::resolve::resolve;
use tla_syntax::resolved::Program;
use tla_syntax::source::{SourceId, SourceMap};
use tla_syntax::stdlib;

fn specification(module: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/specs/Test{module}.tla"))
}

fn load(module: &str, libraries: &[PathBuf]) -> Result<Program, String> {
    let mut sources = SourceMap::default();
    let source = Directories::around(&specification(module), libraries);
    resolve(&format!("Test{module}"), &source, &mut sources)
        .map_err(|errors| errors.iter().map(|error| error.render(&sources)).collect::<Vec<_>>().join("\n"))
}

#[test]
fn can_resolve_every_module() {
    let failures: Vec<String> = stdlib::names().filter_map(|module| load(module, &[]).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The operators that a module defines for others.
fn operators(module: &Module) -> Vec<&str> {
    let defined = module.units.iter().filter_map(|unit| match unit {
        Unit::Definition(definition) if !definition.local => Some(definition.name.text.as_str()),
        _ => None,
    });
    defined.collect()
}

/// How specifications write operators that go by another name in definitions.
fn spellings(operator: &str) -> Vec<&str> {
    match operator {
        "-." => vec!["-"],
        "\\oplus" => vec!["(+)"],
        "\\ominus" => vec!["(-)"],
        other => vec![other],
    }
}

#[test]
fn states_facts_about_every_operator() {
    let mut missing = Vec::new();
    for name in stdlib::names() {
        let text = stdlib::text(name).expect("a module that is listed has a text");
        let module = parse_module(SourceId(0), text).expect("the module parses");
        let facts = std::fs::read_to_string(specification(name)).unwrap_or_default();
        let facts: String = facts.lines().skip(1).collect::<Vec<_>>().join("\n");
        for operator in operators(&module) {
            if !spellings(operator).iter().any(|spelling| facts.contains(spelling)) {
                missing.push(format!("{name}!{operator}"));
            }
        }
    }
    assert!(missing.is_empty(), "nothing is stated about {}", missing.join(", "));
}

/// Evaluates the assumptions; the error names the module and the first fact that does not hold.
fn evaluate(module: &str, libraries: &[PathBuf]) -> Result<(), String> {
    let program = Arc::new(load(module, libraries)?);
    let configuration = Configuration::default();
    let executable = Executable::new(program, Arc::new(configuration), 1).map_err(|error| error.message)?;
    match executable.worker().false_assumption() {
        Ok(None) => Ok(()),
        Ok(Some(index)) => Err(format!("{module}: assumption {} is false", index + 1)),
        Err(error) => Err(format!("{module}: {}", error.message)),
    }
}

fn on_a_large_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a thread");
    thread.join().expect("no panic")
}

fn temporary_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("assay-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a writable temporary folder");
    folder
}

#[test]
fn can_evaluate_the_facts() {
    let folder = temporary_folder("standard-modules");
    std::env::set_var("ASSAY_TEST_FOLDER", &folder);
    let failures =
        on_a_large_stack(|| stdlib::names().filter_map(|module| evaluate(module, &[]).err()).collect::<Vec<_>>());
    let _ = std::fs::remove_dir_all(&folder);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Community modules whose definitions say in TLA+ all that their natives do.
const DEFINED_IN_FULL: [&str; 11] = [
    "BagsExt",
    "Bitwise",
    "Combinatorics",
    "FiniteSetsExt",
    "Folds",
    "Functions",
    "Graphs",
    "Relation",
    "SequencesExt",
    "UndirectedGraphs",
    "VectorClocks",
];

#[test]
fn natives_agree_with_the_definitions() {
    // A module that is a file of the user's is evaluated from its text.
    let folder = temporary_folder("module-texts");
    for module in DEFINED_IN_FULL {
        let text = stdlib::text(module).expect("a module that ships");
        std::fs::write(folder.join(format!("{module}.tla")), text).expect("a writable folder");
    }
    let library = folder.clone();
    let failures = on_a_large_stack(move || {
        let each = DEFINED_IN_FULL.into_iter();
        each.filter_map(|module| evaluate(module, std::slice::from_ref(&library)).err()).collect::<Vec<_>>()
    });
    let _ = std::fs::remove_dir_all(&folder);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
