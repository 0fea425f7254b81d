//! The queue against `VecDeque`, with and without files.

use proptest::prelude::*;

use super::*;
use crate::ancestry::Sequence;

#[derive(Clone, Debug)]
enum Step {
    /// Finds states of these lengths.
    Find(Vec<usize>),
    HandIn,
    /// Takes up to so many states and explores so many of them.
    Explore(u64, u64),
    Advance,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        prop::collection::vec(0..300_usize, 1..20).prop_map(Step::Find),
        Just(Step::HandIn),
        (1..30_u64, 0..30_u64).prop_map(|(take, explore)| Step::Explore(take, explore)),
        Just(Step::Advance),
    ]
}

/// The queue, and the same with plain collections.
struct Pair {
    queue: LevelQueue,
    writer: ChunkWriter,
    found: u64,
    expected_current: VecDeque<(Sequence, Vec<u8>)>,
    expected_next: VecDeque<(Sequence, Vec<u8>)>,
}

impl Pair {
    fn new(limit: Option<u64>) -> Self {
        Self {
            queue: LevelQueue::new(1, limit, Arc::new(WorkingDirectory::new(None))),
            writer: ChunkWriter::default(),
            found: 0,
            expected_current: VecDeque::new(),
            expected_next: VecDeque::new(),
        }
    }

    fn find(&mut self, lengths: &[usize]) -> Result<(), CheckError> {
        for length in lengths {
            let sequence = Sequence::new(1, self.found);
            // Now and then a number is left out, as if that state was not to be explored.
            self.found += 1 + u64::from(length % 7 == 0);
            let state = vec![*length as u8; *length];
            if let Some(chunk) = self.writer.push(sequence, |bytes| bytes.extend_from_slice(&state)) {
                self.queue.append(chunk)?;
            }
            self.expected_next.push_back((sequence, state));
        }
        Ok(())
    }

    fn hand_in(&mut self) -> Result<(), CheckError> {
        self.writer.close().map_or(Ok(()), |chunk| self.queue.append(chunk))
    }

    fn explore(&mut self, take: u64, explore: u64) -> Result<bool, CheckError> {
        let Some(mut batch) = self.queue.take(0, take)? else { return Ok(self.expected_current.is_empty()) };
        for _ in 0..explore {
            let Some((sequence, range)) = batch.first() else { break };
            if self.expected_current.pop_front() != Some((sequence, batch.chunk().bytes[range].to_vec())) {
                return Ok(false);
            }
            batch.advance();
        }
        self.queue.give_back(batch);
        Ok(true)
    }

    fn advance(&mut self) -> Result<bool, CheckError> {
        while self.queue.waiting() > 0 {
            if !self.explore(100, 100)? {
                return Ok(false);
            }
        }
        self.hand_in()?;
        self.expected_current = std::mem::take(&mut self.expected_next);
        Ok(self.queue.advance() != self.expected_current.is_empty())
    }

    fn agrees_after(&mut self, step: &Step) -> Result<bool, CheckError> {
        let agrees = match step {
            Step::Find(lengths) => self.find(lengths).map(|()| true),
            Step::HandIn => self.hand_in().map(|()| true),
            Step::Explore(take, explore) => self.explore(*take, *explore),
            Step::Advance => self.advance(),
        };
        Ok(agrees? && self.queue.waiting() == self.expected_current.len() as u64)
    }
}

proptest! {
    #[test]
    fn agrees_with_plain_collections(
        steps in prop::collection::vec(step(), 0..60),
        limit in prop_oneof![Just(None), (0..5000_u64).prop_map(Some)],
    ) {
        let mut pair = Pair::new(limit);
        for step in steps.iter().chain(&[Step::Advance, Step::Advance]) {
            prop_assert_eq!(pair.agrees_after(step).map_err(|error| error.to_string()), Ok(true), "after {:?}", step);
        }
        prop_assert_eq!((pair.queue.waiting(), pair.queue.found()), (0, 0));
    }
}

#[test]
fn closes_chunks_that_are_full() -> Result<(), CheckError> {
    let mut pair = Pair::new(Some(1 << 20));
    pair.find(&vec![250; 20_000])?;
    assert!(pair.queue.found() > 15_000);
    assert!(pair.queue.peak_bytes() <= 1 << 20);
    assert!(pair.queue.directory.bytes_written() > 3 << 20);
    assert!(pair.advance()? && pair.advance()?);
    Ok(())
}

/// The logs of the states that a worker takes, one state at a time.
fn taken(queue: &mut LevelQueue, worker: usize, times: usize) -> Result<Vec<usize>, CheckError> {
    let mut logs = Vec::new();
    for _ in 0..times {
        logs.extend(queue.take(worker, 1)?.and_then(|batch| batch.first()).map(|(sequence, _)| sequence.log()));
    }
    Ok(logs)
}

#[test]
fn gives_each_worker_what_it_found_and_then_what_others_have_most_of() -> Result<(), CheckError> {
    for limit in [None, Some(0)] {
        let mut queue = LevelQueue::new(3, limit, Arc::new(WorkingDirectory::new(None)));
        // Log 4 is of a worker that an earlier run had.
        for (log, states) in [(0, 2), (1, 5), (2, 3), (4, 1)] {
            let mut writer = ChunkWriter::default();
            for index in 0..states {
                assert_eq!(writer.push(Sequence::new(log, index), |bytes| bytes.push(log as u8)), None);
            }
            writer.close().map_or(Ok(()), |chunk| queue.append(chunk))?;
        }
        assert!(queue.advance());
        assert_eq!(queue.waiting(), 11);
        assert_eq!(taken(&mut queue, 0, 3)?, [0, 0, 1]);
        assert_eq!(taken(&mut queue, 1, 5)?, [1, 1, 1, 1, 4]);
        assert_eq!(taken(&mut queue, 0, 9)?, [2, 2, 2]);
        assert_eq!(queue.waiting(), 0);
    }
    Ok(())
}
