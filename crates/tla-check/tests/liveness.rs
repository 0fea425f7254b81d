//! Temporal properties of small graphs, from exploration to counterexample.

mod models;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use models::sketch::{atoms, number, Sketch};
use models::wheel::Wheel;
use models::GraphModel;
use tla_check::breadth_first::explore;
use tla_check::clock::Clock;
use tla_check::model::Flow;
use tla_check::options::{CheckpointOptions, Options, StopFlag};
use tla_check::outcome::{Limit, Liveness, Outcome, Verdict};
use tla_check::temporal::{Enabled, Fairness, Formula, Temporal};

fn state(atom: usize) -> Formula {
    Formula::State(atom)
}

fn step(atom: usize) -> Formula {
    Formula::Step(atom)
}

fn not(formula: Formula) -> Formula {
    Formula::Not(Box::new(formula))
}

fn always(formula: Formula) -> Formula {
    Formula::Always(Box::new(formula))
}

fn eventually(formula: Formula) -> Formula {
    Formula::Eventually(Box::new(formula))
}

fn leads_to(left: Formula, right: Formula) -> Formula {
    always(Formula::Or(vec![not(left), eventually(right)]))
}

fn weak(taken: usize) -> Fairness {
    Fairness { strong: false, enabled: Enabled::BySteps, taken }
}

fn strong(taken: usize) -> Fairness {
    Fairness { strong: true, enabled: Enabled::BySteps, taken }
}

fn run_with(sketch: &Sketch, options: &Options) -> Outcome {
    explore(&sketch, options, &mut |_| Flow::Continue).expect("no file fails")
}

fn run(sketch: &Sketch) -> Outcome {
    run_with(sketch, &Options { check_deadlock: false, ..Options::default() })
}

fn checked(outcome: &Outcome) -> &Liveness {
    outcome.liveness.as_ref().expect("there are temporal properties")
}

/// States of the counterexample, and the index from which they repeat.
type Shown = (Vec<u32>, usize);

fn lasso(outcome: &Outcome) -> Option<Shown> {
    let lasso = checked(outcome).violated.first()?;
    assert_eq!(lasso.trace_problem, None);
    assert_eq!(outcome.verdict, Verdict::Liveness { property: lasso.property });
    assert_eq!(outcome.trace, lasso.trace);
    Some((lasso.trace.iter().map(|step| number(&step.state)).collect(), lasso.repeats_from))
}

fn with(sketch: &Sketch, fairness: Vec<Fairness>, properties: Vec<Formula>) -> Sketch {
    let temporal = Temporal { state_atoms: 4, step_atoms: 4, fairness, properties, ..Temporal::default() };
    Sketch { temporal: Some(temporal), ..sketch.clone() }
}

fn violation(sketch: &Sketch, fairness: &[Fairness], property: Formula) -> Option<Shown> {
    lasso(&run(&with(sketch, fairness.to_vec(), vec![property])))
}

/// 0 → 1 → 2 → 1, step atoms 0, 1, 2 in this order; state atoms are the states' numbers.
fn round() -> Sketch {
    let states = vec![vec![0], vec![1], vec![2]];
    Sketch { states, steps: vec![(0, 1, vec![0]), (1, 2, vec![1]), (2, 1, vec![2])], ..Sketch::default() }
}

#[test]
fn can_check_each_operator_with_and_without_fairness() {
    let fair = [weak(0), weak(1), weak(2)];
    let cases: [(Formula, Option<Shown>, Option<Shown>); 11] = [
        (eventually(state(1)), None, Some((vec![0], 0))),
        (always(not(state(2))), Some((vec![0, 1, 2], 1)), Some((vec![0, 1, 2], 2))),
        (leads_to(state(1), state(2)), None, Some((vec![0, 1], 1))),
        (leads_to(state(2), state(0)), Some((vec![0, 1, 2], 1)), Some((vec![0, 1, 2], 2))),
        (always(eventually(state(1))), None, Some((vec![0], 0))),
        (eventually(always(state(1))), Some((vec![0, 1, 2], 1)), Some((vec![0], 0))),
        (eventually(always(not(state(0)))), None, Some((vec![0], 0))),
        (always(eventually(step(2))), None, Some((vec![0], 0))),
        (eventually(always(not(step(1)))), Some((vec![0, 1, 2], 1)), Some((vec![0, 1, 2], 1))),
        (state(0), None, None),
        (Formula::Constant(true), None, None),
    ];
    for (formula, with_fairness, without) in cases {
        assert_eq!(violation(&round(), &fair, formula.clone()), with_fairness, "fair, {formula:?}");
        assert_eq!(violation(&round(), &[], formula.clone()), without, "unfair, {formula:?}");
    }
    assert_eq!(violation(&round(), &[], not(state(0))), Some((vec![0], 0)));
}

#[test]
fn can_check_nested_formulas() {
    let fair = [weak(0), weak(1), weak(2)];
    let nested = always(eventually(Formula::And(vec![state(1), eventually(state(2))])));
    assert_eq!(violation(&round(), &fair, nested.clone()), None);
    assert_eq!(violation(&round(), &[], nested), Some((vec![0], 0)));
    let settles = eventually(Formula::Or(vec![always(state(1)), always(Formula::Or(vec![state(1), state(2)]))]));
    assert_eq!(violation(&round(), &fair, settles), None);
    let implied = Formula::Or(vec![not(always(eventually(state(1)))), always(eventually(state(2)))]);
    assert_eq!(violation(&round(), &fair, implied.clone()), None);
    assert_eq!(violation(&round(), &[], implied), Some((vec![0, 1], 1)));
}

/// 0 ↔ 1, and from 1 to 2 by a step of atom 1: it is enabled again and again, never for good.
fn flickering() -> Sketch {
    let steps = vec![(0, 1, vec![0]), (1, 0, vec![0]), (1, 2, vec![1])];
    Sketch { states: vec![vec![], vec![], vec![2]], steps, ..Sketch::default() }
}

#[test]
fn can_tell_weak_from_strong_fairness() {
    let done = eventually(state(2));
    assert_eq!(violation(&flickering(), &[weak(0), weak(1)], done.clone()), Some((vec![0, 1], 0)));
    assert_eq!(violation(&flickering(), &[weak(0), strong(1)], done.clone()), None);
    // Without progress it may stutter where the step is not enabled.
    assert_eq!(violation(&flickering(), &[strong(1)], done), Some((vec![0], 0)));
}

#[test]
fn can_look_into_components_again_for_strong_fairness() {
    // A component of four states; avoiding what enables step 1 leaves 0, 1 and 3, avoiding what enables step 2 then
    // leaves 0 and 1, and a cycle of them is fair.
    let graph = |back: bool| {
        let mut steps = vec![
            (0, 1, vec![0]),
            (1, 2, vec![]),
            (2, 0, vec![]),
            (2, 4, vec![1]),
            (1, 3, vec![]),
            (3, 0, vec![]),
            (3, 4, vec![2]),
        ];
        if back {
            steps.push((1, 0, vec![0]));
        }
        Sketch { states: vec![vec![], vec![], vec![], vec![], vec![0]], steps, ..Sketch::default() }
    };
    let fairness = [weak(0), strong(1), strong(2)];
    let property = eventually(state(0));
    assert_eq!(violation(&graph(true), &fairness, property.clone()), Some((vec![0, 1], 0)));
    let stuck_at_one = violation(&graph(false), &fairness, property.clone());
    assert_eq!(stuck_at_one, Some((vec![0, 1], 1)), "no step of 0 is enabled there, so it may stutter");
    let mut moving = graph(false);
    moving.steps[1].2 = vec![3];
    moving.steps[4].2 = vec![3];
    let fairness = [weak(0), weak(3), strong(1), strong(2)];
    assert_eq!(violation(&moving, &fairness, property), None);
}

#[test]
fn looks_again_where_avoiding_one_step_makes_another_impossible() {
    // All of 0, 1 and 2 are connected, and step 2 is taken there. Without state 2, which step 1 must be taken from, it
    // no longer is, so that state 1 must be avoided too: what is left is resting at 0.
    let steps = vec![(0, 1, vec![]), (1, 0, vec![]), (0, 2, vec![]), (2, 1, vec![2]), (2, 3, vec![1]), (1, 3, vec![2])];
    let sketch = Sketch { states: vec![vec![], vec![], vec![], vec![0]], steps, ..Sketch::default() };
    let fairness = [strong(1), strong(2)];
    assert_eq!(violation(&sketch, &fairness, eventually(state(0))), Some((vec![0], 0)));
}

#[test]
fn ignores_fair_components_that_cannot_be_reached() {
    let mut sketch = round();
    sketch.states.extend([vec![3], vec![3]]);
    sketch.steps.extend([(3, 4, vec![0]), (4, 3, vec![0])]);
    assert_eq!(violation(&sketch, &[weak(0)], always(not(state(3)))), None);
}

#[test]
fn needs_no_fairness_that_a_self_loop_satisfies() {
    let mut sketch = round();
    sketch.steps.push((1, 1, vec![3]));
    let never = violation(&sketch, &[weak(0), weak(3)], eventually(state(2)));
    assert_eq!(never, Some((vec![0, 1], 1)), "a step to itself is taken again and again");
}

#[test]
fn reports_the_first_violated_property_or_all() {
    let properties = vec![eventually(state(0)), eventually(state(1)), always(state(0)), eventually(state(2))];
    let sketch = with(&round(), vec![weak(0)], properties);
    for workers in [1, 3] {
        let mut options = Options { check_deadlock: false, workers, ..Options::default() };
        let violated = |options: &Options| {
            let outcome = run_with(&sketch, options);
            assert_eq!(outcome.verdict, Verdict::Liveness { property: 2 });
            checked(&outcome).violated.iter().map(|lasso| lasso.property).collect::<Vec<_>>()
        };
        assert_eq!(violated(&options), [2]);
        options.continue_after_violation = true;
        assert_eq!(violated(&options), [2, 3]);
    }
}

#[test]
fn respects_assumptions() {
    let mut sketch = with(&round(), vec![], vec![eventually(state(2))]);
    let assumed = |sketch: &mut Sketch, assumption: Formula| {
        sketch.temporal.iter_mut().for_each(|temporal| temporal.assumptions = vec![assumption.clone()]);
        lasso(&run(sketch))
    };
    assert_eq!(assumed(&mut sketch, eventually(state(1))), Some((vec![0, 1], 1)));
    assert_eq!(assumed(&mut sketch, always(eventually(step(2)))), None);
    let fair = Formula::Or(vec![eventually(always(not(state(1)))), always(eventually(step(1)))]);
    assert_eq!(assumed(&mut sketch, fair), Some((vec![0], 0)));
}

#[test]
fn says_that_no_behaviour_does_what_is_demanded() {
    let demanding = |enabled: Enabled, taken: usize| Fairness { strong: false, enabled, taken };
    let mut graph = round();
    graph.states.iter_mut().for_each(|atoms| atoms.push(3));
    let unsatisfiable = |fairness: Vec<Fairness>, outside: &[u32]| {
        let sketch = Sketch { outside: outside.to_vec(), ..with(&graph, fairness, vec![always(state(3))]) };
        let outcome = run(&sketch);
        assert_eq!(outcome.verdict, Verdict::Complete);
        checked(&outcome).unsatisfiable
    };
    assert!(unsatisfiable(vec![weak(1), demanding(Enabled::Atom(3), 4)], &[]), "no step is one of 4");
    assert!(unsatisfiable(vec![demanding(Enabled::Atom(3), 0)], &[]), "a step of 0 is taken once at most");
    assert!(!unsatisfiable(vec![demanding(Enabled::Atom(3), 1)], &[]));
    assert!(!unsatisfiable(vec![demanding(Enabled::Atom(4), 0)], &[]), "in no state is 0 demanded");
    assert!(!unsatisfiable(vec![weak(0)], &[]));
    assert!(unsatisfiable(vec![weak(1), weak(0)], &[2]), "the step that is demanded leaves the constraint");
}

#[test]
fn says_what_could_mislead() {
    let mut sketch = with(&round(), vec![weak(1), weak(3), strong(2)], vec![leads_to(state(3), state(0))]);
    let outcome = run(&sketch);
    assert_eq!((&outcome.verdict, outcome.complete), (&Verdict::Complete, true));
    let seen = (atoms(&[0, 1, 2]), atoms(&[0, 1, 2]));
    let expected = Liveness {
        checked: true,
        violated: vec![],
        cut: false,
        seen_states: seen.0,
        seen_steps: seen.1,
        enabled: vec![true, false, true],
        unsatisfiable: false,
    };
    assert_eq!(checked(&outcome), &expected);
    sketch.outside = vec![2];
    let outcome = run(&sketch);
    let found = checked(&outcome);
    assert!(found.checked && found.cut);
    assert_eq!(found.seen_states, atoms(&[0, 1]));
    assert_eq!((&found.enabled, &found.seen_steps), (&vec![true, false, false], &atoms(&[0, 1])));
}

#[test]
fn counts_steps_out_of_the_constraints_as_enabling() {
    let mut sketch = round();
    sketch.outside = vec![2];
    // Staying in 1 is unfair to the step that leads out.
    assert_eq!(violation(&sketch, &[weak(0), weak(1)], eventually(state(2))), None);
    assert_eq!(violation(&sketch, &[weak(0)], eventually(state(2))), Some((vec![0, 1], 1)));
}

#[test]
fn leaves_properties_unchecked_where_exploration_ended_early() {
    let sketch = with(&round(), vec![], vec![eventually(state(1))]);
    let options = Options { check_deadlock: false, max_states: Some(2), ..Options::default() };
    let outcome = run_with(&sketch, &options);
    assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::States(2)));
    assert!(!checked(&outcome).checked && checked(&outcome).violated.is_empty());
    let without = run(&round());
    assert_eq!((without.liveness, without.verdict), (None, Verdict::Complete));
}

/// Properties that take several walks over the whole graph, since nothing violates them.
fn laborious() -> Vec<Formula> {
    let settled = |atom: usize| eventually(always(state(atom)));
    (0..40)
        .map(|_| not(Formula::And(vec![settled(0), always(eventually(not(state(0))))])))
        .chain((0..40).map(|_| Formula::Or(vec![always(eventually(step(0))), always(eventually(step(1)))])))
        .collect()
}

#[test]
fn agrees_with_any_number_of_workers_and_little_memory() {
    let properties =
        || vec![leads_to(not(state(0)), state(0)), always(eventually(step(0))), eventually(always(step(0)))];
    let wheel = GraphModel(Wheel::new(20_000, properties()));
    let mut expected: Option<Vec<usize>> = None;
    for (workers, memory_limit) in [(1, None), (1, Some(1 << 18)), (3, None), (2, Some(1 << 18))] {
        let continue_after_violation = true;
        let options = Options { workers, memory_limit, continue_after_violation, ..Options::default() };
        let outcome = explore(&&wheel, &options, &mut |_| Flow::Continue).expect("no file fails");
        assert_eq!(outcome.distinct, 20_000);
        let violated: Vec<usize> = checked(&outcome).violated.iter().map(|lasso| lasso.property).collect();
        assert_eq!(expected.get_or_insert_with(|| violated.clone()), &violated);
        assert_eq!(violated, [0, 2]);
        for lasso in &checked(&outcome).violated {
            assert!(lasso.trace.len() < 50, "{} states", lasso.trace.len());
        }
    }
}

struct ManualClock(AtomicU64);

impl Clock for ManualClock {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

#[test]
fn stops_within_a_second_while_properties_are_checked() {
    let wheel = GraphModel(Wheel::new(150_000, laborious()));
    let clock = Arc::new(ManualClock(AtomicU64::new(0)));
    for at_limit in [false, true] {
        let options = Options {
            max_duration: Some(Duration::from_secs(10)),
            progress_interval: Duration::ZERO,
            clock: clock.clone(),
            ..Options::default()
        };
        let (mut explored, mut stopped) = (None, None);
        let outcome = explore(&&wheel, &options, &mut |progress| {
            if !progress.checks_properties {
                return Flow::Continue;
            }
            assert_eq!((progress.distinct, progress.queue), (150_000, 0));
            if explored.get_or_insert_with(Instant::now).elapsed() < Duration::from_millis(100) {
                return Flow::Continue;
            }
            stopped.get_or_insert_with(Instant::now);
            if at_limit {
                clock.0.store(20, Ordering::Relaxed);
                return Flow::Continue;
            }
            Flow::Stop
        });
        let outcome = outcome.expect("no file fails");
        let took = stopped.map(|stopped| stopped.elapsed());
        let limit = Verdict::LimitReached(Limit::Duration(Duration::from_secs(10)));
        assert_eq!(outcome.verdict, if at_limit { limit } else { Verdict::Interrupted });
        assert!(took.is_some_and(|took| took < Duration::from_secs(1)), "{took:?}");
        assert!(outcome.complete && !checked(&outcome).checked);
    }
}

/// A graph on which one property after another is violated.
fn tangle() -> Sketch {
    let mut sketch = Sketch::default();
    for state in 0..60_u32 {
        sketch.states.push(if state == 59 { vec![1] } else { vec![0] });
        for (times, plus, atom) in [(1, 1, 0), (2, 1, 1), (3, 2, 2)] {
            sketch.steps.push((state, (state * times + plus) % 60, vec![atom]));
        }
    }
    sketch.outside = vec![31];
    let properties = vec![eventually(always(state(0))), always(eventually(step(1))), eventually(state(1))];
    with(&sketch, vec![strong(1), weak(0), weak(2)], properties)
}

fn resumable(name: &str) -> Options {
    let directory = std::env::temp_dir().join(format!("assay-liveness-test-{}-{name}", std::process::id()));
    let checkpoint =
        CheckpointOptions { directory, interval: Duration::from_secs(3600), model_identity: 42, resume: false };
    Options {
        check_deadlock: false,
        continue_after_violation: true,
        checkpoint: Some(checkpoint),
        ..Options::default()
    }
}

#[test]
fn goes_on_from_a_checkpoint_with_all_that_was_recorded() {
    let sketch = tangle();
    let options = Options { check_deadlock: false, continue_after_violation: true, ..Options::default() };
    let expected = run_with(&sketch, &options);
    assert!(checked(&expected).checked && !checked(&expected).violated.is_empty());
    for workers in [1, 3] {
        let mut options = Options { workers, ..resumable(&workers.to_string()) };
        // Several workers may exceed the limit by one state each.
        for max_states in 1..=expected.distinct - workers as u64 {
            options.max_states = Some(max_states);
            let outcome = run_with(&sketch, &options);
            assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::States(max_states)));
            options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
        }
        options.max_states = None;
        let other = with(&sketch, vec![], vec![eventually(state(1))]);
        let refused = explore(&&other, &options, &mut |_| Flow::Continue).map(|outcome| outcome.verdict);
        let said = refused.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(said.ends_with("it was made with other temporal properties"), "{said}");
        let outcome = run_with(&sketch, &options);
        assert_eq!(outcome.verdict, expected.verdict);
        let violated =
            |outcome: &Outcome| checked(outcome).violated.iter().map(|lasso| lasso.property).collect::<Vec<_>>();
        assert_eq!(violated(&outcome), violated(&expected));
        let without_lassos = |outcome: &Outcome| Liveness { violated: vec![], ..checked(outcome).clone() };
        assert_eq!(without_lassos(&outcome), without_lassos(&expected));
    }
}

#[test]
fn goes_on_in_the_middle_of_a_state_with_which_a_stopped_run_had_not_begun() {
    let sketch = tangle();
    let expected = run_with(&sketch, &Options { checkpoint: None, ..resumable("whole") });
    for max_states in 1..12 {
        let mut options = Options { max_states: Some(max_states), ..resumable("begun") };
        assert_eq!(run_with(&sketch, &options).verdict, Verdict::LimitReached(Limit::States(max_states)));
        options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
        options.max_states = None;
        let stopping = Sketch { stop: Some(options.stop.clone()), ..sketch.clone() };
        assert_eq!(run_with(&stopping, &options).verdict, Verdict::Interrupted);
        options.stop = StopFlag::new();
        let outcome = run_with(&sketch, &options);
        assert_eq!((outcome.verdict, outcome.generated), (expected.verdict.clone(), expected.generated));
    }
}
