//! From syntax trees to a [`Program`]: names are looked up, modules joined, instances copied, levels checked.
//!
//! Every module is resolved once, on its own, whether it is extended or instantiated; all definitions go into one
//! table. An instance then copies definitions of that table as they are used, replacing the constants and variables
//! of the instantiated module. At the end what the root module can reach is kept and numbered anew.

mod compact;
mod context;
mod copies;
mod declarations;
mod dependencies;
mod errors;
mod excerpts;
mod expressions;
mod extra;
mod hints;
mod instances;
mod level_rules;
mod levels;
mod modules;
mod paths;
mod rewrite;
mod root;
mod scope;
mod selectors;
mod tables;
mod units;

use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::loader::ModuleSource;
use crate::resolved::Program;
use crate::source::SourceMap;

use errors::Errors;
use modules::{ModuleId, ResolvedModule};
use tables::Tables;

pub use extra::ExtraExpression;
pub(crate) use rewrite::Rewrite;

/// Stack for resolving: expressions nest up to [`crate::limits::EXPRESSION_DEPTH`] levels, each some stack frames.
const STACK_BYTES: usize = 64 << 20;

/// Reads the module `root` and everything it depends on, and resolves every name.
///
/// # Errors
/// What is wrong with the modules, sorted by place, at most [`crate::limits::ERRORS`] of them.
pub fn resolve(
    root: &str,
    source: &(dyn ModuleSource + Sync),
    sources: &mut SourceMap,
) -> Result<Program, Vec<Diagnostic>> {
    resolve_with(root, &[], source, sources)
}

/// The same with expressions that are read as if they stood at the end of the root module. The scope of the program has
/// them under their names, which are not identifiers.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_with(
    root: &str,
    expressions: &[ExtraExpression],
    source: &(dyn ModuleSource + Sync),
    sources: &mut SourceMap,
) -> Result<Program, Vec<Diagnostic>> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("resolve".to_owned()).stack_size(STACK_BYTES);
        let started = worker.spawn_scoped(scope, || Resolver::new(source, sources, expressions).run(root));
        match started.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Err(vec![errors::no_thread(&error)]),
        }
    })
}

struct Resolver<'a> {
    source: &'a dyn ModuleSource,
    sources: &'a mut SourceMap,
    tables: Tables,
    errors: Errors,
    /// External modules by name; `None` for those that could not be read.
    loaded: HashMap<String, Option<ModuleId>>,
    /// External modules being read, outermost first.
    loading: Vec<String>,
    modules: Vec<ResolvedModule>,
    /// Not of any module's text; they join the root module.
    expressions: &'a [ExtraExpression],
}

impl<'a> Resolver<'a> {
    fn new(source: &'a dyn ModuleSource, sources: &'a mut SourceMap, expressions: &'a [ExtraExpression]) -> Self {
        Self {
            source,
            sources,
            tables: Tables::default(),
            errors: Errors::default(),
            loaded: HashMap::new(),
            loading: Vec::new(),
            modules: Vec::new(),
            expressions,
        }
    }

    fn run(mut self, root: &str) -> Result<Program, Vec<Diagnostic>> {
        let root_module = self.external_module(root, None);
        let Some(root_module) = root_module.filter(|_| self.errors.is_empty()) else {
            return Err(self.errors.finish());
        };
        let scope = self.root_scope(root_module);
        self.tables.finish_copies();
        self.check_levels(root_module);
        if !self.errors.is_empty() {
            return Err(self.errors.finish());
        }
        let root_module = self.modules.swap_remove(root_module.index());
        Ok(compact::compact(root.to_owned(), self.tables, root_module, scope))
    }
}
