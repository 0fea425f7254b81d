//! Every model of the public collection resolves and binds.

mod corpora;
mod wellformed;

use std::path::Path;

use tla_syntax::config::{bind, parse_config};
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::loader::{add_source, read_file, Directories};
use tla_syntax::resolve::resolve;
use tla_syntax::source::SourceMap;

fn check(module: &Path, config: &Path) -> Result<(), String> {
    let mut sources = SourceMap::default();
    let rendered = |errors: Vec<Diagnostic>, sources: &SourceMap| {
        errors.iter().map(|error| error.render(sources)).collect::<Vec<_>>().join("\n")
    };
    let name = module.file_stem().and_then(|stem| stem.to_str()).ok_or("the module has no name")?;
    let program =
        resolve(name, &Directories::around(module, &[]), &mut sources).map_err(|errors| rendered(errors, &sources))?;
    let faults = wellformed::faults(&program);
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    let bytes = read_file(config).map_err(|error| error.to_string())?;
    let source = add_source(&mut sources, config, bytes).map_err(|error| rendered(vec![error], &sources))?;
    let text = sources.get(source).text.clone();
    let config = parse_config(source, &text).map_err(|errors| rendered(errors, &sources))?;
    bind(&program, &config).map_err(|errors| rendered(errors, &sources))?;
    Ok(())
}

#[test]
fn can_resolve_and_bind_every_model() {
    let Some(specifications) = corpora::specifications() else { return };
    let table = specifications.with_file_name("expected.tsv");
    let rows = std::fs::read_to_string(table).expect("the table of models");
    let mut failures = Vec::new();
    let mut models = 0;
    for row in rows.lines().skip(1) {
        let columns: Vec<&str> = row.split('\t').collect();
        models += 1;
        if let Err(error) = check(&specifications.join(columns[0]), &specifications.join(columns[1])) {
            failures.push(format!("{} with {}:\n{error}", columns[0], columns[1]));
        }
    }
    assert!(models > 0, "the table of models is empty");
    assert!(failures.is_empty(), "{} of {models} models fail\n{}", failures.len(), failures.join("\n"));
}

/// Modules for other tools use modules that are not here; nothing else is wrong with any module.
#[test]
fn can_resolve_every_module() {
    let Some(specifications) = corpora::specifications() else { return };
    for path in corpora::files_with_extension(&specifications, "tla") {
        let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
        let mut sources = SourceMap::default();
        match resolve(name, &Directories::around(&path, &[]), &mut sources) {
            Ok(program) => assert_eq!(wellformed::faults(&program), [""; 0], "{}", path.display()),
            Err(errors) => {
                let other: Vec<_> = errors.iter().filter(|error| error.code != Code::MissingModule).collect();
                let shown: Vec<String> = other.iter().map(|error| error.render(&sources)).collect();
                assert!(other.is_empty(), "{}", shown.join("\n"));
            }
        }
    }
}
