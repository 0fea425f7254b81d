//! Coordinated omission: a server that stalls for S once in T, at a constant rate, gives the latencies max(0, S − (1−q)·T)
//! at quantile q, and S²/2T on average, whatever the generator could send in the meantime.

use std::thread;
use std::time::{Duration, Instant};

use load::failure::Failure;
use load::schedule::Executor;
use load::Outcome;

use crate::server::{serve, write, Server, OK};
use crate::trial::{measured, milliseconds, near, run, waiting};

const TEST: Duration = Duration::from_secs(3);
const STALL: Duration = Duration::from_millis(1200);
const RATE: f64 = 250.0;

/// Answers at once, but for a stall that begins 700 ms after the first request.
fn stalling() -> Server {
    let first = std::sync::OnceLock::new();
    serve(move |stream, _| {
        let begin = *first.get_or_init(Instant::now) + milliseconds(700);
        let now = Instant::now();
        if now >= begin && now < begin + STALL {
            thread::sleep(begin + STALL - now);
        }
        write(stream, OK)
    })
}

fn load_stalling(connections: u32, timeout: Duration) -> Outcome {
    let server = stalling();
    let executor = Executor::ConstantArrivalRate { rate: RATE, duration: TEST };
    run(server.address, &executor, |settings| {
        settings.connections = connections;
        settings.timeout = timeout;
    })
}

fn is_analytic(outcome: &Outcome) -> Result<(), String> {
    let (stall, test) = (STALL.as_secs_f64(), TEST.as_secs_f64());
    let latency = outcome.latency();
    // The formula is for a server that takes no time; outside the stall this one takes what the median says.
    let undisturbed = latency.quantile(0.5).as_secs_f64() * (1.0 - stall / test);
    near("mean", latency.mean().as_secs_f64() - undisturbed, stall * stall / (2.0 * test), 0.05)?;
    [0.8, 0.9, 0.95, 0.99].into_iter().try_for_each(|quantile| {
        let expected = stall - (1.0 - quantile) * test;
        near(&format!("quantile {quantile}"), latency.quantile(quantile).as_secs_f64(), expected, 0.05)
    })
}

#[test]
fn omits_nothing_where_a_stalled_server_takes_every_connection() {
    let _machine = waiting();
    measured(|| load_stalling(8, Duration::from_secs(10)), is_analytic);
}

#[test]
fn omits_nothing_where_connections_are_opened_during_the_stall() {
    let _machine = waiting();
    let attempt = || load_stalling(1000, Duration::from_secs(10));
    measured(attempt, |outcome| {
        assert!(outcome.connect.count() > 250, "{}", outcome.connect.count());
        is_analytic(outcome)
    });
}

#[test]
fn loses_nothing_where_the_stall_is_longer_than_the_time_limit() {
    let _machine = waiting();
    let limit = milliseconds(600);
    let attempt = || load_stalling(8, limit);
    measured(attempt, |outcome| {
        assert!(outcome.failures().iter().all(|(failure, _)| matches!(failure, Failure::Timeout(_))));
        let latency = outcome.latency();
        assert_eq!(latency.count(), outcome.intended.expect("an open model"));
        // Who came in the first 600 ms of the 1200 ms had no answer in time: 8 on connections, the others never sent.
        let unanswered = outcome.failed + outcome.dropped.count();
        near("unanswered", unanswered as f64, RATE * (STALL - limit).as_secs_f64(), 0.1)?;
        // Those are a fifth of all, on or over the limit.
        assert!(latency.quantile(0.85) >= milliseconds(599), "{latency:?}");
        Ok(())
    });
}
