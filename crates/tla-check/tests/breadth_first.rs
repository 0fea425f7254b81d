//! Counts, verdicts and traces of breadth-first exploration.

mod models;

use models::counters::{sum, Counters};
use models::jugs::Jugs;
use models::synthetic::Synthetic;
use models::two_phase::TwoPhase;
use models::{Graph, GraphModel};
use tla_check::breadth_first::explore;
use tla_check::model::Flow;
use tla_check::options::Options;
use tla_check::outcome::{ActionCounts, Limit, Outcome, Verdict, SYSTEM_FAILURE};

fn run<G: Graph>(graph: G, options: &Options) -> Outcome {
    explore(&&GraphModel(graph), options, &mut |_| Flow::Continue).expect("no file is needed")
}

fn workers(workers: usize) -> Options {
    Options { workers, ..Options::default() }
}

#[test]
fn can_complete_a_small_graph() {
    let outcome = run(Jugs::default(), &workers(1));
    assert_eq!(outcome.verdict, Verdict::Complete);
    assert!(outcome.complete);
    assert_eq!((outcome.generated, outcome.distinct, outcome.depth), (97, 16, 8));
    assert_eq!((outcome.left_on_queue, outcome.initial_states), (0, 1));
    assert_eq!(outcome.actions[0], ActionCounts { generated: 1, distinct: 1 });
    assert_eq!(outcome.actions.iter().map(|counts| counts.distinct).sum::<u64>(), 16);
    assert_eq!((outcome.out_degree.minimum, outcome.out_degree.maximum), (0, 2));
}

#[test]
fn finds_as_many_states_as_tlc_in_two_phase_commit() {
    for count in [1, 2, 3] {
        let outcome = run(TwoPhase { managers: 3 }, &workers(count));
        assert_eq!(outcome.verdict, Verdict::Complete);
        assert_eq!((outcome.generated, outcome.distinct, outcome.depth), (1146, 288, 11));
    }
}

#[test]
fn several_workers_lose_no_state_of_a_narrow_graph() {
    // One state per level: at any moment one worker has found the only state that is left.
    let outcome = run(Synthetic { states: 50_000, degree: 1, work: 0 }, &workers(3));
    assert_eq!(outcome.verdict, Verdict::Complete);
    assert_eq!((outcome.generated, outcome.distinct, outcome.left_on_queue), (50_001, 50_000, 0));
}

#[test]
fn reports_a_shortest_path_to_a_violation() {
    let outcome = run(Jugs { never_four: true, ..Jugs::default() }, &workers(1));
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 1 });
    let states: Vec<&[u8]> = outcome.trace.iter().map(|step| step.state.as_slice()).collect();
    assert_eq!(states, [[0, 0], [0, 5], [3, 2], [0, 2], [2, 0], [2, 5], [3, 4]]);
    assert_eq!(outcome.trace.iter().map(|step| step.action).collect::<Vec<_>>(), [0, 2, 6, 3, 6, 2, 6]);
    // What TLC prints for DieHard.tla: 14 distinct states found, 1 left on queue, depth 7.
    assert_eq!((outcome.distinct, outcome.left_on_queue, outcome.depth), (14, 1, 7));
    assert_eq!(outcome.violations, 1);
}

#[test]
fn checks_properties_of_steps_also_where_they_lead_to_known_states() {
    // The full jugs are found by filling the big one first; only then does filling the small one lead there, too.
    let outcome = run(Jugs { never_fills_up: true, ..Jugs::default() }, &workers(1));
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 5 });
    let states: Vec<&[u8]> = outcome.trace.iter().map(|step| step.state.as_slice()).collect();
    assert_eq!(states, [[0, 0], [0, 5], [3, 5]]);
    assert_eq!(outcome.trace.iter().map(|step| step.action).collect::<Vec<_>>(), [0, 2, 1]);
}

#[test]
fn finds_a_violation_at_the_same_depth_with_several_workers() {
    let graph = Counters { count: 6, bound: 6, violates_from: Some(9), ..Counters::default() };
    for count in [1, 2, 4] {
        let outcome = run(graph.clone(), &workers(count));
        assert_eq!(outcome.verdict, Verdict::Violation { invariant: 0 });
        assert_eq!(outcome.trace.len(), 10);
        for (step, expected) in outcome.trace.iter().zip(0..) {
            assert_eq!(sum(&step.state), expected);
        }
    }
}

#[test]
fn reports_a_violation_in_an_initial_state() {
    let outcome = run(Counters { count: 2, bound: 3, violates_from: Some(0), ..Counters::default() }, &workers(2));
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 0 });
    assert_eq!((outcome.trace.len(), outcome.generated, outcome.distinct, outcome.depth), (1, 1, 1, 1));
}

#[test]
fn checks_states_outside_of_constraints_without_counting_or_exploring_them() {
    let graph = Counters { count: 2, bound: 9, constrained_to: Some(3), ..Counters::default() };
    let outcome = run(graph.clone(), &Options { check_deadlock: false, ..workers(1) });
    // 1 + 2 + 3 + 4 states of sum 0 to 3, each with 2 successors.
    assert_eq!((outcome.distinct, outcome.generated, outcome.depth), (10, 21, 4));
    let outcome = run(Counters { violates_from: Some(4), ..graph }, &workers(1));
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 0 });
    assert_eq!((outcome.trace.len(), outcome.distinct, outcome.depth), (5, 10, 4));
}

#[test]
fn reports_a_deadlock_only_where_asked() {
    let graph = Counters { count: 2, bound: 2, ..Counters::default() };
    let outcome = run(graph.clone(), &workers(1));
    assert_eq!(outcome.verdict, Verdict::Deadlock);
    assert_eq!(outcome.trace.last().map(|step| step.state.clone()), Some(vec![2, 2]));
    let outcome = run(graph, &Options { check_deadlock: false, ..workers(1) });
    assert_eq!((outcome.verdict, outcome.distinct), (Verdict::Complete, 9));
}

#[test]
fn reports_where_evaluation_failed() {
    let outcome = run(Counters { count: 2, bound: 5, fails_at: Some(3), ..Counters::default() }, &workers(1));
    let Verdict::Error(error) = &outcome.verdict else { panic!("{:?}", outcome.verdict) };
    assert_eq!((error.code, error.message.as_str()), (75, "attempted to add a string"));
    assert_eq!(outcome.trace.last().map(|step| sum(&step.state)), Some(3));
}

#[test]
fn shows_the_state_on_which_an_invariant_failed() {
    let outcome = run(Counters { count: 2, bound: 5, invariant_fails_at: Some(3), ..Counters::default() }, &workers(2));
    assert!(matches!(outcome.verdict, Verdict::Error(_)));
    assert_eq!(outcome.trace.iter().map(|step| sum(&step.state)).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn reports_a_panic_of_a_worker_as_an_error() {
    for count in [1, 3] {
        let outcome = run(Counters { count: 3, bound: 9, panics_at: Some(5), ..Counters::default() }, &workers(count));
        let Verdict::Error(error) = &outcome.verdict else { panic!("{:?}", outcome.verdict) };
        assert_eq!(error.code, SYSTEM_FAILURE);
        assert!(error.message.contains("counter 5 is haunted"), "{}", error.message);
    }
}

#[test]
fn can_go_on_after_violations() {
    let graph = Counters { count: 2, bound: 4, violates_from: Some(7), ..Counters::default() };
    let options = Options { continue_after_violation: true, kept_counterexamples: 3, ..workers(1) };
    let outcome = run(graph, &options);
    assert_eq!(outcome.verdict, Verdict::Violation { invariant: 0 });
    assert!(outcome.complete);
    assert_eq!(outcome.distinct, 25);
    // (3, 4), (4, 3), (4, 4) and the deadlock of (4, 4).
    assert_eq!((outcome.violations, outcome.counterexamples.len()), (4, 3));
    assert!(outcome.counterexamples.iter().all(|found| found.trace_problem.is_none()));
    assert_eq!(outcome.trace, outcome.counterexamples[0].trace);
}

#[test]
fn names_the_limit_that_was_reached() {
    let graph = || Counters { count: 3, bound: 9, ..Counters::default() };
    let outcome = run(graph(), &Options { max_states: Some(100), ..workers(1) });
    assert_eq!((outcome.verdict, outcome.distinct), (Verdict::LimitReached(Limit::States(100)), 100));
    assert!(!outcome.complete);
    let outcome = run(graph(), &Options { max_depth: Some(3), ..workers(2) });
    assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::Depth(3)));
    assert_eq!((outcome.distinct, outcome.depth, outcome.left_on_queue), (10, 3, 6));
}

#[test]
fn does_not_report_a_limit_that_was_just_enough() {
    let options = Options { max_states: Some(16), max_depth: Some(9), ..workers(1) };
    assert_eq!(run(Jugs::default(), &options).verdict, Verdict::Complete);
}

#[test]
fn counts_the_same_with_any_number_of_workers() {
    let count = |count| {
        let options = Options { check_deadlock: false, ..workers(count) };
        let outcome = run(Synthetic { states: 1_200_000, degree: 3, work: 0 }, &options);
        assert_eq!(outcome.verdict, Verdict::Complete);
        (outcome.generated, outcome.distinct, outcome.depth, outcome.actions.len())
    };
    let alone = count(1);
    assert_eq!((alone.0, alone.1), (3_600_001, 1_200_000));
    assert_eq!(count(2), alone);
    assert_eq!(count(5), alone);
}

#[test]
fn divides_the_initial_states_among_workers() {
    let graph = || Counters { count: 4, bound: 6, begins_anywhere: true, ..Counters::default() };
    for number in 1..=5 {
        let outcome = run(graph(), &Options { check_deadlock: false, ..workers(number) });
        assert_eq!((outcome.initial_states, outcome.distinct, outcome.depth), (2401, 2401, 1));
        assert_eq!(outcome.generated, 2401 + 4 * 6 * 343);
    }
}

#[test]
fn counts_the_same_on_many_small_graphs() {
    for number in 0..300 {
        let (states, degree) = (1 + number * number % 2_003, 1 + number % 5);
        let memory_limit = (number % 3 == 0).then_some(number * 64);
        let options = Options { check_deadlock: false, memory_limit, ..workers(2 + number as usize % 3) };
        let outcome = run(Synthetic { states, degree, work: number % 2 * 50 }, &options);
        let alone = run(Synthetic { states, degree, work: 0 }, &Options { check_deadlock: false, ..workers(1) });
        assert_eq!((outcome.distinct, outcome.generated), (states, 1 + states * degree), "graph {number}");
        assert_eq!((outcome.depth, outcome.left_on_queue), (alone.depth, 0));
        // Which action found a state first depends on chance; how often each occurs does not.
        let generated = |outcome: &Outcome| outcome.actions.iter().map(|counts| counts.generated).collect::<Vec<_>>();
        assert_eq!(generated(&outcome), generated(&alone));
        assert_eq!(outcome.actions.iter().map(|counts| counts.distinct).sum::<u64>(), states);
    }
}

#[test]
fn counts_the_same_with_hardly_any_memory() {
    for count in [1, 2] {
        let options = Options { memory_limit: Some(1 << 20), check_deadlock: false, ..workers(count) };
        let outcome = run(Synthetic { states: 300_000, degree: 3, work: 0 }, &options);
        assert_eq!((outcome.generated, outcome.distinct, outcome.complete), (900_001, 300_000, true));
        assert!(outcome.spilled_bytes > 8 * 250_000, "{} bytes", outcome.spilled_bytes);
        // Each worker's buffer of the ancestry log comes on top.
        assert!(outcome.peak_bytes < (1 + count as u64) << 20, "{} bytes", outcome.peak_bytes);
    }
}

#[test]
fn finds_the_same_counterexample_with_hardly_any_memory() {
    let graph = Counters { count: 6, bound: 6, violates_from: Some(20), ..Counters::default() };
    let roomy = run(graph.clone(), &workers(1));
    let tight = run(graph, &Options { memory_limit: Some(1), ..workers(1) });
    assert_eq!(tight.verdict, Verdict::Violation { invariant: 0 });
    assert_eq!(tight.trace, roomy.trace);
    assert_eq!(
        (tight.generated, tight.distinct, tight.left_on_queue),
        (roomy.generated, roomy.distinct, roomy.left_on_queue)
    );
}

#[test]
fn removes_its_files() {
    let parent = std::env::temp_dir().join(format!("assay-check-test-{}", std::process::id()));
    let options = Options { memory_limit: Some(1), working_directory: Some(parent.clone()), ..workers(1) };
    let outcome = run(Counters { count: 4, bound: 4, ..Counters::default() }, &options);
    assert!(outcome.spilled_bytes > 0);
    let left = std::fs::read_dir(&parent).expect("it was made").count();
    std::fs::remove_dir_all(&parent).expect("it can be removed");
    assert_eq!(left, 0);
}

#[test]
fn refuses_to_work_without_workers() {
    let error = explore(&&GraphModel(Jugs::default()), &workers(0), &mut |_| Flow::Continue).err();
    assert_eq!(
        error.map(|error| error.to_string()).as_deref(),
        Some("the number of workers is 0; it must be 1 to 65535")
    );
}
