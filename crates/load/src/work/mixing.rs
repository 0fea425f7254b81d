//! Requests of a mix, one for each iteration, whose bytes never change.

use super::{Prepared, Work};
use crate::flow::session::{Next, Unsendable};
use crate::request::Serialised;
use crate::response::Ignored;
use crate::selection::Selection;
use crate::statistics::Statistics;

#[derive(Debug)]
pub(crate) struct Mixing<'a> {
    requests: &'a [Serialised],
    selection: Selection,
    sink: Ignored,
}

impl<'a> Mixing<'a> {
    pub(crate) fn new(requests: &'a [Serialised], selection: Selection) -> Self {
        Self { requests, selection, sink: Ignored }
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
    fn prepare(&mut self, _slot: usize) -> Result<Prepared, Unsendable> {
        let endpoint = self.selection.choose();
        Ok(Prepared { endpoint, expects_body: self.requests[endpoint].expects_body })
    }

    fn endpoint(&self, _slot: usize) -> usize {
        0
    }

    #[inline]
    fn bytes(&self, _slot: usize, endpoint: usize) -> &[u8] {
        &self.requests[endpoint].bytes
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
