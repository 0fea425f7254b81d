//! Answers that depend on the same variables.

use super::table::Table;
use super::tally::Tally;
use super::Shares;
use crate::evaluate::Reading;

/// Which variables were read, as bits: of the current state and of the next.
pub(super) type Reads = (u64, u64);

pub(super) struct Projection {
    reads: Reads,
    current: Box<[u8]>,
    next: Box<[u8]>,
    answers: Table,
    tally: Tally,
}

impl Projection {
    pub(super) fn reading(reading: Reading, variables: usize) -> Reads {
        let all = u64::MAX >> 64_usize.saturating_sub(variables).min(63);
        (reading.current & all, reading.next & all)
    }

    pub(super) fn size_of(reads: Reads) -> u32 {
        reads.0.count_ones() + reads.1.count_ones()
    }

    pub(super) fn new(reads: Reads) -> Self {
        let variables = |bits: u64| (0..64).filter(|index| bits >> index & 1 == 1).collect();
        Self {
            reads,
            current: variables(reads.0),
            next: variables(reads.1),
            answers: Table::default(),
            tally: Tally::default(),
        }
    }

    pub(super) fn reads(&self) -> Reads {
        self.reads
    }

    pub(super) fn size(&self) -> u32 {
        Self::size_of(self.reads)
    }

    pub(super) fn is_resting(&self) -> bool {
        self.tally.is_resting()
    }

    #[inline]
    fn key(&self, shares: Shares<'_>) -> u64 {
        let sum = |variables: &[u8], shares: &[u64]| {
            variables.iter().fold(0_u64, |sum, &variable| sum.wrapping_add(shares[variable as usize]))
        };
        // Turned, so that a value of the current state is not taken for one of the next.
        sum(&self.current, shares.current).wrapping_add(sum(&self.next, shares.next).rotate_left(29))
    }

    #[inline]
    pub(super) fn find(&mut self, shares: Shares<'_>) -> Option<u32> {
        if self.tally.rests() {
            return None;
        }
        let answer = self.answers.get(self.key(shares));
        if !self.tally.count(answer.is_some()) {
            self.answers.clear();
        }
        answer
    }

    pub(super) fn keep(&mut self, shares: Shares<'_>, answer: u32) {
        if !self.tally.is_resting() {
            self.answers.insert(self.key(shares), answer);
        }
    }

    pub(super) fn forget(&mut self) {
        self.answers.clear();
    }

    pub(super) fn bytes(&self) -> usize {
        self.answers.bytes()
    }
}
