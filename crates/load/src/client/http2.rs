//! HTTP/2, with and without TLS, and the calls of gRPC that it carries.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use h2::client::{self, SendRequest};
use h2::RecvStream;
use tokio::sync::Mutex;

use crate::failure::{Failure, Stage};
use crate::response::Sink;

use super::connect::{self, Stream};
use super::exchange::{Answer, Context, Task, Trace};
use super::fault::Fault;
use super::grpc::Reply;
use super::prepared::Http2Request;

/// Bytes that a server may send on a stream, and on a connection, before they are acknowledged: enough that it is not the
/// window that is measured.
const STREAM_WINDOW: u32 = 1 << 20;
const CONNECTION_WINDOW: u32 = 1 << 24;

/// A connection that several lanes use.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    /// Nothing where it is not open. Locked while it is opened, so that the other lanes wait for it.
    open: Mutex<Option<Open>>,
}

#[derive(Debug, Clone)]
struct Open {
    sender: SendRequest<Bytes>,
    /// What ended the connection, once it has ended for a reason.
    end: Arc<OnceLock<Fault>>,
}

/// Carries one request at a time, as a stream of its connection.
#[derive(Debug)]
pub(crate) struct Http2 {
    connection: Arc<Shared>,
    is_grpc: bool,
}

impl Http2 {
    pub(crate) fn new(connection: Arc<Shared>, is_grpc: bool) -> Self {
        Self { connection, is_grpc }
    }

    pub(crate) async fn exchange<Shown: Sink>(
        &mut self,
        context: &Context<'_>,
        trace: &Trace,
        task: &mut Task<Shown>,
    ) -> Result<Answer, Fault> {
        let mut request = match &task.bytes {
            Some(bytes) => Http2Request::from_http1(bytes, &context.plan.settings().target)
                .map_err(|reason| Fault::new(Failure::Unsendable, reason))?,
            None => context.plan.prepared().http2[task.endpoint].clone(),
        };
        if let Some(trace) = task.trace {
            request.begin_trace(trace);
        }
        let Open { sender, end } = self.open(context, trace).await?;
        let outcome = self.exchange_on(sender, context, trace, request, &mut task.sink).await;
        outcome.map_err(|fault| match end.get() {
            // The streams of a connection that the server ended are only told that it has ended.
            Some(end) if fault.failure == Failure::ClosedEarly => end.clone(),
            _ => fault,
        })
    }

    async fn exchange_on<Shown: Sink>(
        &self,
        mut sender: SendRequest<Bytes>,
        context: &Context<'_>,
        trace: &Trace,
        request: Http2Request,
        sink: &mut Shown,
    ) -> Result<Answer, Fault> {
        trace.sending(context.clock);
        let no_body = request.body.is_empty();
        let (response, mut stream) = sender.send_request(request.head, no_body).map_err(fault_of)?;
        if !no_body {
            stream.send_data(request.body, true).map_err(fault_of)?;
        }
        trace.stage.set(Stage::Waiting);
        let (head, mut body) = response.await.map_err(fault_of)?.into_parts();
        let head_bytes =
            head.headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum::<usize>() as u64;
        trace.received(head_bytes, context.clock);
        if head_bytes > context.plan.settings().limits.head_bytes {
            return Err(Fault::from(Failure::HeadTooLarge));
        }
        for (name, value) in &head.headers {
            sink.field(name.as_str().as_bytes(), value.as_bytes());
        }
        if self.is_grpc {
            let mut reply = Reply::new(&head);
            let body_bytes = receive(&mut body, context, trace, |bytes| reply.feed(bytes)).await?;
            let trailers = body.trailers().await.map_err(fault_of)?;
            reply.end(trailers.as_ref())?;
            return Ok(Answer { status: head.status.as_u16(), body_bytes });
        }
        let body_bytes = receive(&mut body, context, trace, |bytes| sink.body(bytes)).await?;
        Ok(Answer { status: head.status.as_u16(), body_bytes })
    }

    /// The connection, which is opened where it is not, or where the server takes no more requests on it.
    async fn open(&self, context: &Context<'_>, trace: &Trace) -> Result<Open, Fault> {
        trace.stage.set(Stage::Connecting);
        let mut shared = self.connection.open.lock().await;
        if let Some(Open { sender, end }) = shared.take() {
            if let Ok(sender) = sender.ready().await {
                let open = Open { sender, end };
                *shared = Some(open.clone());
                return Ok(open);
            }
        }
        let stream = connect::open(context, trace).await?;
        if context.plan.tls().is_some() && connect::agreed_protocol(&stream) != Some(b"h2") {
            return Err(Fault::new(Failure::Http2Refused, "the server did not choose h2 in the TLS handshake (ALPN)"));
        }
        let open = begin(stream, context).await?;
        *shared = Some(open.clone());
        Ok(open)
    }
}

async fn begin(stream: Stream, context: &Context<'_>) -> Result<Open, Fault> {
    // Where the library's own limit is exceeded its error does not say so; nearly always ours says so before.
    let head_bytes = u32::try_from(context.plan.settings().limits.head_bytes.saturating_mul(4)).unwrap_or(u32::MAX);
    let (sender, connection) = client::Builder::new()
        .enable_push(false)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(head_bytes)
        .handshake(stream)
        .await
        .map_err(fault_of)?;
    let end = Arc::<OnceLock<Fault>>::default();
    let ended = Arc::clone(&end);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            // Only set here.
            let _ = ended.set(fault_of(error));
        }
    });
    Ok(Open { sender, end })
}

/// Reads a body to its end, gives its pieces to `take`, and returns how many bytes it had.
async fn receive(
    body: &mut RecvStream,
    context: &Context<'_>,
    trace: &Trace,
    mut take: impl FnMut(&[u8]),
) -> Result<u64, Fault> {
    let mut total = 0;
    while let Some(piece) = body.data().await {
        let piece = piece.map_err(fault_of)?;
        total += piece.len() as u64;
        trace.received(piece.len() as u64, context.clock);
        if total > context.plan.settings().limits.body_bytes {
            return Err(Fault::from(Failure::BodyTooLarge));
        }
        take(&piece);
        body.flow_control().release_capacity(piece.len()).map_err(fault_of)?;
    }
    Ok(total)
}

fn fault_of(error: h2::Error) -> Fault {
    let reason = error.to_string();
    if error.is_io() {
        return match error.into_io() {
            // So it says that the connection ended, whoever ended it.
            Some(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Fault::from(Failure::ClosedEarly),
            Some(error) if error.kind() == std::io::ErrorKind::InvalidData => Fault::new(Failure::Tls, reason),
            Some(error) => Fault::from(error),
            None => Fault::new(Failure::ClosedEarly, reason),
        };
    }
    let failure = match (error.is_remote(), error.is_go_away()) {
        (true, true) => Failure::Http2GoAway,
        (true, false) => Failure::Http2Reset,
        (false, _) => Failure::Http2Malformed,
    };
    Fault::new(failure, reason)
}
