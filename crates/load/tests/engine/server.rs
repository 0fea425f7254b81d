//! A server with a thread for each connection, whose answers are a closure.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::Arc;
use std::thread;

/// What the server does with a connection after an answer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Keep,
    Close,
}

/// One request as the server read it.
pub(crate) struct Seen {
    pub(crate) head: String,
    pub(crate) body: usize,
    /// Its number on its connection, from 0.
    pub(crate) number: u64,
}

#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) connections: AtomicU64,
    pub(crate) requests: AtomicU64,
    open: AtomicU64,
    pub(crate) most_open: AtomicU64,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    pub(crate) counts: Arc<Counts>,
    stop: Arc<AtomicBool>,
}

pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// Reads each request and lets `answer` write to the connection. A failed write closes it.
pub(crate) fn serve(answer: impl Fn(&mut TcpStream, &Seen) -> std::io::Result<Then> + Send + Sync + 'static) -> Server {
    serve_connections(move |stream| {
        let mut number = 0;
        while let Some((head, body)) = read_request(stream) {
            if answer(stream, &Seen { head, body, number })? == Then::Close {
                break;
            }
            number += 1;
        }
        Ok(number)
    })
}

/// Lets `serve` do what it likes with each connection; it returns how many requests it answered.
pub(crate) fn serve_connections(
    serve: impl Fn(&mut TcpStream) -> std::io::Result<u64> + Send + Sync + 'static,
) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on loopback");
    let address = listener.local_addr().expect("the address of a listener");
    let (counts, stop) = (Arc::new(Counts::default()), Arc::new(AtomicBool::new(false)));
    let server = Server { address, counts: Arc::clone(&counts), stop: Arc::clone(&stop) };
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming() {
            if stop.load(Ordering::SeqCst) {
                return;
            }
            let Ok(mut stream) = stream else { continue };
            let (serve, counts) = (Arc::clone(&serve), Arc::clone(&counts));
            counts.connections.fetch_add(1, Ordering::SeqCst);
            let open = counts.open.fetch_add(1, Ordering::SeqCst) + 1;
            counts.most_open.fetch_max(open, Ordering::SeqCst);
            thread::spawn(move || {
                stream.set_nodelay(true).expect("an option that every socket has");
                // What the engine does to the connection is none of the server's business.
                let answered = serve(&mut stream).unwrap_or(0);
                counts.requests.fetch_add(answered, Ordering::SeqCst);
                counts.open.fetch_sub(1, Ordering::SeqCst);
            });
        }
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

/// The head of the next request and the length of its body, which is read and forgotten.
fn read_request(stream: &mut TcpStream) -> Option<(String, usize)> {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    let end = loop {
        if let Some(end) = head.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut piece).ok()? {
            0 => return None,
            count => head.extend_from_slice(&piece[..count]),
        }
    };
    let text = String::from_utf8_lossy(&head[..end]).into_owned();
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("Content-Length: "))
        .map_or(0, |digits| digits.parse().expect("a length that the engine wrote"));
    let mut read = head.len() - end;
    while read < length {
        match stream.read(&mut piece).ok()? {
            0 => return None,
            count => read += count,
        }
    }
    assert_eq!(read, length, "bytes after the end of a request");
    Some((text, length))
}

/// Writes `bytes` and keeps the connection.
pub(crate) fn write(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<Then> {
    stream.write_all(bytes)?;
    Ok(Then::Keep)
}
