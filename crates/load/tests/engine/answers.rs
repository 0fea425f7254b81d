use std::io::Write;
use std::net::TcpListener;
use std::sync::atomic::Ordering;
use std::thread;

use load::request::Request;
use load::schedule::Executor;

use crate::server::{serve, write, Then, OK};
use crate::trial::{busy, iterations, milliseconds, run, target};

#[test]
fn counts_answers_and_bytes_and_keeps_connections() {
    let _machine = busy();
    let server = serve(|stream, _| write(stream, OK));
    let outcome = run(server.address, &iterations(4, 25), |_| ());
    assert_eq!((outcome.answered, outcome.failed), (100, 0));
    assert_eq!(outcome.bytes, 100 * OK.len() as u64);
    let status = &outcome.endpoints[0].statuses[0];
    assert_eq!((status.status, status.count, status.body_bytes), (200, 100, 500));
    assert_eq!((outcome.connect.count(), server.counts.connections.load(Ordering::SeqCst)), (4, 4));
    assert!(outcome.endpoints[0].wait.quantile(0.5) <= outcome.latency().quantile(0.5));
}

#[test]
fn can_read_every_way_in_which_an_answer_ends() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        let (answer, then): (&[u8], Then) = match seen.number {
            0 => (b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", Then::Keep),
            1 => (b"HTTP/1.1 204 No Content\r\n\r\n", Then::Keep),
            2 => (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n", Then::Keep),
            3 => (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", Then::Keep),
            _ => (b"HTTP/1.0 203 x\r\n\r\nuntil the end", Then::Close),
        };
        stream.write_all(answer)?;
        Ok(then)
    });
    let outcome = run(server.address, &iterations(1, 10), |_| ());
    let found: Vec<_> =
        outcome.endpoints[0].statuses.iter().map(|status| (status.status, status.count, status.body_bytes)).collect();
    assert_eq!(found, [(201, 2, 6), (204, 2, 0), (304, 2, 0), (202, 2, 0), (203, 2, 26)]);
    assert_eq!((outcome.failed, outcome.connect.count()), (0, 2));
}

#[test]
fn knows_that_answers_to_head_have_no_body() {
    let _machine = busy();
    let server = serve(|stream, _| write(stream, b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n"));
    let outcome = run(server.address, &iterations(1, 20), |settings| {
        settings.requests = vec![Request { method: "HEAD".to_owned(), ..Request::get("/") }];
    });
    assert_eq!((outcome.answered, outcome.connect.count()), (20, 1));
}

#[test]
fn connects_again_where_the_server_closes() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        if seen.number < 2 {
            return write(stream, OK);
        }
        stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")?;
        Ok(Then::Close)
    });
    let outcome = run(server.address, &iterations(2, 30), |_| ());
    assert_eq!((outcome.answered, outcome.failed, outcome.connect.count()), (60, 0, 20));
}

#[test]
fn survives_a_server_that_closes_idle_connections() {
    let _machine = busy();
    let server = serve(|stream, _| {
        stream.write_all(OK)?;
        thread::sleep(milliseconds(20));
        Ok(Then::Close)
    });
    let executor = Executor::ConstantArrivalRate { rate: 10.0, duration: milliseconds(600) };
    let outcome = run(server.address, &executor, |settings| settings.connections = 1);
    assert_eq!((outcome.answered, outcome.failed), (6, 0));
}

#[test]
fn can_read_answers_that_come_byte_by_byte() {
    let _machine = busy();
    let server = serve(|stream, _| {
        for byte in b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" {
            stream.write_all(&[*byte])?;
            thread::yield_now();
        }
        Ok(Then::Keep)
    });
    let outcome = run(server.address, &iterations(2, 5), |_| ());
    assert_eq!((outcome.answered, outcome.failed), (10, 0));
}

#[test]
fn can_receive_and_send_bodies_larger_than_any_buffer() {
    let _machine = busy();
    const LARGE: usize = 8 * 1024 * 1024;
    let server = serve(|stream, seen| {
        assert_eq!(seen.body, LARGE);
        stream.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {LARGE}\r\n\r\n").as_bytes())?;
        write(stream, &vec![b'x'; LARGE])
    });
    let outcome = run(server.address, &iterations(2, 2), |settings| {
        let body = vec![b'y'; LARGE];
        settings.requests = vec![Request { method: "POST".to_owned(), body, ..Request::get("/") }];
    });
    assert_eq!((outcome.answered, outcome.failed), (4, 0), "{:?}", outcome.failures());
    assert_eq!(outcome.endpoints[0].statuses[0].body_bytes, 4 * LARGE as u64);
}

#[test]
fn sends_requests_by_weight_and_reports_each_by_name() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        let status = if seen.head.starts_with("GET /often HTTP/1.1\r\nHost: 127.0.0.1:") { "200" } else { "404" };
        write(stream, format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\n\r\n").as_bytes())
    });
    let executor = Executor::SharedIterations { users: 4, iterations: 2000, longest: milliseconds(10_000) };
    let outcome = run(server.address, &executor, |settings| {
        settings.requests = vec![Request::get("/rarely"), Request { weight: 3, ..Request::get("/often") }];
        settings.threads = 2;
    });
    assert_eq!((outcome.answered, outcome.threads.len()), (2000, 2));
    let [rarely, often] = &outcome.endpoints[..] else { panic!("two endpoints") };
    assert_eq!((rarely.name.as_str(), rarely.statuses[0].status), ("/rarely", 404));
    assert_eq!((often.name.as_str(), often.statuses[0].status, often.statuses.len()), ("/often", 200, 1));
    assert!((1400..1600).contains(&often.statuses[0].count), "{}", often.statuses[0].count);
}

#[test]
fn goes_on_to_the_next_address_where_nobody_listens() {
    let _machine = busy();
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let server = serve(|stream, _| write(stream, OK));
    let outcome = run(server.address, &iterations(2, 5), |settings| {
        settings.target = target(server.address).at(&[nobody, server.address]);
    });
    assert_eq!((outcome.answered, outcome.failed), (10, 0));
}
