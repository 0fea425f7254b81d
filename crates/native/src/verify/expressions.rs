//! The user's expressions: evaluated on the states and steps of a trace.

use serde::Serialize;
use tla_eval::error::ErrorKind;
use tla_eval::executable::Explorer;
use tla_eval::value::Value;
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::resolve::ExtraExpression;
use tla_syntax::resolved::{DefinitionId, Entity, Level, Program};

use super::shown_values::short;

/// An expression with its value on one state or step.
#[derive(Debug, Serialize)]
pub(super) struct Evaluated {
    pub(super) text: String,
    /// Absent where there is none: on the last state for an expression of steps, or because of an error.
    pub(super) value: Option<serde_json::Value>,
    pub(super) error: Option<String>,
}

/// The expressions in the form in which they join the root module.
pub(super) fn given(texts: &[String]) -> Vec<ExtraExpression> {
    let numbered = texts.iter().enumerate();
    numbered.map(|(index, text)| ExtraExpression { name: name(index), text: text.clone() }).collect()
}

fn name(index: usize) -> String {
    format!("--eval {}", index + 1)
}

/// The definition that an expression became.
fn definition(program: &Program, index: usize) -> Option<DefinitionId> {
    match program.scope.get(&name(index))? {
        Entity::Definition(id) => Some(*id),
        _ => None,
    }
}

/// Temporal formulas have no value on a state or a step.
pub(super) fn refuse_temporal(program: &Program, count: usize) -> Result<(), Vec<Diagnostic>> {
    let temporal = |id: DefinitionId| {
        let body = &program.definitions[id.index()].body;
        let error = Diagnostic::new(Code::Level, body.span, "a temporal formula has no value on a state or a step");
        let hint = "name it with --property to have it checked";
        (body.level > Level::Action).then(|| error.with_hint(hint))
    };
    let errors: Vec<_> = (0..count).filter_map(|index| definition(program, index).and_then(temporal)).collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors)
    }
}

/// Evaluates all expressions on a state and, those of steps, on the step that leads on from it.
pub(super) fn evaluate(
    explorer: &mut Explorer<'_>,
    program: &Program,
    texts: &[String],
    state: &[Value],
    next: Option<&[Value]>,
) -> Vec<Evaluated> {
    explorer.look_at(state, next);
    let one = |(index, text): (usize, &String)| {
        let found = definition(program, index)
            .filter(|id| next.is_some() || program.definitions[id.index()].level < Level::Action);
        let (value, error) = match found.map(|id| explorer.definition(id)) {
            None => (None, None),
            Some(Ok(value)) => (Some(short(&value)), None),
            Some(Err(error)) if error.kind() == ErrorKind::Stopped => (None, Some("not evaluated: stopped".to_owned())),
            Some(Err(error)) => (None, Some(error.message().to_owned())),
        };
        Evaluated { text: text.clone(), value, error }
    };
    texts.iter().enumerate().map(one).collect()
}
