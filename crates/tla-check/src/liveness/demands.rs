//! What a cycle must visit: the acceptance sets of the automaton, and what the behaviour does again and again.

use super::class_set::ClassSet;

/// What cycles must satisfy besides the automaton.
#[derive(Clone, Debug, Default)]
pub(super) struct Demands {
    /// Some step of each of these.
    pub(super) recurrent: Vec<ClassSet>,
    /// If some step is of the first, one is of the second.
    pub(super) responses: Vec<(ClassSet, ClassSet)>,
}

impl Demands {
    pub(super) fn add_recurrent(&mut self, set: ClassSet) {
        if !set.is_all() && !self.recurrent.contains(&set) {
            self.recurrent.push(set);
        }
    }

    pub(super) fn add_response(&mut self, given: ClassSet, response: ClassSet) {
        if given.is_all() {
            self.add_recurrent(response);
        } else if !given.is_subset(&response) && !self.responses.contains(&(given.clone(), response.clone())) {
            self.responses.push((given, response));
        }
    }

    /// Whether no cycle satisfies them.
    pub(super) fn are_contradictory(&self) -> bool {
        self.recurrent.iter().any(ClassSet::is_empty)
    }
}

/// What steps of some set do for demands: a row of bits, and marks of the automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visits {
    pub(super) marks: u64,
    pub(super) bits: Vec<u64>,
}

impl Visits {
    pub(super) fn add(&mut self, marks: u64, bits: &[u64]) {
        self.marks |= marks;
        self.bits.iter_mut().zip(bits).for_each(|(all, bits)| *all |= bits);
    }

    pub(super) fn remove(&mut self, marks: u64, bits: &[u64]) {
        self.marks &= !marks;
        self.bits.iter_mut().zip(bits).for_each(|(left, bits)| *left &= !bits);
    }

    pub(super) fn meets(&self, marks: u64, bits: &[u64]) -> bool {
        self.marks & marks != 0 || self.bits.iter().zip(bits).any(|(left, bits)| left & bits != 0)
    }

    pub(super) fn are_none(&self) -> bool {
        self.marks == 0 && self.bits.iter().all(|bits| *bits == 0)
    }

    pub(super) fn include(&self, other: &Self) -> bool {
        self.marks & other.marks == other.marks
            && self.bits.iter().zip(&other.bits).all(|(own, other)| own & other == *other)
    }

    fn has(&self, bit: usize) -> bool {
        self.bits[bit / 64] >> (bit % 64) & 1 == 1
    }
}

/// Which demands a step of each class contributes to. Bits: those recurrent, then the responses, then what is given.
#[derive(Debug)]
pub(super) struct DemandTable {
    words: usize,
    by_class: Vec<u64>,
    recurrent: usize,
    responses: usize,
    marks: u64,
    /// By class, its bits and [`SOME_STEP`]; empty where they and the automaton's marks do not fit into a word.
    weights: Vec<u64>,
}

/// Set in every weight.
const SOME_STEP: u64 = 1 << 63;

/// Most demands and marks in a weight; few in tests, so that they see both ways.
const WEIGHT_BITS: u32 = if cfg!(test) { 4 } else { 63 };

impl DemandTable {
    pub(super) fn new(demands: &Demands, marks: u64, classes: usize) -> Self {
        let given = demands.responses.iter().map(|(given, _)| given);
        let sets: Vec<&ClassSet> =
            demands.recurrent.iter().chain(demands.responses.iter().map(|(_, set)| set)).chain(given).collect();
        let words = sets.len().div_ceil(64);
        let mut by_class = vec![0; words * classes];
        for (bit, set) in sets.into_iter().enumerate() {
            for class in (0..classes).filter(|class| set.contains(*class as u32)) {
                by_class[class * words + bit / 64] |= 1 << (bit % 64);
            }
        }
        let (recurrent, responses) = (demands.recurrent.len(), demands.responses.len());
        let mut table = Self { words, by_class, recurrent, responses, marks, weights: Vec::new() };
        if table.shift() + marks.count_ones() <= WEIGHT_BITS {
            let bits = |class: usize| table.bits(class as u32).first().copied().unwrap_or(0);
            table.weights = (0..classes).map(|class| bits(class) | SOME_STEP).collect();
        }
        table
    }

    /// Bits that are not the automaton's.
    fn shift(&self) -> u32 {
        u32::try_from(self.recurrent + 2 * self.responses).unwrap_or(u32::MAX / 2)
    }

    /// What an edge does, in one word; weights are united by their bits. 0 where one word is not enough.
    #[inline]
    pub(super) fn weight(&self, class: u32, marks: u64) -> u64 {
        self.weights.get(class as usize).map_or(0, |bits| bits | marks << self.shift())
    }

    /// What edges of that weight do together; `None` if the weight says nothing.
    pub(super) fn visits(&self, weight: u64) -> Option<Visits> {
        if self.weights.is_empty() {
            return None;
        }
        let shift = self.shift();
        let (weight, bits) = (weight & !SOME_STEP, (1 << shift) - 1);
        Some(Visits { marks: weight >> shift, bits: vec![weight & bits; self.words] })
    }

    /// Whether there are edges of that weight.
    pub(super) fn has_edges(weight: u64) -> bool {
        weight & SOME_STEP != 0
    }

    #[inline]
    pub(super) fn bits(&self, class: u32) -> &[u64] {
        let start = class as usize * self.words;
        &self.by_class[start..start + self.words]
    }

    pub(super) fn nothing(&self) -> Visits {
        Visits { marks: 0, bits: vec![0; self.words] }
    }

    /// What satisfies all demands where only `visits` are possible: what is never given needs no response.
    pub(super) fn needed(&self, visits: &Visits) -> Visits {
        let is_given = |bit: usize| visits.has(bit + self.responses);
        self.with_bits(|bit| bit < self.recurrent || (bit < self.recurrent + self.responses && is_given(bit)))
    }

    /// What is needed in any case.
    pub(super) fn indispensable(&self) -> Visits {
        self.with_bits(|bit| bit < self.recurrent)
    }

    fn with_bits(&self, has: impl Fn(usize) -> bool) -> Visits {
        let mut visits = Visits { marks: self.marks, bits: vec![0; self.words] };
        let bits = self.recurrent + self.responses;
        (0..bits).filter(|bit| has(*bit)).for_each(|bit| visits.bits[bit / 64] |= 1 << (bit % 64));
        visits
    }

    /// The responses (by index) that `visits` call for and do not hold.
    pub(super) fn unanswered(&self, visits: &Visits) -> Vec<usize> {
        let lacks = |index: &usize| {
            let bit = self.recurrent + index;
            visits.has(bit + self.responses) && !visits.has(bit)
        };
        (0..self.responses).filter(lacks).collect()
    }
}
