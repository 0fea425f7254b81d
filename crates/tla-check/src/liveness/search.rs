//! Looks for a strongly connected part of the product that a violating behaviour can stay in.

use super::class_set::ClassSet;
use super::components::{Components, Take};
use super::demands::{DemandTable, Visits};
use super::product::{Cursor, Edge, Numbers, Pair, Part, Patience, Product, Space, Whole, Within};
use super::question::Question;
use super::Failure;
use crate::behaviour::Graph;

/// A part of the product in which everything is connected and that satisfies all demands, and what they are in it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) part: Part,
    pub(super) needed: Visits,
}

/// Raises `peak_bytes` to what the search held in memory.
pub(super) fn search(
    graph: &Graph,
    question: &Question,
    peak_bytes: &mut u64,
    stopped: &dyn Fn() -> bool,
) -> Result<Option<Found>, Failure> {
    let product = Product { graph, automaton: &question.automaton };
    let classes = graph.class_table.len();
    let table = DemandTable::new(&question.demands, question.automaton.marks, classes);
    let seeker = Seeker { product, question, table: &table, stopped, classes };
    let mut components = Components::new(Whole { product, numbers: Numbers::new(product) }, &table);
    let mut patience = Patience::new(stopped);
    let mut take = |space: &Whole<'_>, members: &[Pair], weight: u64| seeker.examine(space, members, weight);
    let found = walk(product, &mut components, &mut patience, &mut take);
    *peak_bytes = (*peak_bytes).max(components.bytes());
    found
}

/// Visits all pairs that matter.
fn walk<'run>(
    product: Product<'run>,
    components: &mut Components<'_, Whole<'run>>,
    patience: &mut Patience<'_>,
    take: &mut Take<'_, Whole<'run>, Found>,
) -> Result<Option<Found>, Failure> {
    if !product.automaton.waits() {
        for root in product.initial() {
            if let Some(found) = components.search(root, patience, take)? {
                return Ok(Some(found));
            }
        }
        return Ok(None);
    }
    // While it waits every node is reachable, so there is no need to walk there.
    for node in 0..product.graph.node_count() {
        let waiting = Pair { node, state: 0 };
        let mut cursor = Cursor::default();
        while let Some(edge) = product.next(waiting, &mut cursor) {
            patience.check()?;
            if edge.target.state != 0 {
                if let Some(found) = components.search(edge.target, patience, take)? {
                    return Ok(Some(found));
                }
            }
        }
    }
    Ok(None)
}

struct Seeker<'run> {
    product: Product<'run>,
    question: &'run Question,
    table: &'run DemandTable,
    stopped: &'run dyn Fn() -> bool,
    classes: usize,
}

enum Answer {
    /// All demands are satisfied; these must be visited for it.
    Yes(Visits),
    No,
    /// The responses that are called for and never given: their causes must be avoided.
    Avoiding(Vec<usize>),
}

impl Seeker<'_> {
    /// The component of `members`, which has just been completed, or a part of it that satisfies all demands.
    fn examine(&self, space: &Whole<'_>, members: &[Pair], weight: u64) -> Result<Option<Found>, Failure> {
        let first = members[0];
        if !self.question.automaton.accepting[first.state as usize] {
            return Ok(None);
        }
        let component = space.stored(first);
        let next = |pair: Pair, cursor: &mut Cursor| loop {
            let edge = space.next(pair, cursor)?;
            if space.stored(edge.target) == component {
                return Some(edge);
            }
        };
        match self.answer(members, weight, next)? {
            Answer::No => Ok(None),
            Answer::Yes(needed) => Ok(Some(Found { part: self.part(members, ClassSet::none(self.classes)), needed })),
            Answer::Avoiding(causes) => {
                self.refine(self.part(members, self.causes(&causes, ClassSet::none(self.classes))))
            }
        }
    }

    /// Looks into `part` again and again, without the steps that call for responses it cannot give.
    fn refine(&self, part: Part) -> Result<Option<Found>, Failure> {
        let mut patience = Patience::new(self.stopped);
        let mut waiting = vec![part];
        while let Some(part) = waiting.pop() {
            let mut components = Components::new(Within::new(self.product, &part), self.table);
            let mut take = |_: &Within<'_>, members: &[Pair], weight: u64| -> Result<Option<Found>, Failure> {
                let inner = self.part(members, part.forbidden.clone());
                let lookup = inner.lookup(self.product);
                match self.answer(members, weight, |pair, cursor| lookup.next(pair, cursor))? {
                    Answer::No => {}
                    Answer::Yes(needed) => return Ok(Some(Found { part: inner, needed })),
                    Answer::Avoiding(causes) => {
                        let forbidden = self.causes(&causes, inner.forbidden);
                        waiting.push(Part { members: inner.members, forbidden });
                    }
                }
                Ok(None)
            };
            for root in &part.members {
                if let Some(found) = components.search(*root, &mut patience, &mut take)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    /// For the component of `members`, of whose inner edges `next` gives those from a pair.
    fn answer(
        &self,
        members: &[Pair],
        weight: u64,
        next: impl Fn(Pair, &mut Cursor) -> Option<Edge>,
    ) -> Result<Answer, Failure> {
        if let Some(visits) = self.table.visits(weight) {
            return Ok(if DemandTable::has_edges(weight) { self.judge(&visits) } else { Answer::No });
        }
        let mut patience = Patience::new(self.stopped);
        let mut visits = self.table.nothing();
        let mut any = false;
        for pair in members {
            let mut cursor = Cursor::default();
            while let Some(edge) = next(*pair, &mut cursor) {
                patience.check()?;
                any = true;
                visits.add(edge.marks, self.table.bits(edge.class));
            }
        }
        Ok(if any { self.judge(&visits) } else { Answer::No })
    }

    fn judge(&self, visits: &Visits) -> Answer {
        if !visits.include(&self.table.indispensable()) {
            return Answer::No;
        }
        let unanswered = self.table.unanswered(visits);
        if unanswered.is_empty() {
            Answer::Yes(self.table.needed(visits))
        } else {
            Answer::Avoiding(unanswered)
        }
    }

    fn part(&self, members: &[Pair], forbidden: ClassSet) -> Part {
        let mut members = members.to_vec();
        members.sort_unstable();
        Part { members, forbidden }
    }

    fn causes(&self, responses: &[usize], forbidden: ClassSet) -> ClassSet {
        let given = responses.iter().map(|index| &self.question.demands.responses[*index].0);
        given.fold(forbidden, |all, given| all.union(given))
    }
}
