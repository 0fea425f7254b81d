//! One run of the engine against a server, with settings that tests change.

use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use load::request::Request;
use load::saturation::GeneratorLimit;
use load::schedule::Executor;
use load::target::Target;
use load::{Outcome, Plan, Schedule, Settings};

/// Tests that measure time mostly wait: they run side by side. The others use the processor: each runs alone.
static MACHINE: RwLock<()> = RwLock::new(());

pub(crate) fn waiting() -> RwLockReadGuard<'static, ()> {
    MACHINE.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn busy() -> RwLockWriteGuard<'static, ()> {
    MACHINE.write().unwrap_or_else(PoisonError::into_inner)
}

/// Judges what is measured, up to three times. On a machine that has other work a thread may be kept waiting for longer than
/// a test allows; what is wrong with the engine is wrong each time. Where the engine itself says each time that it was kept
/// from its work, nothing is judged, and that is said.
pub(crate) fn measured(attempt: impl Fn() -> Outcome, judge: impl Fn(&Outcome) -> Result<(), String>) {
    let mut failures = Vec::new();
    let mut undisturbed = 0;
    for _ in 0..3 {
        let outcome = attempt();
        let Err(failure) = judge(&outcome) else { return };
        let limits = outcome.generator_limits();
        let disturbed = limits.iter().any(|limit| matches!(limit, GeneratorLimit::Late(_)));
        undisturbed += u32::from(!disturbed);
        failures.push(format!("{failure}; {limits:?}"));
    }
    assert!(undisturbed == 0, "{failures:#?}");
    eprintln!("not judged, as this machine is too busy: {failures:#?}");
}

/// Whether `found` is within the share `error` of `expected`.
pub(crate) fn near(name: &str, found: f64, expected: f64, error: f64) -> Result<(), String> {
    if (found / expected - 1.0).abs() < error {
        Ok(())
    } else {
        Err(format!("{name}: {found} instead of {expected}"))
    }
}

pub(crate) fn milliseconds(count: u64) -> Duration {
    Duration::from_millis(count)
}

pub(crate) fn target(address: SocketAddr) -> Target {
    Target::parse(&format!("http://{address}/")).expect("a literal address").0
}

/// Runs `executor` against `address` with the settings that `change` leaves.
pub(crate) fn run(address: SocketAddr, executor: &Executor, change: impl FnOnce(&mut Settings)) -> Outcome {
    let mut settings =
        Settings { timeout: Duration::from_secs(10), ..Settings::new(target(address), Request::get("/")) };
    change(&mut settings);
    let plan = Plan::new(settings).expect("good settings");
    let schedule = Schedule::new(executor).expect("a good schedule");
    let outcome = load::run(&plan, &schedule, &AtomicBool::new(false), Duration::from_secs(1), &mut |_| ());
    let outcome = outcome.expect("a run");
    assert_accounts_are_right(&outcome);
    outcome
}

/// A number of requests by one user after the other.
pub(crate) fn iterations(users: u32, iterations: u64) -> Executor {
    Executor::PerUserIterations { users, iterations, longest: Duration::from_secs(10) }
}

/// Everything counts exactly once, whichever way one adds it up.
pub(crate) fn assert_accounts_are_right(outcome: &Outcome) {
    let endpoints = &outcome.endpoints;
    let statuses = || endpoints.iter().flat_map(|endpoint| &endpoint.statuses);
    assert_eq!(statuses().map(|status| status.count).sum::<u64>(), outcome.answered);
    assert_eq!(statuses().map(|status| status.latency.count()).sum::<u64>(), outcome.answered);
    assert_eq!(endpoints.iter().map(|endpoint| endpoint.wait.count()).sum::<u64>(), outcome.answered);
    assert_eq!(outcome.failures().iter().map(|(_, count)| count).sum::<u64>(), outcome.failed);
    let failed = endpoints.iter().map(|endpoint| endpoint.failed.count() + endpoint.timed_out.count()).sum::<u64>();
    assert_eq!(failed, outcome.failed);
    assert_eq!(outcome.seconds.iter().map(|second| second.answered).sum::<u64>(), outcome.answered);
    assert_eq!(outcome.seconds.iter().map(|second| second.failed).sum::<u64>(), outcome.failed);
    assert_eq!(outcome.seconds.iter().map(|second| second.dropped).sum::<u64>(), outcome.dropped.count());
    assert_eq!(outcome.seconds.iter().map(|second| second.bytes).sum::<u64>(), outcome.bytes);
    if let (Some(intended), load::outcome::Ending::Complete) = (outcome.intended, outcome.ending) {
        assert_eq!(outcome.answered + outcome.failed + outcome.dropped.count(), intended);
    }
}
