//! What Python is told, as plain data: the fields that `assay.bench.LoadResult` has, under its names. Times are in seconds.

use std::time::{Duration, UNIX_EPOCH};

use load::histogram::Durations;
use load::outcome::{CheckOutcome, Ending, EndpointOutcome};
use load::series::Second;
use load::slowest::SlowRequest;
use load::{Failure, LoadError, Outcome};
use serde::Serialize;

/// The outcome, or why there is none.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    outcome: Option<Report>,
    error: Option<Refusal>,
}

#[derive(Debug, Serialize)]
struct Refusal {
    kind: &'static str,
    message: String,
}

#[derive(Debug, Serialize)]
struct Report {
    executor: &'static str,
    ending: &'static str,
    began: f64,
    scheduled_seconds: f64,
    elapsed_seconds: f64,
    intended: Option<u64>,
    answered: u64,
    failed: u64,
    dropped: u64,
    interrupted: u64,
    bytes_received: u64,
    rate: f64,
    latency: Histogram,
    connect: Histogram,
    tls: Histogram,
    endpoints: Vec<Endpoint>,
    seconds: Vec<InSecond>,
    user_seconds: f64,
    system_seconds: f64,
    limits: Vec<String>,
    checks: Vec<Check>,
    iterations: Histogram,
    cut_short: u64,
    exhausted: bool,
    /// The name of a failure and what the first of its kind said, for those that say more than their kind.
    reasons: Vec<(&'static str, String)>,
    unsolicited: u64,
    slowest: Vec<Slow>,
}

#[derive(Debug, Serialize)]
struct Slow {
    endpoint: String,
    seconds: f64,
    unsent_seconds: Option<f64>,
    ended: f64,
    status: Option<u16>,
    failure: Option<&'static str>,
    trace: Option<String>,
}

#[derive(Debug, Serialize)]
struct Check {
    name: String,
    passed: u64,
    failed: u64,
}

#[derive(Debug, Serialize)]
struct Endpoint {
    name: String,
    answered: u64,
    failed: u64,
    statuses: Vec<(u16, u64)>,
    /// Name, sentence, count.
    failures: Vec<(&'static str, String, u64)>,
    latency: Histogram,
    wait: Histogram,
    receive: Histogram,
}

#[derive(Debug, Serialize)]
struct InSecond {
    answered: u64,
    failed: u64,
    dropped: u64,
    bytes_received: u64,
    p50: f64,
    p95: f64,
    p99: f64,
    longest: f64,
}

#[derive(Debug, Serialize)]
struct Histogram {
    buckets: Vec<(f64, u64)>,
    sum_seconds: f64,
    minimum: f64,
    maximum: f64,
}

impl Answer {
    pub(super) fn outcome(outcome: &Outcome) -> Self {
        Self { outcome: Some(Report::of(outcome)), error: None }
    }

    pub(super) fn error(error: &LoadError) -> Self {
        let kind = match error {
            LoadError::Target { .. } => "target",
            LoadError::Resolution { .. } => "resolution",
            LoadError::Request { .. } => "request",
            LoadError::Setting { .. } => "setting",
            LoadError::Limit { .. } => "limit",
            LoadError::Descriptors { .. } => "descriptors",
            LoadError::System { .. } => "system",
            LoadError::Unsupported => "unsupported",
        };
        Self { outcome: None, error: Some(Refusal { kind, message: error.to_string() }) }
    }

    /// The answer where the engine panicked: a mistake of ours.
    pub(super) fn internal(message: &str) -> Self {
        let refusal = Refusal { kind: "internal", message: format!("internal error: {message}") };
        Self { outcome: None, error: Some(refusal) }
    }
}

impl Report {
    fn of(outcome: &Outcome) -> Self {
        let began = outcome.began.duration_since(UNIX_EPOCH).unwrap_or_default();
        let processor: Duration = outcome.threads.iter().map(|thread| thread.processor).sum();
        let system: Duration = outcome.threads.iter().map(|thread| thread.system).sum();
        Self {
            executor: outcome.executor,
            ending: match outcome.ending {
                Ending::Complete => "complete",
                Ending::Stopped => "stopped",
                Ending::Broken => "broken",
            },
            began: began.as_secs_f64(),
            scheduled_seconds: outcome.scheduled.as_secs_f64(),
            elapsed_seconds: outcome.elapsed.as_secs_f64(),
            intended: outcome.intended,
            answered: outcome.answered,
            failed: outcome.failed,
            dropped: outcome.dropped.count(),
            interrupted: outcome.interrupted,
            bytes_received: outcome.bytes,
            rate: outcome.achieved_rate(),
            latency: Histogram::of(&outcome.latency()),
            connect: Histogram::of(&outcome.connect),
            tls: Histogram::of(&outcome.tls),
            endpoints: outcome.endpoints.iter().map(Endpoint::of).collect(),
            seconds: outcome.seconds.iter().map(InSecond::of).collect(),
            user_seconds: processor.saturating_sub(system).as_secs_f64(),
            system_seconds: system.as_secs_f64(),
            reasons: outcome.reasons.iter().map(|(failure, reason)| (failure.name(), reason.clone())).collect(),
            unsolicited: outcome.unsolicited,
            slowest: outcome.slowest().iter().map(|request| Slow::of(request, outcome)).collect(),
            limits: outcome.generator_limits().iter().map(ToString::to_string).collect(),
            checks: outcome.checks.iter().map(Check::of).collect(),
            iterations: Histogram::of(&outcome.iterations),
            cut_short: outcome.cut_short,
            exhausted: outcome.exhausted,
        }
    }
}

impl Slow {
    fn of(request: &SlowRequest, outcome: &Outcome) -> Self {
        let endpoint = outcome.endpoints.get(request.endpoint);
        Self {
            endpoint: endpoint.map(|endpoint| endpoint.name.clone()).unwrap_or_default(),
            seconds: seconds(request.latency),
            unsent_seconds: request.unsent.map(seconds),
            ended: seconds(request.ended),
            status: request.end.ok(),
            failure: request.end.err().map(Failure::name),
            trace: request.trace.map(|trace| format!("{trace:032x}")),
        }
    }
}

impl Check {
    fn of(check: &CheckOutcome) -> Self {
        Self { name: check.name.clone(), passed: check.passed, failed: check.failed }
    }
}

impl Endpoint {
    fn of(endpoint: &EndpointOutcome) -> Self {
        Self {
            name: endpoint.name.clone(),
            answered: endpoint.statuses.iter().map(|status| status.count).sum(),
            failed: endpoint.failures.iter().map(|(_, count)| count).sum(),
            statuses: endpoint.statuses.iter().map(|status| (status.status, status.count)).collect(),
            failures: endpoint
                .failures
                .iter()
                .map(|(failure, count)| (failure.name(), failure.to_string(), *count))
                .collect(),
            latency: Histogram::of(&endpoint.latency()),
            wait: Histogram::of(&endpoint.wait),
            receive: Histogram::of(&endpoint.receive),
        }
    }
}

impl InSecond {
    fn of(second: &Second) -> Self {
        let quantile = |share| Duration::from_nanos(second.quantile(share)).as_secs_f64();
        Self {
            answered: second.answered,
            failed: second.failed,
            dropped: second.dropped,
            bytes_received: second.bytes,
            p50: quantile(0.5),
            p95: quantile(0.95),
            p99: quantile(0.99),
            longest: quantile(1.0),
        }
    }
}

impl Histogram {
    fn of(durations: &Durations) -> Self {
        Self {
            buckets: durations.buckets().map(|(bound, count)| (seconds(bound), count)).collect(),
            sum_seconds: durations.sum().as_secs_f64(),
            minimum: durations.minimum().as_secs_f64(),
            maximum: durations.maximum().as_secs_f64(),
        }
    }
}

fn seconds(nanoseconds: u64) -> f64 {
    Duration::from_nanos(nanoseconds).as_secs_f64()
}
