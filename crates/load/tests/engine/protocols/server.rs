//! Servers on a runtime of their own, in a thread of their own.

use std::future::Future;
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::RecvStream;
use load::schedule::Executor;
use load::target::Target;
use load::{Outcome, Settings};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::TlsAcceptor;

use crate::trial;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) connections: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// This server under the name localhost.
    pub(crate) fn target(&self, scheme: &str) -> Target {
        let url = format!("{scheme}://localhost:{}/", self.address.port());
        Target::parse(&url).expect("a name that is known everywhere").0.at(&[self.address])
    }

    /// Runs `executor` against this server with the settings that `change` leaves.
    pub(crate) fn load(&self, scheme: &str, executor: &Executor, change: impl FnOnce(&mut Settings)) -> Outcome {
        trial::run(self.address, executor, |settings| {
            settings.target = self.target(scheme);
            change(settings);
        })
    }
}

/// Lets `serve` do what it likes with each connection.
pub(crate) fn serve<Serving: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(tokio::net::TcpStream) -> Serving + Send + 'static,
) -> Server {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    listener.set_nonblocking(true).expect("a socket that does not block");
    let address = listener.local_addr().expect("the address of a listener");
    let (connections, stop) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let server = Server { address, connections: Arc::clone(&connections), stop: Arc::clone(&stop) };
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
            while let Ok((stream, _)) = listener.accept().await {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                connections.fetch_add(1, Ordering::SeqCst);
                stream.set_nodelay(true).expect("an option that every socket has");
                tokio::spawn(serve(stream));
            }
        });
    });
    server
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread that accepts.
        let _ = TcpStream::connect(self.address);
    }
}

/// HTTP/1.1 over TLS: the same answer to each request, which has no body.
pub(crate) fn serve_tls(config: ServerConfig, answer: &'static [u8], closes: bool) -> Server {
    let acceptor = TlsAcceptor::from(Arc::new(config));
    serve(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let mut head = Vec::new();
            while let Ok(byte) = stream.read_u8().await {
                head.push(byte);
                if head.ends_with(b"\r\n\r\n") {
                    head.clear();
                    if stream.write_all(answer).await.is_err() || stream.flush().await.is_err() || closes {
                        break;
                    }
                }
            }
            // What the engine does to the connection is none of the server's business.
            let _ = stream.shutdown().await;
        }
    })
}

/// What an HTTP/2 server does with a connection, for those that need more than to answer.
pub(crate) type Control<Stream> = Connection<Stream, Bytes>;

/// Serves a connection of HTTP/2: `answer` is told the number of the request on its connection, from 0.
pub(crate) async fn serve_http2<Stream, Answering>(
    stream: Stream,
    answer: impl Fn(u64, http::Request<RecvStream>, SendResponse<Bytes>) -> Answering,
    mut control: impl FnMut(u64, &mut Control<Stream>),
) where
    Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    Answering: Future<Output = ()> + Send + 'static,
{
    let Ok(mut connection) = h2::server::handshake(stream).await else { return };
    let mut number = 0;
    while let Some(Ok((request, respond))) = connection.accept().await {
        tokio::spawn(answer(number, request, respond));
        control(number, &mut connection);
        number += 1;
    }
}

/// Answers with `body`.
pub(crate) async fn respond(mut respond: SendResponse<Bytes>, body: &'static [u8]) {
    if let Ok(mut stream) = respond.send_response(http::Response::new(()), false) {
        // What the engine does to the stream is none of the server's business.
        let _ = stream.send_data(Bytes::from_static(body), true);
    }
}
