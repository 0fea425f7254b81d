use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use load::failure::{Failure, Stage};
use load::outcome::Ending;
use load::request::Request;
use load::response::{Malformed, ResponseLimits};
use load::schedule::Executor;
use load::{Plan, Schedule, Settings};

use crate::server::{serve, serve_connections, write, Then, OK};
use crate::trial::{assert_accounts_are_right, busy, iterations, milliseconds, run, target};

#[test]
fn counts_refused_connections() {
    let _machine = busy();
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let outcome = run(nobody, &iterations(2, 3), |_| ());
    assert_eq!(outcome.failures(), [(Failure::Refused, 6)]);
    assert_eq!((outcome.answered, outcome.latency().count()), (0, 0), "a refusal is no fast answer");
}

#[test]
fn counts_resets() {
    let _machine = busy();
    // Closing while bytes are unread makes Linux send a reset.
    let server = serve_connections(|stream| {
        stream.read_exact(&mut [0])?;
        thread::sleep(milliseconds(10));
        Ok(0)
    });
    let outcome = run(server.address, &iterations(2, 3), |_| ());
    assert_eq!(outcome.failures(), [(Failure::Reset, 6)]);
}

#[test]
fn counts_answers_that_end_too_early() {
    let _machine = busy();
    let server = serve(|stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")?;
        Ok(Then::Close)
    });
    let outcome = run(server.address, &iterations(2, 3), |_| ());
    assert_eq!(outcome.failures(), [(Failure::ClosedEarly, 6)]);
    assert_eq!(outcome.bytes, 6 * 45);
}

#[test]
fn names_what_is_malformed() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        let answers: [&[u8]; 3] = [
            b"SSH-2.0-OpenSSH\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello",
        ];
        let path = seen.head.as_bytes()[5];
        write(stream, answers[usize::from(path - b'0')])
    });
    let outcome = run(server.address, &iterations(1, 30), |settings| {
        settings.requests = ["/0", "/1", "/2"].map(Request::get).to_vec();
    });
    let reasons = [Malformed::Version, Malformed::ContentLength, Malformed::BytesAfterTheEnd];
    for (endpoint, reason) in outcome.endpoints.iter().zip(reasons) {
        assert_eq!(endpoint.failures.len(), 1);
        assert_eq!(endpoint.failures[0].0, Failure::Malformed(reason), "{}", endpoint.name);
    }
    assert_eq!((outcome.failed, outcome.answered), (30, 0));
}

#[test]
fn gives_up_on_endless_bodies_and_headers() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        let (beginning, rest) = if seen.head.contains("/body") { ("\r\n", "x") } else { ("", "A: b\r\n") };
        stream.write_all(format!("HTTP/1.1 200 OK\r\n{beginning}").as_bytes())?;
        loop {
            stream.write_all(rest.repeat(1000).as_bytes())?;
        }
    });
    let outcome = run(server.address, &iterations(1, 10), |settings| {
        settings.requests = ["/body", "/head"].map(Request::get).to_vec();
        settings.limits = ResponseLimits { head_bytes: 100_000, body_bytes: 3_000_000 };
    });
    assert_eq!(outcome.endpoints[0].failures[0].0, Failure::BodyTooLarge);
    assert_eq!(outcome.endpoints[1].failures[0].0, Failure::HeadTooLarge);
    assert_eq!(outcome.failed, 10);
}

#[test]
fn gives_up_after_the_time_limit_wherever_the_answer_is() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        if seen.head.contains("/slow") {
            for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" {
                stream.write_all(&[*byte])?;
                thread::sleep(milliseconds(40));
            }
        }
        thread::sleep(milliseconds(1000));
        Ok(Then::Close)
    });
    let outcome = run(server.address, &iterations(2, 2), |settings| {
        settings.requests = ["/slow", "/never"].map(Request::get).to_vec();
        settings.timeout = milliseconds(200);
        settings.seed = 3;
    });
    for (endpoint, stage) in outcome.endpoints.iter().zip([Stage::Receiving, Stage::Waiting]) {
        assert_eq!(endpoint.failures.first().map(|(failure, _)| *failure), Some(Failure::Timeout(stage)));
    }
    assert_eq!((outcome.failed, outcome.latency().count()), (4, 4));
    assert!(outcome.latency().minimum() >= Duration::from_micros(199_900), "a timeout counts as at least the limit");
}

#[test]
fn counts_bytes_that_nobody_asked_for() {
    let _machine = busy();
    let server = serve(|stream, _| {
        stream.write_all(OK)?;
        thread::sleep(milliseconds(30));
        write(stream, b"HTTP/1.1 408 Too Late\r\n\r\n")
    });
    let executor = Executor::ConstantArrivalRate { rate: 10.0, duration: milliseconds(400) };
    let outcome = run(server.address, &executor, |settings| settings.connections = 1);
    assert_eq!((outcome.answered, outcome.failed), (4, 0));
    assert!(outcome.unsolicited >= 3, "{}", outcome.unsolicited);
}

#[test]
fn can_be_stopped_and_keeps_what_it_has() {
    let _machine = busy();
    let server = serve(|stream, seen| {
        if seen.number == 10 {
            thread::sleep(Duration::from_secs(5));
        }
        write(stream, OK)
    });
    let settings = Settings::new(target(server.address), Request::get("/"));
    let plan = Plan::new(settings).expect("good settings");
    let executor = Executor::ConstantUsers { users: 3, duration: Duration::from_secs(60) };
    let schedule = Schedule::new(&executor).expect("a good schedule");
    let stop = AtomicBool::new(false);
    let begin = Instant::now();
    let mut seen = Vec::new();
    let outcome = load::run(&plan, &schedule, &stop, milliseconds(50), &mut |progress| {
        seen.push(*progress);
        if progress.answered == 30 {
            stop.store(true, Ordering::Relaxed);
        }
    });
    let outcome = outcome.expect("a run");
    assert_accounts_are_right(&outcome);
    assert!(begin.elapsed() < Duration::from_secs(4), "{:?}", begin.elapsed());
    assert_eq!(outcome.ending, Ending::Stopped);
    assert_eq!((outcome.answered, outcome.interrupted, outcome.failed), (30, 3, 0));
    let last = seen.last().expect("progress was reported");
    assert_eq!((last.answered, last.in_flight, last.scheduled), (30, 3, Duration::from_secs(60)));
}

#[test]
fn refuses_more_connections_than_the_process_may_open() {
    let plan = Plan::new(Settings {
        connections: 100_000,
        ..Settings::new(target("127.0.0.1:1".parse().expect("an address")), Request::get("/"))
    });
    let executor = Executor::ConstantArrivalRate { rate: 1.0, duration: milliseconds(1) };
    let schedule = Schedule::new(&executor).expect("a good schedule");
    let stop = AtomicBool::new(true);
    let outcome = load::run(&plan.expect("good settings"), &schedule, &stop, milliseconds(10), &mut |_| ());
    match outcome {
        Err(load::LoadError::Descriptors { needed, allowed }) => assert!(needed > 100_000 && allowed < needed),
        other => assert!(other.is_ok(), "a process that may open as many is not refused: {other:?}"),
    }
}
