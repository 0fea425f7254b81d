//! Parses every module of a public collection of specifications.

mod corpora;

use std::path::{Path, PathBuf};

use tla_syntax::parser::parse_module;
use tla_syntax::source::SourceMap;

/// Modules that are not valid TLA+, and why.
const INVALID: &[(&str, &str)] = &[];

#[test]
fn can_parse_every_module_of_the_collection() {
    let Some(folder) = corpora::specifications() else { return };
    let modules = corpora::files_with_extension(&folder, "tla");
    assert!(modules.len() > 200, "the collection is not complete: {} modules", modules.len());
    check_all(&folder, &modules);
}

#[test]
fn can_parse_every_standard_module() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    let modules = corpora::files_with_extension(&folder, "tla");
    assert!(modules.iter().any(|path| path.ends_with("Naturals.tla")));
    check_all(&folder, &modules);
}

fn check_all(folder: &Path, modules: &[PathBuf]) {
    let mut failures = Vec::new();
    for path in modules {
        let name = path.strip_prefix(folder).unwrap_or(path).display().to_string();
        let Ok(text) = std::fs::read_to_string(path) else {
            failures.push(format!("{name}: not UTF-8"));
            continue;
        };
        let mut sources = SourceMap::default();
        let source = sources.add(path, text);
        let result = parse_module(source, &sources.get(source).text);
        match (result, INVALID.iter().find(|(invalid, _)| *invalid == name)) {
            (Ok(_), None) | (Err(_), Some(_)) => {}
            (Ok(_), Some((_, reason))) => failures.push(format!("{name}: parsed, though {reason}")),
            (Err(diagnostics), None) => {
                let texts: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.render(&sources)).collect();
                failures.push(format!("{name}:\n{}", texts.join("\n")));
            }
        }
    }
    assert!(failures.is_empty(), "{} of {} failed:\n{}", failures.len(), modules.len(), failures.join("\n"));
}
