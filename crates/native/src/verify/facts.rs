//! What `TLCGet` answers about the run: the figures of the latest progress, and at the end those of the outcome.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::Arc;

use tla_check::progress::Progress;
use tla_eval::{Fact, RunFacts};

use super::exploring::Explored;
use super::request::{Mode, Request};

#[derive(Default)]
pub(super) struct Facts {
    generated: AtomicI64,
    distinct: AtomicI64,
    queue: AtomicI64,
    depth: AtomicI64,
    seconds: AtomicI64,
    ended: AtomicBool,
    /// What `TLCGet("config")` answers.
    configuration: Vec<(&'static str, Fact)>,
}

impl Facts {
    pub(super) fn new(request: &Request, check_deadlock: bool) -> Arc<Self> {
        Arc::new(Self { configuration: configuration(request, check_deadlock), ..Self::default() })
    }

    pub(super) fn answers(self: &Arc<Self>) -> RunFacts {
        let facts = self.clone();
        Arc::new(move |key| {
            let fact = match key {
                "generated" => &facts.generated,
                "distinct" => &facts.distinct,
                "queue" => &facts.queue,
                "diameter" => &facts.depth,
                // While states are explored, the evaluator knows.
                "level" if facts.ended.load(Ordering::Relaxed) => &facts.depth,
                "duration" => &facts.seconds,
                "config" => return Some(Fact::Record(facts.configuration.clone())),
                _ => return None,
            };
            Some(Fact::Integer(fact.load(Ordering::Relaxed)))
        })
    }

    pub(super) fn progress(&self, progress: &Progress) {
        self.set(progress.generated, progress.distinct, progress.queue, progress.depth);
        self.seconds.store(clamped(progress.elapsed.as_secs()), Ordering::Relaxed);
    }

    pub(super) fn outcome(&self, outcome: &Explored) {
        self.ended.store(true, Ordering::Relaxed);
        let counts = &outcome.counts;
        self.set(counts.generated, counts.distinct, counts.queue, counts.depth);
        self.seconds.store(clamped(outcome.duration.as_secs()), Ordering::Relaxed);
    }

    fn set(&self, generated: u64, distinct: u64, queue: u64, depth: u32) {
        self.generated.store(clamped(generated), Ordering::Relaxed);
        self.distinct.store(clamped(distinct), Ordering::Relaxed);
        self.queue.store(clamped(queue), Ordering::Relaxed);
        self.depth.store(i64::from(depth), Ordering::Relaxed);
    }
}

/// As far as TLC's has the same (`ModelChecker.createConfig`, `Simulator.createConfig`).
fn configuration(request: &Request, check_deadlock: bool) -> Vec<(&'static str, Fact)> {
    let integer = |number: u64| Fact::Integer(clamped(number));
    let mode = if request.mode == Mode::Simulate { "simulate" } else { "bfs" };
    let mut fields = vec![
        ("mode", Fact::Text(mode.to_owned())),
        ("deadlock", Fact::Truth(check_deadlock)),
        ("worker", integer(request.workers as u64)),
        ("seed", Fact::Text(request.seed.to_string())),
    ];
    if let Some(simulation) = &request.simulation {
        fields.push(("depth", integer(simulation.depth.into())));
        fields.push(("traces", simulation.walks.map_or(Fact::Integer(-1), integer)));
    }
    fields
}

fn clamped(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
