use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use load::failure::{Failure, Stage};
use load::outcome::Ending;
use load::protocol::Identity;
use load::request::Request;
use load::schedule::Executor;
use load::{LoadError, Outcome, Plan, Schedule, Settings};

use super::certificates::{Authority, Valid};
use super::server::{serve_tls, Server};
use crate::server::{serve_connections, OK};
use crate::trial::{self, busy, iterations, milliseconds};

const CLOSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

fn server(authority: &Authority, name: &str, valid: Valid) -> Server {
    serve_tls(authority.server(name, valid, false, &[b"http/1.1"]), OK, false)
}

/// What `server` does to six requests of two users who trust `authority`.
fn load(server: &Server, authority: &Authority) -> Outcome {
    server.load("https", &iterations(2, 3), |settings| settings.tls.authorities = Some(authority.file()))
}

fn assert_all_fail(outcome: &Outcome, failure: Failure, reason: &str) {
    assert_eq!((outcome.failures(), outcome.answered), (vec![(failure, 6)], 0), "{:?}", outcome.reasons);
    let told: Vec<_> = outcome.reasons.iter().filter(|(known, _)| *known == failure).collect();
    assert_eq!(told.len(), 1, "a reason is told once");
    assert!(told[0].1.contains(reason), "{:?}", told[0].1);
}

#[test]
fn can_speak_http1_over_tls_and_tells_connecting_from_the_handshake() {
    let _machine = busy();
    let authority = Authority::new();
    let server = server(&authority, "localhost", Valid::Now);
    let outcome = load(&server, &authority);
    assert_eq!((outcome.answered, outcome.failed), (6, 0), "{:?}", outcome.reasons);
    assert_eq!((outcome.connect.count(), outcome.tls.count(), server.connections()), (2, 2, 2));
    assert_eq!(outcome.endpoints[0].statuses[0].body_bytes, 30);
    assert_eq!(outcome.bytes, 6 * OK.len() as u64);
}

#[test]
fn counts_the_handshake_into_the_latency_of_each_new_connection() {
    let _machine = busy();
    let authority = Authority::new();
    let server = serve_tls(authority.server("localhost", Valid::Now, false, &[]), CLOSE, true);
    let outcome = load(&server, &authority);
    assert_eq!((outcome.answered, outcome.tls.count(), server.connections()), (6, 6, 6));
    let (handshake, latency) = (outcome.tls.minimum(), outcome.latency().minimum());
    assert!(latency >= handshake, "{latency:?} is less than {handshake:?}");
}

#[test]
fn can_keep_a_rate_over_tls() {
    let _machine = busy();
    let authority = Authority::new();
    let server = server(&authority, "localhost", Valid::Now);
    let executor = Executor::ConstantArrivalRate { rate: 200.0, duration: milliseconds(500) };
    let outcome = server.load("https", &executor, |settings| {
        settings.tls.authorities = Some(authority.file());
        settings.threads = 2;
    });
    // The accounts, which every trial checks, say that the others were counted.
    assert_eq!(outcome.intended, Some(100));
    assert!(outcome.answered > 0, "{:?}", outcome.reasons);
}

#[test]
fn says_what_is_wrong_with_a_certificate() {
    let _machine = busy();
    let (authority, other) = (Authority::new(), Authority::new());
    let expired = server(&authority, "localhost", Valid::LongAgo);
    assert_all_fail(&load(&expired, &authority), Failure::TlsCertificate, "has expired");
    let elsewhere = server(&authority, "elsewhere.test", Valid::Now);
    assert_all_fail(&load(&elsewhere, &authority), Failure::TlsCertificate, "not for localhost");
    let unknown = server(&other, "localhost", Valid::Now);
    assert_all_fail(&load(&unknown, &authority), Failure::TlsCertificate, "not trusted");
    for server in [expired, elsewhere, unknown] {
        let outcome = server.load("https", &iterations(2, 3), |settings| settings.tls.insecure = true);
        assert_eq!((outcome.answered, outcome.failed), (6, 0), "who trusts anyone gets answers: {:?}", outcome.reasons);
    }
}

#[test]
fn can_ask_for_another_name() {
    let _machine = busy();
    let authority = Authority::new();
    let server = server(&authority, "elsewhere.test", Valid::Now);
    let outcome = server.load("https", &iterations(1, 1), |settings| {
        settings.tls.authorities = Some(authority.file());
        settings.tls.server_name = Some("elsewhere.test".to_owned());
    });
    assert_eq!(outcome.answered, 1, "{:?}", outcome.reasons);
}

#[test]
fn can_show_a_client_certificate_and_says_where_one_is_missing() {
    let _machine = busy();
    let (authority, other) = (Authority::new(), Authority::new());
    let server = serve_tls(authority.server("localhost", Valid::Now, true, &[]), OK, false);
    let with = |identity: Option<Identity>| {
        server.load("https", &iterations(2, 3), |settings| {
            settings.tls.authorities = Some(authority.file());
            settings.tls.identity = identity;
        })
    };
    let known = with(Some(authority.identity()));
    assert_eq!((known.answered, known.failed), (6, 0), "{:?}", known.reasons);
    assert_all_fail(&with(None), Failure::TlsHandshake, "wants a client certificate");
    assert_all_fail(&with(Some(other.identity())), Failure::TlsHandshake, "refuses");
}

#[test]
fn names_a_handshake_that_goes_wrong() {
    let _machine = busy();
    let authority = Authority::new();
    let load = |server: &crate::server::Server, users: &Executor, timeout: u64| {
        trial::run(server.address, users, |settings| {
            let url = format!("https://{}/", server.address);
            settings.target = load::target::Target::parse(&url).expect("a literal address").0;
            settings.tls.authorities = Some(authority.file());
            settings.timeout = milliseconds(timeout);
        })
    };
    // Closing while bytes are unread makes Linux send a reset.
    let resetting = serve_connections(|stream| {
        std::io::Read::read_exact(stream, &mut [0])?;
        Ok(0)
    });
    assert_all_fail(&load(&resetting, &iterations(2, 3), 10_000), Failure::TlsHandshake, "in the handshake: ");
    let plain = serve_connections(|stream| {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")?;
        thread::sleep(milliseconds(100));
        Ok(0)
    });
    assert_all_fail(&load(&plain, &iterations(2, 3), 10_000), Failure::TlsHandshake, "does it speak TLS?");
    let silent = serve_connections(|_| {
        thread::sleep(milliseconds(5000));
        Ok(0)
    });
    let outcome = load(&silent, &iterations(2, 2), 1000);
    let failures = outcome.failures();
    assert!(failures.iter().all(|(failure, _)| matches!(failure, Failure::Timeout(_))), "{failures:?}");
    assert!(failures.iter().any(|(failure, _)| *failure == Failure::Timeout(Stage::Handshake)), "{failures:?}");
    assert!(outcome.latency().minimum() >= Duration::from_micros(999_000), "a timeout counts as at least the limit");
}

#[test]
fn gives_up_on_bodies_over_the_limit() {
    let _machine = busy();
    let authority = Authority::new();
    let server = server(&authority, "localhost", Valid::Now);
    let outcome = server.load("https", &iterations(2, 3), |settings| {
        settings.tls.authorities = Some(authority.file());
        settings.limits.body_bytes = 4;
    });
    assert_eq!(outcome.failures(), [(Failure::BodyTooLarge, 6)]);
}

#[test]
fn can_be_stopped_and_keeps_what_it_has() {
    let _machine = busy();
    let authority = Authority::new();
    let server = server(&authority, "localhost", Valid::Now);
    let mut settings = Settings::new(server.target("https"), Request::get("/"));
    settings.tls.authorities = Some(authority.file());
    let plan = Plan::new(settings).expect("good settings");
    let executor = Executor::ConstantUsers { users: 3, duration: Duration::from_secs(600) };
    let schedule = Schedule::new(&executor).expect("a good schedule");
    let stop = AtomicBool::new(false);
    let outcome = load::run(&plan, &schedule, &stop, milliseconds(10), &mut |progress| {
        if progress.answered > 0 {
            stop.store(true, Ordering::SeqCst);
        }
    });
    let outcome = outcome.expect("a run");
    assert_eq!(outcome.ending, Ending::Stopped);
    assert!(outcome.answered > 0 && outcome.interrupted <= 3, "{outcome:?}");
}

#[test]
fn refuses_files_that_hold_no_certificates() {
    let authority = Authority::new();
    let settings = |change: &dyn Fn(&mut Settings)| {
        let target = load::target::Target::parse("https://127.0.0.1:1/").expect("a literal address").0;
        let mut settings = Settings::new(target, Request::get("/"));
        settings.tls.authorities = Some(authority.file());
        change(&mut settings);
        settings
    };
    assert!(Plan::new(settings(&|_| ())).is_ok());
    let nowhere = || "/nowhere/at/all.pem".into();
    let key = authority.identity().key;
    type Change<'a> = &'a dyn Fn(&mut Settings);
    let bad: [(&str, Change<'_>); 5] = [
        ("tls.ca_file", &|settings| settings.tls.authorities = Some(nowhere())),
        ("tls.ca_file", &|settings| settings.tls.authorities = Some(key.clone())),
        ("tls.certificate_file", &|settings| {
            settings.tls.identity = Some(Identity { certificates: nowhere(), key: key.clone() });
        }),
        ("tls.key_file", &|settings| {
            settings.tls.identity = Some(Identity { certificates: authority.file(), key: nowhere() });
        }),
        ("tls.server_name", &|settings| settings.tls.server_name = Some("no name".to_owned())),
    ];
    for (setting, change) in bad {
        let refused = Plan::new(settings(change)).expect_err("a bad setting");
        assert!(matches!(refused, LoadError::Setting { name, .. } if name == setting), "{refused}");
    }
}
