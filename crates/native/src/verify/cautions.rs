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
        let never = |index: &usize| liveness.enabled.get(*index) == Some(&false);
        grouped(sources, never, |source| source.span, |source| &source.bound)
            .into_iter()
            .map(|(first, values)| {
                let kind = fairness_name(&sources[first]);
                let message =
                    format!("the action of this {kind} is never enabled{values}: the condition demands nothing");
                Diagnostic::new(Code::Caution, sources[first].span, message)
            })
            .collect()
    }

    fn vacuous(&self, liveness: &Liveness) -> Vec<Diagnostic> {
        let sources = self.executable.formula_sources();
        let vacuous = |index: &usize| {
            let cause = sources[*index].leads_from;
            cause.is_some_and(|atom| !liveness.seen_states.contains(atom)) && !is_violated(liveness, *index)
        };
        grouped(sources, vacuous, |source| source.span, |source| &source.bound)
            .into_iter()
            .map(|(first, values)| {
                let name = self.name(sources[first].property);
                let message = format!("{name} says nothing{values}: its left side is true in no reachable state");
                Diagnostic::new(Code::Caution, sources[first].span, message)
            })
            .collect()
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

/// Formulas of one place in the text are one to people. For each place that has `wanted` ones the first of them, and the
/// values for which it is wanted where it is not for all.
fn grouped<T>(
    sources: &[T],
    wanted: impl Fn(&usize) -> bool,
    span: impl Fn(&T) -> Span,
    bound: impl for<'s> Fn(&'s T) -> &'s [(std::sync::Arc<str>, String)],
) -> Vec<(usize, String)> {
    let mut groups: Vec<(usize, String)> = Vec::new();
    for first in (0..sources.len()).filter(|index| wanted(index)) {
        let place = span(&sources[first]);
        if groups.iter().any(|(known, _)| span(&sources[*known]) == place) {
            continue;
        }
        let here: Vec<usize> = (0..sources.len()).filter(|index| span(&sources[*index]) == place).collect();
        let mut values = String::new();
        if !here.iter().all(&wanted) {
            let each = here.iter().filter(|index| wanted(index)).map(|&index| {
                let names = bound(&sources[index]).iter().map(|(name, value)| format!("{name} = {value}"));
                names.collect::<Vec<_>>().join(", ")
            });
            values = format!(" for {}", each.take(MOST_VALUES).collect::<Vec<_>>().join("; "));
        }
        groups.push((first, values));
    }
    groups
}

/// Instances of one condition that a warning names.
const MOST_VALUES: usize = 3;

#[cfg(test)]
mod tests {
    use tla_eval::executable::FormulaSource;

    use super::*;

    #[test]
    fn names_the_values_only_where_others_differ() {
        let span = |start| Span { source: tla_syntax::source::SourceId(0), start, end: start + 1 };
        let source = |start, value: &str| FormulaSource {
            property: DefinitionId(0),
            span: span(start),
            bound: vec![("p".into(), value.to_owned())],
            leads_from: None,
        };
        let sources = [source(1, "a"), source(1, "b"), source(5, "a"), source(5, "b")];
        let groups = grouped(&sources, |index| *index != 1, |source| source.span, |source| &source.bound);
        assert_eq!(groups, vec![(0, " for p = a".to_owned()), (2, String::new())]);
    }
}
