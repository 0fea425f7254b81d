//! Names that are visible at one place of a module, and definitions.

use std::collections::HashSet;
use std::sync::Arc;

use crate::ast::{self, DefinitionKind};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::resolved::{DefinitionId, Expr, ExprKind, LocalId, Named, Parameter};
use crate::source::Span;

use super::context::{Entry, Symbol, Visibility};
use super::tables::{blank_definition, placeholder, InstanceId};
use super::units::ModuleScope;
use super::Resolver;

/// Resolves one definition of a module, or one assumption.
pub(super) struct Scope<'r, 'a> {
    pub(super) resolver: &'r mut Resolver<'a>,
    pub(super) module: &'r mut ModuleScope,
    pub(super) frame: Frame,
    /// Names of the definitions being resolved, outermost first.
    pub(super) defining: Vec<Arc<str>>,
    pub(super) depth: usize,
}

/// Locals of a top-level definition, and what is visible inside it.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub(super) next_local: u32,
    pub(super) names: Vec<(Arc<str>, Entry)>,
    /// What `@` stands for, innermost last.
    pub(super) at: Vec<LocalId>,
    /// Definitions in LETs: they share the number of locals.
    pub(super) inner: Vec<DefinitionId>,
    /// How many LETs are around this place.
    pub(super) lets: usize,
    /// Operators declared RECURSIVE in a LET and not defined yet.
    pub(super) recursive: Vec<(Arc<str>, DefinitionId, Span)>,
    /// Locals that were used.
    pub(super) used: HashSet<LocalId>,
}

impl<'r, 'a> Scope<'r, 'a> {
    pub(super) fn new(resolver: &'r mut Resolver<'a>, module: &'r mut ModuleScope) -> Self {
        Self { resolver, module, frame: Frame::default(), defining: Vec::new(), depth: 0 }
    }

    /// Ends the frame: its number of locals becomes that of every definition inside.
    pub(super) fn close(&mut self) -> u32 {
        let frame = std::mem::take(&mut self.frame);
        for definition in frame.inner {
            self.resolver.tables.definitions[definition.index()].locals = frame.next_local;
        }
        for (name, _, span) in frame.recursive {
            let message = format!("`{name}` is declared RECURSIVE but never defined");
            self.error(Diagnostic::new(Code::UndefinedName, span, message));
        }
        frame.next_local
    }

    pub(super) fn error(&mut self, error: Diagnostic) {
        self.resolver.errors.push(error);
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Entry> {
        let local = self.frame.names.iter().rev().find(|(text, _)| &**text == name);
        local.map(|(_, entry)| entry).or_else(|| self.module.module.context.names.get(name)).cloned()
    }

    pub(super) fn fresh_local(&mut self) -> LocalId {
        self.frame.next_local += 1;
        LocalId(self.frame.next_local - 1)
    }

    /// Makes a name visible inside the definition. A name that is taken is an error, as in SANY, but is bound.
    pub(super) fn bind_name(&mut self, name: &ast::Name, symbol: Symbol) {
        if let Some(existing) = self.lookup(&name.text) {
            let error = self.resolver.duplicate(&name.text, name.span, existing.span);
            self.error(error);
        }
        self.push_name(name, symbol);
    }

    fn push_name(&mut self, name: &ast::Name, symbol: Symbol) {
        let entry = Entry { symbol, span: name.span, visibility: Visibility::Local };
        self.frame.names.push((name.text.as_str().into(), entry));
    }

    pub(super) fn bind_local(&mut self, name: &ast::Name) -> Named {
        let local = self.fresh_local();
        self.bind_name(name, Symbol::Local(local, 0));
        Named { local, name: name.text.as_str().into() }
    }

    pub(super) fn bind_parameters(&mut self, parameters: &[ast::OperatorDeclaration]) -> Vec<Parameter> {
        let bind = |parameter: &ast::OperatorDeclaration| {
            let local = self.fresh_local();
            self.bind_name(&parameter.name, Symbol::Local(local, parameter.arity));
            Parameter { local, name: parameter.name.text.as_str().into(), arity: parameter.arity }
        };
        parameters.iter().map(bind).collect()
    }

    /// As [`Self::bind_parameters`], for names that were checked before.
    pub(super) fn rebind_parameters(&mut self, parameters: &[ast::OperatorDeclaration]) -> Vec<Parameter> {
        let bind = |parameter: &ast::OperatorDeclaration| {
            let local = self.fresh_local();
            self.push_name(&parameter.name, Symbol::Local(local, parameter.arity));
            Parameter { local, name: parameter.name.text.as_str().into(), arity: parameter.arity }
        };
        parameters.iter().map(bind).collect()
    }

    /// Forgets the names bound since there were `count` of them.
    pub(super) fn unbind(&mut self, count: usize) {
        self.frame.names.truncate(count);
    }

    pub(super) fn bound_names(&self) -> usize {
        self.frame.names.len()
    }

    pub(super) fn inside_let(&self) -> bool {
        self.frame.lets > 0
    }

    pub(super) fn declare_recursive(&mut self, declared: &ast::OperatorDeclaration) {
        let name: Arc<str> = declared.name.text.as_str().into();
        let span = declared.name.span;
        let parameter = |_| Parameter { local: LocalId(0), name: "_".into(), arity: 0 };
        let parameters = (0..declared.arity).map(parameter).collect();
        let mut definition = blank_definition(name.clone(), self.module.module.info, parameters, placeholder(span));
        definition.recursive = true;
        definition.inner = self.inside_let();
        let id = self.resolver.tables.add_definition(definition);
        let symbol = Symbol::Definition(id);
        self.bind_name(&declared.name, symbol.clone());
        if self.inside_let() {
            self.frame.inner.push(id);
            self.frame.recursive.push((name, id, span));
        } else {
            let entry = Entry { symbol, span, visibility: Visibility::Exported };
            self.module.recursive.insert(name.clone(), (id, span));
            self.module.module.context.names.insert(name, entry);
        }
    }

    /// The declaration that a definition belongs to.
    fn take_recursive(&mut self, name: &str) -> Option<DefinitionId> {
        if !self.inside_let() {
            return self.module.recursive.get(name).map(|&(id, _)| id);
        }
        let position = self.frame.recursive.iter().position(|(text, ..)| &**text == name)?;
        Some(self.frame.recursive.remove(position).1)
    }

    /// Resolves a definition, of a module or of a LET, but does not make its name visible.
    pub(super) fn definition(&mut self, definition: &ast::Definition) -> Option<Symbol> {
        let name = &definition.name;
        self.defining.push(name.text.as_str().into());
        let symbol = match &definition.kind {
            DefinitionKind::Instance { parameters, instance } => {
                self.instance(instance, parameters, self.inside_let()).map(Symbol::Instance)
            }
            DefinitionKind::Operator { parameters, body } => {
                let declared = self.take_recursive(&name.text);
                let bound = self.bound_names();
                let parameters = self.bind_parameters(parameters);
                let body = self.expr(body);
                self.unbind(bound);
                Some(Symbol::Definition(self.finish_definition(definition, declared, parameters, body)))
            }
            DefinitionKind::Function { bounds, body } => {
                let declared = self.take_recursive(&name.text);
                let body = self.function_definition(definition, bounds, body, declared.is_some());
                Some(Symbol::Definition(self.finish_definition(definition, declared, Vec::new(), body)))
            }
        };
        self.defining.pop();
        symbol
    }

    fn function_definition(
        &mut self,
        definition: &ast::Definition,
        bounds: &[ast::Bound],
        body: &ast::Expr,
        declared: bool,
    ) -> Expr {
        let bound = self.bound_names();
        let own = self.fresh_local();
        let bounds = self.bind_bounds(bounds);
        if !declared {
            self.push_name(&definition.name, Symbol::Local(own, 0));
        }
        let body = Box::new(self.expr(body));
        self.unbind(bound);
        let used = self.frame.used.contains(&own);
        let recursive = used.then(|| Named { local: own, name: definition.name.text.as_str().into() });
        let kind = ExprKind::Function { recursive, bounds, body };
        Expr { kind, ..placeholder(definition.span) }
    }

    fn finish_definition(
        &mut self,
        definition: &ast::Definition,
        declared: Option<DefinitionId>,
        parameters: Vec<Parameter>,
        body: Expr,
    ) -> DefinitionId {
        let id = match declared {
            Some(id) => {
                let arity = self.resolver.tables.definition(id).parameters.len();
                if arity != parameters.len() {
                    let message = format!(
                        "`{}` takes {} but was declared RECURSIVE with {}",
                        definition.name.text,
                        plural(parameters.len(), "argument"),
                        arity
                    );
                    self.error(Diagnostic::new(Code::Arity, definition.name.span, message));
                }
                let known = &mut self.resolver.tables.definitions[id.index()];
                known.parameters = parameters;
                known.body = body;
                id
            }
            None => {
                let name = definition.name.text.as_str().into();
                let mut new = blank_definition(name, self.module.module.info, parameters, body);
                new.inner = self.inside_let();
                self.resolver.tables.add_definition(new)
            }
        };
        self.resolver.tables.definitions[id.index()].span = definition.span;
        self.register(id);
        id
    }

    /// Adds a definition that stands in no text as such: a named assumption, a substitution of an instance.
    pub(super) fn add_named(&mut self, name: &ast::Name, parameters: Vec<Parameter>, body: Expr) -> DefinitionId {
        let name = name.text.as_str().into();
        let mut definition = blank_definition(name, self.module.module.info, parameters, body);
        definition.inner = self.inside_let();
        let id = self.resolver.tables.add_definition(definition);
        self.register(id);
        id
    }

    /// Notes what a new definition depends on, and how many locals it has.
    fn register(&mut self, id: DefinitionId) {
        let tables = &mut self.resolver.tables;
        tables.dependencies.add_body(id, &tables.definitions[id.index()].body);
        if tables.definitions.len() > limits::DEFINITIONS {
            let message = format!("the specification has more than {} definitions", limits::DEFINITIONS);
            let span = tables.definitions[id.index()].span;
            self.resolver.errors.push(Diagnostic::new(Code::Limit, span, message));
        }
        self.frame.inner.push(id);
    }

    /// Resolves the definitions of a LET and makes them visible; the definitions, and the instances among them.
    pub(super) fn let_units(&mut self, units: &[ast::Unit]) -> (Vec<DefinitionId>, Vec<InstanceId>) {
        let (mut definitions, mut instances) = (Vec::new(), Vec::new());
        for unit in units {
            match unit {
                ast::Unit::Recursive(declared) => declared.iter().for_each(|operator| self.declare_recursive(operator)),
                ast::Unit::Definition(definition) => {
                    let declared = self.frame.recursive.iter().any(|(name, ..)| **name == *definition.name.text);
                    let Some(symbol) = self.definition(definition) else { continue };
                    match symbol {
                        Symbol::Definition(id) => definitions.push(id),
                        Symbol::Instance(id) => {
                            definitions.extend(&self.resolver.tables.instance(id).held);
                            instances.push(id);
                        }
                        _ => {}
                    }
                    if !declared {
                        self.bind_name(&definition.name, symbol);
                    }
                }
                _ => {}
            }
        }
        (definitions, instances)
    }
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    match count {
        0 => format!("no {noun}s"),
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}
