//! Carries a test out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use load::progress::Progress;
use load::{LoadError, Outcome, Plan, Schedule};

use super::report::Answer;
use super::request::LoadTest;

const BETWEEN_REPORTS: Duration = Duration::from_millis(250);

/// `goes_on` is told how far the test is, and says whether it goes on.
pub(super) fn load(test: &LoadTest, goes_on: &mut dyn FnMut(&Progress) -> bool) -> Answer {
    match measure(test, goes_on) {
        Ok(outcome) => Answer::outcome(&outcome),
        Err(error) => Answer::error(&error),
    }
}

fn measure(test: &LoadTest, goes_on: &mut dyn FnMut(&Progress) -> bool) -> Result<Outcome, LoadError> {
    let plan = Plan::new(test.settings()?)?;
    let schedule = Schedule::new(&test.executor()?)?;
    let stop = AtomicBool::new(false);
    load::run(&plan, &schedule, &stop, BETWEEN_REPORTS, &mut |progress| {
        if !goes_on(progress) {
            stop.store(true, Ordering::Relaxed);
        }
    })
}
