//! Iterations of several requests: each connection has a session, whose next request is written when it is due.

use super::{Prepared, Work};
use crate::flow::answer::Answer;
use crate::flow::session::{Next, Session, Surroundings, Unsendable};
use crate::model::Share;
use crate::statistics::Statistics;
use crate::trace_context::{Identities, TraceParent};

#[derive(Debug, Default)]
struct Seat {
    session: Session,
    request: Vec<u8>,
    answer: Answer,
    /// Of the request under way.
    trace: Option<TraceParent>,
}

#[derive(Debug)]
pub(crate) struct Flowing<'a> {
    around: Surroundings<'a>,
    seats: Vec<Seat>,
    share: Share,
    /// Iterations that this thread has begun.
    begun: u64,
    /// Where requests are to begin traces.
    identities: Option<Identities>,
}

impl<'a> Flowing<'a> {
    pub(crate) fn new(around: Surroundings<'a>, connections: usize, share: Share, traces: bool) -> Self {
        let identities = traces.then(Identities::new);
        Self { around, seats: (0..connections).map(|_| Seat::default()).collect(), share, begun: 0, identities }
    }
}

impl Work for Flowing<'_> {
    type Sink = Answer;
    const IS_SEQUENCE: bool = true;

    fn begin(&mut self, slot: usize, intended: u64) -> bool {
        let (index, count) = (self.share.index as u64, self.share.count as u64);
        let (user, iteration) = (slot as u64 * count + index, self.begun * count + index);
        self.begun += 1;
        self.seats[slot].session.begin(&mut self.around, user, iteration, intended)
    }

    fn prepare(&mut self, slot: usize) -> Result<Prepared, Unsendable> {
        let Seat { session, request, answer, trace } = &mut self.seats[slot];
        let step = session.step(self.around.flows);
        answer.begin(step.keeps_fields, step.keeps_body);
        let identities = self.identities.as_mut().filter(|_| !step.has_trace);
        *trace = identities.map(Identities::next);
        session.write_http1(&self.around, *trace, request)?;
        Ok(Prepared { endpoint: step.endpoint, expects_body: step.expects_body })
    }

    fn endpoint(&self, slot: usize) -> usize {
        self.seats[slot].session.step(self.around.flows).endpoint
    }

    fn bytes(&mut self, slot: usize, _endpoint: usize) -> &[u8] {
        &self.seats[slot].request
    }

    fn trace(&self, slot: usize) -> Option<TraceParent> {
        self.seats[slot].trace
    }

    fn sink(&mut self, slot: usize) -> &mut Answer {
        &mut self.seats[slot].answer
    }

    fn answered(&mut self, slot: usize, status: u16, statistics: &mut Statistics, now: u64) -> Next {
        let Seat { session, answer, .. } = &mut self.seats[slot];
        session.answered(&mut self.around, status, answer, statistics, now)
    }

    fn failed(&mut self, statistics: &mut Statistics) {
        statistics.cut_short += 1;
    }
}
