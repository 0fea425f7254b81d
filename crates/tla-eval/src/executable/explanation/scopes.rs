//! What an application stands for: the body of the definition, and the scope that it is to be read in.

use tla_syntax::resolved::{Argument, Definition, DefinitionId, Expr, ExprKind, Level, OperatorArgument, Parameter};

use super::super::explorer::is_stopped;
use super::Explanation;
use crate::compile::{Layer, Scope};
use crate::error::Result;
use crate::value::Value;

/// An application, opened.
pub(super) struct Opened<'p> {
    /// The definition's name, where there is one.
    pub(super) definition: Option<&'p Definition>,
    pub(super) body: &'p Expr,
    pub(super) scope: Scope<'p>,
    /// Parameters with their values, as far as they have some.
    pub(super) bindings: Vec<(String, Value)>,
}

impl<'p> Explanation<'_, 'p> {
    /// The formula that a name or an application stands for; `None` for what has no text that explains it.
    pub(super) fn opened(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Result<Option<Opened<'p>>> {
        match &expr.kind {
            ExprKind::Apply { definition, arguments } => self.opened_definition(*definition, arguments, scope),
            ExprKind::ApplyConstant { operator, arguments } => {
                match self.explorer.executable.configuration.constant_operators.get(operator) {
                    Some(&definition) => self.opened_definition(definition, arguments, scope),
                    None => Ok(None),
                }
            }
            ExprKind::Local(local) => Ok(match scope.argument(*local) {
                Some((Argument::Value(body), scope)) => {
                    Some(Opened { definition: None, body, scope, bindings: Vec::new() })
                }
                _ => None,
            }),
            ExprKind::ApplyLocal { operator, arguments } => match scope.argument(*operator) {
                Some((Argument::Operator(OperatorArgument::Lambda { parameters, body }), own)) => {
                    let (scope, bindings) = self.bound(parameters, arguments, scope, own)?;
                    Ok(Some(Opened { definition: None, body, scope, bindings }))
                }
                Some((Argument::Operator(OperatorArgument::Definition(definition)), _)) => {
                    self.opened_definition(*definition, arguments, scope)
                }
                _ => Ok(None),
            },
            _ => Ok(None),
        }
    }

    fn opened_definition(
        &mut self,
        id: DefinitionId,
        arguments: &'p [Argument],
        scope: &Scope<'p>,
    ) -> Result<Option<Opened<'p>>> {
        let executable = self.explorer.executable;
        let (program, configuration) = (&executable.program, &executable.configuration);
        let id = configuration.replaced.get(&id).copied().unwrap_or(id);
        let definition = &program.definitions[id.index()];
        let module = &program.modules[definition.module as usize];
        let native = crate::native::find(&module.name, &definition.name, definition.parameters.len(), module.standard);
        if native.is_some() || module.standard || configuration.replaced_by_value.contains_key(&id) {
            return Ok(None);
        }
        let base = if definition.inner { scope.clone() } else { Scope::default() };
        let (scope, bindings) = self.bound(&definition.parameters, arguments, scope, base)?;
        Ok(Some(Opened { definition: Some(definition), body: &definition.body, scope, bindings }))
    }

    /// Binds parameters to arguments. An argument that differs from state to state keeps its text, since the body may look
    /// at it in the next state.
    fn bound(
        &mut self,
        parameters: &'p [Parameter],
        arguments: &'p [Argument],
        scope: &Scope<'p>,
        mut inner: Scope<'p>,
    ) -> Result<(Scope<'p>, Vec<(String, Value)>)> {
        let mut bindings = Vec::new();
        for (parameter, argument) in parameters.iter().zip(arguments) {
            let value = match argument {
                Argument::Value(expr) => match self.explorer.value(expr, scope) {
                    Ok(value) => Some((expr, value)),
                    Err(error) if is_stopped(&error) => return Err(error),
                    Err(_) => None,
                },
                Argument::Operator(_) => None,
            };
            inner = inner.with(match value {
                Some((expr, value)) => {
                    bindings.push((parameter.name.to_string(), value.clone()));
                    if is_fixed(expr, scope) {
                        Layer::Value(parameter.local, value)
                    } else {
                        Layer::Argument(parameter.local, argument, scope.clone())
                    }
                }
                None => Layer::Argument(parameter.local, argument, scope.clone()),
            });
        }
        Ok((inner, bindings))
    }
}

/// Whether the expression has the same value in every state.
fn is_fixed(expr: &Expr, scope: &Scope<'_>) -> bool {
    fn stands_for_values(expr: &Expr, scope: &Scope<'_>) -> bool {
        if let ExprKind::Local(local) = &expr.kind {
            return scope.argument(*local).is_none();
        }
        let mut all = true;
        expr.for_each_child(&mut |child| all &= stands_for_values(child, scope));
        all
    }
    expr.level == Level::Constant && stands_for_values(expr, scope)
}
