//! An open-addressed table of words, filled by several threads at once without locks.
//!
//! A word's home slot grows with the word, and collisions go to the next free slot. The table is therefore nearly
//! sorted: copying it into a larger one runs through both front to back, and so does writing it to disk in order.

use std::sync::atomic::{AtomicU64, Ordering};

const EMPTY: u64 = 0;

/// Slots of the smallest table.
pub(super) const MINIMUM_SLOTS: u64 = 64;

pub(super) struct Table {
    slots: Box<[AtomicU64]>,
    /// Entries that were promised to threads; at most `capacity`.
    reserved: AtomicU64,
    /// Entries the table takes before it must grow.
    capacity: u64,
}

impl Table {
    pub(super) fn new(slots: u64) -> Self {
        let slots = slots.max(MINIMUM_SLOTS);
        Self {
            slots: (0..slots).map(|_| AtomicU64::new(EMPTY)).collect(),
            reserved: AtomicU64::new(0),
            // Beyond three quarters probe sequences become long.
            capacity: slots - slots / 4,
        }
    }

    pub(super) fn slot_count(&self) -> u64 {
        self.slots.len() as u64
    }

    pub(super) fn bytes(&self) -> u64 {
        self.slot_count() * 8
    }

    pub(super) fn capacity(&self) -> u64 {
        self.capacity
    }

    /// Promises room for up to `wanted` entries; 0 when the table must grow first.
    pub(super) fn reserve(&self, wanted: u64) -> u64 {
        let before = self.reserved.fetch_add(wanted, Ordering::Relaxed);
        if before >= self.capacity {
            // Keeps the counter from wrapping however often a full table is asked.
            self.reserved.fetch_sub(wanted, Ordering::Relaxed);
            return 0;
        }
        wanted.min(self.capacity - before)
    }

    #[inline]
    fn home(&self, word: u64) -> usize {
        ((u128::from(word) * self.slots.len() as u128) >> 64) as usize
    }

    /// Whether `word` (not 0) is present.
    #[inline]
    pub(super) fn contains(&self, word: u64) -> bool {
        let mut index = self.home(word);
        loop {
            match self.slots[index].load(Ordering::Relaxed) {
                EMPTY => return false,
                present if present == word => return true,
                _ => index = self.after(index),
            }
        }
    }

    /// Adds `word` (not 0), for which there must be a reservation; whether it is new.
    #[inline]
    pub(super) fn insert(&self, word: u64) -> bool {
        let mut index = self.home(word);
        loop {
            let mut present = self.slots[index].load(Ordering::Relaxed);
            if present == EMPTY {
                // Only the word itself is communicated, so no order beyond the slot's own is needed.
                match self.slots[index].compare_exchange(EMPTY, word, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => return true,
                    Err(other) => present = other,
                }
            }
            if present == word {
                return false;
            }
            index = self.after(index);
        }
    }

    /// [`Table::insert`] for a table that one thread uses: no locked instruction.
    #[inline]
    pub(super) fn insert_alone(&self, word: u64) -> bool {
        let mut index = self.home(word);
        loop {
            match self.slots[index].load(Ordering::Relaxed) {
                EMPTY => {
                    self.slots[index].store(word, Ordering::Relaxed);
                    return true;
                }
                present if present == word => return false,
                _ => index = self.after(index),
            }
        }
    }

    #[inline]
    fn after(&self, index: usize) -> usize {
        if index + 1 == self.slots.len() {
            0
        } else {
            index + 1
        }
    }

    /// Removes all words. No thread may be inserting.
    pub(super) fn clear(&self) {
        for slot in &self.slots {
            slot.store(EMPTY, Ordering::Relaxed);
        }
        self.reserved.store(0, Ordering::Relaxed);
    }

    /// Gives every word, in ascending order. No thread may be inserting.
    pub(super) fn for_each_sorted<E>(&self, mut give: impl FnMut(u64) -> Result<(), E>) -> Result<(), E> {
        // Words that ran over the end and wrapped to the front belong last.
        let mut wrapped = Vec::new();
        // A gapless stretch of slots holds exactly the words whose homes lie in it, so sorting stretches sorts all.
        let mut stretch = Vec::new();
        let mut in_front = true;
        for (index, slot) in self.slots.iter().enumerate() {
            let word = slot.load(Ordering::Relaxed);
            if word == EMPTY {
                in_front = false;
                stretch.sort_unstable();
                stretch.drain(..).try_for_each(&mut give)?;
            } else if in_front && self.home(word) > index {
                wrapped.push(word);
            } else {
                stretch.push(word);
            }
        }
        stretch.append(&mut wrapped);
        stretch.sort_unstable();
        stretch.into_iter().try_for_each(give)
    }

    /// A table of `slots` slots with the same words, of which there are as many as its reservations say afterwards. No
    /// thread may be inserting.
    pub(super) fn enlarged(&self, slots: u64) -> Self {
        let larger = Self::new(slots);
        let mut count = 0;
        for slot in &self.slots {
            let word = slot.load(Ordering::Relaxed);
            if word != EMPTY {
                larger.insert_alone(word);
                count += 1;
            }
        }
        larger.reserved.store(count, Ordering::Relaxed);
        larger
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    fn sorted(table: &Table) -> Vec<u64> {
        let mut words = Vec::new();
        let result: Result<(), Infallible> = table.for_each_sorted(|word| {
            words.push(word);
            Ok(())
        });
        assert!(result.is_ok());
        words
    }

    #[test]
    fn gives_words_in_order_also_those_that_wrapped() {
        let table = Table::new(MINIMUM_SLOTS);
        let mut words: Vec<u64> = (0..20).map(|n| u64::MAX - n).chain(1..10).collect();
        for word in &words {
            assert!(table.insert(*word));
            assert!(!table.insert(*word));
        }
        words.sort_unstable();
        assert_eq!(sorted(&table), words);
        assert_eq!(sorted(&table.enlarged(200)), words);
    }

    #[test]
    fn promises_no_more_room_than_there_is() {
        let table = Table::new(MINIMUM_SLOTS);
        assert_eq!(table.reserve(40), 40);
        assert_eq!(table.reserve(40), 8);
        assert_eq!(table.reserve(40), 0);
        assert_eq!(table.reserve(1), 0);
    }
}
