//! One thread of a test: waits for events, carries on what they are about, and starts what is due.

use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::Errno;

use crate::connection::{Clock, Connection, Phase, Received};
use crate::failure::{Failure, Stage};
use crate::model::{Arrivals, Model, Share, SharedBudget, Users};
use crate::plan::Plan;
use crate::poller::{Events, Poller, Readiness};
use crate::progress::{Progress, Published};
use crate::schedule::{self, Schedule};
use crate::selection::Selection;
use crate::statistics::Statistics;

/// Bytes that are read at once. Connections share the buffer, so that an idle one costs little memory.
const BUFFER: usize = 64 * 1024;
/// How long a thread sleeps at most: a stop is noticed within that time.
const LONGEST_SLEEP: u64 = 50_000_000;
/// Others are shown latencies this often.
const LATENCIES_STEP: u64 = 100_000_000;
/// Deadlines are looked at this often at most.
const DEADLINE_STEP: u64 = 1_000_000;

/// What all threads of a test share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shared<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) schedule: &'a Schedule,
    pub(crate) stop: &'a AtomicBool,
    pub(crate) budget: &'a SharedBudget,
}

#[derive(Debug)]
pub(crate) struct Worker<'a> {
    plan: &'a Plan,
    stop: &'a AtomicBool,
    published: &'a Published,
    model: Model<'a>,
    connections: Vec<Connection>,
    /// Connections that no arrival uses, the most recently used one last: it is taken first, since it is likely to be open.
    free: Vec<usize>,
    poller: Poller,
    selection: Selection,
    statistics: Statistics,
    buffer: Box<[u8]>,
    in_flight: usize,
    /// No request under way has to be given up before this.
    next_deadline: u64,
    /// When others are shown latencies next.
    next_latencies: u64,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(shared: Shared<'a>, share: Share, published: &'a Published) -> Result<Self, Errno> {
        let (plan, settings) = (shared.plan, shared.plan.settings());
        let (model, connections) = match shared.schedule.model() {
            schedule::Model::Open(times) => {
                let arrivals = Arrivals::new(times, share, plan.timeout(), settings.waiting);
                (Model::Open(arrivals), share.of(u64::from(settings.connections)))
            }
            schedule::Model::Closed(count) => {
                // Drawn apart from the choice of requests, which is then the same with and without think time.
                let random = Selection::new([1].into_iter(), settings.seed ^ (share.index as u64 + 1) << 48);
                let users = Users::new(count, share, settings.think_time, random, shared.budget);
                (Model::Closed(users), share.of(u64::from(count.most())))
            }
        };
        let connections = connections as usize;
        Ok(Self {
            plan,
            stop: shared.stop,
            published,
            model,
            connections: (0..connections).map(|_| Connection::new(settings.limits)).collect(),
            free: (0..connections).rev().collect(),
            poller: Poller::new()?,
            selection: plan.selection(share.index),
            statistics: Statistics::new(plan.serialised().iter().map(|request| request.name.as_str()), plan.timeout()),
            buffer: vec![0; BUFFER].into_boxed_slice(),
            in_flight: 0,
            next_deadline: u64::MAX,
            next_latencies: 0,
        })
    }

    /// Carries out this thread's part of the schedule, until it is done or the test is stopped.
    pub(crate) fn run(mut self, clock: Clock) -> Result<Statistics, Errno> {
        let mut events = Events::new();
        while !self.stop.load(Ordering::Relaxed) {
            let now = clock.now();
            self.give_up_late(now);
            self.start_due(now);
            if self.in_flight == 0 && self.is_over(now) {
                break;
            }
            self.publish(now);
            let count = self.poller.wait(&mut events, self.wake(now).saturating_sub(now))?;
            for index in 0..count {
                self.handle(events.get(index), clock);
            }
        }
        self.statistics.interrupted = self.in_flight as u64;
        self.statistics.last_end = match self.in_flight {
            0 => self.statistics.last_end,
            _ => clock.now(),
        };
        self.in_flight = 0;
        self.publish(u64::MAX);
        Ok(self.statistics)
    }

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
        let deadline = if self.in_flight > 0 { self.next_deadline } else { u64::MAX };
        due.min(deadline).min(now + LONGEST_SLEEP)
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

    /// Starts a request on a connection, which is opened first where it is not.
    fn begin(&mut self, slot: usize, intended: u64, now: u64) {
        let request = self.selection.choose();
        let plan = self.plan;
        let serialised = &plan.serialised()[request];
        let deadline = intended.saturating_add(plan.timeout());
        self.next_deadline = self.next_deadline.min(deadline);
        self.in_flight += 1;
        self.statistics.last_start = now;
        let connection = &mut self.connections[slot];
        connection.assign(request, serialised.expects_body, intended, deadline);
        let started = match connection.phase {
            Phase::Closed => connection.connect(&plan.settings().target, slot, &self.poller, now),
            _ => connection.send(&serialised.bytes, now),
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
        let (plan, target) = (self.plan, &self.plan.settings().target);
        let connection = &mut self.connections[slot];
        let outcome = match connection.connected() {
            Ok(()) => {
                self.statistics.connect.record(now.saturating_sub(connection.connect_began));
                connection.send(&plan.serialised()[connection.request].bytes, now)
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
        let plan = self.plan;
        let connection = &mut self.connections[slot];
        let now = clock.now();
        match connection.send(&plan.serialised()[connection.request].bytes, now) {
            Ok(()) => true,
            Err(failure) => {
                self.failed(slot, failure, now);
                false
            }
        }
    }

    fn receive(&mut self, event: Readiness, clock: Clock) {
        let connection = &mut self.connections[event.slot];
        let received = connection.receive(&mut self.buffer, event.closing, clock).and_then(|received| match received {
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
        self.statistics.answered(connection.request, status, body, bytes, connection.timing(now), now);
        self.in_flight -= 1;
        if closing || !connection.is_reusable() {
            connection.close();
        } else {
            connection.rest();
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
        let connecting = connection.phase == Phase::Busy(Stage::Connecting);
        let elapsed = now.saturating_sub(connection.intended);
        self.statistics.failed(connection.request, failure, elapsed, connection.parser.bytes(), now);
        self.in_flight -= 1;
        connection.close();
        match &mut self.model {
            Model::Open(_) => self.free.push(slot),
            Model::Closed(users) => users.failed(slot, connecting, now),
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
