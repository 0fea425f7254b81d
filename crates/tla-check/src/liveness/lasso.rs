//! A behaviour that leads into a part of the product and goes round in it for ever, satisfying all demands.

use std::collections::{HashMap, VecDeque};

use super::demands::{DemandTable, Visits};
use super::product::{Edge, Numbers, Pair, Part, Patience, Product};
use super::question::Question;
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

/// The shortest way to `part`, and a short way round in it.
pub(super) fn lasso(
    graph: &Graph,
    question: &Question,
    part: &Part,
    stopped: &dyn Fn() -> bool,
) -> Result<LassoPath, Failure> {
    let product = Product { graph, automaton: &question.automaton };
    let table = DemandTable::new(&question.demands, question.automaton.marks, graph.class_table.len());
    let mut builder = Builder { product, part, table, patience: Patience::new(stopped) };
    let still = builder.resting_places()?;
    let (first, mut prefix) = builder.way_in(&still)?;
    let entry = prefix.last().map_or(first, |edge| edge.target);
    let cycle = if still.is_empty() { builder.cycle(entry, &mut prefix)? } else { builder.loops(entry) };
    let moves =
        |edges: Vec<Edge>| edges.into_iter().map(|edge| Move { class: edge.class, target: edge.target.node }).collect();
    Ok(LassoPath { first: first.node, prefix: moves(prefix), cycle: moves(cycle) })
}

struct Builder<'run> {
    product: Product<'run>,
    part: &'run Part,
    table: DemandTable,
    patience: Patience<'run>,
}

impl Builder<'_> {
    /// Edges of the part from a pair to itself.
    fn loops(&self, pair: Pair) -> Vec<Edge> {
        self.part.edges(self.product, pair).filter(|edge| edge.target == pair).collect()
    }

    fn visits(&self, edges: impl Iterator<Item = Edge>) -> Visits {
        let mut visits = self.table.nothing();
        edges.for_each(|edge| visits.add(edge.marks, self.table.bits(edge.class)));
        visits
    }

    /// Members at which a behaviour can stay for ever, in order.
    fn resting_places(&mut self) -> Result<Vec<Pair>, Failure> {
        let mut places = Vec::new();
        for pair in &self.part.members {
            self.patience.check()?;
            let loops = self.loops(*pair);
            let visits = self.visits(loops.iter().copied());
            if !loops.is_empty() && visits.include(&self.table.needed(&visits)) {
                places.push(*pair);
            }
        }
        Ok(places)
    }

    /// A shortest path from an initial pair to one of `goals` or, if there are none, to any member.
    fn way_in(&mut self, goals: &[Pair]) -> Result<(Pair, Vec<Edge>), Failure> {
        let part = self.part;
        let is_goal =
            |pair: Pair| if goals.is_empty() { part.contains(pair) } else { goals.binary_search(&pair).is_ok() };
        let mut seen = Numbers::new(self.product);
        let mut reached = Vec::new();
        let mut place = 0;
        for pair in self.product.initial() {
            if seen.get(pair) == 0 {
                seen.set(pair, 1);
                reached.push(Reached { pair, before: 0, edge: None });
            }
        }
        while let Some(Reached { pair, .. }) = reached.get(place).copied() {
            self.patience.check()?;
            if is_goal(pair) {
                return Ok(trace_back(&reached, place));
            }
            for edge in self.product.edges(pair) {
                if seen.get(edge.target) == 0 {
                    seen.set(edge.target, 1);
                    let (pair, before) = (edge.target, place as u32);
                    reached.push(Reached { pair, before, edge: Some((edge.class, edge.marks)) });
                }
            }
            place += 1;
        }
        // Parts are found by walking from initial pairs.
        Ok((self.part.members[0], Vec::new()))
    }

    /// A way round from `entry`, which may begin further on: `prefix` then leads there.
    fn cycle(&mut self, entry: Pair, prefix: &mut Vec<Edge>) -> Result<Vec<Edge>, Failure> {
        let part = self.part;
        let all = self.visits(part.members.iter().flat_map(|pair| part.edges(self.product, *pair)));
        let mut needed = self.table.needed(&all);
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
        let mut before: HashMap<Pair, Option<(Pair, Edge)>> = HashMap::from([(from, None)]);
        let mut waiting = VecDeque::from([from]);
        while let Some(pair) = waiting.pop_front() {
            self.patience.check()?;
            for edge in self.part.edges(self.product, pair) {
                if ends(&edge, &self.table) {
                    let mut way = vec![edge];
                    let mut pair = pair;
                    while let Some(Some((earlier, edge))) = before.get(&pair) {
                        way.push(*edge);
                        pair = *earlier;
                    }
                    way.reverse();
                    return Ok(way);
                }
                before.entry(edge.target).or_insert_with(|| {
                    waiting.push_back(edge.target);
                    Some((pair, edge))
                });
            }
        }
        // Everything in the part is connected.
        Ok(Vec::new())
    }
}

/// A pair, the place of the one it was reached from, and class and marks of the edge between.
#[derive(Clone, Copy)]
struct Reached {
    pair: Pair,
    before: u32,
    edge: Option<(u32, u64)>,
}

fn trace_back(reached: &[Reached], last: usize) -> (Pair, Vec<Edge>) {
    let mut edges = Vec::new();
    let mut current = reached[last];
    while let Some((class, marks)) = current.edge {
        edges.push(Edge { target: current.pair, class, marks });
        current = reached[current.before as usize];
    }
    edges.reverse();
    (current.pair, edges)
}
