//! Modules: found, read, and resolved once each.

use std::path::Path;
use std::sync::Arc;

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::loader::{self, BUILTIN_FOLDER};
use crate::parser;
use crate::resolved::{ConstantId, ModuleInfo, VariableId};
use crate::source::Span;
use crate::stdlib;
use crate::suggestions;

use super::context::{Context, Visibility};
use super::units::{later_names, ModuleScope};
use super::Resolver;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ModuleId(u32);

impl ModuleId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// A module whose definitions are all in the tables.
#[derive(Debug)]
pub(super) struct ResolvedModule {
    /// Index into the tables' modules.
    pub(super) info: u32,
    pub(super) name: Arc<str>,
    pub(super) context: Context,
    /// Declared here or in modules it extends; those are what INSTANCE replaces.
    pub(super) constants: Vec<ConstantId>,
    pub(super) variables: Vec<VariableId>,
    /// Of this module and those it extends, by index into the tables.
    pub(super) assumptions: Vec<usize>,
    /// Modules it extends, directly or not, by index into the tables.
    pub(super) extends: Vec<u32>,
}

impl Resolver<'_> {
    pub(super) fn module(&self, id: ModuleId) -> &ResolvedModule {
        &self.modules[id.index()]
    }

    /// An external module, read and resolved if this is the first use. `wanted` is the place that names it.
    pub(super) fn external_module(&mut self, name: &str, wanted: Option<Span>) -> Option<ModuleId> {
        if let Some(position) = self.loading.iter().position(|loading| loading == name) {
            self.errors.push(self.cycle(position, name, wanted));
            return None;
        }
        if let Some(&known) = self.loaded.get(name) {
            return known;
        }
        if self.loaded.len() + self.loading.len() >= limits::MODULES {
            let message = format!("the specification has more than {} modules", limits::MODULES);
            self.errors.push(Diagnostic { span: wanted, ..Diagnostic::without_place(Code::Limit, message) });
            return None;
        }
        self.loading.push(name.to_owned());
        let module = self.read_module(name, wanted);
        self.loading.pop();
        self.loaded.insert(name.to_owned(), module);
        module
    }

    fn cycle(&self, position: usize, name: &str, wanted: Option<Span>) -> Diagnostic {
        let chain: Vec<&str> = self.loading[position..].iter().map(String::as_str).chain([name]).collect();
        let message = format!("modules depend on each other in a circle: {}", chain.join(" -> "));
        let error = Diagnostic { span: wanted, ..Diagnostic::without_place(Code::CyclicModules, message) };
        error.with_hint("move what they share into a module of its own")
    }

    fn read_module(&mut self, name: &str, wanted: Option<Span>) -> Option<ModuleId> {
        let (path, bytes) = match self.source.read(name) {
            Ok(Some(found)) => found,
            Ok(None) => {
                self.errors.push(missing(name, wanted));
                return None;
            }
            Err(error) => {
                let message = format!("the module `{name}` cannot be read: {error}");
                self.errors
                    .push(Diagnostic { span: wanted, ..Diagnostic::without_place(Code::MissingModule, message) });
                return None;
            }
        };
        let standard = path.starts_with(Path::new(BUILTIN_FOLDER));
        let source = match loader::add_source(self.sources, &path, bytes) {
            Ok(source) => source,
            Err(error) => {
                self.errors.push(error);
                return None;
            }
        };
        let text = self.sources.get(source).text.clone();
        match parser::parse_module(source, &text) {
            Ok(mut module) => {
                if self.loading.len() == 1 {
                    self.add_expressions(&mut module);
                }
                if module.name.text != name {
                    let message = format!("the file of module `{name}` holds the module `{}`", module.name.text);
                    let error = Diagnostic::new(Code::MissingModule, module.name.span, message);
                    self.errors.push(error.with_hint("a module and its file have the same name"));
                }
                Some(self.resolve_module(&module, standard, Context::default()))
            }
            Err(errors) => {
                self.errors.extend(errors);
                None
            }
        }
    }

    /// `outer` holds what the module sees of the one around it.
    pub(super) fn resolve_module(&mut self, module: &ast::Module, standard: bool, outer: Context) -> ModuleId {
        let name: Arc<str> = module.name.text.as_str().into();
        let info = self.tables.add_module(ModuleInfo { name: name.to_string(), standard, extends: Vec::new() });
        let mut scope = ModuleScope {
            module: ResolvedModule {
                info,
                name,
                context: outer,
                constants: Vec::new(),
                variables: Vec::new(),
                assumptions: Vec::new(),
                extends: Vec::new(),
            },
            later: later_names(module),
            recursive: std::collections::HashMap::new(),
            standard,
        };
        for extended in &module.extends {
            self.extend(&mut scope, extended);
        }
        for unit in &module.units {
            self.unit(&mut scope, unit);
        }
        self.undefined_recursive(&scope);
        self.tables.finish_copies();
        self.tables.dependencies.settle();
        self.tables.modules[info as usize].extends.clone_from(&scope.module.extends);
        self.modules.push(scope.module);
        ModuleId(u32::try_from(self.modules.len() - 1).unwrap_or(u32::MAX))
    }

    /// A module that is named in `scope`: one inside it or around it, else an external one.
    pub(super) fn find_module(&mut self, scope: &mut ModuleScope, name: &ast::Name) -> Option<ModuleId> {
        if let Some(&(module, _)) = scope.module.context.modules.get(name.text.as_str()) {
            return Some(module);
        }
        let found = self.external_module(&name.text, Some(name.span));
        scope.module.context.incomplete |= found.is_none_or(|found| self.module(found).context.incomplete);
        found
    }

    fn extend(&mut self, scope: &mut ModuleScope, name: &ast::Name) {
        let Some(id) = self.find_module(scope, name) else { return };
        let extended = self.module(id);
        let names = extended.context.exported();
        let modules: Vec<_> = extended.context.modules.iter().map(|(name, entry)| (name.clone(), *entry)).collect();
        let (constants, variables) = (extended.constants.clone(), extended.variables.clone());
        let assumptions = extended.assumptions.clone();
        let through = std::iter::once(extended.info).chain(extended.extends.iter().copied()).collect::<Vec<_>>();
        for (text, entry) in names {
            self.declare_imported(scope, &text, entry, name.span);
        }
        for (text, (module, visibility)) in modules {
            if visibility == Visibility::Exported {
                scope.module.context.modules.entry(text).or_insert((module, visibility));
            }
        }
        let known = constants.into_iter().filter(|constant| !self.tables.same_constants.contains_key(constant));
        add_new(&mut scope.module.constants, known.collect());
        let known = variables.into_iter().filter(|variable| !self.tables.same_variables.contains_key(variable));
        add_new(&mut scope.module.variables, known.collect());
        add_new(&mut scope.module.assumptions, assumptions);
        add_new(&mut scope.module.extends, through);
    }
}

fn add_new<T: PartialEq>(list: &mut Vec<T>, items: Vec<T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}

fn missing(name: &str, wanted: Option<Span>) -> Diagnostic {
    let message = format!("there is no module `{name}`");
    let error = Diagnostic { span: wanted, ..Diagnostic::without_place(Code::MissingModule, message) };
    match suggestions::closest(name, stdlib::names()) {
        Some(close) => error.with_hint(format!("did you mean `{close}`?")),
        None => {
            error.with_hint(format!("put `{name}.tla` beside the module that uses it, or name its folder as a library"))
        }
    }
}
