//! From sums of shares to answers: open addressing, since the keys are hashes already.

#[derive(Clone, Copy)]
struct Slot {
    key: u64,
    /// [`EMPTY`] where the slot is free.
    answer: u32,
}

const EMPTY: u32 = u32::MAX;
const FIRST_SIZE: usize = 16;

#[derive(Default)]
pub(crate) struct Table {
    /// As many as a power of two, or none.
    slots: Box<[Slot]>,
    used: usize,
}

impl Table {
    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<u32> {
        if self.slots.is_empty() {
            return None;
        }
        let last = self.slots.len() - 1;
        let mut at = key as usize & last;
        loop {
            let slot = self.slots[at];
            if slot.answer == EMPTY {
                return None;
            }
            if slot.key == key {
                return Some(slot.answer);
            }
            at = (at + 1) & last;
        }
    }

    pub(crate) fn insert(&mut self, key: u64, answer: u32) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        self.used += usize::from(place(&mut self.slots, key, answer));
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn bytes(&self) -> usize {
        self.slots.len() * size_of::<Slot>()
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(FIRST_SIZE);
        let larger = vec![Slot { key: 0, answer: EMPTY }; size].into_boxed_slice();
        let smaller = std::mem::replace(&mut self.slots, larger);
        for slot in smaller.iter().filter(|slot| slot.answer != EMPTY) {
            place(&mut self.slots, slot.key, slot.answer);
        }
    }
}

/// Returns whether the key is new. Some slot is free.
fn place(slots: &mut [Slot], key: u64, answer: u32) -> bool {
    let last = slots.len() - 1;
    let mut at = key as usize & last;
    while slots[at].answer != EMPTY && slots[at].key != key {
        at = (at + 1) & last;
    }
    let new = slots[at].answer == EMPTY;
    slots[at] = Slot { key, answer };
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_inserted_after_growing() {
        let mut table = Table::default();
        assert_eq!(table.get(7), None);
        for key in 0..1000 {
            table.insert(key * 16, key as u32);
        }
        assert!((0..1000).all(|key| table.get(key * 16) == Some(key as u32)));
        assert_eq!(table.get(8), None);
    }
}
