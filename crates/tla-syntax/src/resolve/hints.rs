//! What to do about a name that nothing defines.

use std::sync::Arc;

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::stdlib;
use crate::suggestions;

use super::context::{Symbol, Visibility};
use super::scope::Scope;

/// Where several modules define a name, the one to offer.
const PREFERRED: [&str; 6] = ["Naturals", "Integers", "Sequences", "FiniteSets", "TLC", "Bags"];

impl Scope<'_, '_> {
    pub(super) fn undefined(&mut self, name: &ast::Name) {
        if self.module.module.context.incomplete
            || !self.resolver.errors.first_miss(self.module.module.info, &name.text)
        {
            return;
        }
        let text = &name.text;
        if self.defining.iter().any(|defining| **defining == **text) {
            let message = format!("`{text}` uses itself in its own definition");
            let error = Diagnostic::new(Code::UndeclaredRecursion, name.span, message);
            let hint = format!("write `RECURSIVE {text}(_)` before it, with one `_` for each argument");
            self.error(error.with_hint(hint));
            return;
        }
        let error = Diagnostic::new(Code::UndefinedName, name.span, format!("`{text}` is not defined"));
        let hint = self.hint(text);
        self.error(match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        });
    }

    fn hint(&self, text: &str) -> Option<String> {
        if let Some(&span) = self.module.later.get(text) {
            let line = self.resolver.sources.locate(span).line;
            return Some(format!("it is defined further down, on line {line}; a definition must come before its use"));
        }
        if let Some(hint) = standard_module(text) {
            return Some(hint);
        }
        let mut names: Vec<Arc<str>> = self.frame.names.iter().map(|(name, _)| name.clone()).collect();
        names.extend(self.module.module.context.names.keys().cloned());
        names.extend(["BOOLEAN", "STRING"].map(Arc::from));
        suggestions::closest(text, names.iter().map(|name| &**name)).map(|close| format!("did you mean `{close}`?"))
    }

    pub(super) fn undefined_member(&mut self, instance: &Symbol, name: &ast::Name) {
        let Some((module, names)) = self.members(instance) else { return };
        let message = format!("the module `{module}` exports no definition `{}`", name.text);
        let error = Diagnostic::new(Code::UndefinedName, name.span, message);
        self.error(match suggestions::closest(&name.text, names.iter().map(|name| &**name)) {
            Some(close) => error.with_hint(format!("did you mean `{close}`?")),
            None => error,
        });
    }

    /// The module of a named instance, and what it exports.
    fn members(&self, instance: &Symbol) -> Option<(Arc<str>, Vec<Arc<str>>)> {
        match instance {
            Symbol::Instance(id) => {
                let module = self.resolver.module(self.resolver.tables.instance(*id).module);
                let exported = module.context.names.iter().filter(|(_, entry)| {
                    entry.visibility == Visibility::Exported
                        && !matches!(entry.symbol, Symbol::Constant(_) | Symbol::Variable(_))
                });
                Some((module.name.clone(), exported.map(|(name, _)| name.clone()).collect()))
            }
            Symbol::Through(_, inner) => self.members(inner),
            _ => None,
        }
    }
}

/// `add EXTENDS FiniteSets`, if a module that ships with Assay defines the name.
fn standard_module(name: &str) -> Option<String> {
    let definers: Vec<&str> = stdlib::definers(name).collect();
    let module = PREFERRED.into_iter().find(|module| definers.contains(module)).or(definers.first().copied())?;
    // Integers has all that Naturals has, and is what people usually want.
    let extends = if module == "Naturals" { "Integers" } else { module };
    Some(format!("the module {module} defines it: add `EXTENDS {extends}`"))
}
