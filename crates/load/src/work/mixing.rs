//! Requests of a mix, one for each iteration, whose bytes never change but for the trace that each of them begins.

use super::{Prepared, Work};
use crate::flow::session::{Next, Unsendable};
use crate::request::Serialised;
use crate::response::Ignored;
use crate::selection::Selection;
use crate::statistics::Statistics;
use crate::trace_context::{self, Identities, TraceParent};

#[derive(Debug)]
pub(crate) struct Mixing<'a> {
    requests: &'a [Serialised],
    selection: Selection,
    sink: Ignored,
    traces: Option<Traces>,
}

/// What a thread needs where each request has a trace of its own.
#[derive(Debug)]
struct Traces {
    identities: Identities,
    /// Of each request, into which the trace is written shortly before they are sent.
    bytes: Vec<Vec<u8>>,
    /// The trace of the request under way on each connection: the same bytes may be asked for in several turns.
    under_way: Vec<Option<TraceParent>>,
}

impl<'a> Mixing<'a> {
    /// `connections` is how many this thread has, where requests are to begin traces.
    pub(crate) fn new(requests: &'a [Serialised], selection: Selection, connections: Option<usize>) -> Self {
        let traces = connections.map(|connections| Traces {
            identities: Identities::new(),
            bytes: requests.iter().map(|request| request.bytes.clone()).collect(),
            under_way: vec![None; connections],
        });
        Self { requests, selection, sink: Ignored, traces }
    }
}

impl Work for Mixing<'_> {
    type Sink = Ignored;
    const IS_SEQUENCE: bool = false;

    #[inline]
    fn begin(&mut self, _slot: usize, _intended: u64) -> bool {
        true
    }

    #[inline]
    fn prepare(&mut self, slot: usize) -> Result<Prepared, Unsendable> {
        let endpoint = self.selection.choose();
        let request = &self.requests[endpoint];
        if let Some(traces) = &mut self.traces {
            traces.under_way[slot] = request.trace_at.map(|_| traces.identities.next());
        }
        Ok(Prepared { endpoint, expects_body: request.expects_body })
    }

    fn endpoint(&self, _slot: usize) -> usize {
        0
    }

    #[inline]
    fn bytes(&mut self, slot: usize, endpoint: usize) -> &[u8] {
        let request = &self.requests[endpoint];
        match &mut self.traces {
            Some(traces) => {
                let bytes = &mut traces.bytes[endpoint];
                if let (Some(place), Some(trace)) = (request.trace_at, traces.under_way[slot]) {
                    trace_context::fill_place(bytes, place, trace);
                }
                bytes
            }
            None => &request.bytes,
        }
    }

    fn trace(&self, slot: usize) -> Option<TraceParent> {
        self.traces.as_ref()?.under_way[slot]
    }

    #[inline]
    fn sink(&mut self, _slot: usize) -> &mut Ignored {
        &mut self.sink
    }

    #[inline]
    fn answered(&mut self, _slot: usize, _status: u16, _statistics: &mut Statistics, _now: u64) -> Next {
        Next::Done
    }

    fn failed(&mut self, _statistics: &mut Statistics) {}
}
