//! One connection, and the request that is under way on it.

use std::time::Instant;

use rustix::fd::{AsFd, OwnedFd};

use crate::failure::{Failure, Stage};
use crate::poller::Poller;
use crate::response::{Malformed, Parsed, ResponseLimits, ResponseParser, Sink, Unreadable};
use crate::socket::{self, Moved};
use crate::statistics::Timing;
use crate::target::Target;

/// Reads in a row from one connection before others have their turn.
const READS_IN_TURN: usize = 16;

/// The time since a test began, in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub(crate) origin: Instant,
}

impl Clock {
    #[inline]
    pub(crate) fn now(&self) -> u64 {
        self.origin.elapsed().as_nanos() as u64
    }
}

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Closed,
    Idle,
    /// A request is under way.
    Busy(Stage),
}

/// What was received of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Received {
    /// A part, or nothing; the socket has no more for now.
    Part,
    /// A part, and there is more.
    More,
    /// All of it, at this time.
    Answer(u64),
}

#[derive(Debug)]
pub(crate) struct Connection {
    socket: Option<OwnedFd>,
    pub(crate) generation: u32,
    pub(crate) phase: Phase,
    pub(crate) parser: ResponseParser,
    /// The index of the request in the plan.
    pub(crate) request: usize,
    pub(crate) intended: u64,
    pub(crate) deadline: u64,
    pub(crate) connect_began: u64,
    /// Which of the target's addresses is used.
    address: usize,
    addresses_tried: usize,
    sent: usize,
    sent_at: u64,
    first_byte_at: u64,
}

impl Connection {
    pub(crate) fn new(limits: ResponseLimits) -> Self {
        Self {
            socket: None,
            generation: 0,
            phase: Phase::Closed,
            parser: ResponseParser::new(limits),
            request: 0,
            intended: 0,
            deadline: u64::MAX,
            connect_began: 0,
            address: 0,
            addresses_tried: 0,
            sent: 0,
            sent_at: 0,
            first_byte_at: 0,
        }
    }

    /// Takes on a request. It is connected or sent next, depending on the phase.
    #[inline]
    pub(crate) fn assign(&mut self, request: usize, expects_body: bool, intended: u64, deadline: u64) {
        self.request = request;
        self.intended = intended;
        self.deadline = deadline;
        self.sent = 0;
        self.addresses_tried = 0;
        self.parser.begin(expects_body);
    }

    /// Begins to connect to an address of the target, going on to its next one where an earlier attempt failed. Fails when
    /// all have been tried.
    pub(crate) fn connect(&mut self, target: &Target, slot: usize, poller: &Poller, now: u64) -> Result<(), Failure> {
        self.phase = Phase::Busy(Stage::Connecting);
        if self.addresses_tried == 0 {
            self.connect_began = now;
        }
        loop {
            self.addresses_tried += 1;
            match socket::connect(&target.addresses()[self.address]) {
                Ok(socket) => {
                    self.generation = self.generation.wrapping_add(1);
                    poller.register(socket.as_fd(), slot, self.generation).map_err(socket::failure_of)?;
                    self.socket = Some(socket);
                    return Ok(());
                }
                Err(failure) => self.next_address(target, failure)?,
            }
        }
    }

    /// Goes on to the next address of the target, or fails with what the last one failed with.
    pub(crate) fn next_address(&mut self, target: &Target, failure: Failure) -> Result<(), Failure> {
        self.socket = None;
        self.address = (self.address + 1) % target.addresses().len();
        if self.addresses_tried < target.addresses().len() && !failure.is_local() {
            Ok(())
        } else {
            Err(failure)
        }
    }

    pub(crate) fn connected(&self) -> Result<(), Failure> {
        self.socket.as_ref().map_or(Err(Failure::ClosedEarly), socket::connected)
    }

    /// Sends the request, or what the socket takes of it.
    #[inline]
    pub(crate) fn send(&mut self, bytes: &[u8], now: u64) -> Result<(), Failure> {
        let socket = self.socket.as_ref().ok_or(Failure::ClosedEarly)?;
        self.phase = Phase::Busy(Stage::Sending);
        // An answer may come before the end of a request that takes several turns.
        self.sent_at = now;
        loop {
            match socket::send(socket, &bytes[self.sent..])? {
                Moved::NotNow => return Ok(()),
                Moved::Bytes(count) => self.sent += count,
            }
            if self.sent == bytes.len() {
                self.phase = Phase::Busy(Stage::Waiting);
                return Ok(());
            }
        }
    }

    /// Receives what there is. `closing` says that the end of the connection is among it, which is to be read as well.
    #[inline]
    pub(crate) fn receive<Shown: Sink>(
        &mut self,
        buffer: &mut [u8],
        sink: &mut Shown,
        closing: bool,
        clock: Clock,
    ) -> Result<Received, Failure> {
        let socket = self.socket.as_ref().ok_or(Failure::ClosedEarly)?;
        for _ in 0..READS_IN_TURN {
            let count = match socket::receive(socket, buffer)? {
                Moved::NotNow => return Ok(Received::Part),
                Moved::Bytes(0) => {
                    return self.parser.end().map(|()| Received::Answer(clock.now())).map_err(failure_of)
                }
                Moved::Bytes(count) => count,
            };
            let now = clock.now();
            if self.parser.bytes() == 0 {
                self.first_byte_at = now;
            }
            if self.phase == Phase::Busy(Stage::Waiting) {
                self.phase = Phase::Busy(Stage::Receiving);
            }
            match self.parser.feed_into(&buffer[..count], sink).map_err(failure_of)? {
                Parsed::Complete(taken) if taken == count => return Ok(Received::Answer(now)),
                Parsed::Complete(_) => return Err(Failure::Malformed(Malformed::BytesAfterTheEnd)),
                // A read that did not fill the buffer has emptied the socket; what comes later is a new event (epoll(7)).
                Parsed::Partly if count < buffer.len() && !closing => return Ok(Received::Part),
                Parsed::Partly => {}
            }
        }
        Ok(Received::More)
    }

    /// Asks for the events of the socket again.
    pub(crate) fn come_again(&self, slot: usize, poller: &Poller) -> Result<(), Failure> {
        let socket = self.socket.as_ref().ok_or(Failure::ClosedEarly)?;
        poller.repeat(socket.as_fd(), slot, self.generation).map_err(socket::failure_of)
    }

    /// Whether bytes came although no request is under way.
    pub(crate) fn has_unsolicited(&self, buffer: &mut [u8]) -> bool {
        let received = self.socket.as_ref().map(|socket| socket::receive(socket, buffer));
        matches!(received, Some(Ok(Moved::Bytes(count))) if count > 0)
    }

    /// The times of an answer whose last byte came at `now`.
    #[inline]
    pub(crate) fn timing(&self, now: u64) -> Timing {
        Timing {
            latency: now.saturating_sub(self.intended),
            wait: self.first_byte_at.saturating_sub(self.sent_at),
            receive: now.saturating_sub(self.first_byte_at),
        }
    }

    /// Whether another request may follow, once an answer is complete: not where it came before all of the request was sent.
    #[inline]
    pub(crate) fn is_reusable(&self) -> bool {
        self.parser.keeps_connection() && self.phase != Phase::Busy(Stage::Sending)
    }

    pub(crate) fn rest(&mut self) {
        self.phase = Phase::Idle;
        self.deadline = u64::MAX;
    }

    pub(crate) fn close(&mut self) {
        self.socket = None;
        self.phase = Phase::Closed;
        self.deadline = u64::MAX;
    }
}

fn failure_of(unreadable: Unreadable) -> Failure {
    match unreadable {
        Unreadable::Malformed(reason) => Failure::Malformed(reason),
        Unreadable::HeadTooLarge => Failure::HeadTooLarge,
        Unreadable::BodyTooLarge => Failure::BodyTooLarge,
        Unreadable::ClosedEarly => Failure::ClosedEarly,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_so_small_that_ten_thousand_take_a_few_megabytes() {
        assert!(size_of::<Connection>() <= 512, "{}", size_of::<Connection>());
    }
}
