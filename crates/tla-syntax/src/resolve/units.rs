//! The units of a module: declarations, definitions, instances, assumptions, modules inside.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::ast::{self, Unit};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolved::{Assumption, ConstantId, Declaration, DefinitionId, Expr, ExprKind, VariableId};
use crate::source::Span;

use super::context::{Entry, Symbol, Visibility};
use super::modules::ResolvedModule;
use super::scope::Scope;
use super::tables::placeholder;
use super::Resolver;

/// A module that is being resolved.
#[derive(Debug)]
pub(super) struct ModuleScope {
    pub(super) module: ResolvedModule,
    /// Where the text defines each name: for names that are used too early.
    pub(super) later: HashMap<String, Span>,
    /// Operators declared RECURSIVE and not defined yet.
    pub(super) recursive: HashMap<Arc<str>, (DefinitionId, Span)>,
    pub(super) standard: bool,
}

/// The names that a module defines, wherever that is.
pub(super) fn later_names(module: &ast::Module) -> HashMap<String, Span> {
    let mut names = HashMap::new();
    for unit in &module.units {
        let mut add = |name: &ast::Name| {
            names.entry(name.text.clone()).or_insert(name.span);
        };
        match unit {
            Unit::Constants(declared) => declared.iter().for_each(|declaration| add(&declaration.name)),
            Unit::Variables(declared) => declared.iter().for_each(add),
            Unit::Definition(definition) => add(&definition.name),
            Unit::Assume { name: Some(name), .. } | Unit::Theorem { name: Some(name), .. } => add(name),
            _ => {}
        }
    }
    names
}

impl Resolver<'_> {
    pub(super) fn unit(&mut self, module: &mut ModuleScope, unit: &Unit) {
        match unit {
            Unit::Constants(declared) => declared.iter().for_each(|constant| self.constant(module, constant)),
            Unit::Variables(declared) => declared.iter().for_each(|variable| self.variable(module, variable)),
            Unit::Recursive(declared) => {
                let mut scope = Scope::new(self, module);
                declared.iter().for_each(|operator| scope.declare_recursive(operator));
            }
            Unit::Definition(definition) => self.definition(module, definition),
            Unit::Instance { instance, local } => self.unnamed_instance(module, instance, *local),
            Unit::Assume { name, body } => self.assume(module, name.as_ref(), body),
            Unit::Theorem { name, body, span } => self.theorem(module, name.as_ref(), body.as_ref(), *span),
            Unit::Module(inner) => self.inner_module(module, inner),
        }
    }

    fn constant(&mut self, module: &mut ModuleScope, declared: &ast::OperatorDeclaration) {
        let id = ConstantId(u32::try_from(self.tables.constants.len()).unwrap_or(u32::MAX));
        let (name, span) = (Arc::<str>::from(declared.name.text.as_str()), declared.name.span);
        self.tables.constants.push(Declaration { name: name.clone(), arity: declared.arity, span });
        let entry = Entry { symbol: Symbol::Constant(id), span, visibility: Visibility::Exported };
        if self.declare_own(module, &name, entry) {
            module.module.constants.push(id);
        }
    }

    fn variable(&mut self, module: &mut ModuleScope, declared: &ast::Name) {
        let id = VariableId(u32::try_from(self.tables.variables.len()).unwrap_or(u32::MAX));
        let (name, span) = (Arc::<str>::from(declared.text.as_str()), declared.span);
        self.tables.variables.push(Declaration { name: name.clone(), arity: 0, span });
        let entry = Entry { symbol: Symbol::Variable(id), span, visibility: Visibility::Exported };
        if self.declare_own(module, &name, entry) {
            module.module.variables.push(id);
        }
    }

    fn definition(&mut self, module: &mut ModuleScope, definition: &ast::Definition) {
        let visibility = if definition.local { Visibility::Local } else { Visibility::Exported };
        let name: Arc<str> = definition.name.text.as_str().into();
        let mut scope = Scope::new(self, module);
        let Some(symbol) = scope.definition(definition) else { return };
        scope.close();
        let entry = Entry { symbol, span: definition.name.span, visibility };
        if module.recursive.remove(&name).is_some() {
            module.module.context.names.insert(name, entry);
        } else {
            self.declare_own(module, &name, entry);
        }
    }

    fn unnamed_instance(&mut self, module: &mut ModuleScope, instance: &ast::Instance, local: bool) {
        let mut scope = Scope::new(self, module);
        let Some(id) = scope.instance(instance, &[], false) else { return };
        let visibility = if local { Visibility::Local } else { Visibility::Exported };
        let names = self.module(self.tables.instance(id).module).context.exported();
        for (text, entry) in names {
            if !matches!(entry.symbol, Symbol::Constant(_) | Symbol::Variable(_)) {
                let symbol = Symbol::Through(id, Rc::new(entry.symbol));
                let entry = Entry { symbol, span: entry.span, visibility };
                self.declare_imported(module, &text, entry, instance.span);
            }
        }
    }

    fn assume(&mut self, module: &mut ModuleScope, name: Option<&ast::Name>, body: &ast::Expr) {
        let mut scope = Scope::new(self, module);
        let mut body = scope.expr(body);
        let mut named = None;
        if let Some(name) = name {
            // The formula is that of a definition; here it is only named, so that its LETs stand in one place.
            let span = body.span;
            let definition = scope.add_named(name, Vec::new(), body);
            let kind = ExprKind::Apply { definition, arguments: Vec::new() };
            body = Expr { kind, ..placeholder(span) };
            named = Some((name, definition));
        }
        let locals = scope.close();
        if let Some((name, definition)) = named {
            let symbol = Symbol::Definition(definition);
            let entry = Entry { symbol, span: name.span, visibility: Visibility::Exported };
            self.declare_own(module, &name.text.as_str().into(), entry);
        }
        let name = name.map(|name| name.text.as_str().into());
        self.tables.assumptions.push(Assumption { name, span: body.span, body, locals });
        module.module.assumptions.push(self.tables.assumptions.len() - 1);
    }

    /// The statement is resolved to find mistakes in it; only a named one can be used.
    fn theorem(&mut self, module: &mut ModuleScope, name: Option<&ast::Name>, body: Option<&ast::Expr>, span: Span) {
        let symbol = match body {
            Some(body) => {
                let mut scope = Scope::new(self, module);
                let resolved = scope.expr(body);
                let definition = name.map(|name| scope.add_named(name, Vec::new(), resolved));
                scope.close();
                definition.map_or(Symbol::Statement, Symbol::Definition)
            }
            None => Symbol::Statement,
        };
        if let Some(name) = name {
            let entry = Entry { symbol, span, visibility: Visibility::Exported };
            self.declare_own(module, &name.text.as_str().into(), entry);
        }
    }

    fn inner_module(&mut self, module: &mut ModuleScope, inner: &ast::Module) {
        let id = self.resolve_module(inner, module.standard, module.module.context.for_inner_module());
        let name: Arc<str> = inner.name.text.as_str().into();
        if module.module.context.modules.insert(name, (id, Visibility::Exported)).is_some() {
            let message = format!("the module `{}` is defined twice", inner.name.text);
            self.errors.push(Diagnostic::new(Code::DuplicateName, inner.name.span, message));
        }
    }

    pub(super) fn undefined_recursive(&mut self, scope: &ModuleScope) {
        for (name, (_, span)) in &scope.recursive {
            let message = format!("`{name}` is declared RECURSIVE but never defined");
            self.errors.push(Diagnostic::new(Code::UndefinedName, *span, message));
        }
    }

    /// Gives a name of this module's own text its meaning; false if the name is taken.
    fn declare_own(&mut self, module: &mut ModuleScope, name: &Arc<str>, entry: Entry) -> bool {
        let Some(existing) = module.module.context.names.get(name) else {
            module.module.context.names.insert(name.clone(), entry);
            return true;
        };
        // SANY lets a declaration be repeated: the first one counts.
        let repeated = match (&existing.symbol, &entry.symbol) {
            (Symbol::Variable(_), Symbol::Variable(_)) => true,
            (Symbol::Constant(one), Symbol::Constant(other)) => {
                self.tables.constants[one.index()].arity == self.tables.constants[other.index()].arity
            }
            _ => false,
        };
        if !repeated {
            let existing = existing.span;
            let error = self.duplicate(name, entry.span, existing);
            self.errors.push(error);
        }
        false
    }

    pub(super) fn duplicate(&self, name: &str, span: Span, existing: Span) -> Diagnostic {
        let place = self.sources.locate(existing);
        let error = Diagnostic::new(Code::DuplicateName, span, format!("the name `{name}` is already taken"));
        error.with_hint(format!("it is defined at {place}; TLA+ has no shadowing, so use another name"))
    }

    /// A name that comes with EXTENDS or INSTANCE. As in SANY, the first of two definitions counts, and declarations
    /// of one name in two modules are one.
    pub(super) fn declare_imported(&mut self, module: &mut ModuleScope, name: &Arc<str>, entry: Entry, place: Span) {
        let Some(existing) = module.module.context.names.get_mut(name) else {
            module.module.context.names.insert(name.clone(), entry);
            return;
        };
        let compatible = match (&existing.symbol, &entry.symbol) {
            (Symbol::Variable(first), Symbol::Variable(other)) => {
                if first != other {
                    self.tables.same_variables.insert(*other, *first);
                }
                true
            }
            (Symbol::Constant(first), Symbol::Constant(other)) => {
                let arity = |id: &ConstantId| self.tables.constants[id.index()].arity;
                let compatible = arity(first) == arity(other);
                if first != other && compatible {
                    self.tables.same_constants.insert(*other, *first);
                }
                compatible
            }
            (existing, new) => !is_declaration(existing) && !is_declaration(new),
        };
        if compatible {
            if existing.visibility != Visibility::Exported && entry.visibility == Visibility::Exported {
                existing.visibility = Visibility::Exported;
            }
            return;
        }
        let (one, other) = (self.sources.locate(existing.span), self.sources.locate(entry.span));
        let message = format!("`{name}` comes with this module, but means something else already");
        let error = Diagnostic::new(Code::DuplicateName, place, message);
        self.errors.push(error.with_hint(format!("it is defined at {one} and at {other}; rename one of them")));
    }
}

fn is_declaration(symbol: &Symbol) -> bool {
    matches!(symbol, Symbol::Constant(_) | Symbol::Variable(_))
}
