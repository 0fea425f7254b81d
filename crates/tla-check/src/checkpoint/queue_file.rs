//! The states that wait, in a file: records of a head of 6 numbers and the bytes of a chunk.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::encoding::{Decoder, Encoder};
use crate::ancestry::Sequence;
use crate::checksum::Checksum;
use crate::error::CheckError;
use crate::frontier::{State, Work};
use crate::queue::{Batch, Chunk, LevelQueue, Partly, Waiting};

const HEAD_BYTES: usize = 48;

/// Kinds of records, in the order in which they come.
const BEGUN: u64 = 0;
const CURRENT: u64 = 1;
const FOUND: u64 = 2;

/// Which file holds the queue, and how to tell that it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct QueueMark {
    /// K of `queue-K`.
    pub(crate) file: u64,
    /// Bytes.
    pub(crate) length: u64,
    pub(crate) checksum: u64,
}

/// Writes what waits in `state` to `path` and makes it outlive the machine's power. `file` is not looked at.
pub(crate) fn write_queue(state: &State, path: &Path, file: u64) -> Result<QueueMark, CheckError> {
    let failed = |source| CheckError::file("write the queue to", path, source);
    let output = File::create(path).map_err(failed)?;
    let mut output = BufWriter::with_capacity(1 << 18, output);
    let mut mark = QueueMark { file, length: 0, checksum: 0 };
    let mut checksum = Checksum::new();
    let mut write = |kind: u64, chunk: &Chunk, partly: Partly| {
        let mut head = Encoder::default();
        let numbers =
            [kind, chunk.first.to_number(), chunk.count, partly.handled, partly.new, chunk.bytes.len() as u64];
        numbers.into_iter().for_each(|number| head.number(number));
        for bytes in [&head.0, &chunk.bytes] {
            checksum.add(bytes);
            output.write_all(bytes).map_err(failed)?;
            mark.length += bytes.len() as u64;
        }
        Ok(())
    };
    for work in state.paused.iter().flatten() {
        if let Work::Explore { batch, .. } = work {
            write(BEGUN, &batch.to_chunk(), batch.explored)?;
        }
    }
    state.queue.for_each(|waiting| match waiting {
        Waiting::Begun(batch) => write(BEGUN, &batch.to_chunk(), batch.explored),
        Waiting::Current(chunk) => write(CURRENT, chunk, Partly::default()),
        Waiting::Found(chunk) => write(FOUND, chunk, Partly::default()),
    })?;
    let output = output.into_inner().map_err(|error| failed(error.into_error()))?;
    output.sync_data().map_err(failed)?;
    mark.checksum = checksum.value();
    Ok(mark)
}

/// Puts what `path` holds into an empty queue; false if it is not what `mark` says.
pub(crate) fn read_queue(path: &Path, mark: QueueMark, queue: &mut LevelQueue) -> Result<bool, CheckError> {
    let failed = |source| CheckError::file("read the queue from", path, source);
    let input = File::open(path).map_err(failed)?;
    if input.metadata().map_err(failed)?.len() != mark.length {
        return Ok(false);
    }
    let mut input = BufReader::with_capacity(1 << 18, input);
    let mut checksum = Checksum::new();
    let mut left = mark.length;
    let mut begun = Some(Vec::new());
    while left > 0 {
        let mut head = [0; HEAD_BYTES];
        let Some(after_head) = left.checked_sub(HEAD_BYTES as u64) else { return Ok(false) };
        input.read_exact(&mut head).map_err(failed)?;
        checksum.add(&head);
        let Some((kind, partly, mut chunk, length)) = decode_head(&head) else { return Ok(false) };
        let Some(after_bytes) = after_head.checked_sub(length as u64) else { return Ok(false) };
        chunk.bytes.resize(length, 0);
        input.read_exact(&mut chunk.bytes).map_err(failed)?;
        checksum.add(&chunk.bytes);
        if !chunk.is_well_formed() {
            return Ok(false);
        }
        put(kind, partly, chunk, &mut begun, queue)?;
        left = after_bytes;
    }
    begin_level(&mut begun, queue);
    Ok(checksum.value() == mark.checksum)
}

/// Kind, how far the first state is explored, the chunk without its bytes, and how many those are.
fn decode_head(head: &[u8]) -> Option<(u64, Partly, Chunk, usize)> {
    let mut input = Decoder(head);
    let kind = input.number()?;
    let chunk = Chunk { first: Sequence::from_number(input.number()?), count: input.number()?, bytes: Vec::new() };
    let partly = Partly { handled: input.number()?, new: input.number()? };
    Some((kind, partly, chunk, usize::try_from(input.number()?).ok()?))
}

fn put(
    kind: u64,
    partly: Partly,
    chunk: Chunk,
    begun: &mut Option<Vec<Batch>>,
    queue: &mut LevelQueue,
) -> Result<(), CheckError> {
    match (kind, begun.as_mut()) {
        (BEGUN, Some(begun)) => {
            let mut batch = Batch::new(Arc::new(chunk));
            batch.explored = partly;
            begun.push(batch);
            Ok(())
        }
        (CURRENT, _) => queue.append(chunk),
        _ => {
            begin_level(begun, queue);
            queue.append(chunk)
        }
    }
}

/// Makes what was put so far the level being explored, once.
fn begin_level(begun: &mut Option<Vec<Batch>>, queue: &mut LevelQueue) {
    if let Some(begun) = begun.take() {
        queue.advance();
        begun.into_iter().for_each(|batch| queue.give_back(batch));
    }
}
