//! The header `traceparent`, and the slowest requests that it lets one find.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use load::failure::{Failure, Stage};
use load::protocol::Protocol;
use load::request::Request;

use crate::protocols::server as other_servers;
use crate::server::{serve, write, Server, OK};
use crate::trial::{busy, iterations, milliseconds, run};

/// What each request said of its trace, in the order in which they came.
type Seen = Arc<Mutex<Vec<Option<String>>>>;

const PAUSE: Duration = Duration::from_millis(300);

fn note(seen: &Seen, value: Option<&str>) -> usize {
    let mut seen = seen.lock().expect("a lock that no thread has broken");
    seen.push(value.map(str::to_owned));
    seen.len()
}

/// Answers at once, but the fifth request of all only after a while.
fn slow_once(seen: &Seen) -> Server {
    let seen = Arc::clone(seen);
    serve(move |stream, request| {
        let value = request.head.lines().find_map(|line| line.strip_prefix("traceparent: "));
        if note(&seen, value) == 5 {
            thread::sleep(PAUSE);
        }
        write(stream, OK)
    })
}

/// The identities of all traces, which are all different and all well-formed.
fn identities(seen: &Seen) -> Vec<u128> {
    let values: Vec<String> = seen.lock().expect("an unbroken lock").iter().flatten().cloned().collect();
    let parts = values.iter().map(|value| value.split('-').collect::<Vec<_>>());
    let mut known = Vec::new();
    for part in parts {
        assert_eq!((part.len(), part[0], part[1].len(), part[2].len(), part[3]), (4, "00", 32, 16, "01"), "{part:?}");
        assert!(u64::from_str_radix(part[2], 16).expect("an identity of a span") != 0);
        known.push(u128::from_str_radix(part[1], 16).expect("an identity of a trace"));
    }
    assert_eq!(known.iter().collect::<HashSet<_>>().len(), known.len());
    known
}

#[test]
fn names_the_trace_of_the_slowest_request() {
    let _machine = busy();
    let seen = Seen::default();
    let server = slow_once(&seen);
    let outcome = run(server.address, &iterations(3, 10), |settings| settings.traces = true);
    let known = identities(&seen);
    assert_eq!((outcome.answered, known.len(), outcome.slowest().len()), (30, 30, 10));
    let slowest = outcome.slowest().iter().find(|request| request.trace == Some(known[4])).expect("the slow one");
    assert_eq!((slowest.end, slowest.endpoint), (Ok(200), 0));
    assert!(slowest.latency >= PAUSE.as_nanos() as u64);
    assert!(outcome.slowest().iter().all(|request| request.trace.is_some_and(|trace| known.contains(&trace))));
    assert!(outcome.slowest().windows(2).all(|pair| pair[0].latency >= pair[1].latency));
}

#[test]
fn sends_no_trace_unless_it_is_asked_to() {
    let _machine = busy();
    let seen = Seen::default();
    let server = slow_once(&seen);
    let outcome = run(server.address, &iterations(1, 6), |_| ());
    assert_eq!((identities(&seen).len(), outcome.slowest().len()), (0, 6));
    assert!(outcome.slowest().iter().all(|request| request.trace.is_none()));
}

#[test]
fn leaves_a_request_the_trace_that_it_names_itself() {
    let _machine = busy();
    let seen = Seen::default();
    let server = slow_once(&seen);
    let own = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let outcome = run(server.address, &iterations(1, 4), |settings| {
        settings.traces = true;
        let headers = vec![("traceparent".to_owned(), own.to_owned())];
        settings.requests = vec![Request { headers, ..Request::get("/") }];
    });
    assert_eq!(*seen.lock().expect("an unbroken lock"), vec![Some(own.to_owned()); 4]);
    assert!(outcome.slowest().iter().all(|request| request.trace.is_none()));
}

#[test]
fn names_the_trace_of_a_request_that_took_its_time_limit() {
    let _machine = busy();
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    let server = serve(move |_, request| {
        note(&noted, request.head.lines().find_map(|line| line.strip_prefix("traceparent: ")));
        thread::sleep(milliseconds(1500));
        Ok(crate::server::Then::Close)
    });
    let outcome = run(server.address, &iterations(1, 1), |settings| {
        settings.traces = true;
        settings.timeout = milliseconds(1000);
    });
    let slowest = outcome.slowest().first().expect("a slow request");
    assert_eq!(slowest.end, Err(Failure::Timeout(Stage::Waiting)));
    assert_eq!(slowest.trace, identities(&seen).first().copied());
    assert!(slowest.latency >= 1_000_000_000);
}

#[test]
fn sends_traces_over_http2_as_well() {
    let _machine = busy();
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    let server = other_servers::serve(move |stream| {
        let noted = Arc::clone(&noted);
        let answer = move |_, request: http::Request<h2::RecvStream>, answer| {
            let value = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
            let is_slow = note(&noted, value) == 5;
            async move {
                if is_slow {
                    tokio::time::sleep(PAUSE).await;
                }
                other_servers::respond(answer, b"hello").await;
            }
        };
        other_servers::serve_http2(stream, answer, |_, _| ())
    });
    let outcome = server.load("http", &iterations(4, 5), |settings| {
        settings.protocol = Protocol::Http2 { streams: 2 };
        settings.traces = true;
    });
    let known = identities(&seen);
    assert_eq!((outcome.answered, known.len()), (20, 20), "{:?}", outcome.reasons);
    let slow = outcome.slowest().iter().find(|request| request.trace == Some(known[4])).expect("the slow one");
    assert!(slow.latency >= PAUSE.as_nanos() as u64);
}
