//! Why a behaviour can repeat some states for ever, as plain data.

use serde::Serialize;
use tla_eval::executable::{Assumed, Circle, Explorer, Instance, Untaken};
use tla_eval::value::Value;
use tla_syntax::source::SourceMap;

use super::explaining::on_one_line;
use super::report::{Place, Step};
use super::shown::place;
use super::shown_values::named;

/// Ways to take actions that are reported.
const UNTAKEN: usize = 50;

#[derive(Debug, Serialize)]
pub(super) struct Loop {
    /// Ways to take actions that are enabled in the loop, and are never taken.
    untaken: Vec<Missed>,
    /// How many more there are.
    omitted: usize,
    fairness: Vec<Condition>,
    /// Whether states, actions or conditions were left out because there are too many.
    truncated: bool,
}

#[derive(Debug, Serialize)]
struct Missed {
    step: Step,
    /// Numbers of the states in which it is enabled.
    enabled: Vec<usize>,
    /// In every state of the loop.
    always: bool,
    /// The condition that would forbid the loop, as text.
    condition: String,
    strong: bool,
    /// The weak condition is assumed, and demands nothing here.
    weakly_fair: bool,
}

/// A fairness condition that is assumed, and holds of the loop.
#[derive(Debug, Serialize)]
struct Condition {
    text: String,
    strong: bool,
    place: Place,
    bindings: Vec<(String, serde_json::Value)>,
    /// Numbers of the states in which its action is enabled.
    enabled: Vec<usize>,
    /// The steps of the loop that are steps of its action: the numbers of the states that each leads from and to.
    taken: Vec<(usize, usize)>,
    /// The first state of the loop in which its action is not enabled.
    disabled: Option<usize>,
}

/// The loop of a behaviour.
pub(super) struct Looping<'a> {
    pub(super) sources: &'a SourceMap,
    /// All states of the behaviour; those from this index on repeat.
    pub(super) states: &'a [Vec<Value>],
    pub(super) repeats_from: usize,
    /// Nothing happens after the last state, which is the only one of the loop.
    pub(super) stutters: bool,
}

impl Looping<'_> {
    fn number(&self, position: usize) -> usize {
        self.repeats_from + position + 1
    }

    fn length(&self) -> usize {
        self.states.len() - self.repeats_from
    }

    /// `None` where evaluation was told to stop.
    pub(super) fn explain(&self, explorer: &mut Explorer<'_>) -> Option<Loop> {
        let circle = explorer.why_repeated(self.states.get(self.repeats_from..)?, self.stutters).ok()?;
        let untaken = circle.untaken.iter().take(UNTAKEN).map(|untaken| self.missed(untaken, &circle)).collect();
        Some(Loop {
            untaken,
            omitted: circle.untaken.len().saturating_sub(UNTAKEN),
            fairness: circle.assumed.iter().map(|assumed| self.condition(assumed)).collect(),
            truncated: circle.truncated,
        })
    }

    fn numbers(&self, positions: &[usize]) -> Vec<usize> {
        positions.iter().map(|&position| self.number(position)).collect()
    }

    fn missed(&self, untaken: &Untaken, circle: &Circle) -> Missed {
        let always = untaken.enabled.len() == self.length();
        let subscript = circle.subscript.map_or_else(|| "vars".to_owned(), |span| on_one_line(self.sources.text(span)));
        let kind = if always { "WF" } else { "SF" };
        Missed {
            step: step(self.sources, &untaken.instance),
            enabled: self.numbers(&untaken.enabled),
            always,
            condition: format!("{kind}_{subscript}({})", called(&untaken.instance)),
            strong: !always,
            weakly_fair: untaken.weakly_fair,
        }
    }

    fn condition(&self, assumed: &Assumed) -> Condition {
        let kind = if assumed.strong { "SF" } else { "WF" };
        let text = |span| on_one_line(self.sources.text(span));
        let next =
            |position: usize| if position + 1 < self.length() { self.number(position + 1) } else { self.number(0) };
        let disabled = (0..self.length()).find(|position| !assumed.enabled.contains(position));
        Condition {
            text: format!("{kind}_{}({})", text(assumed.subscript), text(assumed.action)),
            strong: assumed.strong,
            place: place(self.sources, assumed.action),
            bindings: named(&assumed.bindings),
            enabled: self.numbers(&assumed.enabled),
            taken: assumed.taken.iter().map(|&position| (self.number(position), next(position))).collect(),
            disabled: disabled.map(|position| self.number(position)),
        }
    }
}

/// An action as a fairness condition names it.
fn called(instance: &Instance) -> String {
    if instance.parameters.is_empty() {
        return instance.name.clone();
    }
    let values: Vec<String> = instance.parameters.iter().map(|(_, value)| value.to_string()).collect();
    format!("{}({})", instance.name, values.join(", "))
}

pub(super) fn step(sources: &SourceMap, instance: &Instance) -> Step {
    Step {
        name: instance.name.clone(),
        place: place(sources, instance.span),
        parameters: named(&instance.parameters),
        bound: instance.bound,
    }
}
