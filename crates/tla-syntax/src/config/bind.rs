//! A configuration's names, found in a program.

use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::operators::Operator;
use crate::resolved::{Definition, DefinitionId, Entity, Level, Program};
use crate::suggestions;

use super::{constants, specification};
use super::{Behaviour, Config, ConfigName, ConfigValue, Model};

/// Binds a configuration to a program: finds its names, gives constants their values, splits the specification.
///
/// # Errors
/// Names that the program does not have or that mean something else, constants without a value, formulas of the
/// wrong level: sorted by place, at most [`limits::ERRORS`].
pub fn bind(program: &Program, config: &Config) -> Result<Model, Vec<Diagnostic>> {
    let model = Model { check_deadlock: config.check_deadlock.unwrap_or(true), ..Model::default() };
    let mut binder = Binder { program, model, errors: Vec::new() };
    constants::bind_constants(&mut binder, config);
    binder.roles(config);
    binder.behaviour(config);
    let Binder { model, mut errors, .. } = binder;
    if errors.is_empty() {
        return Ok(model);
    }
    errors.sort_by_key(|error| error.span);
    errors.dedup();
    errors.truncate(limits::ERRORS);
    Err(errors)
}

pub(super) struct Binder<'p> {
    pub(super) program: &'p Program,
    pub(super) model: Model,
    pub(super) errors: Vec<Diagnostic>,
}

impl<'p> Binder<'p> {
    pub(super) fn definition(&self, id: DefinitionId) -> &'p Definition {
        &self.program.definitions[id.index()]
    }

    pub(super) fn error(&mut self, code: Code, name: &ConfigName, message: impl Into<String>) {
        self.errors.push(Diagnostic::new(code, name.span, message));
    }

    pub(super) fn entity(&self, name: &str) -> Option<Entity> {
        let spelled = || self.program.scope.get(&canonical(name));
        self.program.scope.get(name).or_else(spelled).copied()
    }

    pub(super) fn not_found(&self, name: &ConfigName) -> Diagnostic {
        let message = format!("the module `{}` does not define `{}`", self.program.name, name.text);
        let error = Diagnostic::new(Code::Config, name.span, message);
        match suggestions::closest(&name.text, self.program.scope.keys().map(String::as_str)) {
            Some(close) => error.with_hint(format!("did you mean `{close}`?")),
            None => error,
        }
    }

    /// What stands for a definition once the configuration's replacements are applied.
    pub(super) fn effective(&self, definition: DefinitionId) -> DefinitionId {
        self.model.replaced.get(&definition).copied().unwrap_or(definition)
    }

    fn roles(&mut self, config: &Config) {
        self.model.invariants = self.predicates(&config.invariants, &INVARIANT);
        self.model.properties = self.predicates(&config.properties, &PROPERTY);
        self.model.constraints = self.predicates(&config.constraints, &CONSTRAINT);
        self.model.action_constraints = self.predicates(&config.action_constraints, &ACTION_CONSTRAINT);
        self.model.symmetry = config.symmetry.as_ref().and_then(|name| self.role(name, &SYMMETRY));
        self.model.view = config.view.as_ref().and_then(|name| self.role(name, &VIEW));
        self.model.alias = config.alias.as_ref().and_then(|name| self.role(name, &ALIAS));
        self.model.postcondition = config.postcondition.as_ref().and_then(|name| self.role(name, &POSTCONDITION));
    }

    fn predicates(&mut self, names: &[ConfigName], role: &Role) -> Vec<DefinitionId> {
        names.iter().filter_map(|name| self.role(name, role)).collect()
    }

    /// The definition that a name of the configuration stands for, if it can play the role. A definition that the
    /// configuration replaces by `TRUE` plays none: there is nothing to check.
    fn role(&mut self, name: &ConfigName, role: &Role) -> Option<DefinitionId> {
        let definition = match self.entity(&name.text) {
            Some(Entity::Definition(definition)) => self.effective(definition),
            Some(Entity::Constant(_) | Entity::Variable(_)) => {
                let message = format!("{} must be a definition, but `{}` is declared", role.what, name.text);
                self.error(Code::Config, name, message);
                return None;
            }
            None => {
                let error = self.not_found(name);
                self.errors.push(error);
                return None;
            }
        };
        if let Some(value) = self.model.replaced_by_value.get(&definition) {
            if *value != ConfigValue::Boolean(true) {
                let message =
                    format!("{} must be a formula, but the configuration gives `{}` a value", role.what, name.text);
                self.error(Code::Config, name, message);
            }
            return None;
        }
        let found = self.definition(definition);
        if !found.parameters.is_empty() {
            let message =
                format!("{} takes no arguments, but `{}` takes {}", role.what, name.text, found.parameters.len());
            self.error(Code::Arity, name, message);
            return None;
        }
        if found.level > role.highest || (role.no_action && found.level == Level::Action) {
            let message =
                format!("`{}` is {}, but {} must be {}", name.text, described(found.level), role.what, role.must);
            self.error(Code::Level, name, message);
            return None;
        }
        Some(definition)
    }

    fn behaviour(&mut self, config: &Config) {
        if let (Some(specification), Some(other)) =
            (&config.specification, config.init.as_ref().or(config.next.as_ref()))
        {
            let message = "a configuration has either SPECIFICATION or INIT and NEXT, not both";
            let error = Diagnostic::new(Code::Config, other.span, message);
            self.errors.push(error.with_hint(format!("remove INIT and NEXT, or SPECIFICATION {}", specification.text)));
            return;
        }
        if let Some(name) = &config.specification {
            let specification = self.role(name, &SPECIFICATION).and_then(|id| specification::split(self, name, id));
            self.model.behaviour = specification.map(Behaviour::Specification);
            return;
        }
        match (&config.init, &config.next) {
            (Some(init), Some(next)) => {
                if let (Some(init), Some(next)) = (self.role(init, &INIT), self.role(next, &NEXT)) {
                    self.model.behaviour = Some(Behaviour::InitNext { init, next });
                }
            }
            (Some(name), None) => self.missing_half(name, "NEXT", "the next-state relation"),
            (None, Some(name)) => self.missing_half(name, "INIT", "the initial predicate"),
            (None, None) => self.nothing_to_run(config),
        }
    }

    fn missing_half(&mut self, name: &ConfigName, keyword: &str, what: &str) {
        let error = Diagnostic::new(Code::Config, name.span, format!("{keyword} is missing"));
        self.errors.push(error.with_hint(format!("add `{keyword} ..` with the name of {what}")));
    }

    /// Without a behaviour only assumptions can be checked.
    fn nothing_to_run(&mut self, config: &Config) {
        let about_states = [&config.invariants, &config.properties, &config.constraints, &config.action_constraints];
        if let Some(name) = about_states.into_iter().flatten().next() {
            let message = format!("there are no states to check `{}` on", name.text);
            let error = Diagnostic::new(Code::Config, name.span, message);
            self.errors.push(error.with_hint("add `SPECIFICATION Spec`, or `INIT Init` and `NEXT Next`"));
        }
    }
}

/// What a name is used for, and what that demands.
struct Role {
    what: &'static str,
    highest: Level,
    /// A formula of the level of actions is wrong although temporal ones are right.
    no_action: bool,
    must: &'static str,
}

const fn role(what: &'static str, highest: Level, must: &'static str) -> Role {
    Role { what, highest, no_action: false, must }
}

const ONE_STATE: &str = "about one state: no primes, no temporal operators";
const TEMPORAL: &str = "a temporal formula: actions stand in `[][A]_v`";

const INVARIANT: Role = role("an invariant", Level::State, ONE_STATE);
const CONSTRAINT: Role = role("a constraint", Level::State, ONE_STATE);
const ACTION_CONSTRAINT: Role = role("an action constraint", Level::Action, "an action: no temporal operators");
const SYMMETRY: Role = role("a symmetry set", Level::Constant, "constant");
const VIEW: Role = role("a view", Level::State, ONE_STATE);
const ALIAS: Role = role("an alias", Level::Action, "a value: no temporal operators");
const POSTCONDITION: Role = role("a postcondition", Level::State, ONE_STATE);
const INIT: Role = role("the initial predicate", Level::State, ONE_STATE);
const NEXT: Role = role("the next-state relation", Level::Action, "an action: no temporal operators");
const PROPERTY: Role = Role { what: "a property", highest: Level::Temporal, no_action: true, must: TEMPORAL };
const SPECIFICATION: Role = Role { what: "a specification", highest: Level::Temporal, no_action: true, must: TEMPORAL };

fn described(level: Level) -> &'static str {
    match level {
        Level::Constant => "constant",
        Level::State => "about one state",
        Level::Action => "an action",
        Level::Temporal => "a temporal formula",
    }
}

/// A name with its last part in the spelling that modules use: `<=` is `\leq`.
fn canonical(name: &str) -> String {
    let (prefix, last) = name.rsplit_once('!').map_or(("", name), |(prefix, last)| (prefix, last));
    let last = Operator::find(last).map_or(last, |operator| operator.name());
    if prefix.is_empty() {
        last.to_owned()
    } else {
        format!("{prefix}!{last}")
    }
}
