//! What to look for in a graph to refute one property.

use super::automaton::Automaton;
use super::class_set::ClassSet;
use super::demands::Demands;
use super::requirement::{always, and, eventually, or, Requirement};
use super::Failure;
use crate::behaviour::{enabled_atom, Graph};
use crate::temporal::{Formula, Temporal};

/// Most alternatives that a requirement is taken apart into.
const MAX_ALTERNATIVES: usize = 32;

/// A behaviour is looked for that the automaton accepts and that satisfies the demands.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) automaton: Automaton,
    pub(super) demands: Demands,
}

/// The questions of which one must be answered by a behaviour for the property to be violated.
pub(super) fn questions(graph: &Graph, temporal: &Temporal, property: usize) -> Result<Vec<Question>, Failure> {
    let meaning = Meaning { graph };
    let mut demands = Demands::default();
    for (index, fairness) in temporal.fairness.iter().enumerate() {
        let enabled = meaning.states(enabled_atom(temporal, index));
        let taken = meaning.steps(fairness.taken);
        if fairness.strong {
            demands.add_response(enabled, taken);
        } else {
            demands.add_recurrent(taken.union(&enabled.complement()));
        }
    }
    let mut parts = vec![meaning.requirement(&temporal.properties[property], false)];
    parts.extend(temporal.assumptions.iter().map(|assumption| meaning.requirement(assumption, true)));
    let mut questions = Vec::new();
    for alternative in alternatives(and(parts)) {
        let mut demands = demands.clone();
        let rest = extract(alternative, &mut demands);
        if demands.are_contradictory() {
            continue;
        }
        let automaton = Automaton::new(rest, meaning.classes())?;
        if !automaton.states.is_empty() {
            questions.push(Question { automaton, demands });
        }
    }
    Ok(questions)
}

/// Requirements of which one must be met for `requirement` to be.
fn alternatives(requirement: Requirement) -> Vec<Requirement> {
    if requirement.is_false() {
        return Vec::new();
    }
    let mut done = Vec::new();
    let mut waiting = vec![requirement];
    while let Some(requirement) = waiting.pop() {
        let mut parts = requirement.conjuncts();
        let divisible = |part: &Requirement| matches!(part, Requirement::Or(_)) && response(part).is_none();
        let Some(place) = parts.iter().position(divisible) else {
            done.push(and(parts));
            continue;
        };
        let Requirement::Or(choices) = parts.swap_remove(place) else { continue };
        if done.len() + waiting.len() + choices.len() > MAX_ALTERNATIVES {
            parts.push(Requirement::Or(choices));
            done.push(Requirement::And(parts));
            continue;
        }
        for choice in choices.into_iter().rev() {
            let mut parts = parts.clone();
            parts.push(choice);
            waiting.push(and(parts));
        }
    }
    done.retain(|requirement| !requirement.is_false());
    done
}

/// Moves what only says that something happens again and again into `demands`; what is left.
fn extract(requirement: Requirement, demands: &mut Demands) -> Vec<Requirement> {
    let mut rest = Vec::new();
    for part in requirement.conjuncts() {
        if let Some(set) = recurrent(&part) {
            demands.add_recurrent(set);
        } else if let Some((given, set)) = response(&part) {
            demands.add_response(given, set);
        } else if !part.is_true() {
            rest.push(part);
        }
    }
    rest
}

/// The classes in `[]<>classes`.
fn recurrent(requirement: &Requirement) -> Option<ClassSet> {
    let Requirement::Always(inner) = requirement else { return None };
    let Requirement::Eventually(inner) = &**inner else { return None };
    now(inner)
}

/// Given and response in `<>[]~given \/ []<>response`.
fn response(requirement: &Requirement) -> Option<(ClassSet, ClassSet)> {
    let Requirement::Or(parts) = requirement else { return None };
    let [one, other] = parts.as_slice() else { return None };
    let (settled, response) = recurrent(other).map(|set| (one, set)).or_else(|| Some((other, recurrent(one)?)))?;
    let Requirement::Eventually(inner) = settled else { return None };
    let Requirement::Always(inner) = &**inner else { return None };
    Some((now(inner)?.complement(), response))
}

fn now(requirement: &Requirement) -> Option<ClassSet> {
    match requirement {
        Requirement::Now(set) => Some(set.clone()),
        _ => None,
    }
}

/// What formulas mean in a graph.
struct Meaning<'graph> {
    graph: &'graph Graph,
}

impl Meaning<'_> {
    fn classes(&self) -> usize {
        self.graph.class_table.len()
    }

    fn states(&self, atom: usize) -> ClassSet {
        let holds: Vec<bool> = self.graph.state_sets.iter().map(|set| set.contains(atom)).collect();
        ClassSet::new(self.classes(), |class| holds[self.graph.class_table[class].state as usize])
    }

    fn steps(&self, atom: usize) -> ClassSet {
        let holds: Vec<bool> = self.graph.step_sets.iter().map(|set| set.contains(atom)).collect();
        ClassSet::new(self.classes(), |class| holds[self.graph.class_table[class].step as usize])
    }

    /// `formula` or, if not `positive`, its negation.
    fn requirement(&self, formula: &Formula, positive: bool) -> Requirement {
        let atom = |set: ClassSet| Requirement::Now(if positive { set } else { set.complement() });
        let constant = |value: bool| {
            let classes = self.classes();
            Requirement::Now(if value { ClassSet::all(classes) } else { ClassSet::none(classes) })
        };
        let all = |parts: &[Formula]| parts.iter().map(|part| self.requirement(part, positive)).collect::<Vec<_>>();
        match formula {
            Formula::Constant(value) => constant(*value == positive),
            Formula::State(index) => atom(self.states(*index)),
            Formula::Step(index) => atom(self.steps(*index)),
            Formula::Not(inner) => self.requirement(inner, !positive),
            Formula::And(parts) if parts.is_empty() => constant(positive),
            Formula::Or(parts) if parts.is_empty() => constant(!positive),
            Formula::And(parts) if positive => and(all(parts)),
            Formula::Or(parts) if !positive => and(all(parts)),
            Formula::And(parts) | Formula::Or(parts) => or(all(parts)),
            Formula::Always(inner) if positive => always(self.requirement(inner, true)),
            Formula::Eventually(inner) if !positive => always(self.requirement(inner, false)),
            Formula::Always(inner) | Formula::Eventually(inner) => eventually(self.requirement(inner, positive)),
        }
    }
}
