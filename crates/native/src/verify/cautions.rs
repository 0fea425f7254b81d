//! What a result about temporal properties could be mistaken for.

use tla_check::outcome::{Lasso, Liveness};
use tla_check::temporal::Temporal;
use tla_eval::executable::{Executable, FairnessSource};
use tla_syntax::config::Model;
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::resolved::{DefinitionId, Program};
use tla_syntax::source::Span;

use super::exploring::Explored;

pub(super) struct Cautions<'a> {
    pub(super) program: &'a Program,
    pub(super) model: &'a Model,
    pub(super) executable: &'a Executable,
}

impl Cautions<'_> {
    pub(super) fn about(&self, outcome: &Explored) -> Vec<Diagnostic> {
        let Some(temporal) = self.executable.temporal_properties() else { return Vec::new() };
        if self.model.symmetry.is_some() {
            return self.symmetry().into_iter().collect();
        }
        let Some(liveness) = &outcome.liveness else { return Vec::new() };
        let mut all = Vec::new();
        if liveness.checked {
            all.extend(self.cut(liveness));
            all.extend(self.view());
            all.extend(self.never_enabled(liveness));
            all.extend(self.vacuous(liveness));
            all.extend(self.unsatisfiable(temporal, liveness));
        }
        all.extend(liveness.violated.iter().filter_map(|lasso| self.without_fairness(temporal, lasso)).take(1));
        all
    }

    fn symmetry(&self) -> Option<Diagnostic> {
        let names = self.names_where(|_| true);
        let definition = &self.program.definitions[self.model.symmetry?.index()];
        let message = format!(
            "{names} cannot be checked together with SYMMETRY {}: a cycle of states that stand for others need not be a \
             cycle of the states themselves",
            definition.name
        );
        let hint = "check temporal properties with a configuration of their own that has no SYMMETRY";
        Some(Diagnostic::new(Code::Caution, definition.span, message).with_hint(hint))
    }

    /// Of behaviours that leave the graph nothing is known.
    fn cut(&self, liveness: &Liveness) -> Option<Diagnostic> {
        let holds = self.names_where(|index| !is_violated(liveness, index));
        if !liveness.cut || holds.is_empty() {
            return None;
        }
        let constraint = self.model.constraints.first().or(self.model.action_constraints.first())?;
        let definition = &self.program.definitions[constraint.index()];
        let message = format!(
            "{holds} is only known of behaviours that stay within {}: it cuts steps out of the state graph, and a behaviour \
             that needs them was not checked",
            definition.name
        );
        let hint = "bound the model by its constants, or by guards of its actions, where a temporal property matters";
        Some(Diagnostic::new(Code::Caution, definition.span, message).with_hint(hint))
    }

    fn view(&self) -> Option<Diagnostic> {
        let definition = &self.program.definitions[self.model.view?.index()];
        let message = format!(
            "temporal properties were checked on states that VIEW {} makes equal: a cycle of them need not be one of the \
             variables' values",
            definition.name
        );
        Some(Diagnostic::new(Code::Caution, definition.span, message))
    }

    fn never_enabled(&self, liveness: &Liveness) -> Vec<Diagnostic> {
        let sources = self.executable.fairness_sources();
        let never = |index: usize| liveness.enabled.get(index) == Some(&false);
        let places = everywhere(sources, |source| source.span, never);
        places
            .into_iter()
            .map(|first| {
                let kind = fairness_name(&sources[first]);
                let message = format!("the action of this {kind} is never enabled: the condition demands nothing");
                Diagnostic::new(Code::Caution, sources[first].span, message)
            })
            .collect()
    }

    fn vacuous(&self, liveness: &Liveness) -> Vec<Diagnostic> {
        let sources = self.executable.formula_sources();
        let vacuous = |index: usize| {
            let cause = sources[index].leads_from;
            cause.is_some_and(|atom| !liveness.seen_states.contains(atom)) && !is_violated(liveness, index)
        };
        let places = everywhere(sources, |source| source.span, vacuous);
        places
            .into_iter()
            .map(|first| {
                let name = self.name(sources[first].property);
                let message = format!("{name} says nothing here: the left side is true in no reachable state");
                Diagnostic::new(Code::Caution, sources[first].span, message)
            })
            .collect()
    }

    /// Of no behaviour at all everything is true.
    fn unsatisfiable(&self, temporal: &Temporal, liveness: &Liveness) -> Option<Diagnostic> {
        if !liveness.unsatisfiable {
            return None;
        }
        let sources = self.executable.fairness_sources();
        let conditions = temporal.fairness.iter().zip(&liveness.enabled);
        let never_taken = conditions
            .map(|(fairness, enabled)| *enabled && !liveness.seen_steps.contains(fairness.taken))
            .position(|demands_what_never_happens| demands_what_never_happens);
        let span = match sources.get(never_taken.unwrap_or(0)) {
            Some(source) => source.span,
            None => self.executable.formula_sources().first()?.span,
        };
        let names = self.names_where(|_| true);
        let message = format!("nothing is said by {names}: no behaviour does all that the specification demands");
        let hint = "a condition that demands what Next never allows, or what another one forbids, excludes everything";
        Some(Diagnostic::new(Code::Caution, span, message).with_hint(hint))
    }

    /// Without fairness every behaviour may stop, and hardly anything happens for certain.
    fn without_fairness(&self, temporal: &Temporal, lasso: &Lasso) -> Option<Diagnostic> {
        let stops = lasso.repeats_from + 1 == lasso.trace.len();
        if !stops || !temporal.fairness.is_empty() || !temporal.assumptions.is_empty() {
            return None;
        }
        let source = self.executable.formula_sources().get(lasso.property)?;
        let name = self.name(source.property);
        let message =
            format!("{name} is violated by a behaviour that just stops: the specification has no fairness condition");
        let hint =
            "a specification that demands progress has the form Init /\\ [][Next]_vars /\\ WF_vars(Next), and a \
                    configuration names it as SPECIFICATION";
        Some(Diagnostic::new(Code::Caution, source.span, message).with_hint(hint))
    }

    fn name(&self, definition: DefinitionId) -> &str {
        &self.program.definitions[definition.index()].name
    }

    /// The properties that have such a formula, as a list.
    fn names_where(&self, wanted: impl Fn(usize) -> bool) -> String {
        let sources = self.executable.formula_sources().iter().enumerate();
        let mut names: Vec<&str> =
            sources.filter(|(index, _)| wanted(*index)).map(|(_, source)| self.name(source.property)).collect();
        names.dedup();
        names.join(", ")
    }
}

fn is_violated(liveness: &Liveness, formula: usize) -> bool {
    liveness.violated.iter().any(|lasso| lasso.property == formula)
}

fn fairness_name(source: &FairnessSource) -> &'static str {
    if source.strong {
        "strong fairness condition"
    } else {
        "weak fairness condition"
    }
}

/// Formulas of one place in the text are one to people, for all values of the quantifiers around it. Of each place where
/// all are `wanted` gives the first.
fn everywhere<T>(sources: &[T], span: impl Fn(&T) -> Span, wanted: impl Fn(usize) -> bool) -> Vec<usize> {
    let same = |first: usize, other: usize| span(&sources[first]) == span(&sources[other]);
    let is_first = |index: &usize| !(0..*index).any(|earlier| same(earlier, *index));
    let all = |index: &usize| (*index..sources.len()).filter(|other| same(*index, *other)).all(&wanted);
    (0..sources.len()).filter(is_first).filter(all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_a_place_once_and_only_if_it_is_so_for_all_values() {
        let span = |start| Span { source: tla_syntax::source::SourceId(0), start, end: start + 1 };
        let sources = [1, 1, 5, 5, 9].map(span);
        assert_eq!(everywhere(&sources, |source| *source, |index| index != 1), [2, 4]);
        assert_eq!(everywhere(&sources, |source| *source, |_| true), [0, 2, 4]);
    }
}
