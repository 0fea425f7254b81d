//! Which mutants are tried.

/// `wanted` numbers below `there_are`, ascending, each choice equally likely; all of them where none is `wanted`.
pub(super) fn choose(there_are: usize, wanted: Option<usize>, seed: u64) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..there_are).collect();
    let wanted = wanted.unwrap_or(there_are).min(there_are);
    let mut state = seed;
    for index in 0..wanted {
        let left = (there_are - index) as u64;
        // The remainder favours small numbers by less than one in 2^50.
        let other = index + (next(&mut state) % left) as usize;
        numbers.swap(index, other);
    }
    numbers.truncate(wanted);
    numbers.sort_unstable();
    numbers
}

/// SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
