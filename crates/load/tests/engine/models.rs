use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use load::plan::ThinkTime;
use load::saturation::GeneratorLimit;
use load::schedule::{Executor, Stage};

use crate::server::{serve, write, OK};
use crate::trial::{measured, milliseconds, near, run, waiting};

#[test]
fn keeps_the_intended_rate_against_a_server_with_a_known_delay() {
    let _machine = waiting();
    let server = serve(|stream, _| {
        thread::sleep(milliseconds(20));
        write(stream, OK)
    });
    let executor = Executor::ConstantArrivalRate { rate: 300.0, duration: milliseconds(2500) };
    let attempt = || run(server.address, &executor, |settings| settings.connections = 100);
    measured(attempt, |outcome| {
        let latency = outcome.latency();
        assert!(latency.minimum() >= Duration::from_micros(19_900), "{latency:?}");
        near("rate", outcome.achieved_rate(), outcome.intended_rate().expect("an open model"), 0.01)?;
        near("answers in a second", outcome.seconds[1].answered as f64, 300.0, 0.1)?;
        near("median in seconds", latency.quantile(0.5).as_secs_f64(), 0.0205, 0.1)
    });
}

#[test]
fn can_ramp_the_rate() {
    let _machine = waiting();
    let server = serve(|stream, _| write(stream, OK));
    let stages = vec![
        Stage { target: 200.0, duration: milliseconds(1000) },
        Stage { target: 0.0, duration: milliseconds(1000) },
    ];
    let executor = Executor::RampingArrivalRate { start_rate: 0.0, stages };
    let outcome = run(server.address, &executor, |settings| settings.threads = 2);
    assert_eq!((outcome.intended, outcome.answered), (Some(200), 200));
    assert!(outcome.elapsed > milliseconds(1500), "{:?}", outcome.elapsed);
}

#[test]
fn counts_waiting_for_a_connection_into_the_latency() {
    let _machine = waiting();
    let server = serve(|stream, _| {
        thread::sleep(milliseconds(10));
        write(stream, OK)
    });
    // 200 per second for a server that does fewer than 100: the last of 200 waits at least a second.
    let executor = Executor::ConstantArrivalRate { rate: 200.0, duration: milliseconds(1000) };
    let outcome = run(server.address, &executor, |settings| settings.connections = 1);
    assert_eq!((outcome.answered, outcome.dropped.count()), (200, 0));
    assert!(outcome.latency().maximum() > milliseconds(1000), "{:?}", outcome.latency());
    assert!(outcome.endpoints[0].wait.quantile(0.5) < milliseconds(30));
    assert!(outcome.achieved_rate() < 105.0, "{}", outcome.achieved_rate());
}

#[test]
fn counts_arrivals_that_find_no_connection() {
    let _machine = waiting();
    let server = serve(|stream, _| {
        thread::sleep(milliseconds(100));
        write(stream, OK)
    });
    let executor = Executor::ConstantArrivalRate { rate: 100.0, duration: milliseconds(1000) };
    let outcome = run(server.address, &executor, |settings| {
        settings.connections = 2;
        settings.waiting = Some(0);
    });
    assert!((75..100).contains(&outcome.dropped.count()), "{}", outcome.dropped.count());
    assert_eq!(outcome.latency().count(), 100, "a dropped arrival is not lost");
    assert!(outcome.latency().quantile(0.9) >= milliseconds(9990), "a dropped arrival counts as a time limit");
    let limit = GeneratorLimit::Connections { dropped: outcome.dropped.count() };
    assert!(outcome.generator_limits().contains(&limit));
}

#[test]
fn lets_users_think_and_ends_in_time() {
    let _machine = waiting();
    let server = serve(|stream, _| write(stream, OK));
    let executor = Executor::ConstantUsers { users: 4, duration: milliseconds(1000) };
    let outcome = run(server.address, &executor, |settings| {
        settings.think_time = ThinkTime::Constant(milliseconds(100));
    });
    assert!((20..=40).contains(&outcome.answered), "{}", outcome.answered);
    assert!(outcome.elapsed < milliseconds(1300), "{:?}", outcome.elapsed);
    assert_eq!(server.counts.connections.load(Ordering::SeqCst), 4);
}

#[test]
fn can_ramp_the_number_of_users() {
    let _machine = waiting();
    let server = serve(|stream, _| {
        thread::sleep(milliseconds(20));
        write(stream, OK)
    });
    let stages =
        vec![Stage { target: 10.0, duration: milliseconds(1000) }, Stage { target: 0.0, duration: milliseconds(1000) }];
    let executor = Executor::RampingUsers { start_users: 0, stages };
    let outcome = run(server.address, &executor, |settings| settings.threads = 2);
    let most = server.counts.most_open.load(Ordering::SeqCst);
    assert!((9..=10).contains(&most), "{most}");
    // The mean number of users is 5 for 2 s, and each request takes a little over 20 ms.
    assert!((250..=500).contains(&outcome.answered), "{}", outcome.answered);
    assert_eq!(outcome.intended, None);
}
