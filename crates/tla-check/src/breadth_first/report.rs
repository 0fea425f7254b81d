//! Makes the outcome of an exploration that has ended.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use super::ending::{Ending, Finding};
use super::replay::{replay, Wanted};
use super::search::Search;
use super::temporal::TemporalPhase;
use crate::ancestry::{path_to, Log};
use crate::error::CheckError;
use crate::frontier::End;
use crate::model::Model;
use crate::options::Options;
use crate::outcome::{CollisionEstimate, Counterexample, Limit, Outcome, TraceStep, Verdict};

/// Below this the optimistic estimate is trusted, as TLC does, and the actual one not computed.
const NEGLIGIBLE: f64 = 1e-10;

impl<M: Model> Search<'_, M> {
    pub(super) fn report(mut self, duration: Duration, temporal: TemporalPhase) -> Result<Outcome, CheckError> {
        let statistics = self.total();
        let ending = self.ending.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        let findings = self.findings.get_mut().unwrap_or_else(PoisonError::into_inner).clone();
        let mut logs: Vec<Log> =
            self.logs.drain(..).map(|log| log.into_inner().unwrap_or_else(PoisonError::into_inner)).collect();

        let kept = counterexamples(self.model, self.options, findings.kept, &mut logs)?;
        let (verdict, decisive) = match ending {
            Some(Ending::Failed(error)) => return Err(error),
            Some(Ending::Found(finding)) => {
                let verdict = finding.verdict.clone();
                (verdict, counterexamples(self.model, self.options, vec![finding], &mut logs)?.pop())
            }
            Some(Ending::Interrupted) => (Verdict::Interrupted, None),
            Some(Ending::Limit(limit)) => (Verdict::LimitReached(limit), None),
            None => (self.verdict_without_ending(), None),
        };
        self.settle_checkpoint(&verdict, duration)?;
        let interrupted = verdict == Verdict::Interrupted;
        let (verdict, decisive) = match (decisive, kept.first()) {
            (None, Some(first)) => (first.verdict.clone(), Some(first.clone())),
            (decisive, _) => (verdict, decisive),
        };
        if !interrupted {
            self.options.stop.clear();
        }
        let counterexamples = match &decisive {
            Some(only) if kept.is_empty() && !matches!(only.verdict, Verdict::Error(_)) => vec![only.clone()],
            _ => kept,
        };
        let TemporalPhase { explored, liveness, collision, peak_bytes } = temporal;
        let lasso = liveness.as_ref().and_then(|liveness| liveness.violated.first());
        let (verdict, (trace, trace_problem)) = match (verdict, lasso) {
            (Verdict::Complete, Some(lasso)) => {
                let verdict = Verdict::Liveness { property: lasso.property };
                (verdict, (lasso.trace.clone(), lasso.trace_problem.clone()))
            }
            (verdict, _) => {
                (verdict, decisive.map_or_else(Default::default, |found| (found.trace, found.trace_problem)))
            }
        };
        Ok(Outcome {
            liveness,
            verdict,
            complete: explored,
            trace,
            trace_problem,
            violations: if self.options.continue_after_violation {
                statistics.violations
            } else {
                statistics.violations.min(1)
            },
            counterexamples,
            generated: statistics.generated,
            distinct: statistics.distinct,
            left_on_queue: self.frontier.left(),
            depth: if statistics.generated == 0 { 0 } else { statistics.depth.max(1) },
            initial_states: statistics.initial_states,
            out_degree: statistics.out_degree(),
            collision,
            actions: statistics.actions,
            duration,
            peak_bytes,
            spilled_bytes: self.directory.bytes_written(),
        })
    }

    /// Where the exploration may go on later, writes down how far it is; where it is decided, removes what was.
    fn settle_checkpoint(&self, verdict: &Verdict, duration: Duration) -> Result<(), CheckError> {
        match verdict {
            Verdict::Interrupted | Verdict::LimitReached(_) => {
                self.final_checkpoint(duration.saturating_sub(self.elapsed_before))
            }
            Verdict::Complete | Verdict::Violation { .. } | Verdict::Deadlock | Verdict::Liveness { .. } => {
                self.remove_checkpoint()
            }
            Verdict::Error(_) => Ok(()),
        }
    }

    fn verdict_without_ending(&self) -> Verdict {
        match (self.frontier.end(), self.options.max_depth) {
            (Some(End::DepthReached), Some(levels)) => Verdict::LimitReached(Limit::Depth(levels)),
            (Some(End::Stopped), _) => Verdict::Interrupted,
            _ => Verdict::Complete,
        }
    }

    pub(super) fn collision(&mut self, distinct: u64, generated: u64) -> CollisionEstimate {
        let optimistic = distinct as f64 * (generated.saturating_sub(distinct) as f64 / 2_f64.powi(64));
        let distance = if optimistic < NEGLIGIBLE { None } else { self.fingerprints.smallest_distance() };
        CollisionEstimate { optimistic, actual: distance.map(|distance| 1.0 / distance.max(1) as f64) }
    }
}

/// Rebuilds the paths of `findings`. In a thread of its own, since evaluation may need a deep stack.
fn counterexamples<M: Model>(
    model: &M,
    options: &Options,
    findings: Vec<Finding>,
    logs: &mut [Log],
) -> Result<Vec<Counterexample>, CheckError> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    // An evaluator that polls the flag would refuse to evaluate while it is raised.
    options.stop.clear();
    let rebuild_all = || findings.into_iter().map(|finding| rebuild(model, finding, logs)).collect();
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("replay".into()).stack_size(options.stack_bytes);
        let thread = builder.spawn_scoped(scope, rebuild_all).map_err(|source| CheckError::Thread { source })?;
        // `rebuild` catches what the model does; a panic outside of it is this crate's own.
        thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
    })
}

fn rebuild<M: Model>(model: &M, finding: Finding, logs: &mut [Log]) -> Result<Counterexample, CheckError> {
    let path: Vec<Wanted> = path_to(finding.predecessor, logs)?.iter().map(Wanted::from).collect();
    let (mut trace, trace_problem) = rebuild_path(model, &path);
    trace.extend(finding.last);
    Ok(Counterexample { verdict: finding.verdict, trace, trace_problem })
}

/// The states along `path`, or none and why.
pub(super) fn rebuild_path<M: Model>(model: &M, path: &[Wanted]) -> (Vec<TraceStep>, Option<String>) {
    let replayed = catch_unwind(AssertUnwindSafe(|| replay(&mut model.worker(), path)))
        .unwrap_or_else(|_| Err("the model panicked".into()));
    match replayed {
        Ok(trace) => (trace, None),
        Err(problem) => (Vec::new(), Some(format!("the path could not be rebuilt: {problem}"))),
    }
}
