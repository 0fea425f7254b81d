//! Mutation testing: which small changes of a specification its properties notice.

mod recording;
mod report;
mod request;
mod trial;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tla_check::model::Flow;
use tla_syntax::mutation::{Mutation, Subject};
use tla_syntax::source::SourceMap;

pub(super) use report::{MutationReport, Standing};
pub(super) use request::MutationRequest;

use super::conclusion::{Conclusion, SYSTEM};
use super::loading;
use super::shown;
use recording::Beside;
use report::{Fate, Mutant, Original};
use trial::{Bounds, Trial};

/// How often the thread that may be told to stop looks.
const POLL: Duration = Duration::from_millis(50);
/// Mutants that reach more states than this many times those of the original are given up.
const STATES_FACTOR: u64 = 4;
/// States that a mutant may always reach.
const STATES_LEAST: u64 = 1000;
/// A mutant may take so much longer than the original.
const TIME_FACTOR: f64 = 20.0;
const SECONDS_LEAST: f64 = 5.0;

/// Is told how far it is, and says whether to go on.
pub(super) type MutationObserver<'a> = dyn FnMut(&Standing) -> Flow + 'a;

/// Tries the mutants that `request` asks for. Whatever goes wrong is in the report.
pub(super) fn mutate(request: &MutationRequest, observer: &mut MutationObserver<'_>) -> MutationReport {
    let began = Instant::now();
    let mut sources = SourceMap::default();
    let mut report = MutationReport::new(&request.check.specification);
    match loading::load(&request.check, &mut sources) {
        Ok(loaded) => {
            report.constants = loading::constants(&loaded.program, &loaded.model);
            let subject = Subject::new(&loaded.program, &loaded.model);
            let run = Run { request, sources: &sources, subject: &subject, began, stop: AtomicBool::new(false) };
            if let Err(error) = run.all(&mut report, observer) {
                report.conclusion = Conclusion::failure(SYSTEM, format!("a thread cannot be started: {error}"));
            }
        }
        Err(unreadable) => {
            report.conclusion = unreadable.conclusion();
            report.diagnostics = shown::errors(&sources, &unreadable.diagnostics);
        }
    }
    report.seconds = began.elapsed().as_secs_f64();
    report
}

/// The report where the run panicked: a mistake of ours.
pub(super) fn panicked(request: &MutationRequest, message: &str) -> MutationReport {
    let mut report = MutationReport::new(&request.check.specification);
    report.conclusion = Conclusion::failure(tla_check::outcome::SYSTEM_FAILURE, format!("internal error: {message}"));
    report
}

struct Run<'a> {
    request: &'a MutationRequest,
    sources: &'a SourceMap,
    subject: &'a Subject,
    began: Instant,
    stop: AtomicBool,
}

impl Run<'_> {
    fn all(&self, report: &mut MutationReport, observer: &mut MutationObserver<'_>) -> std::io::Result<()> {
        let mutations = self.subject.mutations();
        report.names = self.names(&mutations);
        if self.request.only.as_ref().is_some_and(HashSet::is_empty) {
            report.conclusion = Conclusion::ok("nothing was explored");
            return Ok(());
        }
        let nothing = Standing::default();
        let original = self.watched(&mut || observer(&nothing), || self.original())?;
        report.conclusion = original.conclusion.clone();
        report.distinct = original.distinct();
        let Some(graph) = original.graph else { return Ok(()) };
        let wanted = |name: &String| self.request.only.as_ref().is_none_or(|only| only.contains(name));
        let chosen: Vec<usize> = (0..mutations.len()).filter(|&index| wanted(&report.names[index])).collect();
        let bounds = self.bounds(&original);
        report.bound_states = bounds.states;
        report.bound_seconds = bounds.seconds;
        let tally = Tally { next: AtomicUsize::new(0), fates: Mutex::new(vec![None; chosen.len()]) };
        let beside = original.steps.map_or(Beside::Nothing, Beside::Steps);
        let trial = Trial { subject: self.subject, request: self.request, graph: Some(graph), beside, bounds };
        let work = || self.work(&trial, &mutations, &chosen, &tally);
        let mut tell = || observer(&tally.standing(self.began));
        self.watched(&mut tell, || {
            thread::scope(|scope| -> std::io::Result<()> {
                for _ in 1..self.request.check.workers.min(chosen.len()) {
                    large_stack().spawn_scoped(scope, work)?;
                }
                work();
                Ok(())
            })
        })??;
        let fates = tally.fates.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (&index, fate) in chosen.iter().zip(fates) {
            let name = report.names[index].clone();
            report.mutants.push(self.mutant(&mutations[index], name, fate.unwrap_or_else(Fate::not_tried)));
        }
        if self.stop.load(Ordering::Relaxed) {
            report.conclusion = match self.late() {
                true => Conclusion::limit(tla_check::outcome::Limit::Duration(self.allowed().unwrap_or_default())),
                false => Conclusion::interrupted(),
            };
        }
        Ok(())
    }

    /// Runs `work` on a thread with the stack that evaluation needs, and asks meanwhile whether to go on.
    fn watched<T: Send>(&self, tell: &mut dyn FnMut() -> Flow, work: impl FnOnce() -> T + Send) -> std::io::Result<T> {
        thread::scope(|scope| {
            let worker = large_stack().spawn_scoped(scope, work)?;
            while !worker.is_finished() {
                thread::park_timeout(POLL);
                if self.late() || tell() == Flow::Stop {
                    self.stop.store(true, Ordering::Relaxed);
                }
            }
            Ok(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    fn allowed(&self) -> Option<Duration> {
        self.request.check.max_seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
    }

    fn late(&self) -> bool {
        self.allowed().is_some_and(|allowed| self.began.elapsed() >= allowed)
    }

    fn original(&self) -> Original {
        let bounds = Bounds { states: self.request.check.max_states, seconds: None };
        let trial = Trial { subject: self.subject, request: self.request, graph: None, beside: Beside::Keep, bounds };
        trial.original(&self.stop)
    }

    fn bounds(&self, original: &Original) -> Bounds {
        let states = original.distinct().saturating_mul(STATES_FACTOR).saturating_add(STATES_LEAST);
        let seconds = (original.seconds * TIME_FACTOR).max(SECONDS_LEAST);
        Bounds { states: Some(states), seconds: Some(self.request.mutant_seconds.unwrap_or(seconds)) }
    }

    /// Takes one mutant after the other, until there is none left.
    fn work(&self, trial: &Trial<'_>, mutations: &[Mutation<'_>], chosen: &[usize], tally: &Tally) {
        while !self.stop.load(Ordering::Relaxed) {
            let number = tally.next.fetch_add(1, Ordering::Relaxed);
            let Some(&index) = chosen.get(number) else { return };
            let fate = trial.of(&mutations[index], &self.stop);
            tally.fates.lock().unwrap_or_else(PoisonError::into_inner)[number] = Some(fate);
        }
    }

    /// The same text may stand twice in a definition: from the second on, names are numbered.
    fn names(&self, mutations: &[Mutation<'_>]) -> Vec<String> {
        let mut seen: HashMap<String, usize> = HashMap::new();
        let name = |mutation: &Mutation<'_>| {
            let description = mutation.description(self.sources);
            let times = seen.entry(description.clone()).and_modify(|times| *times += 1).or_insert(1);
            if *times == 1 {
                description
            } else {
                format!("{description} ({times})")
            }
        };
        mutations.iter().map(name).collect()
    }

    fn mutant(&self, mutation: &Mutation<'_>, name: String, fate: Fate) -> Mutant {
        Mutant {
            name,
            change: mutation.change.as_str(),
            definition: mutation.definition.to_string(),
            place: shown::place(self.sources, mutation.span),
            fate,
        }
    }
}

fn large_stack() -> thread::Builder {
    thread::Builder::new().name("mutants".into()).stack_size(tla_eval::STACK_BYTES)
}

/// What is known of the mutants so far.
struct Tally {
    next: AtomicUsize,
    fates: Mutex<Vec<Option<Fate>>>,
}

impl Tally {
    fn standing(&self, began: Instant) -> Standing {
        let fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        let count = |wanted: &dyn Fn(&Fate) -> bool| fates.iter().flatten().filter(|fate| wanted(fate)).count();
        Standing {
            done: count(&|_| true),
            of: fates.len(),
            killed: count(&Fate::is_killed),
            alive: count(&Fate::is_alive),
            elapsed: began.elapsed(),
        }
    }
}
