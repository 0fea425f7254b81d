//! Random walks: what they find, how evenly they choose, and that they can be repeated.

mod models;

use std::time::Duration;

use models::counters::{sum, Counters};
use models::endless::Endless;
use models::jugs::Jugs;
use models::two_phase::TwoPhase;
use models::{Graph, GraphModel};
use tla_check::model::Flow;
use tla_check::outcome::{Limit, TraceStep, Verdict, SYSTEM_FAILURE};
use tla_check::simulation::{simulate, SimulationOptions, SimulationOutcome};

fn run<G: Graph>(graph: G, options: &SimulationOptions) -> SimulationOutcome {
    simulate(&&GraphModel(graph), options, &mut |_| Flow::Continue).expect("the options make sense")
}

fn options(max_walks: u64) -> SimulationOptions {
    SimulationOptions { seed: 7, max_walks: Some(max_walks), max_depth: 30, ..SimulationOptions::default() }
}

/// Whether each state of a trace follows from the one before.
fn is_a_path<G: Graph>(graph: &G, trace: &[TraceStep]) -> bool {
    trace.windows(2).all(|pair| {
        let mut follows = false;
        let result = graph.successors(&graph.decode(&pair[0].state), &mut |action, state| {
            let mut bytes = Vec::new();
            graph.encode(&state, &mut bytes);
            follows |= (action, bytes) == (pair[1].action, pair[1].state.clone());
            Flow::Continue
        });
        follows && result.is_ok()
    })
}

#[test]
fn walks_as_often_and_as_far_as_asked() {
    let outcome = run(Jugs::default(), &options(50));
    assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::Walks(50)));
    assert_eq!((outcome.walks, outcome.longest, outcome.mean_length), (50, 30, 30.0));
    assert_eq!((outcome.initial_states, outcome.generated), (1, 1 + 50 * 29 * 6));
    assert_eq!(outcome.actions.iter().map(|counts| counts.distinct).sum::<u64>(), 50 * 29);
    assert_eq!((outcome.seed, outcome.walk, outcome.violations), (7, None, 0));
}

#[test]
fn finds_a_violation_and_shows_the_walk() {
    let outcome = run(Jugs { never_four: true, ..Jugs::default() }, &options(1000));
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 1 });
    assert_eq!(outcome.trace.first().map(|step| step.state.clone()), Some(vec![0, 0]));
    assert_eq!(outcome.trace.last().map(|step| step.state[1]), Some(4));
    assert!(is_a_path(&Jugs::default(), &outcome.trace));
    assert_eq!(outcome.violations, 1);
}

#[test]
fn finds_the_same_with_any_number_of_workers() {
    let with = |workers| {
        run(
            Jugs { never_four: true, ..Jugs::default() },
            &SimulationOptions { workers, max_depth: 9, ..options(100_000) },
        )
    };
    let alone = with(1);
    assert!(alone.walk > Some(0), "a walk that comes first would show nothing");
    for workers in [2, 5] {
        let together = with(workers);
        assert_eq!((together.walk, &together.trace), (alone.walk, &alone.trace));
    }
}

#[test]
fn can_repeat_a_walk_alone() {
    let found =
        run(Jugs { never_four: true, ..Jugs::default() }, &SimulationOptions { max_depth: 9, ..options(100_000) });
    let first_walk = found.walk.expect("a violation was found");
    let repeated = run(
        Jugs { never_four: true, ..Jugs::default() },
        &SimulationOptions { first_walk, max_depth: 9, ..options(1) },
    );
    assert_eq!((repeated.walk, repeated.walks, &repeated.trace), (found.walk, 1, &found.trace));
    let options = SimulationOptions { seed: 8, first_walk, max_depth: 9, ..options(1) };
    assert_ne!(run(Jugs { never_four: true, ..Jugs::default() }, &options).trace, found.trace);
}

#[test]
fn chooses_each_successor_as_often() {
    let outcome = run(Counters { count: 4, bound: 200, ..Counters::default() }, &options(1000));
    let steps: Vec<u64> = outcome.actions[1..].iter().map(|counts| counts.distinct).collect();
    assert_eq!(steps.iter().sum::<u64>(), 1000 * 29);
    assert!(steps.iter().all(|count| (6_950..7_550).contains(count)), "{steps:?}");
}

#[test]
fn reports_a_deadlock_only_where_asked() {
    let graph = || Counters { count: 2, bound: 3, ..Counters::default() };
    let outcome = run(graph(), &options(10));
    assert_eq!((outcome.verdict, outcome.walk), (Verdict::Deadlock, Some(0)));
    assert_eq!(outcome.trace.last().map(|step| step.state.clone()), Some(vec![3, 3]));
    let outcome = run(graph(), &SimulationOptions { check_deadlock: false, ..options(10) });
    assert_eq!((outcome.verdict, outcome.longest), (Verdict::LimitReached(Limit::Walks(10)), 7));
}

#[test]
fn stays_within_constraints_and_checks_what_is_outside() {
    let graph = Counters { count: 2, bound: 9, constrained_to: Some(4), ..Counters::default() };
    let outcome = run(graph.clone(), &options(20));
    assert_eq!((outcome.verdict, outcome.longest), (Verdict::LimitReached(Limit::Walks(20)), 5));
    let outcome = run(Counters { violates_from: Some(5), ..graph }, &options(20));
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 0 });
    assert_eq!(outcome.trace.iter().map(|step| sum(&step.state)).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn can_go_on_after_violations() {
    let graph = Counters { count: 3, bound: 9, violates_from: Some(6), ..Counters::default() };
    let options =
        |workers| SimulationOptions { continue_after_violation: true, kept_counterexamples: 4, workers, ..options(25) };
    let alone = run(graph.clone(), &options(1));
    assert_eq!((alone.walks, alone.violations), (25, 25));
    assert_eq!(alone.counterexamples.iter().map(|found| found.walk).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(run(graph, &options(3)).counterexamples, alone.counterexamples);
}

#[test]
fn reports_where_evaluation_failed_or_panicked() {
    let outcome = run(Counters { count: 2, bound: 9, fails_at: Some(4), ..Counters::default() }, &options(5));
    assert!(matches!(&outcome.verdict, Verdict::Error(error) if error.code == 75), "{:?}", outcome.verdict);
    assert_eq!(outcome.trace.last().map(|step| sum(&step.state)), Some(4));
    let outcome = run(Counters { count: 2, bound: 9, panics_at: Some(4), ..Counters::default() }, &options(5));
    assert!(matches!(&outcome.verdict, Verdict::Error(error) if error.code == SYSTEM_FAILURE), "{:?}", outcome.verdict);
    assert_eq!(outcome.trace.last().map(|step| sum(&step.state)), Some(4));
}

#[test]
fn reports_a_violation_in_an_initial_state() {
    let outcome = run(Counters { count: 2, bound: 9, violates_from: Some(0), ..Counters::default() }, &options(5));
    assert_eq!((outcome.verdict, outcome.trace.len()), (Verdict::Violation { invariant: 0 }, 1));
}

#[test]
fn ends_where_there_is_nowhere_to_begin() {
    let graph = Counters { count: 0, bound: 9, violates_from: None, ..Counters::default() };
    let outcome = run(Nowhere(graph), &SimulationOptions::default());
    assert_eq!((outcome.verdict, outcome.walks, outcome.generated), (Verdict::Complete, 0, 0));
}

struct Nowhere(Counters);

impl Graph for Nowhere {
    type State = Vec<u8>;

    fn initial(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn successors(
        &self,
        state: &Vec<u8>,
        give: &mut dyn FnMut(u32, Vec<u8>) -> Flow,
    ) -> Result<(), tla_check::model::EvaluationError> {
        self.0.successors(state, give)
    }

    fn encode(&self, state: &Vec<u8>, into: &mut Vec<u8>) {
        self.0.encode(state, into);
    }

    fn decode(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.decode(bytes)
    }
}

#[test]
fn stops_on_request_and_at_a_limit_of_time() {
    let progress_interval = Duration::from_millis(1);
    let options = SimulationOptions { progress_interval, workers: 2, max_walks: None, ..options(0) };
    let mut last = 0;
    let outcome = simulate(&&GraphModel(TwoPhase { managers: 3 }), &options, &mut |progress| {
        assert!(progress.generated >= last);
        last = progress.generated;
        if progress.walks > 10 {
            Flow::Stop
        } else {
            Flow::Continue
        }
    });
    let outcome = outcome.expect("the options make sense");
    assert_eq!(outcome.verdict, Verdict::Interrupted);
    assert!(outcome.walks > 10);
    options.stop.request();
    let limit = Duration::from_millis(5);
    let options = SimulationOptions { max_duration: Some(limit), stop: Default::default(), ..options };
    let outcome = run(Endless { polls: None }, &options);
    assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::Duration(limit)));
}

#[test]
fn refuses_options_that_make_no_sense() {
    let refusal = |options| simulate(&&GraphModel(Jugs::default()), &options, &mut |_| Flow::Continue).err();
    let text = refusal(SimulationOptions { max_depth: 0, ..options(1) }).map(|error| error.to_string());
    assert_eq!(text.as_deref(), Some("the depth of walks is 0; it must be at least 1"));
    assert!(refusal(SimulationOptions { workers: 0, ..options(1) }).is_some());
}
