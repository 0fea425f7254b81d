//! One thread of a test: waits for events, carries on what they are about, and starts what is due.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;

use crate::connection::{Clock, Connection, Phase, Received};
use crate::failure::{Failure, Stage};
use crate::flow::session::{Next, RowCounters};
use crate::model::{Model, Share, SharedBudget};
use crate::plan::Plan;
use crate::poller::{Events, Poller, Readiness};
use crate::progress::{Progress, Published};
use crate::schedule::{self, Schedule};
use crate::statistics::Statistics;
use crate::work::Work;

/// Bytes that are read at once. Connections share the buffer, so that an idle one costs little memory.
const BUFFER: usize = 64 * 1024;
/// How long a thread sleeps at most: a stop is noticed within that time.
const LONGEST_SLEEP: u64 = 50_000_000;
/// Others are shown latencies this often.
const LATENCIES_STEP: u64 = 100_000_000;
/// Iterations of several requests may go on for so long after the last one began, as k6 has it by default.
pub(crate) const LONGEST_FINISH: u64 = 30_000_000_000;
/// Deadlines are looked at this often at most.
const DEADLINE_STEP: u64 = 1_000_000;

/// What all threads of a test share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) schedule: &'a Schedule,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) budget: &'a SharedBudget,
    pub(crate) rows: &'a RowCounters,
}

impl Shared<'_> {
    /// How many connections one thread has.
    pub(crate) fn connections(&self, share: Share) -> usize {
        let all = match self.schedule.model() {
            schedule::Model::Open(_) => self.plan.settings().connections,
            schedule::Model::Closed(users) => users.most(),
        };
        share.of(u64::from(all)) as usize
    }

    /// How many requests one thread may have under way at once: of the open model so many as all streams carry.
    pub(crate) fn lanes(&self, share: Share) -> usize {
        match self.schedule.model() {
            schedule::Model::Open(_) => self.connections(share) * self.plan.settings().protocol.streams() as usize,
            schedule::Model::Closed(_) => self.connections(share),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Worker<'a, Iteration> {
    plan: &'a Plan,
    stop: &'a AtomicBool,
    published: &'a Published,
    model: Model<'a>,
    connections: Vec<Connection>,
    /// Connections that no arrival uses, the most recently used one last: it is taken first, since it is likely to be open.
    free: Vec<usize>,
    poller: Poller,
    /// What iterations consist of.
    work: Iteration,
    /// When iterations between two of their requests go on.
    pauses: BinaryHeap<Reverse<(u64, usize)>>,
    statistics: Statistics,
    buffer: Box<[u8]>,
    in_flight: usize,
    /// No request under way has to be given up before this.
    next_deadline: u64,
    /// When others are shown latencies next.
    next_latencies: u64,
    /// When iterations are given up that are still under way.
    last_finish: u64,
}

impl<'a, Iteration: Work> Worker<'a, Iteration> {
    pub(crate) fn new(
        shared: Shared<'a>,
        share: Share,
        published: &'a Published,
        work: Iteration,
    ) -> Result<Self, Errno> {
        let (plan, settings) = (shared.plan, shared.plan.settings());
        let model = Model::new(shared.schedule, plan, share, shared.budget);
        let connections = shared.connections(share);
        Ok(Self {
            plan,
            stop: shared.stop,
            published,
            model,
            connections: (0..connections).map(|_| Connection::new(settings.limits)).collect(),
            free: (0..connections).rev().collect(),
            poller: Poller::new()?,
            work,
            pauses: BinaryHeap::new(),
            statistics: Statistics::new(plan.endpoints(), plan.timeout()),
            buffer: vec![0; BUFFER].into_boxed_slice(),
            in_flight: 0,
            next_deadline: u64::MAX,
            next_latencies: 0,
            last_finish: (shared.schedule.duration().as_nanos() as u64).saturating_add(LONGEST_FINISH),
        })
    }

    /// Carries out this thread's part of the schedule, until it is done or the test is stopped.
    pub(crate) fn run(mut self, clock: Clock) -> Result<Statistics, Errno> {
        let mut events = Events::new();
        while !self.stop.load(Ordering::Relaxed) {
            let now = clock.now();
            self.give_up_late(now);
            self.start_due(now);
            if self.is_over(now) {
                break;
            }
            self.publish(now);
            let count = self.poller.wait(&mut events, self.wake(now).saturating_sub(now))?;
            for index in 0..count {
                self.handle(events.get(index), clock);
            }
        }
        let interrupted = self.in_flight + self.pauses.len();
        self.statistics.interrupted = interrupted as u64;
        if interrupted > 0 {
            self.statistics.last_end = clock.now();
        }
        self.in_flight = 0;
        self.publish(u64::MAX);
        Ok(self.statistics)
    }

    fn is_over(&self, now: u64) -> bool {
        let begins_no_more = match &self.model {
            Model::Open(arrivals) => arrivals.next_start().is_none(),
            Model::Closed(users) => users.is_over(now),
        };
        // A request has its own time limit; a sequence of them has none but this one.
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
        let deadline = if self.in_flight > 0 { self.next_deadline } else { u64::MAX };
        due.min(deadline).min(pause).min(now + LONGEST_SLEEP)
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

    fn start_due(&mut self, now: u64) {
        while let Some(Reverse((wake, slot))) = self.pauses.peek().copied().filter(|Reverse((wake, _))| *wake <= now) {
            self.pauses.pop();
            self.send(slot, wake, now);
        }
        loop {
            let begun = match &mut self.model {
                Model::Closed(users) => users.take(now),
                Model::Open(arrivals) if self.free.is_empty() => {
                    arrivals.hold(now, &mut self.statistics);
                    None
                }
                Model::Open(arrivals) => {
                    let intended = arrivals.take(now, &mut self.statistics);
                    intended.and_then(|intended| Some((self.free.pop()?, intended)))
                }
            };
            match begun {
                Some((slot, intended)) => self.begin(slot, intended, now),
                None => return,
            }
        }
    }

    /// Begins an iteration on a connection.
    fn begin(&mut self, slot: usize, intended: u64, now: u64) {
        if self.work.begin(slot, intended) {
            return self.send(slot, intended, now);
        }
        self.statistics.exhausted = true;
        self.model.finish();
        if matches!(self.model, Model::Open(_)) {
            self.free.push(slot);
        }
    }

    /// Starts the next request on a connection, which is opened first where it is not.
    fn send(&mut self, slot: usize, intended: u64, now: u64) {
        let plan = self.plan;
        let deadline = intended.saturating_add(plan.timeout());
        self.next_deadline = self.next_deadline.min(deadline);
        self.in_flight += 1;
        self.statistics.last_start = now;
        let prepared = self.work.prepare(slot);
        let connection = &mut self.connections[slot];
        let Ok(prepared) = prepared else {
            connection.assign(self.work.endpoint(slot), true, intended, deadline);
            return self.failed(slot, Failure::Unsendable, now);
        };
        connection.assign(prepared.endpoint, prepared.expects_body, intended, deadline);
        let started = match connection.phase {
            Phase::Closed => connection.connect(&plan.settings().target, slot, &self.poller, now),
            _ => connection.send(self.work.bytes(slot, prepared.endpoint), now),
        };
        if let Err(failure) = started {
            self.failed(slot, failure, now);
        }
    }

    fn handle(&mut self, event: Readiness, clock: Clock) {
        let connection = &mut self.connections[event.slot];
        if connection.generation != event.generation {
            return;
        }
        match connection.phase {
            Phase::Closed => {}
            Phase::Idle => {
                if event.readable {
                    self.statistics.unsolicited += u64::from(connection.has_unsolicited(&mut self.buffer));
                    connection.close();
                }
            }
            Phase::Busy(Stage::Connecting) => {
                if event.writable {
                    self.connected(event.slot, clock.now());
                }
            }
            Phase::Busy(stage) => {
                if event.writable && stage == Stage::Sending && !self.go_on_sending(event.slot, clock) {
                    return;
                }
                if event.readable {
                    self.receive(event, clock);
                }
            }
        }
    }

    fn connected(&mut self, slot: usize, now: u64) {
        let target = &self.plan.settings().target;
        let connection = &mut self.connections[slot];
        let outcome = match connection.connected() {
            Ok(()) => {
                self.statistics.connect.record(now.saturating_sub(connection.connect_began));
                connection.send(self.work.bytes(slot, connection.request), now)
            }
            Err(failure) => connection
                .next_address(target, failure)
                .and_then(|()| connection.connect(target, slot, &self.poller, now)),
        };
        if let Err(failure) = outcome {
            self.failed(slot, failure, now);
        }
    }

    /// Whether the request is still under way.
    fn go_on_sending(&mut self, slot: usize, clock: Clock) -> bool {
        let connection = &mut self.connections[slot];
        let now = clock.now();
        match connection.send(self.work.bytes(slot, connection.request), now) {
            Ok(()) => true,
            Err(failure) => {
                self.failed(slot, failure, now);
                false
            }
        }
    }

    fn receive(&mut self, event: Readiness, clock: Clock) {
        let connection = &mut self.connections[event.slot];
        let sink = self.work.sink(event.slot);
        let received =
            connection.receive(&mut self.buffer, sink, event.closing, clock).and_then(|received| match received {
                Received::More => connection.come_again(event.slot, &self.poller).map(|()| Received::Part),
                received => Ok(received),
            });
        match received {
            Ok(Received::Answer(now)) => self.answered(event.slot, event.closing, now),
            Ok(Received::Part | Received::More) => {}
            Err(failure) => self.failed(event.slot, failure, clock.now()),
        }
    }

    fn answered(&mut self, slot: usize, closing: bool, now: u64) {
        let connection = &mut self.connections[slot];
        let parser = &connection.parser;
        let (status, body, bytes) = (parser.status(), parser.body_bytes(), parser.bytes());
        let (endpoint, timing) = (connection.request, connection.timing(now));
        self.statistics.answered(endpoint, status, body, bytes, timing, now);
        if self.statistics.slowest.admits(timing.latency) {
            self.statistics.answered_slowly(endpoint, status, timing, self.work.trace(slot), now);
        }
        self.in_flight -= 1;
        if closing || !connection.is_reusable() {
            connection.close();
        } else {
            connection.rest();
        }
        match self.work.answered(slot, status, &mut self.statistics, now) {
            Next::Done => {}
            Next::Step(0) => return self.send(slot, now, now),
            Next::Step(pause) => return self.pauses.push(Reverse((now + pause, slot))),
        }
        let next = match &mut self.model {
            Model::Open(arrivals) => arrivals.take(now, &mut self.statistics),
            Model::Closed(users) => users.answered(slot, now).then_some(now),
        };
        match (next, &self.model) {
            (Some(intended), _) => self.begin(slot, intended, now),
            (None, Model::Open(_)) => self.free.push(slot),
            (None, Model::Closed(_)) => {}
        }
    }

    fn failed(&mut self, slot: usize, failure: Failure, now: u64) {
        let connection = &mut self.connections[slot];
        // What failed without the target having a part in it would fail again at once.
        let unreached = connection.phase == Phase::Busy(Stage::Connecting) || failure == Failure::Unsendable;
        let elapsed = now.saturating_sub(connection.intended);
        let (endpoint, bytes, trace) = (connection.request, connection.parser.bytes(), self.work.trace(slot));
        self.statistics.failed(endpoint, failure, elapsed, bytes, trace, now);
        self.in_flight -= 1;
        connection.close();
        self.work.failed(&mut self.statistics);
        match &mut self.model {
            Model::Open(_) => self.free.push(slot),
            Model::Closed(users) => users.failed(slot, unreached, now),
        }
    }

    /// Gives up requests whose time limit has passed.
    fn give_up_late(&mut self, now: u64) {
        if now < self.next_deadline {
            return;
        }
        self.next_deadline = u64::MAX;
        for slot in 0..self.connections.len() {
            let connection = &self.connections[slot];
            match connection.phase {
                Phase::Busy(stage) if connection.deadline <= now => self.failed(slot, Failure::Timeout(stage), now),
                Phase::Busy(_) => self.next_deadline = self.next_deadline.min(connection.deadline),
                Phase::Idle | Phase::Closed => {}
            }
        }
        self.next_deadline = self.next_deadline.max(now + DEADLINE_STEP);
    }
}
