//! What comes after the exploration of a model with temporal properties: checking them on the graph that was recorded.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::ending::{Ending, Finding};
use super::replay::Wanted;
use super::report::rebuild_path;
use super::search::{lock, Search};
use super::watch::{EndOnDrop, Watch};
use crate::ancestry::{Log, Sequence};
use crate::behaviour::{build, Graph, Recorder};
use crate::error::CheckError;
use crate::fingerprints::FingerprintSet;
use crate::frontier::End;
use crate::liveness::{check, is_satisfiable, Checked, Failure, LassoPath, Move};
use crate::model::{EvaluationError, Flow, Model};
use crate::outcome::{panicked, CollisionEstimate, Lasso, Liveness, Verdict, SYSTEM_FAILURE};
use crate::progress::Progress;
use crate::temporal::{Enabled, Temporal};

/// What is known after the exploration and the check of temporal properties.
pub(super) struct TemporalPhase {
    /// Whether every reachable state within the constraints was explored.
    pub(super) explored: bool,
    /// `None` where there are no temporal properties.
    pub(super) liveness: Option<Liveness>,
    pub(super) collision: CollisionEstimate,
    pub(super) peak_bytes: u64,
}

impl<M: Model> Search<'_, M> {
    /// Checks the temporal properties if there are any and all states were explored. With it comes how long the
    /// exploration, which took `duration`, and this took together.
    pub(super) fn check_temporal(
        &mut self,
        duration: Duration,
        progress: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<(TemporalPhase, Duration), CheckError> {
        let explored = lock(&self.ending).is_none() && self.frontier.end() == Some(End::Exhausted);
        let statistics = self.total();
        let collision = self.collision(statistics.distinct, statistics.generated);
        let kept_bytes = self.logs.iter().map(|log| lock(log).bytes()).sum::<u64>()
            + self.recorders.iter().map(|recorder| lock(recorder).bytes()).sum::<u64>();
        let peak_bytes = self.fingerprints.peak_bytes() + self.frontier.peak_bytes() + kept_bytes;
        let mut phase = TemporalPhase { explored, liveness: None, collision, peak_bytes };
        let Some(temporal) = self.model.temporal() else { return Ok((phase, duration)) };
        let mut liveness = self.facts(temporal);
        if explored {
            // Its room is needed for the graph.
            self.fingerprints = FingerprintSet::new(1, None, Arc::clone(&self.directory));
            let started = self.options.clock.now();
            let bytes = self.examine(temporal, &mut liveness, progress)?;
            phase.peak_bytes = peak_bytes.max(bytes + kept_bytes);
            phase.liveness = Some(liveness);
            return Ok((phase, duration + self.options.clock.now().saturating_sub(started)));
        }
        phase.liveness = Some(liveness);
        Ok((phase, duration))
    }

    /// What recorders know without a graph.
    fn facts(&self, temporal: &Temporal) -> Liveness {
        let mut facts = Liveness::default();
        for recorder in &self.recorders {
            let recorder = lock(recorder);
            facts.cut |= recorder.is_cut();
            let (state_sets, step_sets) = recorder.sets();
            state_sets.iter().for_each(|set| facts.seen_states.unite(set));
            step_sets.iter().for_each(|set| facts.seen_steps.unite(set));
        }
        let enabled = |enabled: Enabled, taken: usize| match enabled {
            Enabled::Atom(atom) => facts.seen_states.contains(atom),
            Enabled::BySteps => facts.seen_steps.contains(taken),
        };
        facts.enabled = temporal.fairness.iter().map(|fairness| enabled(fairness.enabled, fairness.taken)).collect();
        facts
    }

    /// Builds the graph and checks the properties on it; the most bytes that took.
    fn examine(
        &self,
        temporal: &Temporal,
        liveness: &mut Liveness,
        progress: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<u64, CheckError> {
        let built = self.in_threads(1, progress, || {
            let logs: Vec<_> = self.logs.iter().map(lock).collect();
            let recorders: Vec<_> = self.recorders.iter().map(lock).collect();
            let logs: Vec<&Log> = logs.iter().map(|log| &**log).collect();
            let recorders: Vec<&Recorder> = recorders.iter().map(|recorder| &**recorder).collect();
            build(temporal, &logs, &recorders, &|| self.options.stop.is_requested())
        })?;
        let Some(built) = built.into_iter().next().flatten() else { return Ok(0) };
        let hunt = Hunt {
            temporal,
            graph: &built.graph,
            next: AtomicUsize::new(0),
            first: AtomicUsize::new(usize::MAX),
            found: Mutex::default(),
            peak_bytes: AtomicU64::new(0),
        };
        let threads = self.options.workers.min(temporal.properties.len()).max(1);
        self.in_threads(threads, progress, || {
            hunt.go(self);
            Ok(())
        })?;
        let searches = threads as u64 * hunt.peak_bytes.load(Ordering::Relaxed);
        let peak_bytes = built.peak_bytes.max(built.graph.bytes() + searches);
        if self.options.stop.is_requested() {
            return Ok(peak_bytes);
        }
        liveness.checked = true;
        let mut found = hunt.found.into_inner().unwrap_or_else(PoisonError::into_inner);
        found.sort_unstable_by_key(|(property, _)| *property);
        if !self.options.continue_after_violation {
            found.truncate(1);
        }
        if !found.is_empty() {
            let rebuilt = self.in_threads(1, progress, || {
                let rebuild =
                    |(property, path): &(usize, LassoPath)| self.rebuild(*property, path.clone(), &built.graph);
                found.iter().map(rebuild).collect::<Result<Vec<_>, _>>()
            })?;
            liveness.violated = rebuilt.into_iter().flatten().collect();
        } else if liveness.cut || !temporal.is_machine_closed() {
            let stopped = || self.options.stop.is_requested();
            let satisfiable = self.in_threads(1, progress, || Ok(is_satisfiable(&built.graph, temporal, &stopped)))?;
            liveness.unsatisfiable = satisfiable.contains(&Ok(false));
        }
        Ok(peak_bytes)
    }

    /// Runs `act` in some threads with room for deep recursion, while the calling thread watches. What failed or
    /// panicked ends everything and is reported later.
    fn in_threads<T: Send>(
        &self,
        threads: usize,
        progress: &mut dyn FnMut(&Progress) -> Flow,
        act: impl Fn() -> Result<T, CheckError> + Sync,
    ) -> Result<Vec<T>, CheckError> {
        let results = Mutex::new(Vec::new());
        let watch = Watch::of_properties(threads, self.started);
        thread::scope(|scope| {
            let _end = EndOnDrop(self);
            for number in 0..threads {
                let (watch, results, act) = (&watch, &results, &act);
                thread::Builder::new()
                    .name(format!("liveness-{number}"))
                    .stack_size(self.options.stack_bytes)
                    .spawn_scoped(scope, move || {
                        match catch_unwind(AssertUnwindSafe(act)) {
                            Ok(Ok(result)) => lock(results).push(result),
                            Ok(Err(error)) => self.end(Ending::Failed(error)),
                            Err(payload) => self.fail(panicked(payload.as_ref())),
                        }
                        watch.running.one_ended();
                    })
                    .map_err(|source| CheckError::Thread { source })?;
            }
            watch.until_all_ended(self, progress);
            Ok(())
        })?;
        Ok(results.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn fail(&self, error: EvaluationError) {
        let verdict = Verdict::Error(error);
        self.end(Ending::Found(Finding { verdict, predecessor: Sequence::NONE, last: None }));
    }

    fn rebuild(&self, property: usize, path: LassoPath, graph: &Graph) -> Result<Lasso, CheckError> {
        let LassoPath { first, prefix, cycle } = path.shown();
        let mut wanted = vec![self.wanted(first, None, graph)?];
        for step in prefix.iter().chain(&cycle) {
            wanted.push(self.wanted(step.target, Some(*step), graph)?);
        }
        let (mut trace, trace_problem) = rebuild_path(self.model, &wanted);
        if !cycle.is_empty() {
            // The last step leads back to where the cycle began.
            trace.pop();
        }
        Ok(Lasso { property, trace, repeats_from: prefix.len(), trace_problem })
    }

    fn wanted(&self, node: u32, step: Option<Move>, graph: &Graph) -> Result<Wanted, CheckError> {
        let sequence = graph.nodes.sequence(node);
        let record = match self.logs.get(sequence.log()) {
            Some(log) => lock(log).read(sequence.index())?,
            None => None,
        };
        let record = record.ok_or_else(|| CheckError::Inconsistent("a state is in no log".into()))?;
        let set = |step: Move| graph.step_sets[graph.class_table[step.class as usize].step as usize].clone();
        Ok(Wanted { fingerprint: record.fingerprint, action: None, step_atoms: step.map(set) })
    }
}

/// The properties being checked, each by one thread.
struct Hunt<'run> {
    temporal: &'run Temporal,
    graph: &'run Graph,
    next: AtomicUsize,
    /// The first property that was found to be violated, where no others are asked for.
    first: AtomicUsize,
    found: Mutex<Vec<(usize, LassoPath)>>,
    /// Of one search.
    peak_bytes: AtomicU64,
}

impl Hunt<'_> {
    fn go<M: Model>(&self, search: &Search<'_, M>) {
        loop {
            let property = self.next.fetch_add(1, Ordering::Relaxed);
            let stopped = || search.options.stop.is_requested() || property > self.first.load(Ordering::Relaxed);
            if property >= self.temporal.properties.len() || stopped() {
                return;
            }
            match check(self.graph, self.temporal, property, &stopped) {
                Ok(Checked { violation, peak_bytes }) => {
                    self.peak_bytes.fetch_max(peak_bytes, Ordering::Relaxed);
                    let Some(path) = violation else { continue };
                    if !search.options.continue_after_violation {
                        self.first.fetch_min(property, Ordering::Relaxed);
                    }
                    lock(&self.found).push((property, path));
                }
                Err(Failure::Stopped) => {}
                Err(Failure::TooLarge(message)) => {
                    search.fail(EvaluationError { code: SYSTEM_FAILURE, message, place: None });
                }
            }
        }
    }
}
