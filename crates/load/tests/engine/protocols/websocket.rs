use std::borrow::Cow;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use load::failure::{Failure, Stage};
use load::protocol::Protocol;
use load::request::Request;
use load::schedule::Executor;
use load::{Outcome, Settings};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{accept_async, WebSocketStream};

use super::server::{serve, Server};
use crate::trial::{busy, iterations, milliseconds};

/// Gives the text of each message, and its number on its connection from 0, to `answer`, and sends what that returns.
fn serve_messages(answer: impl Fn(u64, &str) -> Vec<Message> + Clone + Send + Sync + 'static) -> Server {
    serve(move |stream| {
        let answer = answer.clone();
        async move {
            let Ok(mut socket) = accept_async(stream).await else { return };
            let mut number = 0;
            while let Some(Ok(message)) = socket.next().await {
                let Message::Text(text) = &message else { continue };
                if !send_all(&mut socket, answer(number, text.as_str())).await {
                    return;
                }
                number += 1;
            }
        }
    })
}

async fn send_all(socket: &mut WebSocketStream<TcpStream>, messages: Vec<Message>) -> bool {
    for message in messages {
        if socket.send(message).await.is_err() {
            return false;
        }
    }
    true
}

fn message(text: &str, answer: Option<&str>) -> Request {
    Request { body: text.as_bytes().to_vec(), answer: answer.map(str::to_owned), ..Request::get("/talk") }
}

fn load(server: &Server, request: Request, change: impl FnOnce(&mut Settings)) -> Outcome {
    server.load("ws", &iterations(2, 3), |settings| {
        settings.protocol = Protocol::WebSocket;
        settings.requests = vec![request];
        change(settings);
    })
}

#[test]
fn can_send_messages_and_wait_for_answers_on_one_connection_each() {
    let _machine = busy();
    let server = serve_messages(|_, text| vec![Message::text(text.to_uppercase())]);
    let outcome = load(&server, message("hello", Some("HELLO")), |_| ());
    assert_eq!((outcome.answered, outcome.failed, outcome.unsolicited), (6, 0, 0), "{:?}", outcome.reasons);
    assert_eq!((server.connections(), outcome.connect.count()), (2, 2));
    assert_eq!((outcome.endpoints[0].statuses[0].status, outcome.bytes), (101, 30));
}

#[test]
fn waits_for_the_message_that_matches() {
    let _machine = busy();
    let server = serve_messages(|_, text| {
        let answers = ["news", "answer to 0.5", &format!("answer to {text}")].map(Message::text);
        [Message::Ping(Vec::new().into())].into_iter().chain(answers).collect()
    });
    let outcome = load(&server, message("call ${id}", Some("answer to call ${id}")), |_| ());
    assert_eq!((outcome.answered, outcome.failed), (6, 0), "{:?}", outcome.reasons);
    assert_eq!(outcome.unsolicited, 12);
}

#[test]
fn names_a_close_in_mid_test_and_goes_on() {
    let _machine = busy();
    let server = serve_messages(|number, text| {
        let close = CloseFrame { code: CloseCode::Restart, reason: Cow::from("back soon").into_owned().into() };
        vec![if number == 1 { Message::Close(Some(close)) } else { Message::text(text) }]
    });
    let outcome = load(&server, message("hello", None), |_| ());
    assert_eq!(
        (outcome.answered, outcome.failures()),
        (4, vec![(Failure::WebSocketClosed, 2)]),
        "{:?}",
        outcome.reasons
    );
    assert_eq!(outcome.reasons, [(Failure::WebSocketClosed, "code 1012: back soon".to_owned())]);
    assert_eq!(server.connections(), 4);
}

#[test]
fn names_a_refused_upgrade() {
    let _machine = busy();
    let server = serve(|mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n").await;
        tokio::time::sleep(milliseconds(200)).await;
    });
    let outcome = load(&server, message("hello", None), |_| ());
    assert_eq!(outcome.failures(), [(Failure::WebSocketRefused, 6)], "{:?}", outcome.reasons);
    assert!(outcome.reasons[0].1.contains("403"), "{:?}", outcome.reasons);
}

#[test]
fn names_broken_connections_and_what_is_no_websocket() {
    let _machine = busy();
    let vanishing = serve(|stream| async move {
        let Ok(mut socket) = accept_async(stream).await else { return };
        let _ = socket.next().await;
    });
    let outcome = load(&vanishing, message("hello", None), |_| ());
    assert_eq!((outcome.answered, outcome.failed), (0, 6));
    let known = |failure: &Failure| matches!(failure, Failure::ClosedEarly | Failure::Reset);
    assert!(outcome.failures().iter().all(|(failure, _)| known(failure)), "{:?}", outcome.failures());
    let malformed = serve(|stream| async move {
        let Ok(mut socket) = accept_async(stream).await else { return };
        let _ = socket.next().await;
        // A frame with reserved bits.
        let _ = socket.get_mut().write_all(&[0xff, 0]).await;
        tokio::time::sleep(milliseconds(500)).await;
    });
    let outcome = load(&malformed, message("hello", None), |_| ());
    assert_eq!(outcome.failures(), [(Failure::WebSocketMalformed, 6)], "{:?}", outcome.reasons);
}

#[test]
fn gives_up_on_long_messages_and_missing_answers() {
    let _machine = busy();
    let server = serve_messages(|_, text| vec![Message::text(text.repeat(100))]);
    let outcome = load(&server, message("hello", None), |settings| settings.limits.body_bytes = 100);
    assert_eq!(outcome.failures(), [(Failure::BodyTooLarge, 6)], "{:?}", outcome.reasons);
    let outcome = load(&server, message("hello", Some("goodbye")), |settings| settings.timeout = milliseconds(500));
    let failures = outcome.failures();
    assert!(failures.iter().all(|(failure, _)| matches!(failure, Failure::Timeout(_))), "{failures:?}");
    assert!(failures.iter().any(|(failure, _)| *failure == Failure::Timeout(Stage::Waiting)), "{failures:?}");
    assert_eq!((outcome.answered, outcome.latency().count()), (0, 6));
    assert!(outcome.latency().minimum() >= Duration::from_micros(499_500), "a timeout counts as at least the limit");
}

#[test]
fn can_keep_a_rate_of_messages() {
    let _machine = busy();
    let server = serve_messages(|_, text| vec![Message::text(text)]);
    let executor = Executor::ConstantArrivalRate { rate: 100.0, duration: milliseconds(300) };
    let outcome = server.load("ws", &executor, |settings| {
        settings.protocol = Protocol::WebSocket;
        settings.requests = vec![message("hello ${id}", Some("hello ${id}"))];
        settings.threads = 2;
        settings.connections = 4;
    });
    assert!(outcome.answered > 0, "{:?}", outcome.reasons);
    assert!(server.connections() <= 4);
}
