//! Why the end of a counterexample is what it is, as plain data.

use serde::Serialize;
use tla_check::outcome::Verdict;
use tla_eval::executable::{Blocked, ConjunctKind, Explorer, Finding, Outcome, Part};
use tla_eval::value::Value;
use tla_syntax::source::SourceMap;

use super::looping::Loop;
use super::replaying::Difference;
use super::report::{Place, Step};
use super::shown::place;
use super::shown_values::{named, short};

/// Characters of an expression's text.
const TEXT: usize = 300;

#[derive(Debug, Serialize)]
pub(super) struct Explanation {
    /// Why the formula is false.
    pub(super) reason: Option<Reason>,
    /// Of a deadlock: the actions, each with what keeps it from being taken. Of a step that violates `[A]_v`: those of `A`.
    /// Of a state that follows from no other: those that come nearest.
    pub(super) blocked: Vec<BlockedAction>,
    /// Of a state that follows from no other: the step that comes nearest, and in what it differs.
    pub(super) nearest: Option<Step>,
    pub(super) differences: Vec<Difference>,
    /// Of a behaviour that repeats states for ever: what keeps it from leaving the loop, or rather does not.
    pub(super) around: Option<Loop>,
}

impl Explanation {
    /// A behaviour goes round for ever.
    pub(super) fn of_loop(around: Loop) -> Self {
        Self { reason: None, blocked: Vec::new(), nearest: None, differences: Vec::new(), around: Some(around) }
    }

    /// A formula is false.
    pub(super) fn of(reason: Reason) -> Self {
        Self { reason: Some(reason), blocked: Vec::new(), nearest: None, differences: Vec::new(), around: None }
    }
}

/// A formula with its truth value, and what makes it so.
#[derive(Debug, Serialize)]
pub(super) struct Reason {
    /// As written, on one line.
    text: String,
    place: Place,
    outcome: &'static str,
    /// Why it has no truth value.
    error: Option<String>,
    /// Which part of the formula around it, from 1, and of how many.
    position: Option<(usize, usize)>,
    bindings: Vec<(String, serde_json::Value)>,
    values: Vec<Named>,
    because: Vec<Reason>,
    /// Reasons that are not listed.
    omitted: usize,
}

/// A subexpression with its value, or why it has none.
#[derive(Debug, Serialize)]
struct Named {
    text: String,
    value: Option<serde_json::Value>,
    error: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct BlockedAction {
    name: String,
    place: Place,
    /// The guard that fails; for several instances, explained for the first.
    guard: Option<Reason>,
    /// Parameters of the instances that it blocks, the first ones.
    instances: Vec<Vec<(String, serde_json::Value)>>,
    count: usize,
}

/// Explains the end of a trace, whose last states are `states`; `kind` is that of the conjunct of a property that a
/// violation is of. `None` where evaluation was told to stop, or where there is
/// nothing to explain.
pub(super) fn explain(
    explorer: &mut Explorer<'_>,
    sources: &SourceMap,
    verdict: &Verdict,
    kind: Option<ConjunctKind>,
    states: &[Vec<Value>],
) -> Option<Explanation> {
    let last = states.last()?;
    explorer.look_at(last, None);
    match verdict {
        Verdict::Violation { invariant } => {
            if let (Some(ConjunctKind::Steps), Some(before)) = (kind, states.len().checked_sub(2)) {
                explorer.look_at(&states[before], Some(last));
            }
            if let None | Some(ConjunctKind::Invariant) = kind {
                let finding = explorer.why_invariant(*invariant).ok()??;
                return Some(Explanation::of(reason(sources, &finding)));
            }
            let violated = explorer.why_property(*invariant).ok()??;
            let actions = violated.actions.iter().map(|action| blocked_action(sources, action)).collect();
            Some(Explanation { blocked: actions, ..Explanation::of(reason(sources, &violated.finding)) })
        }
        Verdict::Deadlock => {
            let blocked = explorer.blocked().ok()?;
            let blocked = blocked.iter().map(|action| blocked_action(sources, action)).collect();
            Some(Explanation { reason: None, blocked, nearest: None, differences: Vec::new(), around: None })
        }
        _ => None,
    }
}

pub(super) fn blocked_action(sources: &SourceMap, action: &Blocked) -> BlockedAction {
    BlockedAction {
        name: action.name.clone(),
        place: place(sources, action.span),
        guard: action.guard.as_ref().map(|guard| reason(sources, guard)),
        instances: action.instances.iter().map(|parameters| named(parameters)).collect(),
        count: action.count,
    }
}

pub(super) fn reason(sources: &SourceMap, finding: &Finding) -> Reason {
    let (outcome, error) = match &finding.outcome {
        Outcome::Is(true) => ("true", None),
        Outcome::Is(false) => ("false", None),
        Outcome::Fails(error) => ("fails", Some(error.clone())),
        Outcome::Impossible => ("impossible", None),
    };
    let mut values: Vec<Named> = Vec::new();
    for part in &finding.parts {
        let shown = part_shown(sources, part);
        if !values.iter().any(|known| known.text == shown.text) {
            values.push(shown);
        }
    }
    Reason {
        text: on_one_line(sources.text(finding.span)),
        place: place(sources, finding.span),
        outcome,
        error,
        position: finding.position,
        bindings: named(&finding.bindings),
        values,
        because: finding.because.iter().map(|finding| reason(sources, finding)).collect(),
        omitted: finding.omitted,
    }
}

fn part_shown(sources: &SourceMap, part: &Part) -> Named {
    let mut text = on_one_line(sources.text(part.span));
    if part.primed {
        text.push('\'');
    }
    match &part.value {
        Ok(value) => Named { text, value: Some(short(value)), error: None },
        Err(error) => Named { text, value: None, error: Some(error.clone()) },
    }
}

/// The text of an expression without line breaks and comments to the end of a line.
pub(super) fn on_one_line(text: &str) -> String {
    let lines = text.lines().map(|line| line.split("\\*").next().unwrap_or_default());
    let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
    let line = words.join(" ");
    match line.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line,
    }
}
