//! What `TLCGet` answers about the run: the figures of the latest progress, and at the end those of the outcome.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::Arc;

use tla_check::progress::Progress;
use tla_eval::RunFacts;

use super::exploring::Explored;

#[derive(Default)]
pub(super) struct Facts {
    generated: AtomicI64,
    distinct: AtomicI64,
    queue: AtomicI64,
    depth: AtomicI64,
    seconds: AtomicI64,
    workers: AtomicI64,
    ended: AtomicBool,
}

impl Facts {
    pub(super) fn new(workers: usize) -> Arc<Self> {
        let facts = Self::default();
        facts.workers.store(clamped(workers as u64), Ordering::Relaxed);
        Arc::new(facts)
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
                "worker" => &facts.workers,
                _ => return None,
            };
            Some(fact.load(Ordering::Relaxed))
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

fn clamped(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
