//! What the file `checkpoint` says.

use std::time::Duration;

use super::encoding::{Decoder, Encoder};
use super::queue_file::QueueMark;
use crate::ancestry::{LogMark, Sequence};
use crate::behaviour::BehaviourMark;
use crate::breadth_first::{Finding, Findings};
use crate::checksum::Checksum;
use crate::model::Share;
use crate::outcome::{ActionCounts, TraceStep, Verdict};
use crate::queue::Partly;
use crate::statistics::Statistics;

const MAGIC: u64 = u64::from_le_bytes(*b"ASSAYCKP");
const VERSION: u64 = 3;

/// What must be the same for a checkpoint to be of use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) model: u64,
    /// Of the temporal properties; 0 where there are none.
    pub(crate) temporal: u64,
    pub(crate) check_deadlock: bool,
    pub(crate) continue_after_violation: bool,
}

pub(crate) struct Snapshot {
    pub(crate) identity: Identity,
    /// Time spent so far.
    pub(crate) elapsed: Duration,
    pub(crate) level: u32,
    pub(crate) initial: Vec<(Share, Partly)>,
    pub(crate) statistics: Statistics,
    pub(crate) findings: Findings,
    pub(crate) logs: Vec<LogMark>,
    /// One for each log where there are temporal properties, else none.
    pub(crate) behaviour: Vec<BehaviourMark>,
    pub(crate) queue: QueueMark,
}

impl Snapshot {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::default();
        for number in [MAGIC, VERSION, self.identity.model, self.identity.temporal] {
            out.number(number);
        }
        out.number(u64::from(self.identity.check_deadlock));
        out.number(u64::from(self.identity.continue_after_violation));
        out.number(u64::try_from(self.elapsed.as_nanos()).unwrap_or(u64::MAX));
        out.number(u64::from(self.level));
        let initial =
            self.initial.iter().flat_map(|(share, partly)| [share.index, share.of, partly.handled, partly.new]);
        out.numbers(initial.collect::<Vec<_>>().into_iter());
        encode_statistics(&self.statistics, &mut out);
        out.number(self.findings.kept.len() as u64);
        self.findings.kept.iter().for_each(|finding| encode_finding(finding, &mut out));
        out.numbers(self.logs.iter().flat_map(|mark| [mark.count, mark.checksum]).collect::<Vec<_>>().into_iter());
        let marks = self.behaviour.iter().flat_map(|mark| [mark.length, mark.checksum]);
        out.numbers(marks.collect::<Vec<_>>().into_iter());
        out.numbers([self.queue.file, self.queue.length, self.queue.checksum].into_iter());
        let mut checksum = Checksum::new();
        checksum.add(&out.0);
        out.number(checksum.value());
        out.0
    }

    /// # Errors
    /// Why the bytes are no checkpoint that this version can read.
    pub(super) fn decode(bytes: &[u8]) -> Result<Self, String> {
        let mut head = Decoder(bytes);
        if head.number() != Some(MAGIC) {
            return Err("the file is not a checkpoint".into());
        }
        match head.number() {
            Some(VERSION) => {}
            Some(other) => return Err(format!("it has format version {other}, this program reads version {VERSION}")),
            None => return Err(damaged("it is cut short")),
        }
        let Some((content, sum)) = bytes.split_last_chunk::<8>() else { return Err(damaged("it is cut short")) };
        let mut checksum = Checksum::new();
        checksum.add(content);
        if checksum.value() != u64::from_le_bytes(*sum) {
            return Err(damaged("its checksum differs"));
        }
        let mut input = Decoder(content.get(16..).unwrap_or_default());
        decode_content(&mut input).filter(|_| input.0.is_empty()).ok_or_else(|| damaged("its content makes no sense"))
    }
}

fn damaged(how: &str) -> String {
    format!("the file is damaged: {how}")
}

fn decode_content(input: &mut Decoder<'_>) -> Option<Snapshot> {
    let identity = Identity {
        model: input.number()?,
        temporal: input.number()?,
        check_deadlock: input.number()? != 0,
        continue_after_violation: input.number()? != 0,
    };
    let elapsed = Duration::from_nanos(input.number()?);
    let level = u32::try_from(input.number()?).ok()?;
    let initial = input.numbers()?.chunks(4).map(decode_share).collect::<Option<Vec<_>>>()?;
    let statistics = decode_statistics(input)?;
    let count = input.count(1)?;
    let kept = (0..count).map(|_| decode_finding(input)).collect::<Option<Vec<_>>>()?;
    let marks = input.numbers()?;
    let logs = marks.chunks_exact(2).map(|mark| LogMark { count: mark[0], checksum: mark[1] }).collect();
    let marks = input.numbers()?;
    let mark = |mark: &[u64]| BehaviourMark { length: mark[0], checksum: mark[1] };
    let behaviour = marks.chunks_exact(2).map(mark).collect();
    let [file, length, checksum] = input.numbers()?.try_into().ok()?;
    Some(Snapshot {
        identity,
        elapsed,
        level,
        initial,
        statistics,
        findings: Findings { kept },
        logs,
        behaviour,
        queue: QueueMark { file, length, checksum },
    })
}

fn decode_share(numbers: &[u64]) -> Option<(Share, Partly)> {
    let &[index, of, handled, new] = numbers else { return None };
    (index < of).then_some((Share { index, of }, Partly { handled, new }))
}

fn encode_statistics(statistics: &Statistics, out: &mut Encoder) {
    let Statistics { generated, distinct, depth, initial_states, explored, violations, actions, out_degrees } =
        statistics;
    let depth = u64::from(*depth);
    out.numbers([*generated, *distinct, depth, *initial_states, *explored, *violations].into_iter());
    out.numbers(actions.iter().map(|counts| counts.generated));
    out.numbers(actions.iter().map(|counts| counts.distinct));
    out.numbers(out_degrees.iter().copied());
}

fn decode_statistics(input: &mut Decoder<'_>) -> Option<Statistics> {
    let [generated, distinct, depth, initial_states, explored, violations] = input.numbers()?.try_into().ok()?;
    let (generated_by, distinct_by) = (input.numbers()?, input.numbers()?);
    let counts = |(generated, distinct)| ActionCounts { generated, distinct };
    Some(Statistics {
        generated,
        distinct,
        depth: u32::try_from(depth).ok()?,
        initial_states,
        explored,
        violations,
        actions: generated_by.into_iter().zip(distinct_by).map(counts).collect(),
        out_degrees: input.numbers()?,
    })
}

/// Only violations and deadlocks are gone on after, so only they are stored.
fn encode_finding(finding: &Finding, out: &mut Encoder) {
    out.number(match finding.verdict {
        Verdict::Violation { invariant } => invariant as u64,
        _ => u64::MAX,
    });
    out.number(finding.predecessor.to_number());
    match &finding.last {
        None => out.number(0),
        Some(step) => {
            out.number(1);
            out.bytes(&step.state);
            out.number(u64::from(step.action));
            out.number(step.fingerprint);
        }
    }
}

fn decode_finding(input: &mut Decoder<'_>) -> Option<Finding> {
    let verdict = match input.number()? {
        u64::MAX => Verdict::Deadlock,
        invariant => Verdict::Violation { invariant: usize::try_from(invariant).ok()? },
    };
    let predecessor = Sequence::from_number(input.number()?);
    let last = match input.number()? {
        0 => None,
        _ => Some(TraceStep {
            state: input.bytes()?.to_vec(),
            action: u32::try_from(input.number()?).ok()?,
            fingerprint: input.number()?,
        }),
    };
    Some(Finding { verdict, predecessor, last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        let statistics = Statistics {
            generated: 9,
            distinct: 7,
            depth: 3,
            actions: vec![ActionCounts { generated: 9, distinct: 7 }],
            out_degrees: vec![4, 2],
            ..Statistics::default()
        };
        let last = Some(TraceStep { state: vec![1, 2, 3], action: 4, fingerprint: 5 });
        let violation =
            Finding { verdict: Verdict::Violation { invariant: 2 }, predecessor: Sequence::new(1, 8), last };
        let deadlock = Finding { verdict: Verdict::Deadlock, predecessor: Sequence::new(0, 1), last: None };
        Snapshot {
            identity: Identity { model: 77, temporal: 78, check_deadlock: true, continue_after_violation: false },
            elapsed: Duration::from_millis(1500),
            level: 3,
            initial: vec![(Share { index: 1, of: 3 }, Partly { handled: 2, new: 1 })],
            statistics,
            findings: Findings { kept: vec![violation, deadlock] },
            logs: vec![LogMark { count: 4, checksum: 5 }, LogMark { count: 6, checksum: 7 }],
            behaviour: vec![BehaviourMark { length: 8, checksum: 9 }, BehaviourMark { length: 10, checksum: 11 }],
            queue: QueueMark { file: 1, length: 2, checksum: 3 },
        }
    }

    #[test]
    fn can_be_read_again() {
        let bytes = snapshot().encode();
        let read = Snapshot::decode(&bytes);
        assert_eq!(read.map(|read| read.encode()), Ok(bytes));
    }

    #[test]
    fn refuses_bytes_that_are_damaged_anywhere() {
        let bytes = snapshot().encode();
        for index in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[index] ^= 1;
            assert!(Snapshot::decode(&damaged).is_err(), "byte {index}");
            assert!(Snapshot::decode(&bytes[..index]).is_err(), "first {index} bytes");
        }
    }
}
