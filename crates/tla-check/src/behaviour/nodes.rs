//! Numbers for the explored states: 0 and up, in the order of the ancestry logs.

use crate::ancestry::{Log, Sequence};
use crate::error::CheckError;

const FREE: u32 = u32::MAX;

/// Relates node numbers to what explorers call states.
pub(crate) struct Nodes {
    /// Where the nodes of each log begin, and where the last ends.
    bases: Vec<u32>,
}

impl Nodes {
    /// For the states in `logs`.
    ///
    /// # Errors
    /// [`CheckError::Options`] where there are too many.
    pub(super) fn new(logs: &[&Log]) -> Result<Self, CheckError> {
        let mut bases = vec![0_u32];
        let mut count = 0_u64;
        for log in logs {
            count += log.count();
            let base = u32::try_from(count).ok().filter(|count| *count < FREE);
            bases.push(base.ok_or_else(|| {
                CheckError::Options(format!("temporal properties can be checked on up to {FREE} distinct states only"))
            })?);
        }
        Ok(Self { bases })
    }

    pub(crate) fn count(&self) -> u32 {
        self.bases.last().copied().unwrap_or(0)
    }

    pub(super) fn number(&self, sequence: Sequence) -> Option<u32> {
        let (base, end) = (self.bases.get(sequence.log())?, self.bases.get(sequence.log() + 1)?);
        let number = base.checked_add(u32::try_from(sequence.index()).ok()?)?;
        (number < *end).then_some(number)
    }

    pub(crate) fn sequence(&self, number: u32) -> Sequence {
        let log = self.bases.partition_point(|base| *base <= number).saturating_sub(1);
        Sequence::new(log, u64::from(number - self.bases[log]))
    }
}

/// Finds nodes by their fingerprints.
pub(super) struct NodeTable {
    /// Fingerprint (lower half, upper half) and number, or [`FREE`].
    slots: Vec<[u32; 3]>,
}

impl NodeTable {
    /// For the states in `logs`, `count` of them; `initial` gets the numbers of the initial ones.
    pub(super) fn new(logs: &[&Log], count: u32, initial: &mut Vec<u32>) -> Result<Self, CheckError> {
        let slots = count as usize + count as usize / 2 + 1;
        let mut table = Self { slots: vec![[0, 0, FREE]; slots] };
        let mut number = 0;
        for log in logs {
            log.for_each(|record| {
                if record.predecessor == Sequence::NONE {
                    initial.push(number);
                }
                let mut slot = table.first_slot(record.fingerprint);
                while table.slots[slot][2] != FREE {
                    slot = table.next_slot(slot);
                }
                table.slots[slot] = [record.fingerprint as u32, (record.fingerprint >> 32) as u32, number];
                number += 1;
            })?;
        }
        Ok(table)
    }

    #[inline]
    pub(super) fn find(&self, fingerprint: u64) -> Option<u32> {
        let mut slot = self.first_slot(fingerprint);
        loop {
            let [lower, upper, number] = self.slots[slot];
            if number == FREE {
                return None;
            }
            if u64::from(upper) << 32 | u64::from(lower) == fingerprint {
                return Some(number);
            }
            slot = self.next_slot(slot);
        }
    }

    #[inline]
    fn first_slot(&self, fingerprint: u64) -> usize {
        let spread = (fingerprint ^ (fingerprint >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((u128::from(spread) * self.slots.len() as u128) >> 64) as usize
    }

    #[inline]
    fn next_slot(&self, slot: usize) -> usize {
        let next = slot + 1;
        if next == self.slots.len() {
            0
        } else {
            next
        }
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        (self.slots.capacity() * 12) as u64
    }
}
