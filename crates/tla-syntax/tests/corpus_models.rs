//! Every model of the public collection resolves and binds.

use std::path::{Path, PathBuf};

use tla_syntax::config::{bind, parse_config};
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::loader::{add_source, read_file, Directories};
use tla_syntax::resolve::resolve;
use tla_syntax::source::SourceMap;

/// The corpora, from `ASSAY_CORPORA` or beside the repository.
fn corpora() -> Option<PathBuf> {
    let folder = std::env::var_os("ASSAY_CORPORA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora"), PathBuf::from);
    folder.is_dir().then_some(folder)
}

fn check(module: &Path, config: &Path) -> Result<(), String> {
    let mut sources = SourceMap::default();
    let rendered = |errors: Vec<Diagnostic>, sources: &SourceMap| {
        errors.iter().map(|error| error.render(sources)).collect::<Vec<_>>().join("\n")
    };
    let name = module.file_stem().and_then(|stem| stem.to_str()).ok_or("the module has no name")?;
    let program =
        resolve(name, &Directories::around(module, &[]), &mut sources).map_err(|errors| rendered(errors, &sources))?;
    let bytes = read_file(config).map_err(|error| error.to_string())?;
    let source = add_source(&mut sources, config, bytes).map_err(|error| rendered(vec![error], &sources))?;
    let text = sources.get(source).text.clone();
    let config = parse_config(source, &text).map_err(|errors| rendered(errors, &sources))?;
    let model = bind(&program, &config).map_err(|errors| rendered(errors, &sources))?;
    if std::env::var_os("ASSAY_SHOW_WARNINGS").is_some() {
        eprintln!("{}", rendered(model.warnings, &sources));
    }
    Ok(())
}

#[test]
fn can_resolve_and_bind_every_model() {
    let Some(corpora) = corpora() else {
        eprintln!("skipped: the corpora are not here; set ASSAY_CORPORA to their folder");
        return;
    };
    let folder = corpora.join("tla-examples");
    let rows = std::fs::read_to_string(folder.join("expected.tsv")).expect("the table of models");
    let specifications = folder.join("specifications");
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
