//! What a test found.

use std::time::{Duration, SystemTime};

use crate::failure::Failure;
use crate::histogram::Durations;
use crate::saturation::{GeneratorLimit, ThreadUse};
use crate::series::{self, Second};
use crate::slowest::{SlowRequest, Slowest};
use crate::statistics::Statistics;

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The schedule was carried out, and everything that was started was answered, failed or timed out.
    Complete,
    /// It was stopped before: the results are partial.
    Stopped,
    /// A thread of the engine ended unexpectedly, a mistake of the engine: the results are those of the others.
    Broken,
}

/// The result of a test, over all threads.
///
/// Each arrival or iteration counts exactly once: as answered, failed, dropped or interrupted.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// k6's name of the schedule.
    pub executor: &'static str,
    pub ending: Ending,
    /// When the first request was to start.
    pub began: SystemTime,
    /// For how long requests were to be started.
    pub scheduled: Duration,
    /// From the beginning to the last answer or failure.
    pub elapsed: Duration,
    /// From the beginning to the moment at which the last request was started.
    pub started: Duration,
    /// How many requests the schedule asks for: known in the open model only.
    pub intended: Option<u64>,
    /// Complete answers, whatever their status.
    pub answered: u64,
    pub failed: u64,
    /// Requests that were under way when the test was stopped.
    pub interrupted: u64,
    /// Connections on which bytes came that no request had asked for.
    pub unsolicited: u64,
    /// Bytes of answers, complete or not.
    pub bytes: u64,
    /// How long each connection took to be made, without TLS.
    pub connect: Durations,
    /// How long each TLS handshake took.
    pub tls: Durations,
    /// Why requests failed, for those failures that say more than their kind: of each the first that was seen.
    pub reasons: Vec<(Failure, String)>,
    /// Arrivals that were never sent, since no connection was free, each with what it had waited: at least the time limit.
    pub dropped: Durations,
    /// By how much requests started after their intended start although a connection was free.
    pub lateness: Durations,
    /// One for each request of the plan, in its order.
    pub endpoints: Vec<EndpointOutcome>,
    /// How long each iteration of several requests took that came to its end, from its intended start; of a mix, none.
    pub iterations: Durations,
    /// Iterations that ended before their last step: a request failed, a value was not there, a check that matters did not
    /// hold.
    pub cut_short: u64,
    /// What was expected of answers, in the order of the plan.
    pub checks: Vec<CheckOutcome>,
    /// Data that each iteration uses once was used up, and so no more began.
    pub exhausted: bool,
    /// What happened in each second.
    pub seconds: Vec<Second>,
    pub threads: Vec<ThreadUse>,
    pub(crate) slowest: Slowest,
}

/// How often something that was expected of answers was so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckOutcome {
    pub name: String,
    pub passed: u64,
    pub failed: u64,
}

/// What one kind of request got.
#[derive(Debug, Clone)]
pub struct EndpointOutcome {
    pub name: String,
    /// In the order in which they were seen first.
    pub statuses: Vec<StatusOutcome>,
    pub failures: Vec<(Failure, u64)>,
    /// From the moment the request was sent to the first byte of the answer.
    pub wait: Durations,
    /// From the first byte to the last.
    pub receive: Durations,
    /// Timeouts, with the time since the intended start: at least the time limit.
    pub timed_out: Durations,
    /// All other failures, with the time since the intended start.
    pub failed: Durations,
}

/// The answers of one status.
#[derive(Debug, Clone)]
pub struct StatusOutcome {
    /// The code; 0 stands for all others where a server uses more codes than are told apart.
    pub status: u16,
    pub count: u64,
    pub body_bytes: u64,
    /// Status line, headers and body.
    pub bytes: u64,
    /// From the intended start to the last byte.
    pub latency: Durations,
}

impl Outcome {
    /// Latencies of everything that was to be sent: answers, and what timed out or was dropped as having taken at least its
    /// time limit. Other failures are not among them, as a refused connection is no fast answer.
    pub fn latency(&self) -> Durations {
        let mut all = self.dropped.clone();
        for endpoint in &self.endpoints {
            all.merge(&endpoint.latency());
        }
        all
    }

    /// Answers per second: in the closed model until the last one; in the open model over the time in which their requests
    /// were started, which is longer than scheduled where they had to wait for a connection. What the last answers took has
    /// no part in that, so that a short test and a long one agree.
    pub fn achieved_rate(&self) -> f64 {
        let span = match (self.intended, self.ending) {
            (Some(_), Ending::Complete) => self.started.max(self.scheduled),
            (Some(_), Ending::Stopped | Ending::Broken) => self.started,
            (None, _) => self.elapsed,
        };
        if span.is_zero() {
            0.0
        } else {
            self.answered as f64 / span.as_secs_f64()
        }
    }

    /// The mean rate that the schedule asks for, in requests per second: known in the open model only.
    pub fn intended_rate(&self) -> Option<f64> {
        Some(self.intended? as f64 / self.scheduled.as_secs_f64())
    }

    /// How many requests failed in each way, over all endpoints.
    pub fn failures(&self) -> Vec<(Failure, u64)> {
        let mut all = Vec::new();
        for endpoint in &self.endpoints {
            add_counts(&mut all, &endpoint.failures);
        }
        all
    }

    /// The answers and timeouts that took longest, the slowest first.
    pub fn slowest(&self) -> &[SlowRequest] {
        self.slowest.kept()
    }

    /// Why the figures tell about this generator and not about the server alone, the gravest reason first; empty where they
    /// do not.
    pub fn generator_limits(&self) -> Vec<GeneratorLimit> {
        GeneratorLimit::all_of(self)
    }

    pub(crate) fn add(&mut self, statistics: Statistics, thread: ThreadUse) {
        self.answered += statistics.answered;
        self.failed += statistics.failed;
        self.interrupted += statistics.interrupted;
        self.unsolicited += statistics.unsolicited;
        self.bytes += statistics.bytes;
        self.elapsed = self.elapsed.max(Duration::from_nanos(statistics.last_end));
        self.started = self.started.max(Duration::from_nanos(statistics.last_start));
        self.connect.merge(&statistics.connect);
        self.tls.merge(&statistics.tls);
        for (failure, reason) in statistics.reasons {
            if !self.reasons.iter().any(|(known, _)| *known == failure) {
                self.reasons.push((failure, reason));
            }
        }
        self.dropped.merge(&statistics.dropped);
        self.lateness.merge(&statistics.lateness);
        self.iterations.merge(&statistics.iterations);
        self.cut_short += statistics.cut_short;
        self.exhausted |= statistics.exhausted;
        for (check, (passed, failed)) in self.checks.iter_mut().zip(statistics.checks) {
            check.passed += passed;
            check.failed += failed;
        }
        for (endpoint, other) in self.endpoints.iter_mut().zip(statistics.endpoints) {
            endpoint.merge(other);
        }
        series::merge(&mut self.seconds, &statistics.series.finished());
        self.slowest.merge(&statistics.slowest);
        self.threads.push(thread);
    }
}

impl EndpointOutcome {
    pub(crate) fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            statuses: Vec::new(),
            failures: Vec::new(),
            wait: Durations::new(),
            receive: Durations::new(),
            timed_out: Durations::new(),
            failed: Durations::new(),
        }
    }

    /// Latencies of all answers, and of timeouts as at least the time limit.
    pub fn latency(&self) -> Durations {
        let mut all = self.timed_out.clone();
        for status in &self.statuses {
            all.merge(&status.latency);
        }
        all
    }

    fn merge(&mut self, other: Self) {
        self.wait.merge(&other.wait);
        self.receive.merge(&other.receive);
        self.timed_out.merge(&other.timed_out);
        self.failed.merge(&other.failed);
        add_counts(&mut self.failures, &other.failures);
        for status in other.statuses {
            match self.statuses.iter_mut().find(|known| known.status == status.status) {
                Some(known) => known.merge(&status),
                None => self.statuses.push(status),
            }
        }
    }
}

impl StatusOutcome {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, count: 0, body_bytes: 0, bytes: 0, latency: Durations::new() }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.body_bytes += other.body_bytes;
        self.bytes += other.bytes;
        self.latency.merge(&other.latency);
    }
}

fn add_counts(into: &mut Vec<(Failure, u64)>, other: &[(Failure, u64)]) {
    for (failure, count) in other {
        match into.iter_mut().find(|(known, _)| known == failure) {
            Some((_, known)) => *known += count,
            None => into.push((*failure, *count)),
        }
    }
}
