//! Sets of declared constants and variables.

use crate::resolved::{ConstantId, VariableId};

/// A set of constants and variables, of any module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DeclarationSet {
    constants: Bits,
    variables: Bits,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bits(Vec<u64>);

impl Bits {
    fn insert(&mut self, index: usize) {
        if self.0.len() <= index / 64 {
            self.0.resize(index / 64 + 1, 0);
        }
        self.0[index / 64] |= 1 << (index % 64);
    }

    fn contains(&self, index: usize) -> bool {
        self.0.get(index / 64).is_some_and(|word| word >> (index % 64) & 1 == 1)
    }

    /// Whether anything was added.
    fn extend(&mut self, other: &Self) -> bool {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        let mut grown = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            grown |= *theirs & !*mine != 0;
            *mine |= theirs;
        }
        grown
    }

    fn intersects(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(mine, theirs)| mine & theirs != 0)
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.0.len() * 64).filter(|&index| self.contains(index)).filter_map(|index| u32::try_from(index).ok())
    }
}

impl DeclarationSet {
    pub(super) fn insert_constant(&mut self, constant: ConstantId) {
        self.constants.insert(constant.index());
    }

    pub(super) fn insert_variable(&mut self, variable: VariableId) {
        self.variables.insert(variable.index());
    }

    /// Adds all of `other`; whether that added anything.
    pub(super) fn extend(&mut self, other: &Self) -> bool {
        let constants = self.constants.extend(&other.constants);
        let variables = self.variables.extend(&other.variables);
        constants || variables
    }

    pub(super) fn intersects(&self, other: &Self) -> bool {
        self.constants.intersects(&other.constants) || self.variables.intersects(&other.variables)
    }

    pub(super) fn constants(&self) -> impl Iterator<Item = ConstantId> + '_ {
        self.constants.iter().map(ConstantId)
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = VariableId> + '_ {
        self.variables.iter().map(VariableId)
    }
}
