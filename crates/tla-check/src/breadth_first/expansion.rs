//! One worker's part: takes states, finds their successors, checks those that are new.

use super::ending::{Ending, Finding, Problem};
use super::persistence::WorkerRecord;
use super::search::Search;
use crate::ancestry::{Log, Record, Sequence};
use crate::behaviour::{BehaviourMark, Recorder};
use crate::error::CheckError;
use crate::fingerprints::Handle;
use crate::frontier::{Taken, Work};
use crate::model::{Candidate, EvaluationError, Flow, Model, Share, Worker};
use crate::outcome::{Limit, TraceStep, Verdict};
use crate::queue::{Batch, ChunkWriter, Partly};
use crate::statistics::Statistics;
use crate::temporal::Atoms;

/// Successors of one state after which progress is published without waiting for the end of the state.
const PUBLISH_EVERY: u64 = 1024;

pub(super) struct Explorer<'run, M: Model> {
    worker: M::Worker,
    sink: Sink<'run, M>,
}

/// Where candidates go. Apart from the worker, because the worker is borrowed while it produces them.
struct Sink<'run, M: Model> {
    search: &'run Search<'run, M>,
    number: usize,
    fingerprints: Handle<'run>,
    log: &'run mut Log,
    /// Where there are temporal properties.
    recorder: Option<&'run mut Recorder>,
    writer: ChunkWriter,
    statistics: &'run mut Statistics,
    /// What is being explored, the current state first; `None` while initial states are found.
    batch: Option<Batch>,
    /// The initial states that are being found.
    share: Share,
    /// The current state, whose successors are being found.
    predecessor: Sequence,
    /// How far the current state is explored.
    partly: Partly,
    /// Successors of the current state that were handled before a pause and come again.
    skip: u64,
    /// Level of the states that are being found.
    level: u32,
    /// What this worker found ends the exploration; its current state is not explored further.
    decided: bool,
}

impl<'run, M: Model> Explorer<'run, M> {
    pub(super) fn new(
        search: &'run Search<'run, M>,
        number: usize,
        log: &'run mut Log,
        recorder: Option<&'run mut Recorder>,
        statistics: &'run mut Statistics,
    ) -> Self {
        let sink = Sink {
            search,
            number,
            fingerprints: search.fingerprints.handle(number),
            log,
            recorder,
            writer: ChunkWriter::default(),
            statistics,
            batch: None,
            share: Share::ALL,
            predecessor: Sequence::NONE,
            partly: Partly::default(),
            skip: 0,
            level: 1,
            decided: false,
        };
        Self { worker: search.model.worker(), sink }
    }

    pub(super) fn run(&mut self) -> Result<(), CheckError> {
        let mut working = false;
        loop {
            let taken = self.sink.search.frontier.take(self.sink.number, &mut self.sink.writer, working)?;
            working = matches!(taken, Taken::Work(_));
            match taken {
                Taken::Work(Work::Initial(share, partly)) => self.initial(share, partly),
                Taken::Work(Work::Explore { batch, level }) => self.explore(batch, level)?,
                Taken::Pause => self.sink.pause(None)?,
                Taken::End => return self.sink.record(),
            }
        }
    }

    fn initial(&mut self, share: Share, partly: Partly) {
        let sink = &mut self.sink;
        sink.level = 1;
        sink.batch = None;
        sink.share = share;
        sink.begin(Sequence::NONE, partly);
        let result = self.worker.initial_share(share, &mut |candidate| sink.visit(candidate));
        let finished = sink.finished(result);
        sink.publish();
        let rest = if finished { None } else { Some(sink.rest()) };
        sink.search.frontier.finish(rest);
    }

    fn explore(&mut self, batch: Batch, level: u32) -> Result<(), CheckError> {
        let sink = &mut self.sink;
        sink.level = level.saturating_add(1);
        self.worker.at_level(level);
        let chunk = batch.chunk();
        sink.batch = Some(batch);
        while let Some((sequence, range)) = sink.batch.as_ref().and_then(Batch::first) {
            // Even where nothing more is done: what is left of the batch includes how far this state was explored before.
            let partly = sink.batch.as_ref().map_or_else(Partly::default, |batch| batch.explored);
            sink.begin(sequence, partly);
            if sink.search.options.stop.is_requested() {
                break;
            }
            if sink.search.frontier.is_pausing() {
                sink.pause(Some(sink.rest()))?;
            }
            let state = &chunk.bytes[range];
            let result = self.worker.successors(state, &mut |candidate| sink.visit(candidate));
            if !sink.finished(result) {
                break;
            }
            sink.record_state(&mut self.worker, state);
            sink.end_state();
        }
        let rest = sink.rest();
        sink.batch = None;
        sink.search.frontier.finish(Some(rest));
        Ok(())
    }
}

impl<M: Model> Sink<'_, M> {
    fn begin(&mut self, sequence: Sequence, partly: Partly) {
        self.predecessor = sequence;
        self.partly = partly;
        self.skip = partly.handled;
        if let Some(recorder) = &mut self.recorder {
            recorder.begin(sequence, partly.handled > 0);
        }
    }

    /// Whether all successors of the current state were found, or none more will be. Otherwise the exploration is
    /// stopping, and what is left of the state is left over.
    fn finished(&mut self, result: Result<(), EvaluationError>) -> bool {
        if let Err(error) = result {
            self.evaluation_failed(error, None);
        }
        self.decided || !self.search.options.stop.is_requested()
    }

    fn end_state(&mut self) {
        if self.partly.handled == 0 && !self.decided && self.search.options.check_deadlock {
            let finding = Finding { verdict: Verdict::Deadlock, predecessor: self.predecessor, last: None };
            self.statistics.violations += 1;
            self.decided |= self.search.found(finding) == Flow::Stop;
        }
        self.statistics.count_explored(self.partly.new);
        self.publish();
        if let Some(batch) = &mut self.batch {
            batch.advance();
        }
        self.partly = Partly::default();
    }

    fn visit(&mut self, candidate: &mut dyn Candidate) -> Flow {
        if self.search.options.stop.is_requested() {
            return Flow::Stop;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return Flow::Continue;
        }
        if self.search.frontier.is_pausing() {
            if let Err(error) = self.pause(Some(self.rest())) {
                self.search.end(Ending::Failed(error));
                return Flow::Stop;
            }
        }
        self.count_generated(candidate);
        let flow = match self.examine(candidate) {
            Ok(flow) => flow,
            Err(Problem::Evaluation(error)) => {
                self.evaluation_failed(error, Some(candidate));
                Flow::Stop
            }
            Err(Problem::Check(error)) => {
                self.search.end(Ending::Failed(error));
                Flow::Stop
            }
            Err(Problem::StateLimit(limit)) => {
                // As if the state had not come up, so that the exploration can be resumed right there.
                self.statistics.uncount_generated(candidate.action());
                self.statistics.initial_states -= u64::from(self.predecessor == Sequence::NONE);
                self.search.end(Ending::Limit(Limit::States(limit)));
                return Flow::Stop;
            }
        };
        self.partly.handled += 1;
        flow
    }

    fn count_generated(&mut self, candidate: &dyn Candidate) {
        self.statistics.count_generated(candidate.action());
        self.statistics.initial_states += u64::from(self.predecessor == Sequence::NONE);
        if self.statistics.generated % PUBLISH_EVERY == 0 {
            self.publish();
        }
    }

    fn examine(&mut self, candidate: &mut dyn Candidate) -> Result<Flow, Problem> {
        let fingerprint = candidate.fingerprint()?;
        // Looking it up first saves the constraints of states that are known, which most are. A known state that an
        // action constraint excludes here was checked when it was found.
        if self.fingerprints.contains(fingerprint)? {
            if self.recorder.is_some() {
                let within = candidate.within_constraints()?;
                self.record_step(candidate, within.then_some(fingerprint))?;
            }
            return self.check_step(candidate, fingerprint);
        }
        if !candidate.within_constraints()? {
            self.record_step(candidate, None)?;
            return self.check(candidate, fingerprint);
        }
        if let Some(limit) = self.search.reached_state_limit() {
            return Err(Problem::StateLimit(limit));
        }
        self.record_step(candidate, Some(fingerprint))?;
        if !self.fingerprints.insert(fingerprint)? {
            return self.check_step(candidate, fingerprint);
        }
        self.search.count_distinct();
        let action = candidate.action();
        let record = Record { predecessor: self.predecessor, fingerprint, action };
        let sequence = self.log.append(record, &self.search.directory)?;
        self.statistics.count_distinct(action, self.level);
        self.partly.new += 1;
        if self.check(candidate, fingerprint)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        if let Some(chunk) = self.writer.push(sequence, |bytes| candidate.encode(bytes)) {
            self.search.frontier.add(chunk)?;
        }
        Ok(Flow::Continue)
    }

    /// `target` is `None` where a constraint keeps the step, or an initial state, out.
    #[inline]
    fn record_step(&mut self, candidate: &mut dyn Candidate, target: Option<u64>) -> Result<(), Problem> {
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        let directory = &self.search.directory;
        if self.predecessor != Sequence::NONE {
            recorder.step(target, directory, |atoms| candidate.step_atoms(atoms).map_err(Problem::from))
        } else if target.is_none() {
            Ok(recorder.cut(directory)?)
        } else {
            Ok(())
        }
    }

    /// For `state`, all of whose successors were found.
    fn record_state(&mut self, worker: &mut M::Worker, state: &[u8]) {
        let Some(recorder) = self.recorder.as_mut().filter(|_| !self.decided) else { return };
        let fill = |atoms: &mut Atoms| worker.state_atoms(state, atoms).map_err(Problem::from);
        match recorder.end(&self.search.directory, fill) {
            Ok(()) | Err(Problem::StateLimit(_)) => {}
            Err(Problem::Evaluation(error)) => self.evaluation_failed(error, None),
            Err(Problem::Check(error)) => {
                self.decided = true;
                self.search.end(Ending::Failed(error));
            }
        }
    }

    fn check(&mut self, candidate: &mut dyn Candidate, fingerprint: u64) -> Result<Flow, Problem> {
        match candidate.violated_invariant()? {
            Some(invariant) => Ok(self.violated(invariant, candidate, fingerprint)),
            None => self.check_step(candidate, fingerprint),
        }
    }

    #[inline]
    fn check_step(&mut self, candidate: &mut dyn Candidate, fingerprint: u64) -> Result<Flow, Problem> {
        match candidate.violated_step()? {
            Some(property) => Ok(self.violated(property, candidate, fingerprint)),
            None => Ok(Flow::Continue),
        }
    }

    fn violated(&mut self, invariant: usize, candidate: &mut dyn Candidate, fingerprint: u64) -> Flow {
        let mut state = Vec::new();
        candidate.encode(&mut state);
        let last = TraceStep { state, action: candidate.action(), fingerprint };
        let verdict = Verdict::Violation { invariant };
        self.statistics.violations += 1;
        let flow = self.search.found(Finding { verdict, predecessor: self.predecessor, last: Some(last) });
        self.decided |= flow == Flow::Stop;
        flow
    }

    fn evaluation_failed(&mut self, error: EvaluationError, candidate: Option<&mut dyn Candidate>) {
        // An evaluator that was asked to stop may say so by failing.
        if self.search.options.stop.is_requested() {
            return self.search.end(Ending::Interrupted);
        }
        let last = candidate.map(|candidate| {
            let mut state = Vec::new();
            candidate.encode(&mut state);
            let fingerprint = candidate.fingerprint().unwrap_or_default();
            TraceStep { state, action: candidate.action(), fingerprint }
        });
        let verdict = Verdict::Error(error);
        self.decided = true;
        self.search.end(Ending::Found(Finding { verdict, predecessor: self.predecessor, last }));
    }

    /// What this worker has yet to do.
    fn rest(&self) -> Work {
        match &self.batch {
            None => Work::Initial(self.share, self.partly),
            Some(batch) => {
                let mut batch = batch.clone();
                batch.explored = self.partly;
                Work::Explore { batch, level: self.level - 1 }
            }
        }
    }

    fn pause(&mut self, rest: Option<Work>) -> Result<(), CheckError> {
        self.record()?;
        self.search.frontier.pause_here(&mut self.writer, rest)
    }

    /// Writes down what this worker has done.
    fn record(&mut self) -> Result<(), CheckError> {
        let mark = self.log.persist(&self.search.directory)?;
        let behaviour = match &mut self.recorder {
            Some(recorder) => recorder.persist(&self.search.directory)?,
            None => BehaviourMark::default(),
        };
        self.search.record(self.number, WorkerRecord { statistics: self.statistics.clone(), mark, behaviour });
        Ok(())
    }

    fn publish(&self) {
        self.search.live[self.number].publish(self.statistics);
    }
}
