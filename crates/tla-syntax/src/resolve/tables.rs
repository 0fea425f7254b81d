//! What resolving produces, of all modules together.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::resolved::{
    Assumption, ConstantId, Declaration, Definition, DefinitionId, Expr, ExprKind, Level, LocalId, ModuleInfo,
    OperatorArgument, Parameter, VariableId,
};
use crate::source::Span;

use super::declarations::DeclarationSet;
use super::dependencies::Dependencies;
use super::modules::ModuleId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct InstanceId(u32);

#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) definitions: Vec<Definition>,
    pub(super) constants: Vec<Declaration>,
    pub(super) variables: Vec<Declaration>,
    pub(super) modules: Vec<ModuleInfo>,
    /// Declarations that are the same as an earlier one, because a module extends two that declare a name.
    pub(super) same_constants: HashMap<ConstantId, ConstantId>,
    pub(super) same_variables: HashMap<VariableId, VariableId>,
    /// Assumptions of all modules; a module lists its own by index.
    pub(super) assumptions: Vec<Assumption>,
    pub(super) dependencies: Dependencies,
    instances: Vec<Instance>,
    /// Copies whose bodies are not made yet, as instance, original and copy.
    pub(super) pending: VecDeque<(InstanceId, DefinitionId, DefinitionId)>,
    /// Names that labels list, by the place of the labelled expression.
    pub(super) label_parameters: HashMap<Span, Vec<Arc<str>>>,
    /// Index of the module of what the language itself defines, once something uses it.
    language: Option<u32>,
    pub(super) language_definitions: HashMap<Arc<str>, DefinitionId>,
}

/// A module with expressions for its constants and variables.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) module: ModuleId,
    /// Parameters of `I(a, b) == INSTANCE ..`; the substitutions use their locals.
    pub(super) parameters: Vec<Parameter>,
    pub(super) constants: HashMap<ConstantId, Substitute>,
    pub(super) variables: HashMap<VariableId, Expr>,
    /// The constants and variables that are replaced.
    pub(super) substituted: DeclarationSet,
    /// Definitions copied because they depend on what is replaced; by original.
    pub(super) copies: HashMap<DefinitionId, DefinitionId>,
    /// Other definitions of the module, as seen from where the instance stands; by original.
    pub(super) entries: HashMap<DefinitionId, DefinitionId>,
    /// Definitions made to hold substitutions that are more than a name.
    pub(super) held: Vec<DefinitionId>,
    /// Stands in a LET, so that its copies may use locals of the definition around it.
    pub(super) inner: bool,
    pub(super) span: Span,
}

/// What replaces a constant. Kept small: anything that is not a name is a definition of its own, so that copying
/// never repeats it.
#[derive(Clone, Debug)]
pub(super) enum Substitute {
    Value(Expr),
    Operator {
        operator: OperatorArgument,
        /// The operator takes the instance's parameters before its own.
        leading: bool,
    },
}

impl Tables {
    pub(super) fn add_definition(&mut self, definition: Definition) -> DefinitionId {
        let id = DefinitionId(u32::try_from(self.definitions.len()).unwrap_or(u32::MAX));
        self.definitions.push(definition);
        id
    }

    pub(super) fn definition(&self, id: DefinitionId) -> &Definition {
        &self.definitions[id.index()]
    }

    pub(super) fn add_instance(&mut self, instance: Instance) -> InstanceId {
        let id = InstanceId(u32::try_from(self.instances.len()).unwrap_or(u32::MAX));
        self.instances.push(instance);
        id
    }

    pub(super) fn instance(&self, id: InstanceId) -> &Instance {
        &self.instances[id.0 as usize]
    }

    pub(super) fn instance_mut(&mut self, id: InstanceId) -> &mut Instance {
        &mut self.instances[id.0 as usize]
    }

    pub(super) fn instances(&self) -> &[Instance] {
        &self.instances
    }

    /// `BOOLEAN` and `STRING`: names of the language that mean values.
    pub(super) fn language_definition(&mut self, name: &str, span: Span) -> Option<DefinitionId> {
        if let Some(&known) = self.language_definitions.get(name) {
            return Some(known);
        }
        let expr = |kind| Expr { kind, span, level: Level::Constant };
        let body = match name {
            "BOOLEAN" => {
                expr(ExprKind::SetEnumeration(vec![expr(ExprKind::Boolean(false)), expr(ExprKind::Boolean(true))]))
            }
            "STRING" => expr(ExprKind::SetEnumeration(Vec::new())),
            _ => return None,
        };
        let module = self.language_module();
        let definition = blank_definition(name.into(), module, Vec::new(), body);
        let id = self.add_definition(definition);
        self.dependencies.add(id, DeclarationSet::default(), Vec::new());
        self.language_definitions.insert(name.into(), id);
        Some(id)
    }

    fn language_module(&mut self) -> u32 {
        if let Some(index) = self.language {
            return index;
        }
        let name = crate::resolved::LANGUAGE_MODULE.to_owned();
        let index = self.add_module(ModuleInfo { name, standard: true, extends: Vec::new() });
        self.language = Some(index);
        index
    }

    pub(super) fn add_module(&mut self, module: ModuleInfo) -> u32 {
        self.modules.push(module);
        u32::try_from(self.modules.len() - 1).unwrap_or(u32::MAX)
    }
}

/// A definition with nothing special about it.
pub(super) fn blank_definition(name: Arc<str>, module: u32, parameters: Vec<Parameter>, body: Expr) -> Definition {
    let span = body.span;
    Definition {
        name,
        module,
        copied_from: None,
        is_substitute: false,
        parameters,
        body,
        recursive: false,
        inner: false,
        locals: 0,
        level: Level::Constant,
        span,
    }
}

/// Stands where an expression could not be resolved, or is not resolved yet.
pub(super) fn placeholder(span: Span) -> Expr {
    Expr { kind: ExprKind::Boolean(false), span, level: Level::Constant }
}

pub(super) fn local_value(local: LocalId, span: Span) -> Expr {
    Expr { kind: ExprKind::Local(local), span, level: Level::Constant }
}
