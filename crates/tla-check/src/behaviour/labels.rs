//! Long lists of small numbers, in one, two or four bytes each.

pub(crate) enum Labels {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Labels {
    pub(super) fn new() -> Self {
        Self::One(Vec::new())
    }

    #[inline]
    pub(super) fn push(&mut self, number: u32) {
        match self {
            Self::One(list) => match u8::try_from(number) {
                Ok(number) => list.push(number),
                Err(_) => self.widen(number),
            },
            Self::Two(list) => match u16::try_from(number) {
                Ok(number) => list.push(number),
                Err(_) => self.widen(number),
            },
            Self::Four(list) => list.push(number),
        }
    }

    #[cold]
    fn widen(&mut self, number: u32) {
        *self = match self {
            Self::One(list) => Self::Two(list.iter().map(|number| u16::from(*number)).collect()),
            Self::Two(list) => Self::Four(list.iter().map(|number| u32::from(*number)).collect()),
            Self::Four(list) => Self::Four(std::mem::take(list)),
        };
        self.push(number);
    }

    pub(super) fn set(&mut self, index: usize, number: u32) {
        match self {
            Self::One(list) => match u8::try_from(number) {
                Ok(number) => list[index] = number,
                Err(_) => self.widen_and_set(index, number),
            },
            Self::Two(list) => match u16::try_from(number) {
                Ok(number) => list[index] = number,
                Err(_) => self.widen_and_set(index, number),
            },
            Self::Four(list) => list[index] = number,
        }
    }

    #[cold]
    fn widen_and_set(&mut self, index: usize, number: u32) {
        self.widen(number);
        match self {
            Self::One(list) => drop(list.pop()),
            Self::Two(list) => drop(list.pop()),
            Self::Four(list) => drop(list.pop()),
        }
        self.set(index, number);
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> u32 {
        match self {
            Self::One(list) => u32::from(list[index]),
            Self::Two(list) => u32::from(list[index]),
            Self::Four(list) => list[index],
        }
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        match self {
            Self::One(list) => list.len(),
            Self::Two(list) => list.len(),
            Self::Four(list) => list.len(),
        }
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        let bytes = match self {
            Self::One(list) => list.capacity(),
            Self::Two(list) => list.capacity() * 2,
            Self::Four(list) => list.capacity() * 4,
        };
        bytes as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_numbers_of_any_size() {
        let numbers = [0, 255, 3, 256, 7, 65_535, 65_536, u32::MAX, 1];
        let mut labels = Labels::new();
        numbers.iter().for_each(|number| labels.push(*number));
        assert_eq!((0..labels.len()).map(|index| labels.get(index)).collect::<Vec<_>>(), numbers);
        let mut labels = Labels::new();
        numbers.iter().for_each(|_| labels.push(0));
        numbers.iter().enumerate().for_each(|(index, number)| labels.set(index, *number));
        assert_eq!((0..labels.len()).map(|index| labels.get(index)).collect::<Vec<_>>(), numbers);
    }
}
