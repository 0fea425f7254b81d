//! One worker's part: takes states, finds their successors, checks those that are new.

use super::ending::{Ending, Finding, Problem};
use super::search::Search;
use crate::ancestry::{Log, Record, Sequence};
use crate::error::CheckError;
use crate::fingerprints::Handle;
use crate::frontier::Taken;
use crate::model::{Candidate, EvaluationError, Flow, Model, Worker};
use crate::outcome::{Limit, TraceStep, Verdict};
use crate::queue::{Batch, ChunkWriter};
use crate::statistics::Statistics;

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
    writer: ChunkWriter,
    statistics: &'run mut Statistics,
    explored: u64,
    /// The state whose successors are being found.
    predecessor: Sequence,
    /// Level of the states that are being found.
    level: u32,
}

impl<'run, M: Model> Explorer<'run, M> {
    pub(super) fn new(
        search: &'run Search<'run, M>,
        number: usize,
        log: &'run mut Log,
        statistics: &'run mut Statistics,
    ) -> Self {
        let sink = Sink {
            search,
            number,
            fingerprints: search.fingerprints.handle(number),
            log,
            writer: ChunkWriter::default(),
            statistics,
            explored: 0,
            predecessor: Sequence::NONE,
            level: 1,
        };
        Self { worker: search.model.worker(), sink }
    }

    pub(super) fn run(&mut self) -> Result<(), CheckError> {
        // States of the first level come from one worker: there is no telling how to divide the initial predicate.
        if self.sink.number == 0 {
            self.initial();
        }
        while let Some(Taken { mut batch, level }) = self.sink.search.frontier.take(&mut self.sink.writer)? {
            self.sink.level = level.saturating_add(1);
            self.expand_batch(&mut batch);
            self.sink.search.frontier.give_back(batch);
        }
        Ok(())
    }

    fn initial(&mut self) {
        let sink = &mut self.sink;
        let result = self.worker.initial(&mut |candidate| sink.visit(candidate));
        sink.statistics.initial_states = sink.statistics.generated;
        if let Err(error) = result {
            sink.evaluation_failed(error, None);
        }
        sink.publish();
    }

    fn expand_batch(&mut self, batch: &mut Batch) {
        while let Some((sequence, state)) = batch.next() {
            let sink = &mut self.sink;
            sink.predecessor = sequence;
            let generated = sink.statistics.generated;
            let distinct = sink.statistics.distinct;
            let result = self.worker.successors(state, &mut |candidate| sink.visit(candidate));
            match result {
                Err(error) => sink.evaluation_failed(error, None),
                Ok(()) if sink.statistics.generated == generated => sink.no_successor(),
                Ok(()) => {}
            }
            sink.statistics.count_out_degree(sink.statistics.distinct - distinct);
            sink.explored += 1;
            sink.publish();
            if sink.search.options.stop.is_requested() {
                return;
            }
        }
    }
}

impl<M: Model> Sink<'_, M> {
    fn visit(&mut self, candidate: &mut dyn Candidate) -> Flow {
        if self.search.options.stop.is_requested() {
            return Flow::Stop;
        }
        self.statistics.count_generated(candidate.action());
        if self.statistics.generated % PUBLISH_EVERY == 0 {
            self.publish();
        }
        match self.examine(candidate) {
            Ok(flow) => flow,
            Err(Problem::Evaluation(error)) => {
                self.evaluation_failed(error, Some(candidate));
                Flow::Stop
            }
            Err(Problem::Check(error)) => {
                self.search.end(Ending::Failed(error));
                Flow::Stop
            }
        }
    }

    fn examine(&mut self, candidate: &mut dyn Candidate) -> Result<Flow, Problem> {
        let fingerprint = candidate.fingerprint()?;
        // Looking it up first saves the constraints of states that are known, which most are. A known state that an
        // action constraint excludes here was checked when it was found.
        if self.fingerprints.contains(fingerprint)? {
            return Ok(Flow::Continue);
        }
        if !candidate.within_constraints()? {
            return self.check(candidate, fingerprint);
        }
        if !self.fingerprints.insert(fingerprint)? {
            return Ok(Flow::Continue);
        }
        if let Some(limit) = self.search.exceeded_state_limit() {
            self.search.end(Ending::Limit(Limit::States(limit)));
            return Ok(Flow::Stop);
        }
        let action = candidate.action();
        let record = Record { predecessor: self.predecessor, fingerprint, action };
        let sequence = self.log.append(record, &self.search.directory)?;
        self.statistics.count_distinct(action, self.level);
        if self.check(candidate, fingerprint)? == Flow::Stop {
            return Ok(Flow::Stop);
        }
        if let Some(chunk) = self.writer.push(sequence, |bytes| candidate.encode(bytes)) {
            self.search.frontier.add(chunk)?;
        }
        Ok(Flow::Continue)
    }

    fn check(&mut self, candidate: &mut dyn Candidate, fingerprint: u64) -> Result<Flow, Problem> {
        let Some(invariant) = candidate.violated_invariant()? else {
            return Ok(Flow::Continue);
        };
        let mut state = Vec::new();
        candidate.encode(&mut state);
        let last = TraceStep { state, action: candidate.action(), fingerprint };
        let verdict = Verdict::Violation { invariant };
        Ok(self.search.found(Finding { verdict, predecessor: self.predecessor, last: Some(last) }))
    }

    fn no_successor(&self) {
        let options = self.search.options;
        // A worker that was asked to stop may have given up before its first successor.
        if options.check_deadlock && !options.stop.is_requested() {
            let finding = Finding { verdict: Verdict::Deadlock, predecessor: self.predecessor, last: None };
            let _ = self.search.found(finding);
        }
    }

    fn evaluation_failed(&self, error: EvaluationError, candidate: Option<&mut dyn Candidate>) {
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
        self.search.end(Ending::Found(Finding { verdict, predecessor: self.predecessor, last }));
    }

    fn publish(&self) {
        self.search.live[self.number].publish(self.statistics, self.explored);
    }
}
