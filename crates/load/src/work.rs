//! What an iteration consists of: one request of a mix, or the steps of a flow. The worker is compiled for each of the two, so
//! that the simple one pays nothing for the other.

mod flowing;
mod mixing;

pub(crate) use flowing::Flowing;
pub(crate) use mixing::Mixing;

use crate::flow::session::{Next, Unsendable};
use crate::response::Sink;
use crate::statistics::Statistics;
use crate::trace_context::TraceParent;

/// The request that is next on a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Prepared {
    pub(crate) endpoint: usize,
    pub(crate) expects_body: bool,
}

pub(crate) trait Work {
    /// Begins empty where it was lent to somebody who keeps it.
    type Sink: Sink + Default;
    /// Whether an iteration may consist of several requests.
    const IS_SEQUENCE: bool;

    /// Begins an iteration on a connection. False where none is left.
    fn begin(&mut self, slot: usize, intended: u64) -> bool;

    /// Makes the request ready that is next there.
    fn prepare(&mut self, slot: usize) -> Result<Prepared, Unsendable>;

    /// The endpoint of the request that could not be made ready.
    fn endpoint(&self, slot: usize) -> usize;

    /// What is sent, until the whole of it has left.
    fn bytes(&mut self, slot: usize, endpoint: usize) -> &[u8];

    /// The trace that the request under way there began.
    fn trace(&self, slot: usize) -> Option<TraceParent>;

    /// What is shown the answer while it arrives.
    fn sink(&mut self, slot: usize) -> &mut Self::Sink;

    fn answered(&mut self, slot: usize, status: u16, statistics: &mut Statistics, now: u64) -> Next;

    /// A request failed, and the iteration with it.
    fn failed(&mut self, statistics: &mut Statistics);
}
