//! Generalised Büchi automata with acceptance on transitions, made from requirements.
//!
//! A state is a set of requirements that the rest of the behaviour must meet. The construction follows P. Gastin,
//! D. Oddoux, "Fast LTL to Büchi automata translation" (2001), where each requirement is a state of an alternating
//! automaton; what it postpones is not accepted. Choices that others dominate are dropped at once.

use std::collections::HashMap;

use super::class_set::ClassSet;
use super::requirement::Requirement;
use super::Failure;

const MAX_STATES: usize = 4096;
const MAX_CHOICES: usize = 1024;
const MAX_MARKS: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transition {
    pub(super) guard: ClassSet,
    pub(super) target: u32,
    /// Bits of the acceptance sets that it is in.
    pub(super) marks: u64,
}

#[derive(Debug)]
pub(super) struct Automaton {
    /// By state. State 0 is the initial one; there is none where no behaviour is accepted.
    pub(super) states: Vec<Vec<Transition>>,
    /// All acceptance sets: a run is accepted that takes transitions of each again and again.
    pub(super) marks: u64,
    /// By state, whether its strongly connected component accepts some run.
    pub(super) accepting: Vec<bool>,
}

/// What to do in one step: the step is of `guard`, the rest of the behaviour meets `next`, and the eventualities in
/// `postponed` were not met. Numbers of requirements, in order.
#[derive(Clone, Debug)]
struct Choice {
    guard: ClassSet,
    next: Vec<u32>,
    postponed: Vec<u32>,
}

impl Automaton {
    /// Accepts the behaviours that meet all of `requirements`.
    ///
    /// # Errors
    /// [`Failure::TooLarge`]
    pub(super) fn new(requirements: Vec<Requirement>, classes: usize) -> Result<Self, Failure> {
        let mut expansion = Expansion { requirements: Vec::new(), numbers: HashMap::new(), classes };
        let mut initial: Vec<u32> = requirements.into_iter().map(|part| expansion.number(part)).collect();
        initial.sort_unstable();
        initial.dedup();
        let mut numbers = HashMap::from([(initial.clone(), 0_u32)]);
        let mut waiting = vec![initial];
        let mut states: Vec<Vec<(ClassSet, u32, Vec<u32>)>> = Vec::new();
        while let Some(set) = waiting.get(states.len()).cloned() {
            let mut transitions = Vec::new();
            for choice in expansion.choices_of_all(&set)? {
                let next = numbers.len() as u32;
                let target = *numbers.entry(choice.next.clone()).or_insert(next);
                if target == next {
                    waiting.push(choice.next);
                }
                transitions.push((choice.guard, target, choice.postponed));
            }
            states.push(transitions);
            if waiting.len() > MAX_STATES {
                return Err(too_large());
            }
        }
        let mut automaton = with_marks(states)?;
        automaton.merge();
        automaton.prune();
        Ok(automaton)
    }

    /// Makes one of states whose transitions are the same, until there are no such.
    fn merge(&mut self) {
        loop {
            let mut seen: HashMap<Vec<(u32, u64, ClassSet)>, u32> = HashMap::new();
            let mut representatives = Vec::new();
            for (number, transitions) in (0..).zip(&self.states) {
                let mut key: Vec<_> =
                    transitions.iter().map(|step| (step.target, step.marks, step.guard.clone())).collect();
                key.sort_unstable();
                representatives.push(*seen.entry(key).or_insert(number));
            }
            if seen.len() == self.states.len() {
                return;
            }
            self.keep(|number| representatives[number as usize] == number, &representatives);
        }
    }

    /// Keeps some states; transitions to others lead to their representatives, or go if those are not kept.
    fn keep(&mut self, kept: impl Fn(u32) -> bool, representatives: &[u32]) {
        let mut numbers = HashMap::new();
        for number in (0..self.states.len() as u32).filter(|number| kept(*number)) {
            numbers.insert(number, numbers.len() as u32);
        }
        let states = std::mem::take(&mut self.states);
        for (number, transitions) in (0_u32..).zip(states) {
            if !numbers.contains_key(&number) {
                continue;
            }
            let mut merged: Vec<Transition> = Vec::new();
            for step in transitions {
                let Some(target) = numbers.get(&representatives[step.target as usize]).copied() else { continue };
                match merged.iter_mut().find(|other| (other.target, other.marks) == (target, step.marks)) {
                    Some(other) => other.guard = other.guard.union(&step.guard),
                    None => merged.push(Transition { target, ..step }),
                }
            }
            // With the same step to the same state, being in more acceptance sets is better.
            let better = merged.clone();
            for step in &mut merged {
                for other in better.iter().filter(|other| other.target == step.target) {
                    if other.marks != step.marks && other.marks & step.marks == step.marks {
                        step.guard = step.guard.without(&other.guard);
                    }
                }
            }
            merged.retain(|step| !step.guard.is_empty());
            self.states.push(merged);
        }
    }

    /// Removes states from which nothing is accepted.
    fn prune(&mut self) {
        let reaches = self.reachability();
        let connected = |from: usize, to: usize| from == to || (reaches[from][to] && reaches[to][from]);
        let count = self.states.len();
        let accepting: Vec<bool> = (0..count)
            .map(|state| {
                let inside = (0..count).filter(|member| connected(state, *member));
                let steps = inside.flat_map(|member| &self.states[member]);
                let inner = steps.filter(|step| connected(state, step.target as usize));
                inner.map(|step| step.marks).reduce(|all, marks| all | marks) == Some(self.marks)
            })
            .collect();
        let useful = |state: usize| accepting[state] || (0..count).any(|to| accepting[to] && reaches[state][to]);
        let identity: Vec<u32> = (0..count as u32).collect();
        let kept: Vec<bool> = (0..count).map(useful).collect();
        if kept.first() == Some(&false) {
            self.states.clear();
            return;
        }
        self.keep(|number| kept[number as usize], &identity);
        self.accepting =
            accepting.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(accepts, _)| accepts).collect();
    }

    /// By state, which others can be reached from it in one step or more.
    fn reachability(&self) -> Vec<Vec<bool>> {
        let count = self.states.len();
        let from = |start: usize| {
            let mut reached = vec![false; count];
            let mut waiting = vec![start];
            while let Some(state) = waiting.pop() {
                for step in &self.states[state] {
                    if !std::mem::replace(&mut reached[step.target as usize], true) {
                        waiting.push(step.target as usize);
                    }
                }
            }
            reached
        };
        (0..count).map(from).collect()
    }

    /// Whether runs may stay in the initial state whatever happens, without being accepted for it.
    pub(super) fn waits(&self) -> bool {
        let stays = |step: &Transition| step.target == 0 && step.guard.is_all();
        !self.accepting[0] && self.states[0].iter().any(stays)
    }
}

fn with_marks(states: Vec<Vec<(ClassSet, u32, Vec<u32>)>>) -> Result<Automaton, Failure> {
    let mut eventualities: Vec<u32> = states.iter().flatten().flat_map(|(_, _, postponed)| postponed.clone()).collect();
    eventualities.sort_unstable();
    eventualities.dedup();
    if eventualities.len() > MAX_MARKS {
        return Err(too_large());
    }
    let bit = |postponed: &u32| eventualities.binary_search(postponed).map_or(0, |place| 1_u64 << place);
    let marks = (0..eventualities.len()).fold(0, |marks, place| marks | 1_u64 << place);
    let transition = |(guard, target, postponed): (ClassSet, u32, Vec<u32>)| {
        let marks = marks & !postponed.iter().map(bit).fold(0, |all, bit| all | bit);
        Transition { guard, target, marks }
    };
    let states = states.into_iter().map(|steps| steps.into_iter().map(transition).collect()).collect();
    Ok(Automaton { states, marks, accepting: Vec::new() })
}

fn too_large() -> Failure {
    let text = "a temporal property is too complex to be checked: its automaton would have more than";
    Failure::TooLarge(format!("{text} {MAX_STATES} states or {MAX_CHOICES} transitions from one; split it"))
}

struct Expansion {
    requirements: Vec<Requirement>,
    numbers: HashMap<Requirement, u32>,
    classes: usize,
}

impl Expansion {
    fn number(&mut self, requirement: Requirement) -> u32 {
        let next = self.requirements.len() as u32;
        let number = *self.numbers.entry(requirement.clone()).or_insert(next);
        if number == next {
            self.requirements.push(requirement);
        }
        number
    }

    fn choices_of_all(&mut self, set: &[u32]) -> Result<Vec<Choice>, Failure> {
        let mut choices = vec![self.anything(Vec::new())];
        for number in set {
            let requirement = self.requirements[*number as usize].clone();
            choices = both(&choices, &self.choices(&requirement)?)?;
        }
        Ok(choices)
    }

    fn choices(&mut self, requirement: &Requirement) -> Result<Vec<Choice>, Failure> {
        match requirement {
            Requirement::Now(set) => {
                Ok(reduced(vec![Choice { guard: set.clone(), next: Vec::new(), postponed: Vec::new() }]))
            }
            Requirement::And(parts) => {
                let mut choices = vec![self.anything(Vec::new())];
                for part in parts {
                    choices = both(&choices, &self.choices(part)?)?;
                }
                Ok(choices)
            }
            Requirement::Or(parts) => {
                let mut choices = Vec::new();
                for part in parts {
                    choices.extend(self.choices(part)?);
                }
                Ok(reduced(choices))
            }
            Requirement::Always(inner) => {
                let again = self.number(requirement.clone());
                both(&self.choices(inner)?, &[self.anything(vec![again])])
            }
            Requirement::Eventually(inner) => {
                let again = self.number(requirement.clone());
                let mut choices = self.choices(inner)?;
                choices.push(Choice { postponed: vec![again], ..self.anything(vec![again]) });
                Ok(reduced(choices))
            }
        }
    }

    fn anything(&self, next: Vec<u32>) -> Choice {
        Choice { guard: ClassSet::all(self.classes), next, postponed: Vec::new() }
    }
}

fn both(left: &[Choice], right: &[Choice]) -> Result<Vec<Choice>, Failure> {
    if left.len() * right.len() > MAX_CHOICES * MAX_CHOICES {
        return Err(too_large());
    }
    let pair = |one: &Choice, other: &Choice| Choice {
        guard: one.guard.intersection(&other.guard),
        next: union(&one.next, &other.next),
        postponed: union(&one.postponed, &other.postponed),
    };
    let choices = reduced(left.iter().flat_map(|one| right.iter().map(move |other| pair(one, other))).collect());
    if choices.len() > MAX_CHOICES {
        return Err(too_large());
    }
    Ok(choices)
}

/// Without what no step can take, and without what is better done by another choice.
fn reduced(choices: Vec<Choice>) -> Vec<Choice> {
    let mut merged: HashMap<(Vec<u32>, Vec<u32>), ClassSet> = HashMap::new();
    for Choice { guard, next, postponed } in choices.into_iter().filter(|choice| !choice.guard.is_empty()) {
        merged.entry((next, postponed)).and_modify(|other| *other = other.union(&guard)).or_insert(guard);
    }
    let mut choices: Vec<Choice> =
        merged.into_iter().map(|((next, postponed), guard)| Choice { guard, next, postponed }).collect();
    // The fewest duties first, so that each choice is compared with all that may dominate it.
    choices.sort_unstable_by(|one, other| {
        let key = |choice: &Choice| (choice.next.len() + choice.postponed.len(), choice.next.clone());
        (key(one), &one.postponed).cmp(&(key(other), &other.postponed))
    });
    let mut kept: Vec<Choice> = Vec::new();
    for mut choice in choices {
        for better in &kept {
            if is_subset(&better.next, &choice.next) && is_subset(&better.postponed, &choice.postponed) {
                choice.guard = choice.guard.without(&better.guard);
            }
        }
        if !choice.guard.is_empty() {
            kept.push(choice);
        }
    }
    kept
}

fn union(left: &[u32], right: &[u32]) -> Vec<u32> {
    let mut all: Vec<u32> = left.iter().chain(right).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn is_subset(left: &[u32], right: &[u32]) -> bool {
    left.iter().all(|number| right.binary_search(number).is_ok())
}
