//! What Python asks for: `assay.bench.LoadTest` as msgspec writes it.

use std::path::PathBuf;
use std::time::Duration;

use base64::prelude::{Engine as _, BASE64_STANDARD};
use load::interface::Interface;
use load::plan::ThinkTime;
use load::protocol::{Identity, Protocol, TlsSettings};
use load::response::ResponseLimits;
use load::schedule::Stage;
use load::target::Target;
use load::{Executor, LoadError, Settings};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::flows::GivenFlows;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LoadTest {
    target: String,
    protocol: GivenProtocol,
    tls: GivenTls,
    requests: Vec<GivenRequest>,
    flows: Option<GivenFlows>,
    executor: GivenExecutor,
    /// Seconds, as all times here.
    timeout: f64,
    think_time: GivenThinkTime,
    connections: u32,
    waiting: Option<u64>,
    largest_head: u64,
    largest_body: u64,
    threads: usize,
    seed: u64,
    traces: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenRequest {
    name: String,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    #[serde(deserialize_with = "base64_bytes")]
    body: Vec<u8>,
    weight: u32,
    answer: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "protocol", rename_all = "lowercase", deny_unknown_fields)]
enum GivenProtocol {
    Http1,
    Http2 { streams: u32 },
    Grpc { streams: u32, proto_files: Vec<PathBuf>, proto_folders: Vec<PathBuf>, descriptor_set: Option<PathBuf> },
    WebSocket,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTls {
    ca_file: Option<PathBuf>,
    insecure: bool,
    certificate_file: Option<PathBuf>,
    key_file: Option<PathBuf>,
    server_name: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GivenThinkTime {
    shortest: f64,
    longest: f64,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "executor", rename_all = "kebab-case", deny_unknown_fields)]
enum GivenExecutor {
    ConstantArrivalRate {
        rate: f64,
        seconds: f64,
    },
    RampingArrivalRate {
        start_rate: f64,
        stages: Vec<GivenStage>,
    },
    #[serde(rename = "constant-vus")]
    ConstantUsers {
        users: u32,
        seconds: f64,
    },
    #[serde(rename = "ramping-vus")]
    RampingUsers {
        start_users: u32,
        stages: Vec<GivenStage>,
    },
    SharedIterations {
        users: u32,
        iterations: u64,
        longest_seconds: f64,
    },
    #[serde(rename = "per-vu-iterations")]
    PerUserIterations {
        users: u32,
        iterations: u64,
        longest_seconds: f64,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenStage {
    target: f64,
    seconds: f64,
}

impl LoadTest {
    /// Asks the resolver for the target's addresses.
    pub(super) fn settings(&self) -> Result<Settings, LoadError> {
        let (target, _) = Target::parse(&self.target)?;
        let interface = self.protocol.interface()?;
        let request = |given: &GivenRequest| match &interface {
            Some(interface) => interface.encoded(&given.request()),
            None => Ok(given.request()),
        };
        Ok(Settings {
            target,
            protocol: self.protocol.protocol(),
            tls: self.tls.settings(),
            requests: self.requests.iter().map(request).collect::<Result<_, _>>()?,
            flows: self.flows.as_ref().map(GivenFlows::flows).transpose()?,
            timeout: duration("timeout", self.timeout)?,
            think_time: self.think_time.think_time()?,
            limits: ResponseLimits { head_bytes: self.largest_head, body_bytes: self.largest_body },
            connections: self.connections,
            waiting: self.waiting,
            threads: self.threads,
            seed: self.seed,
            traces: self.traces,
        })
    }

    pub(super) fn executor(&self) -> Result<Executor, LoadError> {
        let seconds = |seconds: &f64| duration("executor", *seconds);
        Ok(match &self.executor {
            GivenExecutor::ConstantArrivalRate { rate, seconds: given } => {
                Executor::ConstantArrivalRate { rate: *rate, duration: seconds(given)? }
            }
            GivenExecutor::RampingArrivalRate { start_rate, stages: given } => {
                Executor::RampingArrivalRate { start_rate: *start_rate, stages: stages(given)? }
            }
            GivenExecutor::ConstantUsers { users, seconds: given } => {
                Executor::ConstantUsers { users: *users, duration: seconds(given)? }
            }
            GivenExecutor::RampingUsers { start_users, stages: given } => {
                Executor::RampingUsers { start_users: *start_users, stages: stages(given)? }
            }
            GivenExecutor::SharedIterations { users, iterations, longest_seconds } => Executor::SharedIterations {
                users: *users,
                iterations: *iterations,
                longest: seconds(longest_seconds)?,
            },
            GivenExecutor::PerUserIterations { users, iterations, longest_seconds } => Executor::PerUserIterations {
                users: *users,
                iterations: *iterations,
                longest: seconds(longest_seconds)?,
            },
        })
    }
}

impl GivenProtocol {
    fn protocol(&self) -> Protocol {
        match self {
            Self::Http1 => Protocol::Http1,
            Self::Http2 { streams } => Protocol::Http2 { streams: *streams },
            Self::Grpc { streams, .. } => Protocol::Grpc { streams: *streams },
            Self::WebSocket => Protocol::WebSocket,
        }
    }

    /// What describes the messages of calls; without it they are given as protobuf encodes them.
    fn interface(&self) -> Result<Option<Interface>, LoadError> {
        match self {
            Self::Grpc { descriptor_set: Some(file), .. } => Interface::from_descriptor_set(file).map(Some),
            Self::Grpc { proto_files, proto_folders, .. } if !proto_files.is_empty() => {
                Interface::from_proto(proto_files, proto_folders).map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl GivenTls {
    fn settings(&self) -> TlsSettings {
        let identity = self.certificate_file.as_ref().map(|certificates| Identity {
            certificates: certificates.clone(),
            key: self.key_file.as_ref().unwrap_or(certificates).clone(),
        });
        TlsSettings {
            authorities: self.ca_file.clone(),
            insecure: self.insecure,
            identity,
            server_name: self.server_name.clone(),
        }
    }
}

impl GivenRequest {
    fn request(&self) -> load::request::Request {
        load::request::Request {
            name: self.name.clone(),
            method: self.method.clone(),
            path: self.path.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            weight: self.weight,
            answer: self.answer.clone(),
        }
    }
}

impl GivenThinkTime {
    pub(super) fn think_time(&self) -> Result<ThinkTime, LoadError> {
        let (shortest, longest) = (duration("think time", self.shortest)?, duration("think time", self.longest)?);
        Ok(match (shortest, longest) {
            (_, Duration::ZERO) if shortest.is_zero() => ThinkTime::None,
            _ if shortest == longest => ThinkTime::Constant(longest),
            _ => ThinkTime::Uniform(shortest, longest),
        })
    }
}

fn stages(given: &[GivenStage]) -> Result<Vec<Stage>, LoadError> {
    let stage = |given: &GivenStage| Ok(Stage { target: given.target, duration: duration("executor", given.seconds)? });
    given.iter().map(stage).collect()
}

fn duration(name: &'static str, seconds: f64) -> Result<Duration, LoadError> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| LoadError::Setting { name, reason: format!("{seconds} seconds are no duration") })
}

fn base64_bytes<'de, Source: Deserializer<'de>>(source: Source) -> Result<Vec<u8>, Source::Error> {
    let text = String::deserialize(source)?;
    BASE64_STANDARD.decode(text).map_err(Source::Error::custom)
}
