use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use h2::Reason;
use load::failure::{Failure, Stage};
use load::protocol::Protocol;
use load::request::Request;
use load::response::ResponseLimits;
use load::schedule::Executor;
use tokio_rustls::TlsAcceptor;

use super::certificates::{Authority, Valid};
use super::server::{respond, serve, serve_http2, serve_tls};
use crate::server::OK;
use crate::trial::{busy, iterations, milliseconds};

const SINGLE: Protocol = Protocol::Http2 { streams: 1 };

#[test]
fn can_speak_http2_over_tls() {
    let _machine = busy();
    let authority = Authority::new();
    let acceptor = TlsAcceptor::from(Arc::new(authority.server("localhost", Valid::Now, false, &[b"h2"])));
    let server = serve(move |stream| {
        let accepting = acceptor.accept(stream);
        async move {
            let Ok(stream) = accepting.await else { return };
            serve_http2(stream, |_, _, answer| respond(answer, b"hello"), |_, _| ()).await;
        }
    });
    let outcome = server.load("https", &iterations(2, 3), |settings| {
        settings.protocol = SINGLE;
        settings.tls.authorities = Some(authority.file());
    });
    assert_eq!((outcome.answered, outcome.failed), (6, 0), "{:?} {:?}", outcome.failures(), outcome.reasons);
    assert_eq!((outcome.connect.count(), outcome.tls.count(), server.connections()), (2, 2, 2));
    assert_eq!(outcome.endpoints[0].statuses[0].body_bytes, 30);
}

#[test]
fn shares_connections_among_as_many_requests_as_there_are_streams() {
    let _machine = busy();
    let (open, most) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let most_seen = Arc::clone(&most);
    let server = serve(move |stream| {
        let (open, most) = (Arc::clone(&open), Arc::clone(&most));
        serve_http2(
            stream,
            move |_, _, answer| {
                let (open, most) = (Arc::clone(&open), Arc::clone(&most));
                async move {
                    most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    tokio::time::sleep(milliseconds(30)).await;
                    open.fetch_sub(1, Ordering::SeqCst);
                    respond(answer, b"hello").await;
                }
            },
            |_, _| (),
        )
    });
    let outcome = server.load("http", &iterations(8, 5), |settings| settings.protocol = Protocol::Http2 { streams: 4 });
    assert_eq!((outcome.answered, outcome.failed, server.connections()), (40, 0, 2), "{:?}", outcome.reasons);
    let most = most_seen.load(Ordering::SeqCst);
    assert!((2..=8).contains(&most), "{most} requests at the same time");
}

#[test]
fn sends_bodies_and_headers() {
    let _machine = busy();
    let server = serve(|stream| {
        let echo = |_, request: http::Request<h2::RecvStream>, answer| async move {
            let known = request.headers().get("x-id").is_some_and(|value| value == "7");
            let host = request.uri().authority().is_some_and(|authority| authority.as_str() == "shop.test");
            let mut body = request.into_body();
            let mut length = 0;
            while let Some(Ok(piece)) = body.data().await {
                length += piece.len();
                let _ = body.flow_control().release_capacity(piece.len());
            }
            let as_sent = known && host && length == 200_000;
            respond(answer, if as_sent { b"as it was sent" } else { b"no" }).await;
        };
        serve_http2(stream, echo, |_, _| ())
    });
    let outcome = server.load("http", &iterations(1, 2), |settings| {
        settings.protocol = SINGLE;
        let headers = [("Host", "shop.test"), ("X-Id", "7")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = vec![b'a'; 200_000];
        settings.requests =
            vec![Request { method: "PUT".to_owned(), headers: headers.to_vec(), body, ..Request::get("/") }];
    });
    assert_eq!(outcome.answered, 2, "{:?} {:?}", outcome.failures(), outcome.reasons);
    assert_eq!(outcome.endpoints[0].statuses[0].body_bytes, 28);
}

#[test]
fn goes_on_with_a_new_connection_after_a_goaway() {
    let _machine = busy();
    let server = serve(|stream| {
        serve_http2(
            stream,
            |_, _, answer| respond(answer, b"hello"),
            |number, connection| {
                if number == 2 {
                    connection.graceful_shutdown();
                }
            },
        )
    });
    let outcome = server.load("http", &iterations(1, 9), |settings| settings.protocol = SINGLE);
    assert_eq!(outcome.answered + outcome.failed, 9);
    assert!(outcome.failures().iter().all(|(failure, _)| *failure == Failure::Http2GoAway), "{:?}", outcome.reasons);
    assert!(outcome.answered >= 6 && server.connections() >= 3, "{outcome:?}");
}

#[test]
fn names_a_goaway_that_gives_up_requests() {
    let _machine = busy();
    let server = serve(|stream| {
        serve_http2(
            stream,
            |_, _, answer| async move {
                tokio::time::sleep(milliseconds(5000)).await;
                respond(answer, b"hello").await;
            },
            |_, connection| connection.abrupt_shutdown(Reason::ENHANCE_YOUR_CALM),
        )
    });
    let outcome = server.load("http", &iterations(2, 3), |settings| settings.protocol = SINGLE);
    assert_eq!(outcome.failures(), [(Failure::Http2GoAway, 6)], "{:?}", outcome.reasons);
    assert_eq!(outcome.reasons.len(), 1);
    let reason = &outcome.reasons[0].1;
    assert!(reason.contains("excessive load"), "{reason}");
}

#[test]
fn names_a_reset_stream_and_keeps_its_connection() {
    let _machine = busy();
    let server = serve(|stream| {
        serve_http2(
            stream,
            |number, _, mut answer| async move {
                if number % 2 == 1 {
                    answer.send_reset(Reason::INTERNAL_ERROR);
                } else {
                    respond(answer, b"hello").await;
                }
            },
            |_, _| (),
        )
    });
    let outcome = server.load("http", &iterations(1, 6), |settings| settings.protocol = SINGLE);
    assert_eq!((outcome.answered, outcome.failures()), (3, vec![(Failure::Http2Reset, 3)]), "{:?}", outcome.reasons);
    assert_eq!((server.connections(), outcome.reasons.len()), (1, 1));
}

#[test]
fn says_that_a_server_does_not_speak_http2() {
    let _machine = busy();
    let authority = Authority::new();
    for protocols in [&[b"http/1.1".as_slice()][..], &[]] {
        let server = serve_tls(authority.server("localhost", Valid::Now, false, protocols), OK, false);
        let outcome = server.load("https", &iterations(1, 2), |settings| {
            settings.protocol = SINGLE;
            settings.tls.authorities = Some(authority.file());
        });
        let expected = if protocols.is_empty() { Failure::Http2Refused } else { Failure::TlsHandshake };
        assert_eq!(outcome.failures(), [(expected, 2)], "{:?}", outcome.reasons);
        assert_eq!(outcome.reasons.len(), 1);
    }
    let plain = crate::server::serve(|stream, _| crate::server::write(stream, OK));
    let outcome = crate::trial::run(plain.address, &iterations(1, 2), |settings| settings.protocol = SINGLE);
    assert_eq!((outcome.answered, outcome.failed), (0, 2), "{:?}", outcome.failures());
}

#[test]
fn gives_up_on_bodies_and_headers_over_the_limit() {
    let _machine = busy();
    let server = serve(|stream| {
        let long = |_, request: http::Request<h2::RecvStream>, mut answer: h2::server::SendResponse<_>| async move {
            if request.uri().path() == "/body" {
                return respond(answer, &[b'a'; 100_000]).await;
            }
            let mut response = http::Response::new(());
            response.headers_mut().insert("x-long", http::HeaderValue::from_static(LONG));
            let _ = answer.send_response(response, true);
        };
        serve_http2(stream, long, |_, _| ())
    });
    let outcome = server.load("http", &iterations(1, 10), |settings| {
        settings.protocol = SINGLE;
        settings.requests = ["/body", "/head"].map(Request::get).to_vec();
        settings.limits = ResponseLimits { head_bytes: 1000, body_bytes: 10_000 };
    });
    assert_eq!(outcome.endpoints[0].failures[0].0, Failure::BodyTooLarge);
    assert_eq!(outcome.endpoints[1].failures[0].0, Failure::HeadTooLarge, "{:?}", outcome.reasons);
    assert_eq!((outcome.answered, outcome.failed), (0, 10));
}

/// Over a thousand bytes.
const LONG: &str = {
    const TEXT: &[u8] = &[b'a'; 2000];
    match std::str::from_utf8(TEXT) {
        Ok(text) => text,
        Err(_) => "",
    }
};

#[test]
fn gives_up_after_the_time_limit_and_counts_it_as_that() {
    let _machine = busy();
    let server = serve(|stream| {
        serve_http2(
            stream,
            |_, _, answer| async move {
                tokio::time::sleep(Duration::from_secs(20)).await;
                respond(answer, b"hello").await;
            },
            |_, _| (),
        )
    });
    let executor = Executor::ConstantArrivalRate { rate: 50.0, duration: milliseconds(400) };
    let outcome = server.load("http", &executor, |settings| {
        settings.protocol = Protocol::Http2 { streams: 5 };
        settings.connections = 2;
        settings.timeout = milliseconds(500);
    });
    // Each of the twenty is counted, as timed out or as never sent, by the accounts that every trial checks.
    let failures = outcome.failures();
    assert!(failures.iter().all(|(failure, _)| matches!(failure, Failure::Timeout(_))), "{failures:?}");
    assert!(failures.iter().any(|(failure, _)| *failure == Failure::Timeout(Stage::Waiting)), "{failures:?}");
    assert_eq!((outcome.answered, outcome.latency().count()), (0, 20));
    assert!(outcome.latency().minimum() >= Duration::from_micros(499_500), "a timeout counts as at least the limit");
}

#[test]
fn counts_every_request_where_the_server_dies_in_mid_test() {
    let _machine = busy();
    let server = serve(|stream| async {
        let serving = serve_http2(stream, |_, _, answer| respond(answer, b"hello"), |_, _| ());
        let _ = tokio::time::timeout(milliseconds(300), serving).await;
    });
    let executor = Executor::ConstantArrivalRate { rate: 100.0, duration: milliseconds(1000) };
    let outcome = server.load("http", &executor, |settings| settings.protocol = Protocol::Http2 { streams: 10 });
    assert!(outcome.answered > 0, "{:?}", outcome.failures());
}
