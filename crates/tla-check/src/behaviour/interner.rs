//! Numbers for sets of atoms: few distinct ones occur, and each step refers to one.

use std::collections::HashMap;

use crate::temporal::Atoms;

const RECENT: usize = 64;

#[derive(Default)]
pub(super) struct Interner {
    sets: Vec<Atoms>,
    numbers: HashMap<Atoms, u32>,
    /// By a hash of sets of one word: the word and the set's number. Most lookups end here.
    recent: Vec<(u64, u32)>,
}

impl Interner {
    /// The number of `set`, and whether it is new.
    #[inline]
    pub(super) fn number(&mut self, set: &Atoms) -> (u32, bool) {
        let word = match set.words() {
            [] => 0,
            [word] => *word,
            _ => return self.look_up(set),
        };
        if self.recent.is_empty() {
            self.recent.resize(RECENT, (0, u32::MAX));
        }
        let place = (word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as usize;
        let (known, number) = self.recent[place];
        if known == word && number != u32::MAX {
            return (number, false);
        }
        let (number, new) = self.look_up(set);
        self.recent[place] = (word, number);
        (number, new)
    }

    #[cold]
    fn look_up(&mut self, set: &Atoms) -> (u32, bool) {
        if let Some(number) = self.numbers.get(set) {
            return (*number, false);
        }
        // Each number stands for a set in memory, so there are far fewer than 2^32.
        let number = self.sets.len() as u32;
        self.numbers.insert(set.clone(), number);
        self.sets.push(set.clone());
        (number, true)
    }

    /// The sets, by number.
    pub(super) fn sets(&self) -> &[Atoms] {
        &self.sets
    }

    pub(super) fn into_sets(self) -> Vec<Atoms> {
        self.sets
    }

    /// Bytes held in memory, roughly.
    pub(super) fn bytes(&self) -> u64 {
        let set = |set: &Atoms| 2 * (std::mem::size_of::<Atoms>() + set.words().len() * 8) as u64 + 16;
        self.sets.iter().map(set).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_equal_sets_one_number() {
        let set = |atoms: &[usize]| {
            let mut set = Atoms::default();
            atoms.iter().for_each(|atom| set.set(*atom));
            set
        };
        let mut interner = Interner::default();
        assert_eq!(interner.number(&set(&[])), (0, true));
        assert_eq!(interner.number(&set(&[3])), (1, true));
        assert_eq!(interner.number(&set(&[3, 200])), (2, true));
        let mut emptied = set(&[500]);
        emptied.clear();
        assert_eq!(interner.number(&emptied), (0, false));
        assert_eq!(interner.number(&set(&[200, 3])), (2, false));
        assert_eq!(interner.number(&set(&[3])), (1, false));
        assert_eq!(interner.sets().len(), 3);
    }
}
