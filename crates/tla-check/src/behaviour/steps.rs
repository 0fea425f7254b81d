//! Targets and classes of very many steps, in four bytes each where that is enough, else in eight.

pub(super) struct Steps {
    list: List,
    /// Bits of a target in a list of four bytes each.
    target_bits: u32,
}

enum List {
    Four(Vec<u32>),
    Eight(Vec<u64>),
}

impl Steps {
    /// For steps between `nodes` nodes.
    pub(super) fn new(nodes: u32) -> Self {
        Self { list: List::Four(Vec::new()), target_bits: (u32::BITS - nodes.leading_zeros()).max(1) }
    }

    #[inline]
    pub(super) fn push(&mut self, target: u32, class: u32) {
        match &mut self.list {
            List::Four(list) if u64::from(class) < 1 << (u32::BITS - self.target_bits) => {
                list.push((u64::from(class) << self.target_bits) as u32 | target);
            }
            List::Four(_) => {
                self.widen();
                self.push(target, class);
            }
            List::Eight(list) => list.push(u64::from(class) << 32 | u64::from(target)),
        }
    }

    #[cold]
    fn widen(&mut self) {
        let wide = (0..self.len()).map(|index| self.get(index));
        let wide = wide.map(|(target, class)| u64::from(class) << 32 | u64::from(target)).collect();
        self.list = List::Eight(wide);
    }

    /// Target and class.
    #[inline]
    pub(super) fn get(&self, index: usize) -> (u32, u32) {
        match &self.list {
            List::Four(list) => {
                let step = u64::from(list[index]);
                ((step & ((1 << self.target_bits) - 1)) as u32, (step >> self.target_bits) as u32)
            }
            List::Eight(list) => (list[index] as u32, (list[index] >> 32) as u32),
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.list {
            List::Four(list) => list.len(),
            List::Eight(list) => list.len(),
        }
    }

    pub(super) fn shrink(&mut self) {
        match &mut self.list {
            List::Four(list) => list.shrink_to_fit(),
            List::Eight(list) => list.shrink_to_fit(),
        }
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        let bytes = match &self.list {
            List::Four(list) => list.capacity() * 4,
            List::Eight(list) => list.capacity() * 8,
        };
        bytes as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_steps_of_any_size() {
        for nodes in [0, 1, 2, 255, 256, 1 << 24, u32::MAX] {
            let last = nodes.saturating_sub(1);
            let classes = [0, 1, 100, 255, 256, 70_000, u32::MAX - 1];
            let expected: Vec<_> = classes.iter().flat_map(|class| [(0, *class), (last, *class)]).collect();
            let mut steps = Steps::new(nodes);
            expected.iter().for_each(|(target, class)| steps.push(*target, *class));
            assert_eq!((0..steps.len()).map(|index| steps.get(index)).collect::<Vec<_>>(), expected);
        }
    }
}
