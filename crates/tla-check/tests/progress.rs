//! Progress reports, stopping on request, limits of time.

mod models;

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use models::endless::Endless;
use models::synthetic::Synthetic;
use models::GraphModel;
use tla_check::breadth_first::explore;
use tla_check::clock::Clock;
use tla_check::model::Flow;
use tla_check::options::{Options, StopFlag};
use tla_check::outcome::{Limit, Verdict};

/// A clock on which a second passes each time somebody looks.
#[derive(Default)]
struct Hasty(AtomicU64);

impl Clock for Hasty {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.fetch_add(1, Ordering::Relaxed))
    }
}

fn options(workers: usize) -> Options {
    let progress_interval = Duration::from_millis(1);
    Options { workers, check_deadlock: false, progress_interval, ..Options::default() }
}

#[test]
fn reports_progress_that_only_grows() {
    let options = Options { clock: Arc::new(Hasty::default()), ..options(2) };
    let mut reports = Vec::new();
    let model = GraphModel(Synthetic { states: 100_000, degree: 3, work: 200 });
    let outcome = explore(&&model, &options, &mut |progress| {
        reports.push(progress.clone());
        Flow::Continue
    });
    assert_eq!(outcome.map(|outcome| outcome.verdict).ok(), Some(Verdict::Complete));
    assert!(reports.len() > 3, "{} reports", reports.len());
    for (before, after) in reports.iter().zip(&reports[1..]) {
        assert!(before.generated <= after.generated && before.distinct <= after.distinct);
        assert!(before.depth <= after.depth && before.elapsed < after.elapsed);
        assert!(after.queue <= after.distinct && after.distinct <= after.generated);
        let seconds = (after.elapsed - before.elapsed).as_secs_f64();
        let increase = (after.generated - before.generated) as f64;
        assert!((after.generated_per_second * seconds - increase).abs() < 0.5);
    }
}

#[test]
fn names_the_limit_of_time() {
    let limit = Duration::from_secs(10);
    let options = Options { clock: Arc::new(Hasty::default()), max_duration: Some(limit), ..options(1) };
    let outcome = explore(&&GraphModel(Endless { polls: None }), &options, &mut |_| Flow::Continue);
    let outcome = outcome.expect("no file is needed");
    assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::Duration(limit)));
    assert!(!outcome.complete);
}

#[test]
fn stops_within_a_second_in_the_middle_of_a_state() {
    for workers in [1, 3] {
        let mut asked = None;
        let outcome = explore(&&GraphModel(Endless { polls: None }), &options(workers), &mut |progress| {
            if progress.generated > 100_000 {
                asked.get_or_insert_with(Instant::now);
                return Flow::Stop;
            }
            Flow::Continue
        });
        let outcome = outcome.expect("no file is needed");
        assert_eq!(outcome.verdict, Verdict::Interrupted);
        assert!(asked.is_some_and(|asked| asked.elapsed() < Duration::from_secs(1)));
        assert_eq!((outcome.distinct, outcome.left_on_queue), (1000, 1000));
        assert!(outcome.generated > 100_000);
    }
}

#[test]
fn stops_an_evaluator_that_polls_the_flag() {
    let stop = StopFlag::new();
    let options = Options { stop: stop.clone(), ..options(1) };
    let model = GraphModel(Endless { polls: Some(stop.clone()) });
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            stop.request();
        });
        let outcome = explore(&&model, &options, &mut |_| Flow::Continue).expect("no file is needed");
        assert_eq!(outcome.verdict, Verdict::Interrupted);
        assert_eq!((outcome.generated, outcome.left_on_queue), (1, 1));
    });
}

#[test]
fn does_not_hang_when_the_callback_panics() {
    let model = GraphModel(Endless { polls: None });
    let result =
        catch_unwind(AssertUnwindSafe(|| explore(&&model, &options(2), &mut |_| panic!("the callback failed"))));
    assert!(result.is_err());
}
