//! One worker's walks.

use std::panic::{catch_unwind, AssertUnwindSafe};

use super::run::Simulation;
use super::tally::Tally;
use super::FoundOnWalk;
use crate::model::{Candidate, EvaluationError, Flow, Model, Worker};
use crate::outcome::{panicked, TraceStep, Verdict};
use crate::random::Random;

/// Bytes of initial states that a worker keeps; if there are more, it finds them anew for each walk.
const KEPT_INITIAL_BYTES: usize = 64 << 20;

/// Successors after which progress is published without waiting for the next step.
const PUBLISH_EVERY: u64 = 1024;

pub(super) struct Walker<'run, M: Model> {
    simulation: &'run Simulation<'run, M>,
    number: usize,
    worker: M::Worker,
    pub(super) tally: Tally,
    /// All initial states within the constraints, if they are few enough.
    initial: Option<Vec<TraceStep>>,
}

/// What became of a walk.
enum WalkEnd {
    /// It is as long as it may be, or has no successor within the constraints.
    Ended,
    /// Stopping, or no longer wanted.
    GivenUp,
    /// There is nowhere to begin.
    Nowhere,
    Found(Verdict),
}

impl<'run, M: Model> Walker<'run, M> {
    pub(super) fn new(simulation: &'run Simulation<'run, M>, number: usize) -> Self {
        Self { simulation, number, worker: simulation.model.worker(), tally: Tally::default(), initial: None }
    }

    /// Walks until no walk is wanted any more; false where there is no initial state to walk from.
    pub(super) fn run(&mut self) -> bool {
        while let Some(number) = self.simulation.next_walk() {
            let mut trace = Vec::new();
            let end = catch_unwind(AssertUnwindSafe(|| self.walk(number, &mut trace)));
            let end = end.unwrap_or_else(|payload| WalkEnd::Found(Verdict::Error(panicked(payload.as_ref()))));
            match end {
                WalkEnd::GivenUp => continue,
                WalkEnd::Nowhere => return false,
                WalkEnd::Ended => {}
                WalkEnd::Found(verdict) => {
                    self.tally.statistics.violations += u64::from(!matches!(verdict, Verdict::Error(_)));
                    self.simulation.found.add(FoundOnWalk { verdict, walk: number, trace: trace.clone() });
                }
            }
            self.tally.walks += 1;
            self.tally.steps += trace.len() as u64;
            self.tally.longest = self.tally.longest.max(u32::try_from(trace.len()).unwrap_or(u32::MAX));
            self.publish();
        }
        true
    }

    fn walk(&mut self, number: u64, trace: &mut Vec<TraceStep>) -> WalkEnd {
        let options = self.simulation.options;
        let mut random = Random::stream(options.seed, number);
        match self.begin(number, &mut random) {
            Ok(first) => trace.push(first),
            Err((end, last)) => {
                trace.extend(last);
                return end;
            }
        }
        while trace.len() < options.max_depth as usize {
            if !self.simulation.found.is_wanted(number) {
                return WalkEnd::GivenUp;
            }
            match self.step(trace, &mut random) {
                Ok(next) => trace.push(next),
                Err((end, last)) => {
                    trace.extend(last);
                    return end;
                }
            }
        }
        WalkEnd::Ended
    }

    /// An initial state. Draws the same numbers whether or not the states were kept.
    fn begin(&mut self, number: u64, random: &mut Random) -> Result<TraceStep, (WalkEnd, Option<TraceStep>)> {
        if let Some(kept) = &self.initial {
            let mut chosen = None;
            for (count, step) in (1..).zip(kept) {
                if random.below(count) == 0 {
                    chosen = Some(step);
                }
            }
            return chosen.cloned().ok_or((WalkEnd::Nowhere, None));
        }
        let counts = number == self.simulation.options.first_walk;
        let mut choice = Choice::new(random);
        choice.kept = Some(Vec::new());
        let (simulation, tally) = (self.simulation, &mut self.tally);
        let result = self.worker.initial(&mut |candidate| {
            if counts {
                tally.statistics.count_generated(candidate.action());
                tally.statistics.initial_states += 1;
            }
            choice.visit(candidate, simulation.options.stop.is_requested())
        });
        if simulation.options.stop.is_requested() {
            return Err((WalkEnd::GivenUp, None));
        }
        let kept = choice.kept.take();
        let chosen = choice.outcome(result)?.ok_or((WalkEnd::Nowhere, None))?;
        self.initial = kept;
        Ok(chosen)
    }

    fn step(&mut self, trace: &[TraceStep], random: &mut Random) -> Result<TraceStep, (WalkEnd, Option<TraceStep>)> {
        let Some(current) = trace.last() else { return Err((WalkEnd::Nowhere, None)) };
        let mut choice = Choice::new(random);
        self.worker.at_level(u32::try_from(trace.len()).unwrap_or(u32::MAX));
        let (simulation, tally, number) = (self.simulation, &mut self.tally, self.number);
        let result = self.worker.successors(&current.state, &mut |candidate| {
            tally.statistics.count_generated(candidate.action());
            if tally.statistics.generated % PUBLISH_EVERY == 0 {
                simulation.live[number].publish(tally);
            }
            choice.visit(candidate, simulation.options.stop.is_requested())
        });
        if simulation.options.stop.is_requested() {
            return Err((WalkEnd::GivenUp, None));
        }
        let any = choice.any;
        match choice.outcome(result)? {
            Some(step) => {
                self.tally.statistics.count_distinct(step.action, 0);
                Ok(step)
            }
            None if !any && simulation.options.check_deadlock => Err((WalkEnd::Found(Verdict::Deadlock), None)),
            None => Err((WalkEnd::Ended, None)),
        }
    }

    fn publish(&self) {
        self.simulation.live[self.number].publish(&self.tally);
    }
}

/// A uniform choice among candidates as they come: the k-th replaces the one before with probability 1/k.
struct Choice<'random> {
    random: &'random mut Random,
    /// Whether there was a candidate at all.
    any: bool,
    /// Candidates within the constraints.
    count: u64,
    chosen: Option<TraceStep>,
    found: Option<(Verdict, TraceStep)>,
    /// All candidates within the constraints, where they are wanted and few enough.
    kept: Option<Vec<TraceStep>>,
    kept_bytes: usize,
}

impl<'random> Choice<'random> {
    fn new(random: &'random mut Random) -> Self {
        Self { random, any: false, count: 0, chosen: None, found: None, kept: None, kept_bytes: 0 }
    }

    fn visit(&mut self, candidate: &mut dyn Candidate, stop: bool) -> Flow {
        if stop {
            return Flow::Stop;
        }
        self.any = true;
        match self.examine(candidate) {
            Ok(None) => Flow::Continue,
            Ok(Some(invariant)) => {
                self.found = Some((Verdict::Violation { invariant }, step_of(candidate)));
                Flow::Stop
            }
            Err(error) => {
                self.found = Some((Verdict::Error(error), step_of(candidate)));
                Flow::Stop
            }
        }
    }

    fn examine(&mut self, candidate: &mut dyn Candidate) -> Result<Option<usize>, EvaluationError> {
        if let Some(violated) = candidate.violated_invariant()? {
            return Ok(Some(violated));
        }
        if let Some(violated) = candidate.violated_step()? {
            return Ok(Some(violated));
        }
        if candidate.within_constraints()? {
            self.count += 1;
            let replaces = self.random.below(self.count) == 0;
            if replaces || self.kept.is_some() {
                let step = step_of(candidate);
                self.keep(&step);
                if replaces {
                    self.chosen = Some(step);
                }
            }
        }
        Ok(None)
    }

    fn keep(&mut self, step: &TraceStep) {
        if let Some(kept) = &mut self.kept {
            self.kept_bytes += step.state.len() + size_of::<TraceStep>();
            kept.push(step.clone());
            if self.kept_bytes > KEPT_INITIAL_BYTES {
                self.kept = None;
            }
        }
    }

    /// What was chosen, or why there is no choice.
    fn outcome(self, result: Result<(), EvaluationError>) -> Result<Option<TraceStep>, (WalkEnd, Option<TraceStep>)> {
        match (self.found, result) {
            (Some((verdict, step)), _) => Err((WalkEnd::Found(verdict), Some(step))),
            (None, Err(error)) => Err((WalkEnd::Found(Verdict::Error(error)), None)),
            (None, Ok(())) => Ok(self.chosen),
        }
    }
}

fn step_of(candidate: &mut dyn Candidate) -> TraceStep {
    let mut state = Vec::new();
    candidate.encode(&mut state);
    TraceStep { state, action: candidate.action(), fingerprint: candidate.fingerprint().unwrap_or_default() }
}
