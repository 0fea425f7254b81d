//! Strongly connected components, by R. Tarjan's algorithm (1972) with a stack of its own.

use std::mem::size_of;

use super::demands::DemandTable;
use super::product::{Cursor, Pair, Patience, Space};
use super::Failure;

/// Set in what is stored for pairs whose component is known; the rest is the component's number.
const COMPLETE: u32 = 1 << 31;

/// Gets each component, and what its inner edges weigh together.
pub(super) type Take<'take, S, T> = dyn FnMut(&S, &[Pair], u64) -> Result<Option<T>, Failure> + 'take;

struct Frame {
    pair: Pair,
    cursor: Cursor,
    number: u32,
    /// The lowest number that was found to be reachable.
    lowest: u32,
    /// Of the edges found so far that are in the pair's component.
    weight: u64,
    /// Of the edge that led here.
    entry_weight: u64,
}

pub(super) struct Components<'run, S> {
    space: S,
    table: &'run DemandTable,
    /// Numbers given so far, the first being 1.
    visited: u32,
    complete: u32,
    frames: Vec<Frame>,
    /// Pairs whose component is not complete.
    open: Vec<Pair>,
}

impl<'run, S: Space> Components<'run, S> {
    pub(super) fn new(space: S, table: &'run DemandTable) -> Self {
        Self { space, table, visited: 0, complete: 0, frames: Vec::new(), open: Vec::new() }
    }

    /// Visits what is reachable from `root` and was not visited before. Each component is given to `take`, in an order
    /// in which a component comes after those that can be reached from it; the first result of `take` ends the search.
    pub(super) fn search<T>(
        &mut self,
        root: Pair,
        patience: &mut Patience<'_>,
        take: &mut Take<'_, S, T>,
    ) -> Result<Option<T>, Failure> {
        if self.space.stored(root) != 0 {
            return Ok(None);
        }
        self.enter(root, 0)?;
        while let Some(frame) = self.frames.last_mut() {
            patience.check()?;
            if let Some(edge) = self.space.next(frame.pair, &mut frame.cursor) {
                let stored = self.space.stored(edge.target);
                let weight = self.table.weight(edge.class, edge.marks);
                if stored == 0 {
                    self.enter(edge.target, weight)?;
                } else if stored & COMPLETE == 0 {
                    // From what is open there is a way back to here.
                    frame.lowest = frame.lowest.min(stored);
                    frame.weight |= weight;
                }
                continue;
            }
            let Frame { pair, number, lowest, weight, entry_weight, .. } = *frame;
            self.frames.pop();
            if lowest == number {
                let found = self.leave(pair, weight, take)?;
                if found.is_some() {
                    return Ok(found);
                }
            } else if let Some(parent) = self.frames.last_mut() {
                parent.lowest = parent.lowest.min(lowest);
                parent.weight |= weight | entry_weight;
            }
        }
        Ok(None)
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        let stacks = self.frames.capacity() * size_of::<Frame>() + self.open.capacity() * size_of::<Pair>();
        self.space.bytes() + stacks as u64
    }

    fn enter(&mut self, pair: Pair, entry_weight: u64) -> Result<(), Failure> {
        self.visited += 1;
        if self.visited >= COMPLETE {
            let text = "a temporal property cannot be checked: more than 2147483647 pairs of state and automaton state";
            return Err(Failure::TooLarge(text.into()));
        }
        self.space.store(pair, self.visited);
        self.open.push(pair);
        let (number, lowest) = (self.visited, self.visited);
        self.frames.push(Frame { pair, cursor: Cursor::default(), number, lowest, weight: 0, entry_weight });
        Ok(())
    }

    fn leave<T>(&mut self, root: Pair, weight: u64, take: &mut Take<'_, S, T>) -> Result<Option<T>, Failure> {
        let start = self.open.iter().rposition(|pair| *pair == root).unwrap_or(0);
        for pair in &self.open[start..] {
            self.space.store(*pair, COMPLETE | self.complete);
        }
        self.complete += 1;
        let found = take(&self.space, &self.open[start..], weight)?;
        self.open.truncate(start);
        Ok(found)
    }
}
