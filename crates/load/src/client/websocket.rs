//! WebSocket: a message, and the one that answers it.

use futures_util::{FutureExt, SinkExt, StreamExt};
use http::HeaderValue;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{client_async_with_config, WebSocketStream};

use crate::failure::{Failure, Stage};

use super::connect::{self, Stream};
use super::exchange::{Answer, Context, Trace};
use super::fault::Fault;

/// What counts as the status of an answered message: that of the upgrade, Switching Protocols.
const STATUS: u16 = 101;

/// A connection on which one message at a time waits for its answer.
#[derive(Debug, Default)]
pub(crate) struct WebSocket {
    socket: Option<WebSocketStream<Stream>>,
}

impl WebSocket {
    pub(crate) fn close(&mut self) {
        self.socket = None;
    }

    /// Tells the server that it is over, as far as it takes that at once.
    pub(crate) fn say_goodbye(&mut self) {
        if let Some(mut socket) = self.socket.take() {
            let _ = socket.close(None).now_or_never();
        }
    }

    pub(crate) async fn exchange(
        &mut self,
        context: &Context<'_>,
        trace: &Trace,
        request: usize,
    ) -> Result<Answer, Fault> {
        let mut socket = match self.take_open(trace) {
            Some(socket) => socket,
            None => open(context, trace).await?,
        };
        let message = &context.plan.prepared().messages[request];
        let number = context.next_message.get();
        context.next_message.set(number + 1);
        trace.sending(context.clock);
        socket.send(Message::text(message.text(number))).await.map_err(fault_of)?;
        trace.stage.set(Stage::Waiting);
        let expected = message.answer(number);
        loop {
            match socket.next().await.unwrap_or(Err(Error::ConnectionClosed)).map_err(fault_of)? {
                Message::Close(frame) => return Err(closed(frame.as_ref())),
                received @ (Message::Text(_) | Message::Binary(_)) => {
                    let bytes = received.len() as u64;
                    if is_answer(&received, expected.as_deref()) {
                        trace.received(bytes, context.clock);
                        self.socket = Some(socket);
                        return Ok(Answer { status: STATUS, body_bytes: bytes });
                    }
                    trace.bytes.set(trace.bytes.get() + bytes);
                    trace.unsolicited.set(trace.unsolicited.get() + 1);
                }
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// The open connection, unless the server has ended it. Messages that came since the last answer answer nothing.
    fn take_open(&mut self, trace: &Trace) -> Option<WebSocketStream<Stream>> {
        let mut socket = self.socket.take()?;
        while let Some(received) = socket.next().now_or_never() {
            match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(Message::Text(_) | Message::Binary(_))) => trace.unsolicited.set(trace.unsolicited.get() + 1),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            }
        }
        Some(socket)
    }
}

async fn open(context: &Context<'_>, trace: &Trace) -> Result<WebSocketStream<Stream>, Fault> {
    let stream = connect::open(context, trace).await?;
    trace.stage.set(Stage::Handshake);
    let mut upgrade = context.plan.prepared().upgrade.clone();
    let key =
        HeaderValue::from_str(&generate_key()).map_err(|error| fault_of(Error::from(http::Error::from(error))))?;
    upgrade.headers_mut().insert("sec-websocket-key", key);
    let longest = usize::try_from(context.plan.settings().limits.body_bytes).ok();
    let config = WebSocketConfig::default().max_message_size(longest).max_frame_size(longest);
    let (socket, _) = client_async_with_config(upgrade, stream, Some(config)).await.map_err(refusal_of)?;
    Ok(socket)
}

fn is_answer(received: &Message, expected: Option<&str>) -> bool {
    let Some(expected) = expected else { return true };
    let bytes: &[u8] = match received {
        Message::Text(text) => text.as_bytes(),
        Message::Binary(bytes) => bytes,
        _ => return false,
    };
    memchr::memmem::find(bytes, expected.as_bytes()).is_some()
}

fn closed(frame: Option<&CloseFrame>) -> Fault {
    match frame {
        Some(frame) => {
            let reason = if frame.reason.is_empty() { "no reason given" } else { frame.reason.as_str() };
            Fault::new(Failure::WebSocketClosed, format!("code {}: {reason}", u16::from(frame.code)))
        }
        None => Fault::from(Failure::WebSocketClosed),
    }
}

/// What a failed upgrade means.
fn refusal_of(error: Error) -> Fault {
    match error {
        Error::Http(response) => Fault::new(
            Failure::WebSocketRefused,
            format!("the server answered with HTTP status {} in place of 101", response.status()),
        ),
        Error::Protocol(reason) => Fault::new(Failure::WebSocketRefused, reason.to_string()),
        other => fault_of(other),
    }
}

fn fault_of(error: Error) -> Fault {
    match error {
        Error::Io(error) => Fault::from(error),
        Error::ConnectionClosed | Error::AlreadyClosed => Fault::from(Failure::WebSocketClosed),
        Error::Capacity(_) => Fault::from(Failure::BodyTooLarge),
        Error::Protocol(tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
            Fault::from(Failure::ClosedEarly)
        }
        other => Fault::new(Failure::WebSocketMalformed, other.to_string()),
    }
}
