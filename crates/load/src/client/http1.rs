//! HTTP/1.1 over TLS, with the parser that plain connections use.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{ready, Context as Waking, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::failure::{Failure, Stage};
use crate::plan::Plan;
use crate::response::{Malformed, Parsed, ResponseParser, Sink};

use super::connect::{self, Stream};
use super::exchange::{Answer, Context, Task, Trace};
use super::fault::Fault;

/// A connection that carries one request at a time.
#[derive(Debug)]
pub(crate) struct Http1 {
    stream: Option<Stream>,
    parser: ResponseParser,
}

impl Http1 {
    pub(crate) fn new(plan: &Plan) -> Self {
        Self { stream: None, parser: ResponseParser::new(plan.settings().limits) }
    }

    pub(crate) fn close(&mut self) {
        self.stream = None;
    }

    pub(crate) async fn exchange<Shown: Sink>(
        &mut self,
        context: &Context<'_>,
        trace: &Trace,
        task: &mut Task<Shown>,
    ) -> Result<Answer, Fault> {
        let Task { endpoint, expects_body, bytes, sink, .. } = task;
        let bytes = bytes.as_deref().unwrap_or_else(|| &context.plan.serialised()[*endpoint].bytes);
        if !self.is_open(context, trace).await {
            self.stream = Some(connect::open(context, trace).await?);
        }
        // Moving a stream of TLS to and fro would cost a kilobyte each time.
        let stream = self.stream.as_mut().ok_or(Failure::ClosedEarly)?;
        self.parser.begin(*expects_body);
        trace.sending(context.clock);
        let mut sent = 0;
        let parser = &mut self.parser;
        poll_fn(|waking| {
            poll_send(stream, bytes, &mut sent, trace, waking)?;
            poll_receive(stream, parser, sink, context, trace, waking)
        })
        .await?;
        // An answer that came before the end of the request leaves the connection in doubt.
        if !self.parser.keeps_connection() || sent <= bytes.len() {
            self.stream = None;
        }
        Ok(Answer { status: self.parser.status(), body_bytes: self.parser.body_bytes() })
    }

    /// Whether there is a connection that the server has not ended, and on which it said nothing that nobody asked for.
    async fn is_open(&mut self, context: &Context<'_>, trace: &Trace) -> bool {
        let Some(stream) = &mut self.stream else { return false };
        let pending = poll_fn(|waking| {
            let mut buffer = context.buffer.borrow_mut();
            let mut read = ReadBuf::new(&mut buffer);
            let polled = Pin::new(&mut *stream).poll_read(waking, &mut read);
            trace.unsolicited.set(u64::from(!read.filled().is_empty()));
            Poll::Ready(polled.is_pending())
        });
        pending.await
    }
}

/// Writes what the connection takes. `sent` is one more than there are bytes when all of them have left.
fn poll_send(
    stream: &mut Stream,
    bytes: &[u8],
    sent: &mut usize,
    trace: &Trace,
    waking: &mut Waking<'_>,
) -> Result<(), Fault> {
    while *sent < bytes.len() {
        match Pin::new(&mut *stream).poll_write(waking, &bytes[*sent..])? {
            Poll::Ready(0) => return Err(Fault::from(Failure::ClosedEarly)),
            Poll::Ready(count) => *sent += count,
            Poll::Pending => return Ok(()),
        }
    }
    if *sent == bytes.len() && Pin::new(stream).poll_flush(waking)?.is_ready() {
        *sent += 1;
        if trace.stage.get() == Stage::Sending {
            trace.stage.set(Stage::Waiting);
        }
    }
    Ok(())
}

/// Ready when the answer is complete.
fn poll_receive<Shown: Sink>(
    stream: &mut Stream,
    parser: &mut ResponseParser,
    sink: &mut Shown,
    context: &Context<'_>,
    trace: &Trace,
    waking: &mut Waking<'_>,
) -> Poll<Result<(), Fault>> {
    loop {
        let mut buffer = context.buffer.borrow_mut();
        let mut read = ReadBuf::new(&mut buffer);
        ready!(Pin::new(&mut *stream).poll_read(waking, &mut read))?;
        let bytes = read.filled();
        if bytes.is_empty() {
            return Poll::Ready(parser.end().map_err(Fault::from));
        }
        trace.received(bytes.len() as u64, context.clock);
        match parser.feed_into(bytes, sink)? {
            Parsed::Complete(taken) if taken == bytes.len() => return Poll::Ready(Ok(())),
            Parsed::Complete(_) => {
                return Poll::Ready(Err(Fault::from(Failure::Malformed(Malformed::BytesAfterTheEnd))));
            }
            Parsed::Partly => {}
        }
    }
}
