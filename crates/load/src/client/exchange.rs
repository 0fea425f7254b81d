//! One request and its answer, whatever the protocol: what it is given, what it notes down, and how it ends.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use tokio::time::{timeout_at, Instant};

use crate::connection::Clock;
use crate::failure::{Failure, Stage};
use crate::plan::Plan;
use crate::response::Sink;
use crate::statistics::Timing;
use crate::trace_context::TraceParent;

use super::fault::Fault;
use super::http1::Http1;
use super::http2::Http2;
use super::websocket::WebSocket;

/// What all exchanges of a worker share.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) clock: Clock,
    /// Bytes that are read at once, and looked at before anything else is read.
    pub(crate) buffer: RefCell<Box<[u8]>>,
    /// The number that the next message of this worker gets.
    pub(crate) next_message: Cell<u64>,
}

/// What an exchange notes down while it goes on, so that it is known even where the exchange is given up.
#[derive(Debug)]
pub(crate) struct Trace {
    pub(crate) stage: Cell<Stage>,
    /// How long connecting took, where this exchange had to connect; and the TLS handshake.
    pub(crate) connect: Cell<Option<u64>>,
    pub(crate) tls: Cell<Option<u64>>,
    pub(crate) sent_at: Cell<u64>,
    pub(crate) first_byte_at: Cell<u64>,
    /// Bytes of the answer so far.
    pub(crate) bytes: Cell<u64>,
    /// Connections or messages on which something came that was not asked for.
    pub(crate) unsolicited: Cell<u64>,
}

impl Trace {
    fn new() -> Self {
        Self {
            stage: Cell::new(Stage::Sending),
            connect: Cell::new(None),
            tls: Cell::new(None),
            sent_at: Cell::new(0),
            first_byte_at: Cell::new(0),
            bytes: Cell::new(0),
            unsolicited: Cell::new(0),
        }
    }

    /// Notes that the request is sent from now on.
    pub(crate) fn sending(&self, clock: Clock) {
        self.stage.set(Stage::Sending);
        self.sent_at.set(clock.now());
    }

    /// Notes that bytes of the answer came.
    pub(crate) fn received(&self, bytes: u64, clock: Clock) {
        if self.stage.get() != Stage::Receiving {
            self.stage.set(Stage::Receiving);
            self.first_byte_at.set(clock.now());
        }
        self.bytes.set(self.bytes.get() + bytes);
    }

    /// The times of an answer that was meant to begin at `intended` and is complete at `now`.
    pub(crate) fn timing(&self, intended: u64, now: u64) -> Timing {
        Timing {
            latency: now.saturating_sub(intended),
            wait: self.first_byte_at.get().saturating_sub(self.sent_at.get()),
            receive: now.saturating_sub(self.first_byte_at.get()),
        }
    }
}

/// A complete answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body_bytes: u64,
}

/// A request that is to be sent: where it is counted, and when it was meant to start.
#[derive(Debug)]
pub(crate) struct Task<Shown> {
    pub(crate) slot: usize,
    pub(crate) endpoint: usize,
    pub(crate) expects_body: bool,
    /// As HTTP/1.1 writes it; without them it is the request of the plan that has the number of the endpoint.
    pub(crate) bytes: Option<Vec<u8>>,
    /// The trace that it begins.
    pub(crate) trace: Option<TraceParent>,
    /// Is shown the answer while it arrives.
    pub(crate) sink: Shown,
    pub(crate) intended: u64,
    pub(crate) deadline: u64,
}

/// How an exchange ended, and the lane that it used.
#[derive(Debug)]
pub(crate) struct Ended<Shown> {
    pub(crate) task: Task<Shown>,
    pub(crate) lane: Lane,
    pub(crate) trace: Trace,
    pub(crate) at: u64,
    pub(crate) outcome: Result<Answer, Fault>,
}

/// What one request at a time is sent on.
#[derive(Debug)]
pub(crate) enum Lane {
    Http1(Box<Http1>),
    Http2(Http2),
    WebSocket(Box<WebSocket>),
}

impl Lane {
    /// Gives up whatever is under way, so that the next request starts afresh.
    fn abandon(&mut self) {
        match self {
            Self::Http1(lane) => lane.close(),
            // Dropping a stream has reset it; the connection serves others.
            Self::Http2(_) => {}
            Self::WebSocket(lane) => lane.close(),
        }
    }
}

/// Sends the request of `task` on `lane` and waits for its answer, but not longer than its time limit.
pub(crate) async fn exchange<Shown: Sink>(
    context: &Context<'_>,
    mut lane: Lane,
    mut task: Task<Shown>,
) -> Ended<Shown> {
    let trace = Trace::new();
    let limit = Instant::from_std(context.clock.origin + Duration::from_nanos(task.deadline));
    let attempt = timeout_at(limit, async {
        match &mut lane {
            Lane::Http1(lane) => lane.exchange(context, &trace, &mut task).await,
            Lane::Http2(lane) => lane.exchange(context, &trace, &mut task).await,
            Lane::WebSocket(lane) => lane.exchange(context, &trace, task.endpoint).await,
        }
    });
    let outcome = attempt.await.unwrap_or_else(|_| Err(Fault::from(Failure::Timeout(trace.stage.get()))));
    if outcome.is_err() {
        lane.abandon();
    }
    Ended { task, lane, trace, at: context.clock.now(), outcome }
}
