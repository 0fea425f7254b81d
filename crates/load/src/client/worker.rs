//! One thread of a test whose protocol needs more than plain HTTP/1.1.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::{poll_fn, Future};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::{Context as Waking, Poll};

use futures_util::stream::{FuturesUnordered, Stream};
use rustix::io::Errno;
use tokio::runtime::{Builder, Runtime};

use crate::connection::Clock;
use crate::failure::{Failure, Stage};
use crate::flow::session::Next;
use crate::model::{Model, Share};
use crate::plan::Plan;
use crate::progress::{Progress, Published};
use crate::protocol::Protocol;
use crate::statistics::Statistics;
use crate::work::Work;
use crate::worker::{Shared, LONGEST_FINISH};

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
pub(crate) struct Worker<'a, Iteration> {
    index: usize,
    stop: &'a AtomicBool,
    state: State<'a, Iteration>,
    runtime: Runtime,
}

impl<'a, Iteration: Work> Worker<'a, Iteration> {
    pub(crate) fn new(
        shared: Shared<'a>,
        share: Share,
        published: &'a Published,
        work: Iteration,
    ) -> Result<Self, Errno> {
        let plan = shared.plan;
        let model = Model::new(shared.schedule, plan, share, shared.budget);
        let lane_count = shared.lanes(share);
        let runtime = Builder::new_current_thread().enable_io().enable_time().build();
        let state = State {
            plan,
            published,
            model,
            lanes: lanes(plan, lane_count),
            free: (0..lane_count).rev().collect(),
            work,
            pauses: BinaryHeap::new(),
            statistics: Statistics::new(plan.endpoints(), plan.timeout()),
            in_flight: 0,
            next_latencies: 0,
            last_finish: (shared.schedule.duration().as_nanos() as u64).saturating_add(LONGEST_FINISH),
        };
        let runtime = runtime.map_err(|error| errno_of(&error))?;
        Ok(Self { index: share.index, stop: shared.stop, state, runtime })
    }

    /// Carries out this thread's part of the schedule, until it is done or the test is stopped.
    pub(crate) fn run(self, clock: Clock) -> Result<Statistics, Errno> {
        let Self { index, stop, state, runtime } = self;
        let plan = state.plan;
        let context = Context {
            plan,
            clock,
            buffer: RefCell::new(vec![0; BUFFER].into_boxed_slice()),
            next_message: Cell::new((index as u64) << BITS_OF_MESSAGE),
        };
        // Exchanges are many futures in one: the runtime must not make one of them wait for the work of the others.
        runtime.block_on(tokio::task::unconstrained(carry_out(state, stop, &context)))
    }
}

/// So many lanes; as many as there are streams share a connection.
fn lanes(plan: &Plan, count: usize) -> Vec<Option<Lane>> {
    let protocol = plan.settings().protocol;
    let mut connection = Arc::<http2::Shared>::default();
    let lane = |slot: usize| match protocol {
        Protocol::Http1 => Lane::Http1(Box::new(Http1::new(plan))),
        Protocol::WebSocket => Lane::WebSocket(Box::<WebSocket>::default()),
        Protocol::Http2 { streams } | Protocol::Grpc { streams } => {
            if slot % streams as usize == 0 {
                connection = Arc::default();
            }
            Lane::Http2(Http2::new(Arc::clone(&connection), matches!(protocol, Protocol::Grpc { .. })))
        }
    };
    (0..count).map(lane).map(Some).collect()
}

async fn carry_out<'a, Iteration: Work>(
    mut state: State<'a, Iteration>,
    stop: &AtomicBool,
    context: &Context<'a>,
) -> Result<Statistics, Errno> {
    let mut timer = Timer::new()?;
    let mut exchanges = FuturesUnordered::new();
    while !stop.load(Ordering::Relaxed) {
        let now = context.clock.now();
        while let Some((task, lane)) = state.next_due(now) {
            exchanges.push(exchange(context, lane, task));
        }
        if state.is_over(now) {
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

fn next_ended<Shown, Exchange: Future<Output = Ended<Shown>>>(
    exchanges: &mut FuturesUnordered<Exchange>,
    waking: &mut Waking<'_>,
) -> Option<Ended<Shown>> {
    match Pin::new(exchanges).poll_next(waking) {
        Poll::Ready(ended) => ended,
        Poll::Pending => None,
    }
}

/// What is to be sent, and the lane for it.
type Due<Iteration> = (Task<<Iteration as Work>::Sink>, Lane);

/// A worker at work.
#[derive(Debug)]
struct State<'a, Iteration> {
    plan: &'a Plan,
    published: &'a Published,
    model: Model<'a>,
    /// Those that are not under way.
    lanes: Vec<Option<Lane>>,
    /// Lanes that no arrival uses, the most recently used one last.
    free: Vec<usize>,
    /// What iterations consist of.
    work: Iteration,
    /// When iterations between two of their requests go on.
    pauses: BinaryHeap<Reverse<(u64, usize)>>,
    statistics: Statistics,
    in_flight: usize,
    /// When the latencies so far are told again.
    next_latencies: u64,
    /// When iterations are given up that are still under way.
    last_finish: u64,
}

impl<Iteration: Work> State<'_, Iteration> {
    fn is_over(&self, now: u64) -> bool {
        let begins_no_more = match &self.model {
            Model::Open(arrivals) => arrivals.next_start().is_none(),
            Model::Closed(users) => users.is_over(now),
        };
        let finished = self.in_flight == 0 && self.pauses.is_empty();
        begins_no_more && (finished || Iteration::IS_SEQUENCE && now >= self.last_finish)
    }

    fn wake(&self, now: u64) -> u64 {
        let due = match &self.model {
            Model::Open(arrivals) if !self.free.is_empty() => arrivals.next_start().unwrap_or(u64::MAX),
            Model::Open(_) => u64::MAX,
            Model::Closed(users) => users.wake(),
        };
        let pause = self.pauses.peek().map_or(u64::MAX, |Reverse((wake, _))| *wake);
        due.min(pause).min(now + LONGEST_SLEEP)
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

    /// A request that is to be sent now.
    fn next_due(&mut self, now: u64) -> Option<Due<Iteration>> {
        while let Some(Reverse((wake, slot))) = self.pauses.peek().copied().filter(|Reverse((wake, _))| *wake <= now) {
            self.pauses.pop();
            if let Some(due) = self.send(slot, wake, now) {
                return Some(due);
            }
        }
        loop {
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
            if let Some(due) = self.begin(slot, intended, now) {
                return Some(due);
            }
        }
    }

    /// Begins an iteration on a lane. Nothing where there is none left, or where it failed at once.
    fn begin(&mut self, slot: usize, intended: u64, now: u64) -> Option<Due<Iteration>> {
        if self.work.begin(slot, intended) {
            return self.send(slot, intended, now);
        }
        self.statistics.exhausted = true;
        self.model.finish();
        self.let_go(slot);
        None
    }

    /// The next request of an iteration. Nothing where it cannot be sent: that is counted.
    fn send(&mut self, slot: usize, intended: u64, now: u64) -> Option<Due<Iteration>> {
        self.statistics.last_start = now;
        let Ok(prepared) = self.work.prepare(slot) else {
            let elapsed = now.saturating_sub(intended);
            self.statistics.failed(self.work.endpoint(slot), Failure::Unsendable, elapsed, 0, None, now);
            self.give_up(slot, true, now);
            return None;
        };
        self.in_flight += 1;
        let trace = self.work.trace(slot);
        let differs = Iteration::IS_SEQUENCE || trace.is_some() && self.plan.settings().protocol == Protocol::Http1;
        let bytes = differs.then(|| self.work.bytes(slot, prepared.endpoint).to_vec());
        let task = Task {
            slot,
            endpoint: prepared.endpoint,
            expects_body: prepared.expects_body,
            bytes,
            trace,
            sink: std::mem::take(self.work.sink(slot)),
            intended,
            deadline: intended.saturating_add(self.plan.timeout()),
        };
        Some((task, self.lanes[slot].take()?))
    }

    /// Counts an answer or failure. The lane goes on with what is due at once, or is free.
    fn ended(&mut self, ended: Ended<Iteration::Sink>) -> Option<Due<Iteration>> {
        let Ended { task, lane, trace, at: now, outcome } = ended;
        let slot = task.slot;
        self.in_flight -= 1;
        self.lanes[slot] = Some(lane);
        *self.work.sink(slot) = task.sink;
        if let Some(connect) = trace.connect.get() {
            self.statistics.connect.record(connect);
        }
        if let Some(tls) = trace.tls.get() {
            self.statistics.tls.record(tls);
        }
        self.statistics.unsolicited += trace.unsolicited.get();
        let bytes = trace.bytes.get();
        match outcome {
            Ok(answer) => {
                let timing = trace.timing(task.intended, now);
                self.statistics.answered(task.endpoint, answer.status, answer.body_bytes, bytes, timing, now);
                if self.statistics.slowest.admits(timing.latency) {
                    self.statistics.answered_slowly(task.endpoint, answer.status, timing, task.trace, now);
                }
                self.go_on(slot, answer.status, now)
            }
            Err(fault) => {
                let elapsed = now.saturating_sub(task.intended);
                self.statistics.failed(task.endpoint, fault.failure, elapsed, bytes, task.trace, now);
                if let Some(reason) = fault.reason {
                    self.statistics.explain(fault.failure, reason);
                }
                self.give_up(slot, has_not_connected(fault.failure, trace.stage.get()), now);
                None
            }
        }
    }

    /// What follows an answer on its lane.
    fn go_on(&mut self, slot: usize, status: u16, now: u64) -> Option<Due<Iteration>> {
        match self.work.answered(slot, status, &mut self.statistics, now) {
            Next::Done => {}
            Next::Step(0) => return self.send(slot, now, now),
            Next::Step(pause) => {
                self.pauses.push(Reverse((now + pause, slot)));
                return None;
            }
        }
        let next = match &mut self.model {
            Model::Open(arrivals) => arrivals.take(now, &mut self.statistics),
            Model::Closed(users) => users.answered(slot, now).then_some(now),
        };
        match next {
            Some(intended) => self.begin(slot, intended, now),
            None => {
                self.let_go(slot);
                None
            }
        }
    }

    /// Ends an iteration that failed.
    fn give_up(&mut self, slot: usize, unreached: bool, now: u64) {
        self.work.failed(&mut self.statistics);
        if let Model::Closed(users) = &mut self.model {
            users.failed(slot, unreached, now);
        }
        self.let_go(slot);
    }

    fn let_go(&mut self, slot: usize) {
        if matches!(self.model, Model::Open(_)) {
            self.free.push(slot);
        }
    }

    fn finished(mut self, now: u64) -> Statistics {
        let interrupted = self.in_flight + self.pauses.len();
        self.statistics.interrupted = interrupted as u64;
        if interrupted > 0 {
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
        || matches!(failure, Failure::TlsHandshake | Failure::Http2Refused | Failure::Unsendable)
}
