//! What is sent, and within which limits.

use std::time::Duration;

use crate::client::{Prepared, Tls};
use crate::error::LoadError;
use crate::flow::compiled::CompiledFlows;
use crate::flow::session::RowCounters;
use crate::flow::Flows;
use crate::protocol::{Protocol, TlsSettings};
use crate::request::{Request, Serialised};
use crate::response::ResponseLimits;
use crate::selection::Selection;
use crate::target::Target;

/// Each may take a few hundred kilobytes of histograms in each thread.
const MOST_REQUESTS: usize = 200;
const MOST_CONNECTIONS: u32 = 100_000;
/// Requests that may be under way at once, in the open model.
const MOST_LANES: u64 = 1_000_000;
const MOST_THREADS: usize = 256;
const LONGEST_TIMEOUT: Duration = Duration::from_secs(3600);

/// How long a user of the closed model waits between an answer and the next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThinkTime {
    #[default]
    None,
    Constant(Duration),
    /// Any duration between the two, equally likely.
    Uniform(Duration, Duration),
}

/// The settings of a test, unchecked.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub target: Target,
    pub protocol: Protocol,
    /// Of targets that are https or wss.
    pub tls: TlsSettings,
    /// At least one, unless there are flows.
    pub requests: Vec<Request>,
    /// Iterations of several requests, in place of `requests`.
    pub flows: Option<Flows>,
    /// From the intended start to the last byte.
    pub timeout: Duration,
    /// Of the closed model; arrivals of the open model do not think.
    pub think_time: ThinkTime,
    pub limits: ResponseLimits,
    /// The most connections of the open model, over all threads. Users of the closed model have one each.
    pub connections: u32,
    /// How many arrivals of the open model may wait for a free connection, over all threads. Where more would, the oldest
    /// is dropped; with 0 an arrival that finds no free connection is dropped at once, as k6 does. Without a number they
    /// wait until their time limit.
    pub waiting: Option<u64>,
    /// One per core that the test may use.
    pub threads: usize,
    /// Makes the choice among requests repeatable.
    pub seed: u64,
    /// Send `traceparent` (W3C Trace Context) with each request, each with a trace of its own, so that a slow one can be
    /// found among what the services recorded. Messages of WebSocket have no headers, and so none of that.
    pub traces: bool,
}

impl Settings {
    /// One request to `target`, a time limit of 30 s, one thread and up to 1000 connections.
    pub fn new(target: Target, request: Request) -> Self {
        Self {
            target,
            protocol: Protocol::default(),
            tls: TlsSettings::default(),
            requests: vec![request],
            flows: None,
            timeout: Duration::from_secs(30),
            think_time: ThinkTime::None,
            limits: ResponseLimits::default(),
            connections: 1000,
            waiting: None,
            threads: 1,
            seed: 0,
            traces: false,
        }
    }

    pub(crate) fn sends_traces(&self) -> bool {
        self.traces && self.protocol != Protocol::WebSocket
    }

    /// How many requests of the open model may be under way at once.
    fn lanes(&self) -> u64 {
        u64::from(self.connections) * u64::from(self.protocol.streams())
    }
}

/// Settings that were found to make sense, with the bytes of each request.
#[derive(Debug, Clone)]
pub struct Plan {
    settings: Settings,
    serialised: Vec<Serialised>,
    flows: Option<CompiledFlows>,
    prepared: Prepared,
    tls: Option<Tls>,
}

impl Plan {
    /// Checks settings. An error names the setting or request at fault.
    pub fn new(settings: Settings) -> Result<Self, LoadError> {
        let flows = settings.flows.clone().map(CompiledFlows::new).transpose()?;
        if flows.is_none() {
            within("requests", settings.requests.len() as u64, MOST_REQUESTS as u64)?;
        }
        within("connections", u64::from(settings.connections), u64::from(MOST_CONNECTIONS))?;
        settings.protocol.check()?;
        within("streams of all connections", settings.lanes(), MOST_LANES)?;
        within("threads", settings.threads as u64, MOST_THREADS as u64)?;
        let zero_headroom = settings.limits.head_bytes == 0 || settings.limits.body_bytes == 0;
        let refused = |name, reason: &str| Err(LoadError::Setting { name, reason: reason.to_owned() });
        if settings.timeout < Duration::from_millis(1) || settings.timeout > LONGEST_TIMEOUT {
            return refused("timeout", "it is between 1 ms and 1 hour");
        }
        if zero_headroom {
            return refused("limits of responses", "0 bytes would refuse every answer");
        }
        if flows.is_some() && !settings.requests.is_empty() {
            return refused("requests", "they are part of the flows where there are flows");
        }
        let longest_thought = match settings.think_time {
            ThinkTime::None => Duration::ZERO,
            ThinkTime::Constant(time) => time,
            ThinkTime::Uniform(shortest, longest) if shortest <= longest => longest,
            ThinkTime::Uniform(..) => return refused("think time", "its longest is below its shortest"),
        };
        if longest_thought > LONGEST_TIMEOUT {
            return refused("think time", "it is at most 1 hour");
        }
        let traces = settings.sends_traces();
        let serialised: Result<Vec<_>, _> =
            settings.requests.iter().map(|request| request.serialised(&settings.target, traces)).collect();
        let tls = settings.target.is_secure().then(|| Tls::new(&settings.tls, &settings.target, settings.protocol));
        let (tls, prepared) = (tls.transpose()?, Prepared::new(&settings)?);
        let plan = Self { serialised: serialised?, flows, prepared, tls, settings };
        let over_http = matches!(plan.settings.protocol, Protocol::Http1 | Protocol::Http2 { .. });
        if plan.flows.is_some() && !over_http {
            return refused("flows", "iterations of several requests are sent over HTTP/1.1 and HTTP/2 only");
        }
        Ok(plan)
    }

    /// What the plan was made of.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn serialised(&self) -> &[Serialised] {
        &self.serialised
    }

    pub(crate) fn flows(&self) -> Option<&CompiledFlows> {
        self.flows.as_ref()
    }

    /// The names under which requests are counted.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = &str> {
        let of_flows = self.flows.iter().flat_map(|flows| flows.endpoints.iter().map(String::as_str));
        of_flows.chain(self.serialised.iter().map(|request| request.name.as_str()))
    }

    pub(crate) fn checks(&self) -> &[String] {
        self.flows.as_ref().map_or(&[], |flows| &flows.checks)
    }

    /// How many rows of each table were handed out: none yet.
    pub(crate) fn row_counters(&self) -> RowCounters {
        self.flows.iter().flat_map(|flows| flows.flows.data.iter().map(|_| Default::default())).collect()
    }

    /// The requests as the protocol wants them, where that is not plain HTTP/1.1.
    pub(crate) fn prepared(&self) -> &Prepared {
        &self.prepared
    }

    pub(crate) fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    /// Whether requests are HTTP/1.1 without TLS.
    pub(crate) fn is_plain(&self) -> bool {
        self.tls.is_none() && self.settings.protocol == Protocol::Http1
    }

    pub(crate) fn timeout(&self) -> u64 {
        self.settings.timeout.as_nanos() as u64
    }

    /// The choice among requests or flows that thread `thread` makes.
    pub(crate) fn selection(&self, thread: usize) -> Selection {
        let seed = self.settings.seed.wrapping_add((thread as u64) << 32);
        match &self.flows {
            Some(flows) => Selection::new(flows.flows.flows.iter().map(|flow| flow.weight), seed),
            None => Selection::new(self.settings.requests.iter().map(|request| request.weight), seed),
        }
    }
}

fn within(what: &'static str, value: u64, limit: u64) -> Result<(), LoadError> {
    if value == 0 {
        return Err(LoadError::Setting { name: what, reason: "at least 1 is needed".to_owned() });
    }
    if value > limit {
        return Err(LoadError::Limit { what, value, limit });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> Settings {
        Settings::new(Target::parse("http://127.0.0.1:1/").expect("a literal address").0, Request::get("/"))
    }

    #[test]
    fn refuses_settings_that_make_no_sense() {
        assert!(Plan::new(settings()).is_ok());
        let second = Duration::from_secs(1);
        let bad = [
            Settings { requests: vec![], ..settings() },
            Settings { requests: vec![Request::get("/"); MOST_REQUESTS + 1], ..settings() },
            Settings { connections: 0, ..settings() },
            Settings { connections: MOST_CONNECTIONS + 1, ..settings() },
            Settings { threads: 0, ..settings() },
            Settings { threads: MOST_THREADS + 1, ..settings() },
            Settings { protocol: Protocol::Http2 { streams: 0 }, ..settings() },
            Settings { protocol: Protocol::Grpc { streams: 100_000 }, ..settings() },
            Settings { protocol: Protocol::Http2 { streams: 10_000 }, ..settings() },
            Settings { timeout: Duration::ZERO, ..settings() },
            Settings { timeout: LONGEST_TIMEOUT + second, ..settings() },
            Settings { limits: ResponseLimits { head_bytes: 0, body_bytes: 1 }, ..settings() },
            Settings { think_time: ThinkTime::Uniform(second, Duration::ZERO), ..settings() },
            Settings { think_time: ThinkTime::Constant(LONGEST_TIMEOUT + second), ..settings() },
        ];
        for settings in bad {
            assert!(Plan::new(settings.clone()).is_err(), "{settings:?}");
        }
    }
}
