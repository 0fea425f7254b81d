//! The records of a log of steps, as bytes.
//!
//! Sets of atoms are defined before they are referred to; their numbers follow the order of their definitions. Numbers
//! are written in groups of 7 bits, lowest first.

use crate::temporal::Atoms;

const STATE_SET: u8 = 0;
const STEP_SET: u8 = 1;
const CUT: u8 = 2;
const SOURCE: u8 = 3;
const PART: u8 = 4;

/// What is known of the steps from one state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Source {
    /// [`crate::ancestry::Sequence`] as a number.
    pub(super) sequence: u64,
    /// The number of the set of its state atoms; `None` in a part, which more will follow.
    pub(super) state_set: Option<u32>,
    /// Whether parts of it were written before.
    pub(super) has_parts: bool,
    /// Numbers of the sets of atoms of steps that leave the constraints.
    pub(super) outside: Vec<u32>,
    /// Fingerprint of the target, number of the set of step atoms.
    pub(super) steps: Vec<(u64, u32)>,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record<'source> {
    StateSet(Atoms),
    StepSet(Atoms),
    /// A constraint kept some step out.
    Cut,
    Source(&'source Source),
}

pub(super) fn write_state_set(set: &Atoms, into: &mut Vec<u8>) {
    write_set(STATE_SET, set, into);
}

pub(super) fn write_step_set(set: &Atoms, into: &mut Vec<u8>) {
    write_set(STEP_SET, set, into);
}

fn write_set(tag: u8, set: &Atoms, into: &mut Vec<u8>) {
    into.push(tag);
    write_number(set.words().len() as u64, into);
    set.words().iter().for_each(|word| into.extend_from_slice(&word.to_le_bytes()));
}

pub(super) fn write_cut(into: &mut Vec<u8>) {
    into.push(CUT);
}

pub(super) fn write_source(source: &Source, into: &mut Vec<u8>) {
    into.push(if source.state_set.is_some() { SOURCE } else { PART });
    into.extend_from_slice(&source.sequence.to_le_bytes());
    write_number(u64::from(source.state_set.unwrap_or(0)) << 1 | u64::from(source.has_parts), into);
    write_number(source.outside.len() as u64, into);
    source.outside.iter().for_each(|set| write_number(u64::from(*set), into));
    write_number(source.steps.len() as u64, into);
    for (fingerprint, set) in &source.steps {
        into.extend_from_slice(&fingerprint.to_le_bytes());
        write_number(u64::from(*set), into);
    }
}

#[inline]
fn write_number(mut number: u64, into: &mut Vec<u8>) {
    while number >= 0x80 {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

/// Gives the records of `block` until one makes no sense or `give` says so of it; whether all do.
pub(super) fn read_block(block: &[u8], mut give: impl FnMut(Record<'_>) -> bool) -> bool {
    let mut input = Input(block);
    let mut source = Source::default();
    while !input.0.is_empty() {
        if !read_record(&mut input, &mut source).is_some_and(&mut give) {
            return false;
        }
    }
    true
}

fn read_record<'source>(input: &mut Input<'_>, source: &'source mut Source) -> Option<Record<'source>> {
    let tag = input.byte()?;
    Some(match tag {
        STATE_SET => Record::StateSet(read_set(input)?),
        STEP_SET => Record::StepSet(read_set(input)?),
        CUT => Record::Cut,
        SOURCE | PART => {
            read_source(tag == SOURCE, input, source)?;
            Record::Source(source)
        }
        _ => return None,
    })
}

fn read_set(input: &mut Input<'_>) -> Option<Atoms> {
    let count = input.count(8)?;
    Some(Atoms::from_words((0..count).map(|_| input.word()).collect::<Option<_>>()?))
}

fn read_source(whole: bool, input: &mut Input<'_>, source: &mut Source) -> Option<()> {
    source.sequence = input.word()?;
    let number = input.number()?;
    source.has_parts = number & 1 == 1;
    source.state_set = if whole { Some(u32::try_from(number >> 1).ok()?) } else { None };
    source.outside.clear();
    for _ in 0..input.count(1)? {
        source.outside.push(u32::try_from(input.number()?).ok()?);
    }
    source.steps.clear();
    for _ in 0..input.count(9)? {
        source.steps.push((input.word()?, u32::try_from(input.number()?).ok()?));
    }
    Some(())
}

struct Input<'bytes>(&'bytes [u8]);

impl Input<'_> {
    #[inline]
    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    #[inline]
    fn word(&mut self) -> Option<u64> {
        let (word, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_le_bytes(*word))
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    /// A number of things that take at least `size` bytes each, so not more than there can be.
    fn count(&mut self, size: usize) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len() / size).then_some(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> (Vec<u8>, Source) {
        let source = Source {
            sequence: u64::MAX - 1,
            state_set: Some(70_000),
            has_parts: true,
            outside: vec![1, 300],
            steps: vec![(0, 5), (u64::MAX, 1 << 30)],
        };
        let mut set = Atoms::default();
        set.set(130);
        let mut block = Vec::new();
        write_state_set(&set, &mut block);
        write_step_set(&Atoms::default(), &mut block);
        write_cut(&mut block);
        write_source(&source, &mut block);
        write_source(&Source { state_set: None, ..source.clone() }, &mut block);
        (block, source)
    }

    #[test]
    fn can_be_read_again() {
        let (block, source) = block();
        let mut number = 0;
        let read = read_block(&block, |record| {
            number += 1;
            match (number, record) {
                (1, Record::StateSet(set)) => set.contains(130) && !set.contains(2),
                (2, Record::StepSet(set)) => set == Atoms::default(),
                (3, Record::Cut) => true,
                (4, Record::Source(read)) => *read == source,
                (5, Record::Source(read)) => *read == Source { state_set: None, ..source.clone() },
                _ => false,
            }
        });
        assert!(read);
        assert_eq!(number, 5);
    }

    #[test]
    fn refuses_bytes_that_are_cut_short() {
        let (block, _) = block();
        let whole: Vec<usize> = (0..block.len()).filter(|length| read_block(&block[..*length], |_| true)).collect();
        assert_eq!(whole.len(), 5, "only at the ends of records: {whole:?}");
        assert!(!read_block(&[9], |_| true));
    }
}
