//! `INSTANCE M WITH c <- e`: which expression stands for each constant and variable of `M`.

use std::collections::HashMap;

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::resolved::{
    Argument, ConstantId, DefinitionId, Expr, ExprKind, LocalId, OperatorArgument, Parameter, VariableId,
};
use crate::source::Span;
use crate::suggestions;

use super::context::Symbol;
use super::declarations::DeclarationSet;
use super::modules::ModuleId;
use super::scope::Scope;
use super::tables::{local_value, placeholder, Instance, InstanceId, Substitute, Tables};

impl Scope<'_, '_> {
    /// Resolves an instance; `inner` if it stands in a LET.
    pub(super) fn instance(
        &mut self,
        instance: &ast::Instance,
        parameters: &[ast::OperatorDeclaration],
        inner: bool,
    ) -> Option<InstanceId> {
        let module = self.resolver.find_module(self.module, &instance.module)?;
        let bound = self.bound_names();
        let own = self.bind_parameters(parameters);
        self.check_targets(instance, module);
        let mut builder =
            Builder { written: instance, declared: parameters, parameters: own.clone(), inner, held: Vec::new() };
        let mut substitutions = self.substitutions(&mut builder, module);
        self.unbind(bound);
        substitutions.extend_to_same(&self.resolver.tables);
        let Substitutions { constants, variables, substituted } = substitutions;
        Some(self.resolver.tables.add_instance(Instance {
            module,
            parameters: own,
            constants,
            variables,
            substituted,
            copies: HashMap::new(),
            entries: HashMap::new(),
            held: builder.held,
            inner,
            span: instance.span,
        }))
    }

    fn substitutions(&mut self, builder: &mut Builder, module: ModuleId) -> Substitutions {
        let resolved = self.resolver.module(module);
        let (constants, variables) = (resolved.constants.clone(), resolved.variables.clone());
        let mut substitutions = Substitutions::default();
        for constant in constants {
            match self.substitute_constant(builder, constant) {
                // A constant that stays what it is: what depends on it needs no copy.
                Some(Substitute::Value(Expr { kind: ExprKind::Constant(same), .. })) if same == constant => {}
                Some(value) => substitutions.constant(constant, value),
                None => {}
            }
        }
        for variable in variables {
            match self.substitute_variable(builder, variable) {
                Some(Expr { kind: ExprKind::Variable(same), .. }) if same == variable => {}
                Some(value) => substitutions.variable(variable, value),
                None => {}
            }
        }
        substitutions
    }

    /// Reports a WITH for something that the module does not declare.
    fn check_targets(&mut self, instance: &ast::Instance, module: ModuleId) {
        let resolved = self.resolver.module(module);
        let tables = &self.resolver.tables;
        let constants = resolved.constants.iter().map(|constant| tables.constants[constant.index()].name.clone());
        let variables = resolved.variables.iter().map(|variable| tables.variables[variable.index()].name.clone());
        let declared: Vec<_> = constants.chain(variables).collect();
        for (index, (name, _)) in instance.substitutions.iter().enumerate() {
            if !declared.iter().any(|declared| **declared == *name.text) {
                let message =
                    format!("the module `{}` declares no constant or variable `{}`", instance.module.text, name.text);
                let error = Diagnostic::new(Code::UndefinedName, name.span, message);
                self.error(match suggestions::closest(&name.text, declared.iter().map(|name| &**name)) {
                    Some(close) => error.with_hint(format!("did you mean `{close}`?")),
                    None => error,
                });
            }
            if instance.substitutions[..index].iter().any(|(earlier, _)| earlier.text == name.text) {
                let message = format!("`{}` is replaced twice", name.text);
                self.error(Diagnostic::new(Code::DuplicateName, name.span, message));
            }
        }
    }

    fn substitute_constant(&mut self, builder: &mut Builder, constant: ConstantId) -> Option<Substitute> {
        let declaration = &self.resolver.tables.constants[constant.index()];
        let (name, arity) = (declaration.name.clone(), declaration.arity);
        if arity == 0 {
            return self.substitute_value(builder, &name, "constant").map(Substitute::Value);
        }
        match builder.explicit(&name) {
            Some((target, expr)) => {
                let operator = self.with_parameters(builder, |scope, parameters| {
                    let operator = scope.operator_argument(expr, arity)?;
                    Some(scope.hold_operator(target, operator, parameters))
                });
                operator.map(|operator| builder.keep_operator(operator))
            }
            None => self.implicit_operator(builder, &name, arity),
        }
    }

    fn substitute_variable(&mut self, builder: &mut Builder, variable: VariableId) -> Option<Expr> {
        let name = self.resolver.tables.variables[variable.index()].name.clone();
        self.substitute_value(builder, &name, "variable")
    }

    fn substitute_value(&mut self, builder: &mut Builder, name: &str, kind: &str) -> Option<Expr> {
        let span = builder.written.span;
        let of_variable = kind == "variable";
        if let Some((target, expr)) = builder.explicit(name) {
            let value = self.with_parameters(builder, |scope, parameters| {
                let value = scope.expr(expr);
                scope.hold_value(target, value, parameters, of_variable)
            });
            return Some(builder.keep(value));
        }
        let symbol = self.lookup(name).map(|entry| entry.symbol);
        let kind_of_value = match symbol {
            Some(Symbol::Variable(variable)) => Some(ExprKind::Variable(variable)),
            Some(Symbol::Constant(constant)) if self.resolver.tables.constants[constant.index()].arity == 0 => {
                Some(ExprKind::Constant(constant))
            }
            Some(Symbol::Local(local, 0)) => {
                self.frame.used.insert(local);
                Some(ExprKind::Local(local))
            }
            Some(symbol @ (Symbol::Definition(_) | Symbol::Through(..))) => {
                let definition = self.resolver.tables.materialise(&symbol);
                let constant = |id: &DefinitionId| self.resolver.tables.definition(*id).parameters.is_empty();
                definition.filter(constant).map(|definition| ExprKind::Apply { definition, arguments: Vec::new() })
            }
            _ => None,
        };
        if kind_of_value.is_none() {
            self.no_substitute(builder, name, kind);
        }
        let value = kind_of_value.map(|kind| Expr { kind, ..placeholder(span) })?;
        if !of_variable || !matches!(value.kind, ExprKind::Apply { .. }) {
            return Some(value);
        }
        let target = ast::Name { text: name.to_owned(), span };
        let held = self
            .with_parameters(builder, |scope, parameters| scope.hold_value(&target, value, parameters, of_variable));
        Some(builder.keep(held))
    }

    fn no_substitute(&mut self, builder: &Builder, name: &str, kind: &str) {
        let module = &builder.written.module.text;
        let message = format!("the instance of `{module}` does not say what its {kind} `{name}` is");
        let error = Diagnostic::new(Code::UndefinedName, builder.written.span, message);
        self.error(error.with_hint(format!("add `WITH {name} <- ..`, or declare `{name}` before the instance")));
    }

    fn implicit_operator(&mut self, builder: &Builder, name: &str, arity: usize) -> Option<Substitute> {
        let operator = match self.lookup(name).map(|entry| entry.symbol) {
            Some(Symbol::Local(local, own)) if own == arity => Some(OperatorArgument::Local(local)),
            Some(Symbol::Constant(constant)) if self.resolver.tables.constants[constant.index()].arity == arity => {
                Some(OperatorArgument::Constant(constant))
            }
            Some(symbol @ (Symbol::Definition(_) | Symbol::Through(..))) => {
                let definition = self.resolver.tables.materialise(&symbol);
                let fits = |id: &DefinitionId| self.resolver.tables.definition(*id).parameters.len() == arity;
                definition.filter(fits).map(OperatorArgument::Definition)
            }
            _ => None,
        };
        if operator.is_none() {
            self.no_substitute(builder, name, "operator");
        }
        operator.map(|operator| Substitute::Operator { operator, leading: false })
    }

    /// Resolves a substitution with parameters of its own in place of the instance's, since it may become a
    /// definition.
    fn with_parameters<T>(&mut self, builder: &Builder, resolve: impl FnOnce(&mut Self, Vec<Parameter>) -> T) -> T {
        if builder.inner {
            let bound = self.bound_names();
            let parameters = self.rebind_parameters(builder.declared);
            let result = resolve(self, parameters);
            self.unbind(bound);
            return result;
        }
        let outer = std::mem::take(&mut self.frame);
        let parameters = self.rebind_parameters(builder.declared);
        let result = resolve(self, parameters);
        self.close();
        self.frame = outer;
        result
    }

    /// A name or literal is used as it is; anything else becomes a definition. So does a definition that stands for a
    /// variable: the next value of that is not always the next value of what it stands for.
    fn hold_value(&mut self, target: &ast::Name, value: Expr, parameters: Vec<Parameter>, of_variable: bool) -> Held {
        let simple = match &value.kind {
            ExprKind::Boolean(_)
            | ExprKind::Integer(_)
            | ExprKind::String(_)
            | ExprKind::Constant(_)
            | ExprKind::Variable(_)
            | ExprKind::Local(_) => true,
            ExprKind::Apply { arguments, .. } => arguments.is_empty() && !of_variable,
            _ => false,
        };
        if simple {
            return Held { value, definition: None, parameters };
        }
        let span = value.span;
        let passed = parameters.iter().map(|parameter| pass(parameter, span)).collect();
        let definition = self.add_named(target, parameters.clone(), value);
        self.resolver.tables.definitions[definition.index()].is_substitute = of_variable;
        let kind = ExprKind::Apply { definition, arguments: passed };
        Held { value: Expr { kind, ..placeholder(span) }, definition: Some(definition), parameters }
    }

    /// A LAMBDA becomes a definition that takes the instance's parameters first.
    fn hold_operator(
        &mut self,
        target: &ast::Name,
        operator: OperatorArgument,
        parameters: Vec<Parameter>,
    ) -> HeldOperator {
        match operator {
            OperatorArgument::Lambda { parameters: own, body } => {
                let all = parameters.iter().cloned().chain(own).collect();
                let definition = self.add_named(target, all, *body);
                let operator = OperatorArgument::Definition(definition);
                HeldOperator { operator, definition: Some(definition), parameters }
            }
            operator => HeldOperator { operator, definition: None, parameters },
        }
    }
}

/// What replaces the constants and variables of a module.
#[derive(Default)]
struct Substitutions {
    constants: HashMap<ConstantId, Substitute>,
    variables: HashMap<VariableId, Expr>,
    substituted: DeclarationSet,
}

impl Substitutions {
    fn constant(&mut self, constant: ConstantId, value: Substitute) {
        self.substituted.insert_constant(constant);
        self.constants.insert(constant, value);
    }

    fn variable(&mut self, variable: VariableId, value: Expr) {
        self.substituted.insert_variable(variable);
        self.variables.insert(variable, value);
    }

    /// Declarations that are one with a replaced declaration are replaced too.
    fn extend_to_same(&mut self, tables: &Tables) {
        for (&other, first) in &tables.same_constants {
            if let Some(value) = self.constants.get(first).cloned() {
                self.constant(other, value);
            }
        }
        for (&other, first) in &tables.same_variables {
            if let Some(value) = self.variables.get(first).cloned() {
                self.variable(other, value);
            }
        }
    }
}

/// An instance while its substitutions are resolved.
struct Builder<'i> {
    written: &'i ast::Instance,
    declared: &'i [ast::OperatorDeclaration],
    parameters: Vec<Parameter>,
    inner: bool,
    held: Vec<DefinitionId>,
}

struct Held {
    value: Expr,
    definition: Option<DefinitionId>,
    parameters: Vec<Parameter>,
}

struct HeldOperator {
    operator: OperatorArgument,
    definition: Option<DefinitionId>,
    parameters: Vec<Parameter>,
}

impl<'i> Builder<'i> {
    fn explicit(&self, name: &str) -> Option<(&'i ast::Name, &'i ast::Expr)> {
        let written = self.written.substitutions.iter().find(|(target, _)| target.text == name);
        written.map(|(target, expr)| (target, expr))
    }

    /// The substitution with the instance's own parameters.
    fn keep(&mut self, held: Held) -> Expr {
        self.held.extend(held.definition);
        let mut value = held.value;
        match &mut value.kind {
            ExprKind::Local(local) => *local = canonical(*local, &held.parameters, &self.parameters),
            ExprKind::Apply { arguments, .. } => {
                *arguments = if held.definition.is_some() {
                    self.parameters.iter().map(|parameter| pass(parameter, value.span)).collect()
                } else {
                    Vec::new()
                };
            }
            _ => {}
        }
        value
    }

    fn keep_operator(&mut self, held: HeldOperator) -> Substitute {
        self.held.extend(held.definition);
        let leading = held.definition.is_some() && !self.parameters.is_empty();
        let operator = match held.operator {
            OperatorArgument::Local(local) => {
                OperatorArgument::Local(canonical(local, &held.parameters, &self.parameters))
            }
            operator => operator,
        };
        Substitute::Operator { operator, leading }
    }
}

fn pass(parameter: &Parameter, span: Span) -> Argument {
    match parameter.arity {
        0 => Argument::Value(local_value(parameter.local, span)),
        _ => Argument::Operator(OperatorArgument::Local(parameter.local)),
    }
}

/// The instance's parameter that a substitution's own parameter stands for.
fn canonical(local: LocalId, own: &[Parameter], instance: &[Parameter]) -> LocalId {
    let position = own.iter().position(|parameter| parameter.local == local);
    position.map_or(local, |index| instance[index].local)
}
