//! Sets of classes of steps: what a boolean combination of atoms amounts to in a given graph.

use std::rc::Rc;

/// Of a fixed number of classes. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ClassSet {
    words: Rc<[u64]>,
    classes: usize,
}

impl ClassSet {
    pub(super) fn new(classes: usize, contains: impl Fn(usize) -> bool) -> Self {
        let word = |word: usize| {
            let bits = word * 64..(word * 64 + 64).min(classes);
            bits.filter(|class| contains(*class)).fold(0, |bits, class| bits | 1 << (class % 64))
        };
        Self { words: (0..classes.div_ceil(64)).map(word).collect(), classes }
    }

    pub(super) fn none(classes: usize) -> Self {
        Self { words: std::iter::repeat_n(0, classes.div_ceil(64)).collect(), classes }
    }

    pub(super) fn all(classes: usize) -> Self {
        Self::none(classes).complement()
    }

    #[inline]
    pub(super) fn contains(&self, class: u32) -> bool {
        self.words[class as usize / 64] >> (class % 64) & 1 == 1
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(super) fn is_all(&self) -> bool {
        self.complement().is_empty()
    }

    pub(super) fn complement(&self) -> Self {
        let last = self.words.len().saturating_sub(1);
        let unused = (64 - self.classes % 64) % 64;
        let mask = |place: usize| if place == last { u64::MAX >> unused } else { u64::MAX };
        let words = self.words.iter().enumerate().map(|(place, word)| !word & mask(place)).collect();
        Self { words, classes: self.classes }
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |left, right| left & right)
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        self.combine(other, |left, right| left | right)
    }

    pub(super) fn without(&self, other: &Self) -> Self {
        self.combine(other, |left, right| left & !right)
    }

    pub(super) fn is_subset(&self, other: &Self) -> bool {
        self.without(other).is_empty()
    }

    fn combine(&self, other: &Self, with: impl Fn(u64, u64) -> u64) -> Self {
        let words = self.words.iter().zip(other.words.iter()).map(|(left, right)| with(*left, *right)).collect();
        Self { words, classes: self.classes }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obeys_the_laws_of_sets() {
        for classes in [0, 1, 63, 64, 65, 130] {
            let third = ClassSet::new(classes, |class| class % 3 == 0);
            let (none, all) = (ClassSet::none(classes), ClassSet::all(classes));
            assert_eq!(third.union(&third.complement()), all);
            assert_eq!(third.intersection(&third.complement()), none);
            assert_eq!(all.without(&third), third.complement());
            assert!(none.is_empty() && all.is_all() && third.is_subset(&all));
            assert!((0..classes).all(|class| third.contains(class as u32) == (class % 3 == 0)));
        }
    }
}
