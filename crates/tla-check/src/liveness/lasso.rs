//! A behaviour that leads into a part of the product and goes round in it for ever, satisfying all demands.

use super::demands::{DemandTable, Visits};
use super::product::{Cursor, Edge, Lookup, Numbers, Pair, Patience, Product};
use super::question::Question;
use super::search::Found;
use super::Failure;
use crate::behaviour::Graph;

/// One step of a behaviour, maybe one that stutters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) class: u32,
    pub(crate) target: u32,
}

/// From the node `first`, the steps of `prefix`, then those of `cycle` for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LassoPath {
    pub(crate) first: u32,
    pub(crate) prefix: Vec<Move>,
    pub(crate) cycle: Vec<Move>,
}

/// Either the shortest way to what was `found` and a short way round in it, or a shorter way to where a behaviour can stay.
pub(super) fn lasso(
    graph: &Graph,
    question: &Question,
    found: &Found,
    stopped: &dyn Fn() -> bool,
) -> Result<LassoPath, Failure> {
    let Found { part, needed } = found;
    let product = Product { graph, automaton: &question.automaton };
    let table = DemandTable::new(&question.demands, question.automaton.marks, graph.class_table.len());
    let lookup = part.lookup(product);
    let mut builder = Builder { product, lookup, table, patience: Patience::new(stopped) };
    let way = builder.way_in(usize::MAX, |builder, pair| builder.is_member(pair) || builder.can_rest(pair))?;
    // Parts are found by walking from initial pairs.
    let (first, mut prefix) = way.unwrap_or((part.members[0], Vec::new()));
    let entry = prefix.last().map_or(first, |edge| edge.target);
    if builder.can_rest(entry) {
        return Ok(path(first, prefix, builder.loops(entry)));
    }
    let cycle = builder.cycle(entry, needed.clone(), &mut prefix)?;
    let shorter = (prefix.len() + cycle.len()).saturating_sub(2);
    Ok(match builder.way_in(shorter, Builder::can_rest)? {
        Some((first, prefix)) => {
            let entry = prefix.last().map_or(first, |edge| edge.target);
            path(first, prefix, builder.loops(entry))
        }
        None => path(first, prefix, cycle),
    })
}

fn path(first: Pair, prefix: Vec<Edge>, cycle: Vec<Edge>) -> LassoPath {
    let moves = |edges: Vec<Edge>| {
        edges.into_iter().map(|edge| Move { class: edge.class, target: edge.target.node }).collect::<Vec<_>>()
    };
    LassoPath { first: first.node, prefix: moves(prefix), cycle: moves(cycle) }
}

impl LassoPath {
    /// As it is shown to people: without steps that lead from a state to itself, and so without a cycle where it rests.
    pub(crate) fn shown(mut self) -> Self {
        let mut node = self.first;
        let mut changes = |step: &Move| std::mem::replace(&mut node, step.target) != step.target;
        self.prefix.retain(&mut changes);
        self.cycle.retain(&mut changes);
        self.begin_cycle_earlier();
        self
    }

    /// Leaves out of the prefix what the cycle repeats. The behaviour stays the same.
    fn begin_cycle_earlier(&mut self) {
        while let (Some(step), Some(again)) = (self.prefix.last(), self.cycle.last()) {
            let source = |before: Option<&Move>| before.map_or(self.first, |step| step.target);
            let from = source(self.prefix.iter().nth_back(1));
            let again_from = self.cycle.iter().nth_back(1).map_or(again.target, |step| step.target);
            if step != again || from != again_from {
                return;
            }
            self.prefix.pop();
            self.cycle.rotate_right(1);
        }
    }
}

struct Builder<'run> {
    product: Product<'run>,
    /// Of the part that was found.
    lookup: Lookup<'run>,
    table: DemandTable,
    patience: Patience<'run>,
}

impl Builder<'_> {
    /// Edges from a pair to itself.
    fn loops(&self, pair: Pair) -> Vec<Edge> {
        self.product.edges(pair).filter(|edge| edge.target == pair).collect()
    }

    /// Whether a behaviour can stay at a pair for ever.
    fn can_rest(&self, pair: Pair) -> bool {
        if !self.product.automaton.accepting[pair.state as usize] {
            return false;
        }
        let mut loops = self.product.edges(pair).filter(|edge| edge.target == pair).peekable();
        if loops.peek().is_none() {
            return false;
        }
        let mut visits = self.table.nothing();
        loops.for_each(|edge| visits.add(edge.marks, self.table.bits(edge.class)));
        visits.include(&self.table.needed(&visits))
    }

    fn is_member(&self, pair: Pair) -> bool {
        self.lookup.place(pair).is_some()
    }

    /// A shortest path from an initial pair to one that `is_goal`, of up to `limit` steps.
    fn way_in(
        &mut self,
        limit: usize,
        is_goal: impl Fn(&Self, Pair) -> bool,
    ) -> Result<Option<(Pair, Vec<Edge>)>, Failure> {
        let mut walk = Walk::new(self.product);
        self.product.initial().for_each(|pair| walk.reach(pair, None));
        while let Some((pair, length)) = walk.next() {
            self.patience.check()?;
            if length as usize > limit {
                break;
            }
            if is_goal(self, pair) {
                return Ok(Some(walk.way_back(None)));
            }
            self.product.edges(pair).for_each(|edge| walk.reach(edge.target, Some(edge)));
        }
        Ok(None)
    }

    /// A way round from `entry`, which may begin further on: `prefix` then leads there.
    fn cycle(&mut self, entry: Pair, mut needed: Visits, prefix: &mut Vec<Edge>) -> Result<Vec<Edge>, Failure> {
        let mut start = entry;
        let mut cycle: Vec<Edge> = Vec::new();
        while !needed.are_none() {
            let from = cycle.last().map_or(start, |edge| edge.target);
            let mut way = self.way_within(from, |edge, table| needed.meets(edge.marks, table.bits(edge.class)))?;
            if cycle.is_empty() {
                // What comes before the first step that counts need not be repeated.
                let last = way.pop();
                start = way.last().map_or(start, |edge| edge.target);
                prefix.append(&mut way);
                way.extend(last);
            }
            if way.is_empty() {
                break;
            }
            way.iter().for_each(|edge| needed.remove(edge.marks, self.table.bits(edge.class)));
            cycle.append(&mut way);
        }
        let last = cycle.last().map_or(start, |edge| edge.target);
        if cycle.is_empty() || last != start {
            cycle.append(&mut self.way_within(last, |edge, _| edge.target == start)?);
        }
        Ok(cycle)
    }

    /// A shortest path within the part whose last edge is one that `ends`.
    fn way_within(&mut self, from: Pair, ends: impl Fn(&Edge, &DemandTable) -> bool) -> Result<Vec<Edge>, Failure> {
        let mut walk = Walk::new(self.product);
        walk.reach(from, None);
        while let Some((pair, _)) = walk.next() {
            self.patience.check()?;
            let mut cursor = Cursor::default();
            while let Some(edge) = self.lookup.next(pair, &mut cursor) {
                if ends(&edge, &self.table) {
                    return Ok(walk.way_back(Some(edge)).1);
                }
                walk.reach(edge.target, Some(edge));
            }
        }
        // Everything in the part is connected.
        Ok(Vec::new())
    }
}

/// Pairs in the order in which they are reached, the nearest first.
struct Walk {
    seen: Numbers,
    reached: Vec<Reached>,
    /// How many of those reached were given.
    given: usize,
}

#[derive(Clone, Copy)]
struct Reached {
    pair: Pair,
    /// The place of the pair it was reached from.
    before: u32,
    /// Class and marks of the edge from there.
    edge: Option<(u32, u64)>,
    /// Edges from where the walk began.
    length: u32,
}

impl Walk {
    fn new(product: Product<'_>) -> Self {
        Self { seen: Numbers::new(product), reached: Vec::new(), given: 0 }
    }

    /// Takes a pair with the edge from the one that was given last, or as a beginning.
    fn reach(&mut self, pair: Pair, edge: Option<Edge>) {
        if self.seen.get(pair) == 0 {
            self.seen.set(pair, 1);
            let before = self.given.saturating_sub(1);
            let length = if edge.is_some() { self.reached[before].length + 1 } else { 0 };
            let edge = edge.map(|edge| (edge.class, edge.marks));
            // No more are reached than components have numbers for.
            self.reached.push(Reached { pair, before: before as u32, edge, length });
        }
    }

    fn next(&mut self) -> Option<(Pair, u32)> {
        let Reached { pair, length, .. } = *self.reached.get(self.given)?;
        self.given += 1;
        Some((pair, length))
    }

    /// Where the walk to the pair that was given last began, and the edges from there, then `last`.
    fn way_back(&self, last: Option<Edge>) -> (Pair, Vec<Edge>) {
        let mut edges: Vec<Edge> = last.into_iter().collect();
        let mut current = self.reached[self.given - 1];
        while let Some((class, marks)) = current.edge {
            edges.push(Edge { target: current.pair, class, marks });
            current = self.reached[current.before as usize];
        }
        edges.reverse();
        (current.pair, edges)
    }
}
