//! Opens connections, and measures connecting and the TLS handshake apart.

use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;
use tokio_rustls::TlsConnector;
use tokio_util::either::Either;

use crate::failure::{Failure, Stage};

use super::exchange::{Context, Trace};
use super::fault::Fault;

pub(crate) type Stream = Either<TcpStream, TlsStream<TcpStream>>;

/// A connection to the target, encrypted where the plan says so.
pub(crate) async fn open(context: &Context<'_>, trace: &Trace) -> Result<Stream, Fault> {
    trace.stage.set(Stage::Connecting);
    let began = context.clock.now();
    let socket = connect(context).await?;
    let connected = context.clock.now();
    trace.connect.set(Some(connected.saturating_sub(began)));
    let Some(tls) = context.plan.tls() else { return Ok(Either::Left(socket)) };
    trace.stage.set(Stage::Handshake);
    let connector = TlsConnector::from(std::sync::Arc::clone(&tls.config));
    let stream = connector
        .connect(tls.server_name.clone(), socket)
        .await
        .map_err(|error| Fault::of_handshake(&error, &tls.server_name.to_str()))?;
    trace.tls.set(Some(context.clock.now().saturating_sub(connected)));
    Ok(Either::Right(stream))
}

/// The protocol that was agreed on in the handshake.
pub(crate) fn agreed_protocol(stream: &Stream) -> Option<&[u8]> {
    match stream {
        Either::Left(_) => None,
        Either::Right(stream) => stream.get_ref().1.alpn_protocol(),
    }
}

/// Tries the target's addresses in turn; what the last one failed with is the fault.
async fn connect(context: &Context<'_>) -> Result<TcpStream, Fault> {
    let mut fault = Fault::from(Failure::Unreachable);
    for address in context.plan.settings().target.addresses() {
        match TcpStream::connect(address).await {
            Ok(socket) => {
                socket.set_nodelay(true)?;
                return Ok(socket);
            }
            Err(error) => fault = Fault::from(error),
        }
        if fault.failure.is_local() {
            break;
        }
    }
    Err(fault)
}
