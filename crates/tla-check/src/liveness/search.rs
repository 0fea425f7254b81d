//! Looks for a strongly connected part of the product that a violating behaviour can stay in.

use super::class_set::ClassSet;
use super::components::Components;
use super::demands::{DemandTable, Visits};
use super::product::{Cursor, Numbers, Pair, Part, Patience, Product, Space, Whole, Within};
use super::question::Question;
use super::Failure;
use crate::behaviour::Graph;

/// A part of the product in which everything is connected and that satisfies all demands.
pub(super) fn search(graph: &Graph, question: &Question, stopped: &dyn Fn() -> bool) -> Result<Option<Part>, Failure> {
    let product = Product { graph, automaton: &question.automaton };
    let classes = graph.class_table.len();
    let table = DemandTable::new(&question.demands, question.automaton.marks, classes);
    let mut seeker = Seeker { product, question, table, patience: Patience::new(stopped), stopped, classes };
    let mut components = Components::new(Whole { product, numbers: Numbers::new(product) });
    let mut patience = Patience::new(stopped);
    let mut take = |space: &Whole<'_>, members: &[Pair]| seeker.examine(space, members);
    if !question.automaton.waits() {
        for root in product.initial() {
            if let Some(found) = components.search(root, &mut patience, &mut take)? {
                return Ok(Some(found));
            }
        }
        return Ok(None);
    }
    // While it waits every node is reachable, so there is no need to walk there.
    for node in 0..graph.node_count() {
        let waiting = Pair { node, state: 0 };
        let mut cursor = Cursor::default();
        while let Some(edge) = product.next(waiting, &mut cursor) {
            patience.check()?;
            if edge.target.state != 0 {
                if let Some(found) = components.search(edge.target, &mut patience, &mut take)? {
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
    table: DemandTable,
    patience: Patience<'run>,
    stopped: &'run dyn Fn() -> bool,
    classes: usize,
}

enum Answer {
    /// All demands are satisfied.
    Yes,
    No,
    /// The responses that are called for and never given: their causes must be avoided.
    Avoiding(Vec<usize>),
}

impl Seeker<'_> {
    /// The component of `members`, which has just been completed, or a part of it that satisfies all demands.
    fn examine(&mut self, space: &Whole<'_>, members: &[Pair]) -> Result<Option<Part>, Failure> {
        let first = members[0];
        if !self.question.automaton.accepting[first.state as usize] {
            return Ok(None);
        }
        let component = space.stored(first);
        let mut gather = Gather::new(&self.table);
        for pair in members {
            let mut cursor = Cursor::default();
            while let Some(edge) = self.product.next(*pair, &mut cursor) {
                self.patience.check()?;
                let inside = space.stored(edge.target) == component;
                if inside && gather.takes(edge.marks, self.table.bits(edge.class)) {
                    return Ok(Some(self.part(members, ClassSet::none(self.classes))));
                }
            }
        }
        match gather.answer() {
            Answer::No => Ok(None),
            Answer::Yes => Ok(Some(self.part(members, ClassSet::none(self.classes)))),
            Answer::Avoiding(causes) => {
                let part = self.part(members, self.causes(&causes, ClassSet::none(self.classes)));
                self.refine(part)
            }
        }
    }

    /// Looks into `part` again and again, without the steps that call for responses it cannot give.
    fn refine(&self, part: Part) -> Result<Option<Part>, Failure> {
        let mut patience = Patience::new(self.stopped);
        let mut waiting = vec![part];
        while let Some(part) = waiting.pop() {
            let mut components = Components::new(Within::new(self.product, &part));
            for root in &part.members {
                let mut take = |_: &Within<'_>, members: &[Pair]| -> Result<Option<Part>, Failure> {
                    let inner = self.part(members, part.forbidden.clone());
                    match self.answer(&inner)? {
                        Answer::No => {}
                        Answer::Yes => return Ok(Some(inner)),
                        Answer::Avoiding(causes) => {
                            let forbidden = self.causes(&causes, inner.forbidden);
                            waiting.push(Part { members: inner.members, forbidden });
                        }
                    }
                    Ok(None)
                };
                if let Some(found) = components.search(*root, &mut patience, &mut take)? {
                    return Ok(Some(found));
                }
            }
        }
        Ok(None)
    }

    fn answer(&self, part: &Part) -> Result<Answer, Failure> {
        let mut patience = Patience::new(self.stopped);
        let mut gather = Gather::new(&self.table);
        for edge in part.members.iter().flat_map(|pair| part.edges(self.product, *pair)) {
            patience.check()?;
            if gather.takes(edge.marks, self.table.bits(edge.class)) {
                return Ok(Answer::Yes);
            }
        }
        Ok(gather.answer())
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

/// What the edges of a component do for the demands.
struct Gather<'run> {
    table: &'run DemandTable,
    visits: Visits,
    enough: Visits,
    any: bool,
}

impl<'run> Gather<'run> {
    fn new(table: &'run DemandTable) -> Self {
        Self { table, visits: table.nothing(), enough: table.everything(), any: false }
    }

    /// Whether it is clear now that all demands are satisfied.
    #[inline]
    fn takes(&mut self, marks: u64, bits: &[u64]) -> bool {
        self.any = true;
        self.visits.add(marks, bits);
        self.visits.include(&self.enough)
    }

    fn answer(&self) -> Answer {
        if !self.any || !self.visits.include(&self.table.indispensable()) {
            return Answer::No;
        }
        let unanswered = self.table.unanswered(&self.visits);
        if unanswered.is_empty() {
            Answer::Yes
        } else {
            Answer::Avoiding(unanswered)
        }
    }
}
