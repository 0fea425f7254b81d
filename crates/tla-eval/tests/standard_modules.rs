//! Each standard module has a specification here that states facts about every operator of the module.

use std::path::{Path, PathBuf};

use tla_syntax::ast::{Module, Unit};
use tla_syntax::loader::Directories;
use tla_syntax::parser::parse_module;
use tla_syntax::resolve::resolve;
use tla_syntax::resolved::Program;
use tla_syntax::source::{SourceId, SourceMap};
use tla_syntax::stdlib;

fn specification(module: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/specs/Test{module}.tla"))
}

fn load(module: &str) -> Result<Program, String> {
    let mut sources = SourceMap::default();
    let path = specification(module);
    resolve(&format!("Test{module}"), &Directories::around(&path, &[]), &mut sources)
        .map_err(|errors| errors.iter().map(|error| error.render(&sources)).collect::<Vec<_>>().join("\n"))
}

#[test]
fn can_resolve_every_module() {
    let failures: Vec<String> = stdlib::names().filter_map(|module| load(module).err()).collect();
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
