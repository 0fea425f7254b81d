//! What one thread counts, and how the counts of all become one outcome.

use crate::failure::{Failure, Stage};
use crate::histogram::Durations;
use crate::outcome::{EndpointOutcome, StatusOutcome};
use crate::series::Series;
use crate::slowest::{SlowRequest, Slowest};
use crate::trace_context::TraceParent;

/// Statuses of an endpoint that are told apart. A server that invents more does not cost more memory: they count together.
const MOST_STATUSES: usize = 32;
/// The status under which the others count.
const OTHER_STATUS: u16 = 0;

/// The times of one request, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Timing {
    /// From the intended start to the last byte.
    pub(crate) latency: u64,
    /// From the moment the request was sent to the first byte.
    pub(crate) wait: u64,
    /// From the first byte to the last.
    pub(crate) receive: u64,
}

/// The counts of one thread. Nothing is allocated after the first answer of each endpoint and status.
#[derive(Debug)]
pub(crate) struct Statistics {
    pub(crate) endpoints: Vec<EndpointOutcome>,
    pub(crate) series: Series,
    pub(crate) slowest: Slowest,
    /// How long connections took to be made.
    pub(crate) connect: Durations,
    /// How long TLS handshakes took.
    pub(crate) tls: Durations,
    /// Of each failure that says more than its kind, what the first of them said.
    pub(crate) reasons: Vec<(Failure, String)>,
    /// By how much requests started after their intended start although a connection was free: the generator's own delay.
    pub(crate) lateness: Durations,
    /// What arrivals that were never sent had waited, at least the time limit.
    pub(crate) dropped: Durations,
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    /// Of the failed ones.
    pub(crate) timed_out: u64,
    pub(crate) bytes: u64,
    pub(crate) interrupted: u64,
    pub(crate) unsolicited: u64,
    /// How long iterations of several requests took that came to their end, from the intended start.
    pub(crate) iterations: Durations,
    /// Those that did not.
    pub(crate) cut_short: u64,
    /// How often each check held, and how often it did not.
    pub(crate) checks: Vec<(u64, u64)>,
    /// Data that is used once was used up.
    pub(crate) exhausted: bool,
    /// When the last request was started, and when the last one ended.
    pub(crate) last_start: u64,
    pub(crate) last_end: u64,
    timeout: u64,
}

impl Statistics {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>, timeout: u64) -> Self {
        Self {
            endpoints: names.map(EndpointOutcome::new).collect(),
            series: Series::new(),
            slowest: Slowest::default(),
            connect: Durations::new(),
            tls: Durations::new(),
            reasons: Vec::new(),
            lateness: Durations::new(),
            dropped: Durations::new(),
            answered: 0,
            failed: 0,
            timed_out: 0,
            bytes: 0,
            interrupted: 0,
            unsolicited: 0,
            iterations: Durations::new(),
            cut_short: 0,
            checks: Vec::new(),
            exhausted: false,
            last_start: 0,
            last_end: 0,
            timeout,
        }
    }

    #[inline]
    pub(crate) fn answered(&mut self, endpoint: usize, status: u16, body: u64, bytes: u64, timing: Timing, now: u64) {
        self.answered += 1;
        self.bytes += bytes;
        self.last_end = now;
        self.series.answered(now, timing.latency, bytes);
        let endpoint = &mut self.endpoints[endpoint];
        endpoint.wait.record(timing.wait);
        endpoint.receive.record(timing.receive);
        let status = status_of(&mut endpoint.statuses, status);
        status.count += 1;
        status.body_bytes += body;
        status.bytes += bytes;
        status.latency.record(timing.latency);
    }

    /// Keeps an answer that is among the slowest.
    pub(crate) fn answered_slowly(
        &mut self,
        endpoint: usize,
        status: u16,
        timing: Timing,
        trace: Option<TraceParent>,
        now: u64,
    ) {
        self.slowest.note(SlowRequest {
            endpoint,
            latency: timing.latency,
            unsent: Some(timing.latency.saturating_sub(timing.wait + timing.receive)),
            ended: now,
            end: Ok(status),
            trace: trace.map(|trace| trace.trace),
        });
    }

    /// Counts a failure, and how long after its intended start it came. One that timed out took at least the time limit.
    /// `trace` is that which the request was to begin.
    pub(crate) fn failed(
        &mut self,
        endpoint: usize,
        failure: Failure,
        elapsed: u64,
        bytes: u64,
        trace: Option<TraceParent>,
        now: u64,
    ) {
        self.failed += 1;
        self.bytes += bytes;
        self.last_end = now;
        let index = endpoint;
        let endpoint = &mut self.endpoints[index];
        match endpoint.failures.iter_mut().find(|(known, _)| *known == failure) {
            Some((_, count)) => *count += 1,
            None => endpoint.failures.push((failure, 1)),
        }
        if let Failure::Timeout(stage) = failure {
            self.timed_out += 1;
            let latency = elapsed.max(self.timeout);
            endpoint.timed_out.record(latency);
            self.series.failed(now, Some(latency), bytes);
            if self.slowest.admits(latency) {
                // What was never sent has begun no trace.
                let sent = !matches!(stage, Stage::Connecting | Stage::Handshake);
                let trace = trace.filter(|_| sent).map(|trace| trace.trace);
                let end = Err(failure);
                self.slowest.note(SlowRequest { endpoint: index, latency, unsent: None, ended: now, end, trace });
            }
        } else {
            endpoint.failed.record(elapsed);
            self.series.failed(now, None, bytes);
        }
    }

    pub(crate) fn checked(&mut self, check: usize, holds: bool) {
        if self.checks.len() <= check {
            self.checks.resize(check + 1, (0, 0));
        }
        let (passed, failed) = &mut self.checks[check];
        *(if holds { passed } else { failed }) += 1;
    }

    /// Keeps what a failure said, where it is the first of its kind.
    pub(crate) fn explain(&mut self, failure: Failure, reason: String) {
        if !self.reasons.iter().any(|(known, _)| *known == failure) {
            self.reasons.push((failure, reason));
        }
    }

    pub(crate) fn dropped(&mut self, waited: u64, now: u64) {
        self.dropped.record(waited.max(self.timeout));
        self.series.dropped(now);
    }
}

#[inline]
fn status_of(statuses: &mut Vec<StatusOutcome>, status: u16) -> &mut StatusOutcome {
    let index = match statuses.iter().position(|known| known.status == status) {
        Some(index) => index,
        None if statuses.len() < MOST_STATUSES => {
            statuses.push(StatusOutcome::new(status));
            statuses.len() - 1
        }
        // The last one that still fitted becomes the one for all others.
        None => {
            statuses[MOST_STATUSES - 1].status = OTHER_STATUS;
            MOST_STATUSES - 1
        }
    };
    &mut statuses[index]
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMING: Timing = Timing { latency: 3, wait: 2, receive: 1 };

    #[test]
    fn counts_statuses_without_end_together() {
        let mut statistics = Statistics::new(["a"].into_iter(), 10);
        for status in 100..400 {
            statistics.answered(0, status, 1, 2, TIMING, 5);
        }
        let statuses = &statistics.endpoints[0].statuses;
        assert_eq!(statuses.len(), MOST_STATUSES);
        assert_eq!(statuses.iter().map(|status| status.count).sum::<u64>(), 300);
        assert_eq!(statuses[MOST_STATUSES - 1].status, OTHER_STATUS);
    }

    #[test]
    fn counts_a_timeout_as_at_least_the_limit() {
        let mut statistics = Statistics::new(["a"].into_iter(), 1000);
        statistics.failed(0, Failure::Timeout(crate::failure::Stage::Waiting), 900, 0, None, 5);
        statistics.failed(0, Failure::Reset, 900, 0, None, 5);
        statistics.dropped(1, 5);
        let endpoint = &statistics.endpoints[0];
        assert!(endpoint.timed_out.minimum().as_nanos() >= 999);
        assert!(statistics.dropped.minimum().as_nanos() >= 999);
        assert_eq!(statistics.timed_out, 1);
        assert_eq!((endpoint.timed_out.count(), endpoint.failed.count(), statistics.dropped.count()), (1, 1, 1));
    }
}
