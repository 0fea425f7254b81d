use proptest::prelude::*;

use super::*;

const LIMITS: ResponseLimits = ResponseLimits { head_bytes: 400, body_bytes: 100 };

/// What a response amounts to: status, bytes of the body, bytes of all of it, whether the connection is kept.
type Reading = Result<Option<(u16, u64, usize, bool)>, Unreadable>;

fn read_in_pieces(input: &[u8], expects_body: bool, cuts: &[usize]) -> Reading {
    let mut parser = ResponseParser::new(LIMITS);
    parser.begin(expects_body);
    let mut from = 0;
    for cut in cuts.iter().map(|cut| (*cut).min(input.len())).chain([input.len()]) {
        if cut < from {
            continue;
        }
        match parser.feed(&input[from..cut])? {
            Parsed::Complete(taken) => {
                assert_eq!(parser.bytes(), (from + taken) as u64);
                return Ok(Some((parser.status(), parser.body_bytes(), from + taken, parser.keeps_connection())));
            }
            Parsed::Partly => from = cut,
        }
    }
    Ok(None)
}

fn read(input: &str) -> Reading {
    read_in_pieces(input.as_bytes(), true, &[])
}

fn complete(input: &str) -> (u16, u64, usize, bool) {
    read(input).expect("a well-formed response").expect("a complete response")
}

fn fault(input: &str) -> Unreadable {
    read(input).expect_err("a response that cannot be read")
}

#[test]
fn can_read_bodies_of_given_length_and_leave_what_follows() {
    assert_eq!(complete("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP"), (200, 5, 43, true));
    assert_eq!(complete("HTTP/1.1 404\r\ncontent-length:0\r\n\r\n"), (404, 0, 34, true));
    assert_eq!(complete("HTTP/1.1 200 \r\nContent-Length: 1\r\nContent-Length: 1 \r\n\r\nx").1, 1);
}

#[test]
fn can_read_chunks_extensions_and_trailers() {
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5;a=b\r\nhello\r\n0A \t;x\r\n0123456789\r\n0\r\nX: y\r\n\r\n";
    assert_eq!(complete(chunked), (200, 15, chunked.len(), true));
}

#[test]
fn can_read_answers_without_a_body() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
    assert_eq!(read_in_pieces(head.as_bytes(), false, &[]), Ok(Some((200, 0, head.len(), true))));
    assert_eq!(read(head), Ok(None));
    assert_eq!(complete("HTTP/1.1 204 No Content\r\n\r\n").1, 0);
    assert_eq!(complete("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n").1, 0);
}

#[test]
fn can_read_interim_answers() {
    assert_eq!(complete("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 204 z\r\n\r\n").0, 204);
    assert_eq!(fault("HTTP/1.1 101 Switching\r\n\r\n"), Malformed::SwitchedProtocols.into());
}

#[test]
fn knows_which_connections_are_kept() {
    let kept = |head: &str| complete(&format!("{head}Content-Length: 0\r\n\r\n")).3;
    assert!(kept("HTTP/1.1 200 OK\r\n"));
    assert!(!kept("HTTP/1.1 200 OK\r\nConnection: foo, Close\r\n"));
    assert!(!kept("HTTP/1.0 200 OK\r\n"));
    assert!(kept("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"));
}

#[test]
fn can_read_a_body_that_ends_with_the_connection() {
    let mut parser = ResponseParser::new(LIMITS);
    parser.begin(true);
    assert_eq!(parser.feed(b"HTTP/1.1 200 OK\r\n\r\nhello"), Ok(Parsed::Partly));
    assert_eq!(parser.end(), Ok(()));
    assert_eq!((parser.body_bytes(), parser.keeps_connection()), (5, false));
}

#[test]
fn reports_a_connection_that_ends_too_early() {
    for beginning in ["", "HTTP/1.1", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"] {
        let mut parser = ResponseParser::new(LIMITS);
        parser.begin(true);
        assert_eq!(parser.feed(beginning.as_bytes()), Ok(Parsed::Partly));
        assert_eq!(parser.end(), Err(Unreadable::ClosedEarly), "{beginning}");
    }
}

#[test]
fn reports_why_an_answer_is_malformed() {
    let faults = [
        ("hello\r\n", Malformed::Version),
        ("HTTP/2.0 200 OK\r\n", Malformed::Version),
        ("http/1.1 200 OK\r\n", Malformed::Version),
        ("\r\n", Malformed::Version),
        ("HTTP/1.1 20\r\n", Malformed::Status),
        ("HTTP/1.1 2000\r\n", Malformed::Status),
        ("HTTP/1.1 099 x\r\n", Malformed::Status),
        ("HTTP/1.1 +20 x\r\n", Malformed::Status),
        ("HTTP/1.1 200 a\0b\r\n", Malformed::Status),
        ("HTTP/1.1 200 OK\n", Malformed::BareLineFeed),
        ("HTTP/1.1 200 OK\r\nA: b\n", Malformed::BareLineFeed),
        ("HTTP/1.1 200 OK\r\nA b\r\n", Malformed::HeaderName),
        ("HTTP/1.1 200 OK\r\nA : b\r\n", Malformed::HeaderName),
        ("HTTP/1.1 200 OK\r\n: b\r\n", Malformed::HeaderName),
        ("HTTP/1.1 200 OK\r\nAb\r\n", Malformed::HeaderName),
        ("HTTP/1.1 200 OK\r\nA: b\rc\r\n", Malformed::HeaderValue),
        ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n", Malformed::FoldedHeader),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", Malformed::ContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n", Malformed::ContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n", Malformed::ContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n", Malformed::ContentLength),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n", Malformed::ConflictingLengths),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", Malformed::LengthOfChunked),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n", Malformed::TransferCoding),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", Malformed::TransferCoding),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", Malformed::ChunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\n", Malformed::ChunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000000000000000\r\n", Malformed::ChunkSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", Malformed::ChunkLongerThanItsSize),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA b\r\n", Malformed::HeaderName),
    ];
    for (input, expected) in faults {
        assert_eq!(fault(input), expected.into(), "{input:?}");
        let all_cuts: Vec<usize> = (0..input.len()).collect();
        assert_eq!(read_in_pieces(input.as_bytes(), true, &all_cuts), Err(expected.into()), "{input:?} byte by byte");
    }
}

#[test]
fn reports_what_is_too_large() {
    assert_eq!(fault(&format!("HTTP/1.1 200 {}", "x".repeat(400))), Unreadable::HeadTooLarge);
    assert_eq!(fault(&format!("HTTP/1.1 200 OK\r\n{}", "A: b\r\n".repeat(80))), Unreadable::HeadTooLarge);
    assert_eq!(fault(&"HTTP/1.1 100 Continue\r\n\r\n".repeat(40)), Unreadable::HeadTooLarge);
    assert_eq!(fault("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n"), Unreadable::BodyTooLarge);
    assert_eq!(fault(&format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(101))), Unreadable::BodyTooLarge);
    let chunks = format!(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "20\r\n0123456789abcdef0123456789abcdef\r\n".repeat(4)
    );
    assert_eq!(fault(&chunks), Unreadable::BodyTooLarge);
    let long = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;{}", "x".repeat(400));
    assert_eq!(fault(&long), Unreadable::HeadTooLarge);
}

#[test]
fn can_read_more_chunks_than_a_head_has_bytes() {
    let chunks = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", "1\r\nx\r\n".repeat(99));
    assert_eq!(complete(&chunks), (200, 99, chunks.len(), true));
}

/// Responses that are right or nearly right, so that the deep states are reached.
fn response_like() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        Just("HTTP/1.1 200 OK\r\n".to_owned()),
        Just("HTTP/1.0 404\r\n".to_owned()),
        Just("HTTP/1.1 100 Continue\r\n\r\n".to_owned()),
        (0u64..150).prop_map(|length| format!("Content-Length: {length}\r\n")),
        Just("Transfer-Encoding: chunked\r\n".to_owned()),
        Just("Connection: close\r\n".to_owned()),
        Just("\r\n".to_owned()),
        (0usize..40).prop_map(|size| format!("{size:x}\r\n{}\r\n", "x".repeat(size))),
        "[ -~\r\n\t]{0,12}",
    ];
    let lines = (any::<bool>(), prop::collection::vec(line, 0..10));
    lines.prop_map(|(begun, lines)| {
        let beginning = if begun { "HTTP/1.1 200 OK\r\n" } else { "" };
        (beginning.to_owned() + &lines.concat()).into_bytes()
    })
}

proptest! {
    #[test]
    fn reads_the_same_however_the_bytes_arrive(
        input in response_like(), expects_body: bool, mut cuts in prop::collection::vec(0usize..400, 0..12)
    ) {
        cuts.sort_unstable();
        let whole = read_in_pieces(&input, expects_body, &[]);
        prop_assert_eq!(&read_in_pieces(&input, expects_body, &cuts), &whole);
        let all_cuts: Vec<usize> = (0..input.len()).collect();
        prop_assert_eq!(&read_in_pieces(&input, expects_body, &all_cuts), &whole);
    }

    #[test]
    fn reads_any_bytes_without_panic_and_within_its_limits(input in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(Some((_, body, taken, _))) = read_in_pieces(&input, true, &[]) {
            prop_assert!(body <= LIMITS.body_bytes && taken <= input.len());
        }
    }

    #[test]
    fn reads_what_a_right_server_sends(
        status in 200u16..600, body in prop::collection::vec(any::<u8>(), 0..100),
        sizes in prop::collection::vec(1usize..30, 1..6), chunked: bool
    ) {
        let has_body = status != 204 && status != 304;
        let mut sent = format!("HTTP/1.1 {status} Some Reason\r\nServer: x\r\n").into_bytes();
        if chunked {
            sent.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            let mut rest = &body[..];
            for size in sizes.iter().cycle() {
                let (chunk, after) = rest.split_at((*size).min(rest.len()));
                rest = after;
                if !has_body {
                    break;
                }
                sent.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                sent.extend_from_slice(chunk);
                sent.extend_from_slice(b"\r\n");
                if chunk.is_empty() {
                    break;
                }
            }
        } else {
            sent.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
            if has_body {
                sent.extend_from_slice(&body);
            }
        }
        let expected = (status, if has_body { body.len() as u64 } else { 0 }, sent.len(), true);
        prop_assert_eq!(read_in_pieces(&sent, true, &[]), Ok(Some(expected)));
    }
}
