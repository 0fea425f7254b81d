//! Temporal formulas over the classes of a graph, in negation normal form and simplified as they are built.
//!
//! Since the classes that occur are known, so is which of their combinations are always true or never: a formula that
//! the graph decides by itself becomes a constant here. Formulas about what holds again and again, or from some moment
//! on, do not depend on when they are evaluated ("tails" below); they are brought to the top, where they cost least.

use super::class_set::ClassSet;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Requirement {
    /// The first step is of one of these classes.
    Now(ClassSet),
    And(Vec<Requirement>),
    Or(Vec<Requirement>),
    Always(Box<Requirement>),
    Eventually(Box<Requirement>),
}

use Requirement::{Always, And, Eventually, Now, Or};

impl Requirement {
    pub(super) fn is_true(&self) -> bool {
        matches!(self, Now(set) if set.is_all())
    }

    pub(super) fn is_false(&self) -> bool {
        matches!(self, Now(set) if set.is_empty())
    }

    fn is_constant(&self) -> bool {
        self.is_true() || self.is_false()
    }

    /// Whether its truth does not depend on any beginning of the behaviour.
    fn is_tail(&self) -> bool {
        match self {
            Now(_) => self.is_constant(),
            And(parts) | Or(parts) => parts.iter().all(Self::is_tail),
            Always(inner) => matches!(**inner, Eventually(_)),
            Eventually(inner) => matches!(**inner, Always(_)),
        }
    }

    /// The parts of a conjunction, or it alone.
    pub(super) fn conjuncts(self) -> Vec<Self> {
        match self {
            And(parts) => parts,
            other => vec![other],
        }
    }

    fn disjuncts(self) -> Vec<Self> {
        match self {
            Or(parts) => parts,
            other => vec![other],
        }
    }
}

/// `parts` must not be empty.
pub(super) fn and(parts: Vec<Requirement>) -> Requirement {
    let mut now: Option<ClassSet> = None;
    let (mut always, mut settled, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts.into_iter().flat_map(Requirement::conjuncts) {
        match part {
            Now(set) => now = Some(now.map_or_else(|| set.clone(), |now| now.intersection(&set))),
            Always(inner) if !matches!(*inner, Eventually(_)) => always.push(*inner),
            Eventually(inner) => match *inner {
                Always(inner) => settled.push(*inner),
                inner => others.push(Eventually(Box::new(inner))),
            },
            other => others.push(other),
        }
    }
    if !always.is_empty() {
        others.push(always_of_plain(and(always)));
    }
    if !settled.is_empty() {
        others.push(eventually(always_of_plain(and(settled))));
    }
    if let Some(set) = now {
        others.push(Now(set));
    }
    finish(others, Requirement::is_true, Requirement::is_false, And)
}

/// `parts` must not be empty.
pub(super) fn or(parts: Vec<Requirement>) -> Requirement {
    let mut now: Option<ClassSet> = None;
    let (mut eventually, mut recurrent, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for part in parts.into_iter().flat_map(Requirement::disjuncts) {
        match part {
            Now(set) => now = Some(now.map_or_else(|| set.clone(), |now| now.union(&set))),
            Eventually(inner) if !matches!(*inner, Always(_)) => eventually.push(*inner),
            Always(inner) => match *inner {
                Eventually(inner) => recurrent.push(*inner),
                inner => others.push(Always(Box::new(inner))),
            },
            other => others.push(other),
        }
    }
    if !eventually.is_empty() {
        others.push(eventually_of_plain(or(eventually)));
    }
    if !recurrent.is_empty() {
        others.push(always(eventually_of_plain(or(recurrent))));
    }
    if let Some(set) = now {
        others.push(Now(set));
    }
    finish(others, Requirement::is_false, Requirement::is_true, Or)
}

fn finish(
    mut parts: Vec<Requirement>,
    neutral: fn(&Requirement) -> bool,
    decisive: fn(&Requirement) -> bool,
    combine: fn(Vec<Requirement>) -> Requirement,
) -> Requirement {
    if let Some(decisive) = parts.iter().find(|part| decisive(part)) {
        return decisive.clone();
    }
    if parts.iter().any(|part| !neutral(part)) {
        parts.retain(|part| !neutral(part));
    }
    parts.sort_unstable();
    parts.dedup();
    if parts.len() == 1 {
        parts.swap_remove(0)
    } else {
        combine(parts)
    }
}

pub(super) fn always(inner: Requirement) -> Requirement {
    if inner.is_tail() || matches!(inner, Always(_)) {
        return inner;
    }
    match inner {
        And(parts) => {
            let (apart, plain): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| !matches!(part, Now(_)));
            let mut parts: Vec<_> = apart.into_iter().map(always).collect();
            if !plain.is_empty() {
                parts.push(always_of_plain(and(plain)));
            }
            and(parts)
        }
        Or(parts) => {
            let (mut tails, rest): (Vec<_>, Vec<_>) = parts.into_iter().partition(Requirement::is_tail);
            if tails.is_empty() {
                return always_of_plain(Or(rest));
            }
            if !rest.is_empty() {
                tails.push(always(or(rest)));
            }
            or(tails)
        }
        inner => always_of_plain(inner),
    }
}

fn always_of_plain(inner: Requirement) -> Requirement {
    if inner.is_constant() {
        inner
    } else {
        Always(Box::new(inner))
    }
}

pub(super) fn eventually(inner: Requirement) -> Requirement {
    if inner.is_tail() || matches!(inner, Eventually(_)) {
        return inner;
    }
    match inner {
        Or(parts) => {
            let (apart, plain): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| !matches!(part, Now(_)));
            let mut parts: Vec<_> = apart.into_iter().map(eventually).collect();
            if !plain.is_empty() {
                parts.push(eventually_of_plain(or(plain)));
            }
            or(parts)
        }
        And(parts) => {
            let (mut tails, rest): (Vec<_>, Vec<_>) = parts.into_iter().partition(Requirement::is_tail);
            if tails.is_empty() {
                return eventually_of_plain(And(rest));
            }
            if !rest.is_empty() {
                tails.push(eventually(and(rest)));
            }
            and(tails)
        }
        inner => eventually_of_plain(inner),
    }
}

fn eventually_of_plain(inner: Requirement) -> Requirement {
    if inner.is_constant() {
        inner
    } else {
        Eventually(Box::new(inner))
    }
}
