use bytes::Bytes;
use h2::server::SendResponse;
use http::HeaderMap;
use load::failure::Failure;
use load::protocol::Protocol;
use load::request::Request;

use super::server::{serve, serve_http2, Server};
use crate::trial::{busy, iterations};

/// Answers each call with its own message and a status that the name of the method says.
fn serve_calls() -> Server {
    let answer = |_, request: http::Request<h2::RecvStream>, answer| async move {
        let status = request.uri().path().rsplit('/').next().unwrap_or_default().to_owned();
        let is_call = request.method() == http::Method::POST
            && request.headers().get("te").is_some_and(|value| value == "trailers")
            && request.headers().get("content-type").is_some_and(|value| value == "application/grpc");
        let mut body = request.into_body();
        let mut message = Vec::new();
        while let Some(Ok(piece)) = body.data().await {
            message.extend_from_slice(&piece);
            let _ = body.flow_control().release_capacity(piece.len());
        }
        finish(answer, message, if is_call { &status } else { "13" });
    };
    serve(move |stream| serve_http2(stream, answer, |_, _| ()))
}

fn finish(mut answer: SendResponse<Bytes>, message: Vec<u8>, status: &str) {
    let mut head = http::Response::new(());
    head.headers_mut().insert("content-type", http::HeaderValue::from_static("application/grpc"));
    let Ok(mut stream) = answer.send_response(head, false) else { return };
    let _ = stream.send_data(Bytes::from(message), false);
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", http::HeaderValue::from_str(status).expect("a number"));
    trailers.insert("grpc-message", http::HeaderValue::from_static("as%20asked"));
    let _ = stream.send_trailers(trailers);
}

#[test]
fn can_call_and_counts_each_status_by_its_name() {
    let _machine = busy();
    let server = serve_calls();
    let outcome = server.load("http", &iterations(2, 50), |settings| {
        settings.protocol = Protocol::Grpc { streams: 2 };
        let call = |status: u32| Request { body: vec![8, 1], ..Request::get(&format!("/shop.Orders/{status}")) };
        settings.requests = [0, 5, 14].map(call).to_vec();
    });
    let [good, missing, down] = &outcome.endpoints[..] else { panic!("three endpoints") };
    assert!(good.failures.is_empty() && !good.statuses.is_empty(), "{good:?} {:?}", outcome.reasons);
    assert_eq!((good.statuses[0].status, good.statuses[0].body_bytes), (200, 7 * good.statuses[0].count));
    for (endpoint, name) in [(missing, "grpc-not-found"), (down, "grpc-unavailable")] {
        assert_eq!(endpoint.failures.len(), 1);
        assert_eq!(endpoint.failures[0].0.name(), name);
    }
    assert_eq!((outcome.answered + outcome.failed, server.connections()), (100, 1));
    assert_eq!(outcome.reasons.len(), 2);
    assert!(outcome.reasons.iter().all(|(_, reason)| reason == "as asked"), "{:?}", outcome.reasons);
}

#[test]
fn says_that_an_answer_is_not_of_grpc() {
    let _machine = busy();
    let server =
        serve(|stream| serve_http2(stream, |_, _, answer| super::server::respond(answer, b"<html>"), |_, _| ()));
    let outcome = server.load("http", &iterations(1, 2), |settings| {
        settings.protocol = Protocol::Grpc { streams: 1 };
        settings.requests = vec![Request::get("/shop.Orders/Place")];
    });
    assert_eq!(outcome.failures().iter().map(|(failure, _)| failure.name()).collect::<Vec<_>>(), ["grpc-unknown"]);
    assert!(matches!(outcome.reasons[0], (Failure::Grpc(_), ref reason) if reason.contains("not gRPC")));
}
