//! The explored states and steps, in as few bytes as random access allows.

use std::mem::size_of;

use super::nodes::Nodes;
use super::steps::Steps;
use crate::temporal::{Atoms, Enabled, Temporal};

/// What atoms can say of a step and the state that it leaves. Steps of one class are alike to all temporal properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class {
    /// Index of the set of atoms of the state.
    pub(crate) state: u32,
    /// Index of the set of atoms of the step.
    pub(crate) step: u32,
}

/// A node as the source of steps. All of it is needed when a node is visited, so it is in one place.
#[derive(Clone, Copy, Default)]
pub(super) struct SourceNode {
    /// Where its steps begin: the lower half, and the rest above the degree.
    start: u32,
    degree: u32,
    /// The class of its step that stutters.
    stuttering: u32,
}

const DEGREE_BITS: u32 = 24;

impl SourceNode {
    /// `None` where there are too many steps.
    pub(super) fn new(start: u64, degree: u64, stuttering: u32) -> Option<Self> {
        let fits = degree < 1 << DEGREE_BITS && start < 1 << (64 - DEGREE_BITS);
        let above = (start >> 32 << DEGREE_BITS | degree) as u32;
        fits.then_some(Self { start: start as u32, degree: above, stuttering })
    }

    #[inline]
    fn degree(self) -> u32 {
        self.degree & ((1 << DEGREE_BITS) - 1)
    }

    #[inline]
    fn start(self) -> usize {
        // Steps are in memory, so their number is a `usize`.
        (u64::from(self.degree >> DEGREE_BITS) << 32 | u64::from(self.start)) as usize
    }
}

/// States are nodes 0 and up. Every node has a step to itself that stutters; it is not among the steps stored.
pub(crate) struct Graph {
    pub(crate) nodes: Nodes,
    pub(crate) initial: Vec<u32>,
    /// By node.
    pub(super) sources: Vec<SourceNode>,
    pub(super) steps: Steps,
    pub(crate) class_table: Vec<Class>,
    /// Besides the atoms of the model there is one for each fairness condition that is [`Enabled::BySteps`].
    pub(crate) state_sets: Vec<Atoms>,
    pub(crate) step_sets: Vec<Atoms>,
}

impl Graph {
    pub(crate) fn node_count(&self) -> u32 {
        self.nodes.count()
    }

    #[inline]
    pub(crate) fn degree(&self, node: u32) -> u32 {
        self.sources[node as usize].degree()
    }

    /// Target and class of a step of `node`, `index` being less than its degree.
    #[inline]
    pub(crate) fn step(&self, node: u32, index: u32) -> (u32, u32) {
        self.steps.get(self.sources[node as usize].start() + index as usize)
    }

    #[inline]
    pub(crate) fn stuttering(&self, node: u32) -> u32 {
        self.sources[node as usize].stuttering
    }

    /// Bytes held in memory, roughly.
    pub(crate) fn bytes(&self) -> u64 {
        let sets = self.state_sets.iter().chain(&self.step_sets).map(|set| 24 + 8 * set.words().len()).sum::<usize>();
        let lists = self.sources.capacity() * size_of::<SourceNode>()
            + self.initial.capacity() * 4
            + self.class_table.capacity() * 8;
        self.steps.bytes() + (lists + sets) as u64
    }
}

/// The atom of states, in a [`Graph`], that says where the action of a fairness condition is enabled.
pub(crate) fn enabled_atom(temporal: &Temporal, fairness: usize) -> usize {
    match temporal.fairness[fairness].enabled {
        Enabled::Atom(atom) => atom,
        Enabled::BySteps => temporal.state_atoms + fairness,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_where_steps_begin_and_how_many_there_are() {
        for start in [0, 1, u64::from(u32::MAX), 1 << 32, (1 << 40) - 1] {
            for degree in [0, 1, 77, (1 << 24) - 1] {
                let source = SourceNode::new(start, degree, 5);
                let kept = source.map(|source| (source.start() as u64, u64::from(source.degree()), source.stuttering));
                assert_eq!(kept, Some((start, degree, 5)));
            }
        }
        assert!(SourceNode::new(1 << 40, 1, 0).is_none() && SourceNode::new(0, 1 << 24, 0).is_none());
    }
}
