//! Texts and the trees they must give, the trees written as in [`show`].

mod errors;
mod expressions;
mod junctions;
mod limits;
mod operators;
mod show;
mod theorems;
mod units;

use super::{parse_expression, parse_module};
use crate::ast::{Module, Unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::SourceId;

const SOURCE: SourceId = SourceId(0);

fn expression(text: &str) -> String {
    match parse_expression(SOURCE, text) {
        Ok(expr) => show::expr(&expr),
        Err(diagnostics) => panic!("{text}\n{diagnostics:#?}"),
    }
}

fn expression_error(text: &str) -> Diagnostic {
    match parse_expression(SOURCE, text) {
        Ok(expr) => panic!("{text} was read as {}", show::expr(&expr)),
        Err(mut diagnostics) => diagnostics.remove(0),
    }
}

/// The module with this text between header and end.
fn module(body: &str) -> Module {
    match parse_module(SOURCE, &format!("---- MODULE M ----\n{body}\n====\n")) {
        Ok(module) => module,
        Err(diagnostics) => panic!("{body}\n{diagnostics:#?}"),
    }
}

fn units(body: &str) -> Vec<String> {
    module(body).units.iter().map(show::unit).collect()
}

/// What is wrong with a module: code and first line of each message, and the text that each points at.
fn module_errors(body: &str) -> Vec<(Code, String, String)> {
    let text = format!("---- MODULE M ----\n{body}\n====\n");
    let diagnostics = parse_module(SOURCE, &text).map(|module| module.units.len()).expect_err(body);
    let place = |diagnostic: &Diagnostic| {
        let span = diagnostic.span.expect("every error has a place");
        text[span.start as usize..span.end as usize].to_owned()
    };
    diagnostics.iter().map(|diagnostic| (diagnostic.code, diagnostic.message.clone(), place(diagnostic))).collect()
}

fn names_of(units: &[Unit]) -> Vec<String> {
    let definitions = units.iter().filter_map(|unit| match unit {
        Unit::Definition(definition) => Some(definition.name.text.clone()),
        _ => None,
    });
    definitions.collect()
}
