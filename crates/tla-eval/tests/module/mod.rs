//! A module `M` that a test has written, ready to be explored.

use std::path::PathBuf;
use std::sync::Arc;

use tla_eval::executable::Executable;
use tla_syntax::loader::Texts;
use tla_syntax::source::SourceMap;

/// The module with that body, in the model that `config` describes.
pub(crate) fn executable(body: &str, config: &str) -> (Executable, SourceMap) {
    let mut sources = SourceMap::default();
    let modules = Texts::default().with("M", format!("---- MODULE M ----\n{body}\n====\n"));
    let program = tla_syntax::resolve::resolve("M", &modules, &mut sources).expect("resolves");
    let source = sources.add(&PathBuf::from("M.cfg"), config.to_owned());
    let parsed = tla_syntax::config::parse_config(source, config).expect("parses");
    let model = tla_syntax::config::bind(&program, &parsed).expect("binds");
    (Executable::new(Arc::new(program), Arc::new(model), 0).expect("compiles"), sources)
}
