//! Modules written in a test, resolved and bound.

use std::path::Path;

use tla_syntax::config::{bind, parse_config, Model};
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::loader::Texts;
use tla_syntax::resolve::resolve;
use tla_syntax::resolved::{DefinitionId, Entity, Program};
use tla_syntax::source::SourceMap;

fn with_header(name: &str, body: &str) -> String {
    format!("---- MODULE {name} ----\n{body}\n====\n")
}

fn texts(modules: &[(&str, &str)]) -> Texts {
    modules.iter().fold(Texts::default(), |texts, (name, body)| texts.with(name, with_header(name, body)))
}

fn rendered(errors: &[Diagnostic], sources: &SourceMap) -> Vec<String> {
    errors.iter().map(|error| error.render(sources)).collect()
}

/// The program of the first of some modules, each given by name and body.
pub(crate) fn program(modules: &[(&str, &str)]) -> Program {
    let mut sources = SourceMap::default();
    resolve(modules[0].0, &texts(modules), &mut sources)
        .unwrap_or_else(|errors| panic!("{}", rendered(&errors, &sources).join("\n")))
}

/// The errors of some modules, as people read them.
pub(crate) fn errors(modules: &[(&str, &str)]) -> Vec<String> {
    let mut sources = SourceMap::default();
    match resolve(modules[0].0, &texts(modules), &mut sources) {
        Ok(_) => panic!("these modules are wrong"),
        Err(errors) => rendered(&errors, &sources),
    }
}

/// Code, message and hint of the only error.
pub(crate) fn error(body: &str) -> String {
    let mut sources = SourceMap::default();
    let Err(errors) = resolve("M", &texts(&[("M", body)]), &mut sources) else { panic!("this module is wrong") };
    assert_eq!(errors.len(), 1, "{}", rendered(&errors, &sources).join("\n"));
    summary(&errors[0], &sources)
}

fn summary(error: &Diagnostic, sources: &SourceMap) -> String {
    let at = error.span.map_or(String::new(), |span| format!("{} ", sources.locate(span)));
    let hint = error.hint.as_ref().map_or(String::new(), |hint| format!(" ({hint})"));
    format!("{at}{}: {}{hint}", error.code.as_str(), error.message)
}

/// A program with a configuration bound to it; or the errors, in short.
pub(crate) fn bound(modules: &[(&str, &str)], config: &str) -> (Program, Result<Model, Vec<String>>) {
    bound_in(modules, config, &mut SourceMap::default())
}

/// The same, with the texts.
pub(crate) fn bound_in(
    modules: &[(&str, &str)],
    config: &str,
    sources: &mut SourceMap,
) -> (Program, Result<Model, Vec<String>>) {
    let program = resolve(modules[0].0, &texts(modules), sources)
        .unwrap_or_else(|errors| panic!("{}", rendered(&errors, sources).join("\n")));
    let source = sources.add(Path::new("M.cfg"), config.to_owned());
    let config = parse_config(source, config).expect("the configuration can be read");
    let model = bind(&program, &config);
    let model = model.map_err(|errors| errors.iter().map(|error| summary(error, sources)).collect());
    (program, model)
}

pub(crate) fn definition(program: &Program, name: &str) -> DefinitionId {
    match program.scope.get(name) {
        Some(Entity::Definition(definition)) => *definition,
        other => panic!("{name} is {other:?}"),
    }
}
