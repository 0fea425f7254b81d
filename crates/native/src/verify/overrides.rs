//! What the command line says in place of the configuration file.

use std::path::Path;

use tla_syntax::config::{parse_assignment, AssignedValue, Config, ConfigName, ConfigValue, ConstantAssignment};
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::resolved::{Entity, Level, Program};
use tla_syntax::source::{SourceMap, Span};

use super::request::Overrides;

impl Overrides {
    /// Puts what is said here in place of what `config` says of the same thing. Diagnostics point into the option.
    pub(super) fn apply(&self, config: &mut Config, sources: &mut SourceMap) -> Result<(), Vec<Diagnostic>> {
        let mut errors = Vec::new();
        for text in &self.constants {
            let source = sources.add(Path::new("--constant"), text.clone());
            match parse_assignment(source, text) {
                Ok(assignment) => replace_constant(&mut config.constants, assignment),
                Err(found) => errors.extend(found),
            }
        }
        self.behaviour(config, sources);
        let mut names = |option: &str, given: &[String], target: &mut Vec<ConfigName>| {
            if !given.is_empty() {
                *target = given.iter().map(|text| name(sources, option, text)).collect();
            }
        };
        names("--invariant", &self.invariants, &mut config.invariants);
        names("--property", &self.properties, &mut config.properties);
        names("--constraint", &self.constraints, &mut config.constraints);
        config.check_deadlock = self.check_deadlock.or(config.check_deadlock);
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    fn behaviour(&self, config: &mut Config, sources: &mut SourceMap) {
        if let Some(text) = &self.specification {
            config.specification = Some(name(sources, "--spec", text));
            (config.init, config.next) = (None, None);
        }
        if self.init.is_some() || self.next.is_some() {
            config.specification = None;
        }
        if let Some(text) = &self.init {
            config.init = Some(name(sources, "--init", text));
        }
        if let Some(text) = &self.next {
            config.next = Some(name(sources, "--next", text));
        }
    }
}

fn replace_constant(constants: &mut Vec<ConstantAssignment>, assignment: ConstantAssignment) {
    constants.retain(|earlier| earlier.name.text != assignment.name.text || is_for_one_module(earlier));
    constants.push(assignment);
}

/// `Op <- [Module]Other` says something else than `Op <- Other`.
fn is_for_one_module(assignment: &ConstantAssignment) -> bool {
    match &assignment.value {
        AssignedValue::Replacement { module, .. } => module.is_some(),
        AssignedValue::ModuleValue { .. } => true,
        AssignedValue::Value(_) => false,
    }
}

fn name(sources: &mut SourceMap, option: &str, text: &str) -> ConfigName {
    let source = sources.add(Path::new(option), text.to_owned());
    ConfigName { text: text.to_owned(), span: Span::new(source, 0, text.len()) }
}

/// The behaviour that a module without a configuration most probably means: `Spec`, else `Init` and `Next`, with the
/// invariant `TypeOK`. Returns what was assumed, as a configuration would say it.
pub(super) fn assume_usual_names(program: &Program, config: &mut Config, sources: &mut SourceMap) -> Vec<String> {
    let mut assumed = Vec::new();
    let mut assume = |keyword: &str, text: &str| {
        assumed.push(format!("{keyword} {text}"));
        name(sources, keyword, text)
    };
    let has = |text: &str, highest: Level| match program.scope.get(text) {
        Some(Entity::Definition(id)) => {
            let definition = &program.definitions[id.index()];
            definition.parameters.is_empty() && definition.level <= highest
        }
        _ => false,
    };
    if config.specification.is_none() && config.init.is_none() && config.next.is_none() {
        if has("Spec", Level::Temporal) {
            config.specification = Some(assume("SPECIFICATION", "Spec"));
        } else if has("Init", Level::State) && has("Next", Level::Action) {
            config.init = Some(assume("INIT", "Init"));
            config.next = Some(assume("NEXT", "Next"));
        }
    }
    let something_to_run = config.specification.is_some() || config.next.is_some();
    if config.invariants.is_empty() && something_to_run && has("TypeOK", Level::State) {
        config.invariants.push(assume("INVARIANT", "TypeOK"));
    }
    assumed
}

/// Whether an assignment only declares a model value: `a = a`.
pub(super) fn declares_model_value(name: &str, value: &ConfigValue) -> bool {
    matches!(value, ConfigValue::ModelValue(text) if text == name)
}
