//! Explorations that are stopped or killed and go on from a checkpoint.

mod models;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use models::counters::Counters;
use models::synthetic::Synthetic;
use models::two_phase::TwoPhase;
use models::wheel::Wheel;
use models::{Graph, GraphModel};
use tla_check::breadth_first::explore;
use tla_check::error::CheckError;
use tla_check::model::Flow;
use tla_check::options::{CheckpointOptions, Options};
use tla_check::outcome::{Limit, Outcome, Verdict};
use tla_check::progress::Progress;
use tla_check::temporal::Formula;

/// A directory that is removed at the end of a test.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("assay-checkpoint-test-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).expect("it can be made");
        Self(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn options(directory: PathBuf, resume: bool) -> Options {
    // Writing through to the disk takes long, so those that resume do not.
    let interval = if resume { Duration::MAX } else { Duration::from_millis(10) };
    Options {
        check_deadlock: false,
        progress_interval: Duration::from_millis(1),
        checkpoint: Some(CheckpointOptions { directory, interval, model_identity: 42, resume }),
        ..Options::default()
    }
}

fn run<G: Graph>(
    graph: G,
    options: &Options,
    progress: &mut dyn FnMut(&Progress) -> Flow,
) -> Result<Outcome, CheckError> {
    explore(&&GraphModel(graph), options, progress)
}

fn completed<G: Graph>(graph: G, options: &Options) -> Outcome {
    run(graph, options, &mut |_| Flow::Continue).expect("no file fails")
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("it can be made");
    for entry in fs::read_dir(from).expect("it is there") {
        let path = entry.expect("it can be read").path();
        // A file may be renamed or removed while this looks; the process could have been killed at any such moment.
        let _ = fs::copy(&path, to.join(path.file_name().expect("it has a name")));
    }
}

/// Everything that must not depend on interruptions with one worker.
fn counts(outcome: &Outcome) -> impl PartialEq + std::fmt::Debug {
    let actions: Vec<_> = outcome.actions.iter().map(|counts| (counts.generated, counts.distinct)).collect();
    let degree = outcome.out_degree;
    let degrees = (degree.minimum, degree.maximum, degree.percentile_95, degree.average.to_bits());
    let total = (outcome.generated, outcome.distinct, outcome.depth, outcome.initial_states, outcome.violations);
    (outcome.verdict.clone(), total, actions, degrees)
}

#[test]
fn can_stop_at_a_limit_and_go_on_in_the_middle_of_a_state() {
    let expected = completed(TwoPhase { managers: 3 }, &Options { check_deadlock: false, ..Options::default() });
    let scratch = Scratch::new();
    let mut options = options(scratch.path("run"), false);
    for max_states in 1..288 {
        options.max_states = Some(max_states);
        let outcome = completed(TwoPhase { managers: 3 }, &options);
        assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::States(max_states)));
        assert_eq!(outcome.distinct, max_states);
        options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
    }
    options.max_states = None;
    let outcome = completed(TwoPhase { managers: 3 }, &options);
    assert_eq!(counts(&outcome), counts(&expected));
    assert!(!scratch.path("run").exists(), "a checkpoint of a decided exploration is removed");
}

#[test]
fn can_stop_at_a_limit_and_go_on_among_the_initial_states() {
    let graph = || Counters { count: 3, bound: 5, begins_anywhere: true, ..Counters::default() };
    let expected = completed(graph(), &Options { check_deadlock: false, ..Options::default() });
    assert_eq!((expected.distinct, expected.initial_states), (216, 216));
    let scratch = Scratch::new();
    let mut options = options(scratch.path("run"), false);
    for max_states in (3..216).step_by(3) {
        options.workers = 1 + max_states as usize % 4;
        options.max_states = Some(max_states);
        let outcome = completed(graph(), &options);
        assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::States(max_states)));
        options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
    }
    options.max_states = None;
    let outcome = completed(graph(), &options);
    let total = |outcome: &Outcome| (outcome.generated, outcome.distinct, outcome.initial_states, outcome.depth);
    assert_eq!(total(&outcome), total(&expected));
}

#[test]
fn can_go_on_with_a_greater_depth() {
    let scratch = Scratch::new();
    let mut options = options(scratch.path("run"), false);
    for max_depth in 1..11 {
        options.max_depth = Some(max_depth);
        let outcome = completed(TwoPhase { managers: 3 }, &options);
        assert_eq!(outcome.verdict, Verdict::LimitReached(Limit::Depth(max_depth)));
        options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
    }
    options.max_depth = None;
    let outcome = completed(TwoPhase { managers: 3 }, &options);
    assert_eq!((outcome.verdict, outcome.generated, outcome.distinct), (Verdict::Complete, 1146, 288));
}

fn synthetic() -> Synthetic {
    Synthetic { states: 40_000, degree: 3, work: 1000 }
}

#[test]
fn can_go_on_after_being_killed_at_any_moment() {
    for (workers, resumed_workers) in [(1, 1), (2, 3), (3, 1)] {
        let scratch = Scratch::new();
        let mut copies = 0;
        let run_options = Options { workers, ..options(scratch.path("run"), false) };
        let outcome = run(synthetic(), &run_options, &mut |_| {
            if copies < 4 && scratch.path("run").join("checkpoint").exists() {
                copies += 1;
                copy(&scratch.path("run"), &scratch.path(&copies.to_string()));
            }
            Flow::Continue
        });
        let outcome = outcome.expect("no file fails");
        assert!(copies > 1, "{copies} copies");
        for number in 1..=copies {
            let options = Options { workers: resumed_workers, ..options(scratch.path(&number.to_string()), true) };
            let resumed = completed(synthetic(), &options);
            assert_eq!(resumed.verdict, Verdict::Complete);
            assert_eq!((resumed.generated, resumed.distinct), (120_001, 40_000));
            assert_eq!((resumed.depth, &resumed.actions.len()), (outcome.depth, &outcome.actions.len()));
            if (workers, resumed_workers) == (1, 1) {
                assert_eq!(counts(&resumed), counts(&outcome));
            }
        }
    }
}

#[test]
fn leaves_nothing_of_a_process_that_was_killed_while_it_replaced_a_checkpoint() {
    let scratch = Scratch::new();
    let mut options = options(scratch.path("run"), false);
    for max_states in [50, 100] {
        options.max_states = Some(max_states);
        completed(TwoPhase { managers: 3 }, &options);
        options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
    }
    let queue = |number: u64| scratch.path("run").join(format!("queue-{number}"));
    assert!(queue(2).exists() && !queue(1).exists());
    fs::write(queue(1), "the one before").expect("writes");
    fs::write(scratch.path("run").join("checkpoint.new"), "half of the next").expect("writes");
    options.max_states = None;
    assert_eq!(completed(TwoPhase { managers: 3 }, &options).distinct, 288);
    assert!(!scratch.path("run").exists());
}

#[test]
fn checks_temporal_properties_after_being_killed_at_any_moment() {
    let zero = || Box::new(Formula::State(0));
    // The first is violated, since a behaviour may jump past 0 for ever; the second holds.
    let again = Formula::Always(Box::new(Formula::Eventually(zero())));
    let steps = Formula::Always(Box::new(Formula::Eventually(Box::new(Formula::Step(0)))));
    let wheel = || Wheel::new(60_000, vec![again.clone(), steps.clone()]);
    for (workers, resumed_workers) in [(1, 1), (2, 3), (3, 1)] {
        let scratch = Scratch::new();
        let mut copies = 0;
        let run_options = Options { workers, ..options(scratch.path("run"), false) };
        let outcome = run(wheel(), &run_options, &mut |_| {
            if copies < 3 && scratch.path("run").join("checkpoint").exists() {
                copies += 1;
                copy(&scratch.path("run"), &scratch.path(&copies.to_string()));
            }
            Flow::Continue
        });
        let expected = outcome.expect("no file fails");
        assert_eq!(expected.verdict, Verdict::Liveness { property: 0 });
        assert!(copies > 0, "{copies} copies");
        for number in 1..=copies {
            let options = Options { workers: resumed_workers, ..options(scratch.path(&number.to_string()), true) };
            let resumed = completed(wheel(), &options);
            assert_eq!(resumed.verdict, expected.verdict);
            assert_eq!((resumed.generated, resumed.distinct), (180_001, 60_000));
            let facts = |outcome: &Outcome| {
                let liveness = outcome.liveness.clone().expect("there are temporal properties");
                (liveness.checked, liveness.cut, liveness.seen_states, liveness.seen_steps, liveness.enabled)
            };
            assert_eq!(facts(&resumed), facts(&expected));
        }
    }
}

#[test]
fn can_be_interrupted_again_and_again() {
    let scratch = Scratch::new();
    let mut interruptions = 0;
    let mut last = 0;
    loop {
        let options = Options {
            workers: 1 + interruptions % 3,
            memory_limit: Some(1 << 18),
            ..options(scratch.path("run"), interruptions > 0)
        };
        let mut calls = 0;
        let outcome = run(synthetic(), &options, &mut |progress| {
            calls += 1;
            assert!(progress.generated >= last, "counts go on from the checkpoint");
            if calls > 8 {
                Flow::Stop
            } else {
                Flow::Continue
            }
        });
        let outcome = outcome.expect("no file fails");
        if outcome.verdict == Verdict::Complete {
            assert_eq!((outcome.generated, outcome.distinct), (120_001, 40_000));
            break;
        }
        assert_eq!(outcome.verdict, Verdict::Interrupted);
        interruptions += 1;
        last = outcome.generated;
    }
    assert!(interruptions > 2, "{interruptions} interruptions");
}

#[test]
fn rebuilds_a_path_that_begins_before_the_checkpoint() {
    let graph = || Counters { count: 4, bound: 6, violates_from: Some(15), ..Counters::default() };
    let scratch = Scratch::new();
    let mut options = Options { max_states: Some(500), ..options(scratch.path("run"), false) };
    assert!(matches!(completed(graph(), &options).verdict, Verdict::LimitReached(_)));
    options.max_states = None;
    options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
    let resumed = completed(graph(), &options);
    let expected = completed(graph(), &Options { check_deadlock: false, ..Options::default() });
    assert_eq!(resumed.trace, expected.trace);
    assert_eq!(counts(&resumed), counts(&expected));
}

#[test]
fn keeps_violations_that_were_found_before() {
    let graph = || Counters { count: 3, bound: 4, violates_from: Some(6), ..Counters::default() };
    let scratch = Scratch::new();
    let going_on = |options: Options| Options { continue_after_violation: true, kept_counterexamples: 5, ..options };
    let options = |resume| going_on(options(scratch.path("run"), resume));
    completed(graph(), &Options { max_states: Some(90), ..options(false) });
    let resumed = completed(graph(), &options(true));
    let expected = completed(graph(), &going_on(Options { check_deadlock: false, ..Options::default() }));
    assert_eq!(resumed.counterexamples, expected.counterexamples);
    assert_eq!(counts(&resumed), counts(&expected));
}

/// A checkpoint, and what resuming says after `change` was made to it.
fn refusal(change: impl FnOnce(&Path, &mut Options)) -> String {
    let scratch = Scratch::new();
    let path = scratch.path("run");
    let graph = || Counters { count: 3, bound: 9, ..Counters::default() };
    let mut options = options(path.clone(), true);
    options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = false);
    // Without checkpoints on the way there is a first one only, so the names of its files are known.
    completed(graph(), &Options { max_states: Some(300), ..options.clone() });
    options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = true);
    change(&path, &mut options);
    let error = run(graph(), &options, &mut |_| Flow::Continue).err();
    error.map_or_else(String::new, |error| error.to_string())
}

fn damage(file: &Path) {
    let mut bytes = fs::read(file).expect("it is there");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(file, bytes).expect("it can be written");
}

#[test]
fn refuses_what_is_damaged() {
    assert_eq!(refusal(|_, _| {}), "");
    for (file, text) in [
        ("checkpoint", "the file is damaged: its checksum differs"),
        ("ancestry-0", "ancestry-0` is damaged: its length or checksum differs"),
        ("queue-1", "queue-1` is damaged: its length or checksum differs"),
    ] {
        let said = refusal(|path, _| damage(&path.join(file)));
        assert!(said.starts_with("cannot use the checkpoint in `") && said.contains(text), "{file}: {said}");
        let said = refusal(|path, _| fs::write(path.join(file), "ASSAY").expect("it can be written"));
        assert!(said.starts_with("cannot use the checkpoint in `"), "{file}: {said}");
    }
    let said = refusal(|path, _| fs::remove_file(path.join("queue-1")).expect("it is there"));
    assert!(said.starts_with("cannot read the queue from `"), "{said}");
}

#[test]
fn refuses_what_is_foreign() {
    let said = refusal(|_, options| {
        options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.model_identity = 43);
    });
    assert!(said.ends_with("it was made for another model, or by another version"), "{said}");
    let said = refusal(|_, options| options.check_deadlock = true);
    assert!(said.contains("other settings for deadlocks"), "{said}");
    let said = refusal(|_, options| options.checkpoint.iter_mut().for_each(|checkpoint| checkpoint.resume = false));
    assert!(said.contains("there is one already; resume from it, or remove the directory"), "{said}");
    let said = refusal(|path, _| fs::remove_file(path.join("checkpoint")).expect("it is there"));
    assert!(said.contains("there is none; start without resuming"), "{said}");
}
