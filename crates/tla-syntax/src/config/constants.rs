//! Values of constants, and replacements of constants and definitions.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::resolved::{ConstantId, Declaration, DefinitionId, Entity};
use crate::suggestions;

use super::bind::Binder;
use super::{AssignedValue, Config, ConfigName, ConfigValue, ConstantAssignment, ConstantBinding};

pub(super) fn bind_constants(binder: &mut Binder, config: &Config) {
    // Values first: what stands on the right of `<-` may be a constant.
    for assignment in &config.constants {
        match &assignment.value {
            AssignedValue::Value(value) => binder.assign(&assignment.name, value),
            AssignedValue::ModuleValue { module, value } => {
                for definition in binder.definitions_of(module, &assignment.name) {
                    if binder.fits(&assignment.name, definition, 0) {
                        binder.model.replaced_by_value.insert(definition, value.clone());
                    }
                }
            }
            AssignedValue::Replacement { .. } => {}
        }
    }
    let replaced: HashSet<&str> = config.constants.iter().filter_map(replaced_everywhere).collect();
    for assignment in &config.constants {
        if let AssignedValue::Replacement { module, operator } = &assignment.value {
            if replaced.contains(operator.text.as_str()) {
                let message =
                    format!("`{}` is replaced itself, so it cannot replace `{}`", operator.text, assignment.name.text);
                binder.error(Code::Config, operator, message);
            } else {
                binder.replace(&assignment.name, module.as_deref(), operator);
            }
        }
    }
    binder.constants_without_value(config);
}

fn replaced_everywhere(assignment: &ConstantAssignment) -> Option<&str> {
    match &assignment.value {
        AssignedValue::Replacement { module: None, .. } => Some(&assignment.name.text),
        _ => None,
    }
}

/// What stands on the right of `<-`.
enum Replacement {
    Definition(DefinitionId),
    Value(ConfigValue),
}

impl Binder<'_> {
    fn assign(&mut self, name: &ConfigName, value: &ConfigValue) {
        match self.entity(&name.text) {
            Some(Entity::Constant(constant)) => {
                let declaration = &self.program.constants[constant.index()];
                if declaration.arity > 0 {
                    let error = Diagnostic::new(Code::Arity, name.span, takes_arguments(declaration));
                    self.errors.push(error.with_hint(format!("write `{} <- SomeDefinition`", name.text)));
                    return;
                }
                let earlier = self.model.constants.insert(constant, ConstantBinding::Value(value.clone()));
                if earlier.is_some() {
                    self.warn(name, format!("`{}` is given a value twice; the last one counts", name.text));
                }
            }
            Some(Entity::Definition(definition)) => {
                if self.fits(name, definition, 0) {
                    self.model.replaced_by_value.insert(definition, value.clone());
                }
            }
            Some(Entity::Variable(_)) => self.is_a_variable(name),
            // Declares a model value that is used in other values.
            None if *value == ConfigValue::ModelValue(name.text.clone()) => {}
            // TLC ignores such a line.
            None => self.warn(name, format!("the module `{}` has no constant `{}`", self.program.name, name.text)),
        }
    }

    fn warn(&mut self, name: &ConfigName, message: String) {
        self.model.warnings.push(Diagnostic::new(Code::Config, name.span, message));
    }

    fn is_a_variable(&mut self, name: &ConfigName) {
        let message = format!("`{}` is a variable; only constants and definitions can be given a value", name.text);
        self.error(Code::Config, name, message);
    }

    fn replace(&mut self, name: &ConfigName, module: Option<&str>, operator: &ConfigName) {
        let Some((replacement, arity)) = self.replacement(operator) else { return };
        if let Some(module) = module {
            for definition in self.definitions_of(module, name) {
                self.replace_definition(name, definition, &replacement, arity);
            }
            return;
        }
        match self.entity(&name.text) {
            Some(Entity::Constant(constant)) => self.replace_constant(name, constant, replacement, arity),
            Some(Entity::Definition(definition)) => self.replace_definition(name, definition, &replacement, arity),
            Some(Entity::Variable(_)) => self.is_a_variable(name),
            None => {
                let error = self.not_found(name);
                self.errors.push(error);
            }
        }
    }

    /// The right side of `<-` and the number of its arguments.
    fn replacement(&mut self, operator: &ConfigName) -> Option<(Replacement, usize)> {
        match self.entity(&operator.text) {
            Some(Entity::Definition(definition)) => {
                if let Some(value) = self.model.replaced_by_value.get(&definition) {
                    return Some((Replacement::Value(value.clone()), 0));
                }
                Some((Replacement::Definition(definition), self.definition(definition).parameters.len()))
            }
            Some(Entity::Constant(constant)) => match self.model.constants.get(&constant) {
                Some(ConstantBinding::Value(value)) => Some((Replacement::Value(value.clone()), 0)),
                Some(ConstantBinding::Definition(definition)) => Some((Replacement::Definition(*definition), 0)),
                None => {
                    let message = format!("the constant `{}` has no value that could replace another", operator.text);
                    self.error(Code::Config, operator, message);
                    None
                }
            },
            Some(Entity::Variable(_)) => {
                let message = format!("`{}` is a variable; only a definition can replace something", operator.text);
                self.error(Code::Config, operator, message);
                None
            }
            None => {
                let error = self.not_found(operator);
                self.errors.push(error);
                None
            }
        }
    }

    fn replace_constant(&mut self, name: &ConfigName, constant: ConstantId, replacement: Replacement, arity: usize) {
        let wanted = self.program.constants[constant.index()].arity;
        if wanted != arity {
            self.arity_differs(name, wanted, arity);
            return;
        }
        match replacement {
            Replacement::Value(value) => {
                self.model.constants.insert(constant, ConstantBinding::Value(value));
            }
            Replacement::Definition(definition) => {
                if arity == 0 {
                    self.model.constants.insert(constant, ConstantBinding::Definition(definition));
                }
                self.model.constant_operators.insert(constant, definition);
            }
        }
    }

    fn replace_definition(&mut self, name: &ConfigName, definition: DefinitionId, by: &Replacement, arity: usize) {
        if !self.fits(name, definition, arity) {
            return;
        }
        match by {
            Replacement::Value(value) => {
                self.model.replaced_by_value.insert(definition, value.clone());
            }
            // A definition that replaces itself stays what it is.
            Replacement::Definition(other) if *other == definition => {}
            Replacement::Definition(other) => {
                self.model.replaced.insert(definition, *other);
            }
        }
    }

    fn fits(&mut self, name: &ConfigName, definition: DefinitionId, arity: usize) -> bool {
        let wanted = self.definition(definition).parameters.len();
        if wanted != arity {
            self.arity_differs(name, wanted, arity);
        }
        wanted == arity
    }

    fn arity_differs(&mut self, name: &ConfigName, wanted: usize, given: usize) {
        let message = format!("`{}` takes {wanted} arguments, but what replaces it takes {given}", name.text);
        self.error(Code::Arity, name, message);
    }

    /// The definitions that `module` defines or extends under a name, and all their copies: what `[module]` names.
    fn definitions_of(&mut self, module: &str, name: &ConfigName) -> Vec<DefinitionId> {
        let modules = &self.program.modules;
        let matching = (0u32..).zip(modules).filter(|(_, info)| info.name == module);
        let texts: HashSet<u32> =
            matching.flat_map(|(index, info)| std::iter::once(index).chain(info.extends.iter().copied())).collect();
        if texts.is_empty() {
            let message = format!("the specification has no module `{module}`");
            let error = Diagnostic::new(Code::Config, name.span, message);
            let close = suggestions::closest(module, modules.iter().map(|info| info.name.as_str()));
            self.errors.push(match close {
                Some(close) => error.with_hint(format!("did you mean `{close}`?")),
                None => error,
            });
            return Vec::new();
        }
        let definitions = (0u32..).zip(&self.program.definitions);
        let named = definitions.filter(|(_, definition)| {
            !definition.inner && *definition.name == *name.text && texts.contains(&definition.module)
        });
        let found: Vec<DefinitionId> = named.map(|(index, _)| DefinitionId(index)).collect();
        if found.is_empty() {
            self.warn(name, format!("nothing uses a definition `{}` of the module `{module}`", name.text));
        }
        found
    }

    fn constants_without_value(&mut self, config: &Config) {
        for (index, declaration) in (0u32..).zip(&self.program.constants) {
            let id = ConstantId(index);
            if self.model.constants.contains_key(&id) || self.model.constant_operators.contains_key(&id) {
                continue;
            }
            let name = &declaration.name;
            let attempted = config.constants.iter().any(|assignment| *assignment.name.text == **name);
            if attempted && !self.errors.is_empty() {
                continue;
            }
            let unknown = config.constants.iter().map(|assignment| assignment.name.text.as_str());
            let unknown = unknown.filter(|name| self.entity(name).is_none());
            let hint = match (suggestions::closest(name, unknown), declaration.arity) {
                (Some(close), _) => format!("the configuration sets `{close}`; did you mean `{name}`?"),
                (None, 0) => format!("add `CONSTANT {name} = 3` to the configuration, or pass `--constant {name}=3`"),
                (None, _) => format!("add `CONSTANT {name} <- SomeDefinition` to the configuration"),
            };
            let message = format!("the constant `{name}` has no value");
            self.errors.push(Diagnostic::new(Code::UndefinedConstant, declaration.span, message).with_hint(hint));
        }
    }
}

fn takes_arguments(declaration: &Declaration) -> String {
    format!("the constant `{}` takes {} arguments, so it cannot be a value", declaration.name, declaration.arity)
}
