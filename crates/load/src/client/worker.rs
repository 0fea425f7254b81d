//! One thread of a test whose protocol needs more than plain HTTP/1.1.

use std::cell::{Cell, RefCell};
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context as Waking, Poll};

use futures_util::stream::{FuturesUnordered, Stream};
use rustix::io::Errno;
use tokio::runtime::{Builder, Runtime};

use crate::connection::Clock;
use crate::failure::{Failure, Stage};
use crate::model::{Arrivals, Model, Share, Users};
use crate::plan::Plan;
use crate::progress::{Progress, Published};
use crate::protocol::Protocol;
use crate::schedule;
use crate::selection::Selection;
use crate::statistics::Statistics;
use crate::worker::Shared;

use super::exchange::{exchange, Context, Ended, Lane, Task};
use super::http1::Http1;
use super::http2::{self, Http2};
use super::timer::{errno_of, Timer};
use super::websocket::WebSocket;

const BUFFER: usize = 64 * 1024;
/// How long a thread sleeps at most: a stop is noticed within that time.
const LONGEST_SLEEP: u64 = 50_000_000;
/// Others are shown latencies this often.
const LATENCIES_STEP: u64 = 100_000_000;
/// Ends of exchanges that are looked at in a row, before what is due has its turn.
const ENDS_IN_TURN: usize = 256;
/// Bits that the number of a message has within its thread: no two messages of a test have the same.
const BITS_OF_MESSAGE: usize = 48;

#[derive(Debug)]
pub(crate) struct Worker<'a> {
    plan: &'a Plan,
    stop: &'a AtomicBool,
    published: &'a Published,
    index: usize,
    model: Model<'a>,
    /// How many requests may be under way at once.
    lane_count: usize,
    selection: Selection,
    statistics: Statistics,
    in_flight: usize,
    runtime: Runtime,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(shared: Shared<'a>, share: Share, published: &'a Published) -> Result<Self, Errno> {
        let (plan, settings) = (shared.plan, shared.plan.settings());
        let (model, lanes) = match shared.schedule.model() {
            schedule::Model::Open(times) => {
                let arrivals = Arrivals::new(times, share, plan.timeout(), settings.waiting);
                let streams = settings.protocol.streams() as usize;
                (Model::Open(arrivals), share.of(u64::from(settings.connections)) as usize * streams)
            }
            schedule::Model::Closed(count) => {
                let random = Selection::new([1].into_iter(), settings.seed ^ (share.index as u64 + 1) << 48);
                let users = Users::new(count, share, settings.think_time, random, shared.budget);
                (Model::Closed(users), share.of(u64::from(count.most())) as usize)
            }
        };
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        Ok(Self {
            plan,
            stop: shared.stop,
            published,
            index: share.index,
            model,
            lane_count: lanes,
            selection: plan.selection(share.index),
            statistics: Statistics::new(plan.endpoints(), plan.timeout()),
            in_flight: 0,
            runtime: runtime.map_err(|error| errno_of(&error))?,
        })
    }

    /// Carries out this thread's part of the schedule, until it is done or the test is stopped.
    pub(crate) fn run(self, clock: Clock) -> Result<Statistics, Errno> {
        let Self { plan, stop, published, index, model, lane_count, selection, statistics, in_flight, runtime } = self;
        let context = Context {
            plan,
            clock,
            buffer: RefCell::new(vec![0; BUFFER].into_boxed_slice()),
            next_message: Cell::new((index as u64) << BITS_OF_MESSAGE),
        };
        let free = (0..lane_count).rev().collect();
        let state = State {
            plan,
            published,
            model,
            lanes: lanes(plan, lane_count),
            free,
            selection,
            statistics,
            in_flight,
            next_latencies: 0,
        };
        // Exchanges are many futures in one: the runtime must not make one of them wait for the work of the others.
        runtime.block_on(tokio::task::unconstrained(carry_out(state, stop, &context)))
    }
}

/// So many lanes; as many as there are streams share a connection.
fn lanes(plan: &Plan, count: usize) -> Vec<Option<Lane>> {
    let protocol = plan.settings().protocol;
    let mut connection = Rc::<http2::Shared>::default();
    let lane = |slot: usize| match protocol {
        Protocol::Http1 => Lane::Http1(Box::new(Http1::new(plan))),
        Protocol::WebSocket => Lane::WebSocket(Box::<WebSocket>::default()),
        Protocol::Http2 { streams } | Protocol::Grpc { streams } => {
            if slot % streams as usize == 0 {
                connection = Rc::default();
            }
            Lane::Http2(Http2::new(Rc::clone(&connection), matches!(protocol, Protocol::Grpc { .. })))
        }
    };
    (0..count).map(lane).map(Some).collect()
}

async fn carry_out<'a>(mut state: State<'a>, stop: &AtomicBool, context: &Context<'a>) -> Result<Statistics, Errno> {
    let mut timer = Timer::new()?;
    let mut exchanges = FuturesUnordered::new();
    while !stop.load(Ordering::Relaxed) {
        let now = context.clock.now();
        while let Some((task, lane)) = state.next_due(now) {
            exchanges.push(exchange(context, lane, task));
        }
        if state.in_flight == 0 && state.is_over(now) {
            break;
        }
        state.publish(now);
        timer.wake_at(state.wake(now), now)?;
        poll_fn(|waking| {
            let mut any = false;
            for _ in 0..ENDS_IN_TURN {
                let Some(ended) = next_ended(&mut exchanges, waking) else { break };
                any = true;
                if let Some((task, lane)) = state.ended(ended) {
                    exchanges.push(exchange(context, lane, task));
                }
            }
            match timer.poll_woken(waking) {
                Poll::Pending if any => Poll::Ready(Ok(())),
                woken => woken,
            }
        })
        .await?;
    }
    drop(exchanges);
    Ok(state.finished(context.clock.now()))
}

fn next_ended<Exchange: Future<Output = Ended>>(
    exchanges: &mut FuturesUnordered<Exchange>,
    waking: &mut Waking<'_>,
) -> Option<Ended> {
    match Pin::new(exchanges).poll_next(waking) {
        Poll::Ready(ended) => ended,
        Poll::Pending => None,
    }
}

/// A worker at work.
struct State<'a> {
    plan: &'a Plan,
    published: &'a Published,
    model: Model<'a>,
    /// Those that are not under way.
    lanes: Vec<Option<Lane>>,
    /// Lanes that no arrival uses, the most recently used one last.
    free: Vec<usize>,
    selection: Selection,
    statistics: Statistics,
    in_flight: usize,
    /// When the latencies so far are told again.
    next_latencies: u64,
}

impl State<'_> {
    fn is_over(&self, now: u64) -> bool {
        match &self.model {
            Model::Open(arrivals) => arrivals.next_start().is_none(),
            Model::Closed(users) => users.is_over(now),
        }
    }

    fn wake(&self, now: u64) -> u64 {
        let due = match &self.model {
            Model::Open(arrivals) if !self.free.is_empty() => arrivals.next_start().unwrap_or(u64::MAX),
            Model::Open(_) => u64::MAX,
            Model::Closed(users) => users.wake(),
        };
        due.min(now + LONGEST_SLEEP)
    }

    fn publish(&mut self, now: u64) {
        self.published.write(Progress {
            answered: self.statistics.answered,
            failed: self.statistics.failed,
            timed_out: self.statistics.timed_out,
            dropped: self.statistics.dropped.count(),
            in_flight: self.in_flight as u64,
            bytes: self.statistics.bytes,
            ..Progress::default()
        });
        if now >= self.next_latencies {
            self.published.write_latencies(self.statistics.series.counts());
            self.next_latencies = now.saturating_add(LATENCIES_STEP);
        }
    }

    /// A request that is to be sent now, and the lane for it.
    fn next_due(&mut self, now: u64) -> Option<(Task, Lane)> {
        let (slot, intended) = match &mut self.model {
            Model::Closed(users) => users.take(now)?,
            Model::Open(arrivals) if self.free.is_empty() => {
                arrivals.hold(now, &mut self.statistics);
                return None;
            }
            Model::Open(arrivals) => {
                let intended = arrivals.take(now, &mut self.statistics)?;
                (self.free.pop()?, intended)
            }
        };
        let lane = self.lanes[slot].take()?;
        Some((self.begin(slot, intended, now), lane))
    }

    fn begin(&mut self, slot: usize, intended: u64, now: u64) -> Task {
        self.in_flight += 1;
        self.statistics.last_start = now;
        let deadline = intended.saturating_add(self.plan.timeout());
        Task { slot, request: self.selection.choose(), intended, deadline }
    }

    /// Counts an answer or failure. The lane goes on with what is due at once, or is put back.
    fn ended(&mut self, ended: Ended) -> Option<(Task, Lane)> {
        let Ended { task, lane, trace, at: now, outcome } = ended;
        self.in_flight -= 1;
        if let Some(connect) = trace.connect.get() {
            self.statistics.connect.record(connect);
        }
        if let Some(tls) = trace.tls.get() {
            self.statistics.tls.record(tls);
        }
        self.statistics.unsolicited += trace.unsolicited.get();
        let bytes = trace.bytes.get();
        let next = match outcome {
            Ok(answer) => {
                let timing = trace.timing(task.intended, now);
                self.statistics.answered(task.request, answer.status, answer.body_bytes, bytes, timing, now);
                match &mut self.model {
                    Model::Open(arrivals) => arrivals.take(now, &mut self.statistics),
                    Model::Closed(users) => users.answered(task.slot, now).then_some(now),
                }
            }
            Err(fault) => {
                let elapsed = now.saturating_sub(task.intended);
                self.statistics.failed(task.request, fault.failure, elapsed, bytes, now);
                if let Some(reason) = fault.reason {
                    self.statistics.explain(fault.failure, reason);
                }
                if let Model::Closed(users) = &mut self.model {
                    users.failed(task.slot, has_not_connected(fault.failure, trace.stage.get()), now);
                }
                None
            }
        };
        if let Some(intended) = next {
            return Some((self.begin(task.slot, intended, now), lane));
        }
        self.lanes[task.slot] = Some(lane);
        if matches!(self.model, Model::Open(_)) {
            self.free.push(task.slot);
        }
        None
    }

    fn finished(mut self, now: u64) -> Statistics {
        self.statistics.interrupted = self.in_flight as u64;
        if self.in_flight > 0 {
            self.statistics.last_end = now;
        }
        self.in_flight = 0;
        self.next_latencies = 0;
        self.publish(now);
        for lane in self.lanes.iter_mut().flatten() {
            if let Lane::WebSocket(socket) = lane {
                socket.say_goodbye();
            }
        }
        self.statistics
    }
}

/// Whether a user would fail again, as fast as it can, were it not made to pause.
fn has_not_connected(failure: Failure, stage: Stage) -> bool {
    matches!(stage, Stage::Connecting | Stage::Handshake)
        || matches!(failure, Failure::TlsHandshake | Failure::Http2Refused)
}
