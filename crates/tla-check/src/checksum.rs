//! A checksum that tells damaged files from whole ones. Not a defence against people.

const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;

/// Of a sequence of byte strings; the same bytes cut up differently give another sum.
#[derive(Clone, Debug)]
pub(crate) struct Checksum(u64);

impl Checksum {
    pub(crate) fn new() -> Self {
        Self(MULTIPLIER)
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.mix(bytes.len() as u64);
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.mix(u64::from_le_bytes(word));
        }
    }

    pub(crate) fn value(&self) -> u64 {
        self.0
    }

    fn mix(&mut self, word: u64) {
        // Rotation brings high bits back to where the multiplication spreads them from.
        self.0 = (self.0 ^ word).wrapping_mul(MULTIPLIER).rotate_left(29);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bytes: &[u8]) -> u64 {
        let mut checksum = Checksum::new();
        checksum.add(bytes);
        checksum.value()
    }

    #[test]
    fn notices_any_bit_that_changes() {
        let bytes: Vec<u8> = (0..50).collect();
        for bit in 0..bytes.len() * 8 {
            let mut other = bytes.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            assert_ne!(of(&other), of(&bytes), "bit {bit}");
        }
        assert_ne!(of(&bytes[..49]), of(&bytes));
    }
}
