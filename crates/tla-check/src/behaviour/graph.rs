//! The explored states and steps, in as few bytes as random access allows.

use super::labels::Labels;
use super::nodes::Nodes;
use crate::temporal::{Atoms, Enabled, Temporal};

/// What atoms can say of a step and the state that it leaves. Steps of one class are alike to all temporal properties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class {
    /// Index of the set of atoms of the state.
    pub(crate) state: u32,
    /// Index of the set of atoms of the step.
    pub(crate) step: u32,
}

/// States are nodes 0 and up. Every node has a step to itself that stutters; it is not among the steps stored.
pub(crate) struct Graph {
    pub(crate) nodes: Nodes,
    pub(crate) initial: Vec<u32>,
    /// By node, where its steps begin.
    pub(super) starts: Vec<u64>,
    /// By node, how many steps it has.
    pub(super) degrees: Vec<u32>,
    /// By step.
    pub(super) targets: Vec<u32>,
    /// By step.
    pub(super) classes: Labels,
    /// By node, the class of its step that stutters.
    pub(super) stuttering: Labels,
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
        self.degrees[node as usize]
    }

    /// Target and class of a step of `node`, `index` being less than its degree.
    #[inline]
    pub(crate) fn step(&self, node: u32, index: u32) -> (u32, u32) {
        // Steps are in memory, so their number is a `usize`.
        let place = self.starts[node as usize] as usize + index as usize;
        (self.targets[place], self.classes.get(place))
    }

    #[inline]
    pub(crate) fn stuttering(&self, node: u32) -> u32 {
        self.stuttering.get(node as usize)
    }

    /// Bytes held in memory, roughly.
    pub(crate) fn bytes(&self) -> u64 {
        let sets = self.state_sets.iter().chain(&self.step_sets).map(|set| 24 + 8 * set.words().len()).sum::<usize>();
        let lists = self.starts.capacity() * 8
            + (self.degrees.capacity() + self.targets.capacity() + self.initial.capacity()) * 4
            + self.class_table.capacity() * 8;
        self.classes.bytes() + self.stuttering.bytes() + (lists + sets) as u64
    }
}

/// The atom of states, in a [`Graph`], that says where the action of a fairness condition is enabled.
pub(crate) fn enabled_atom(temporal: &Temporal, fairness: usize) -> usize {
    match temporal.fairness[fairness].enabled {
        Enabled::Atom(atom) => atom,
        Enabled::BySteps => temporal.state_atoms + fairness,
    }
}
