//! Where the time of an exploration goes: the costly expression is named, and what is seen adds up.

mod module;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tla_check::breadth_first::explore;
use tla_check::model::Flow;
use tla_check::options::Options;
use tla_eval::executable::{Activity, Sampled};
use tla_eval::STACK_BYTES;

/// `Costly` cannot be remembered: it depends on the state. All else is quick.
const BODY: &str = "EXTENDS Naturals, FiniteSets
VARIABLES count, colour
Init == count = 0 /\\ colour = 0
Costly(n) == Cardinality({s \\in SUBSET (0 .. 8) : (Cardinality(s) + n) % 7 = 3})
Count == count < 300 /\\ count' = count + 1 /\\ UNCHANGED colour
Paint == colour' \\in {0, 1} /\\ UNCHANGED count
Look == Costly(count) > 1000 /\\ UNCHANGED <<count, colour>>
Next == Count \\/ Paint \\/ Look
Checked == Costly(count + 1) < 1000
";

struct Seen {
    sampled: Sampled,
    actions: Vec<String>,
    /// Texts of the expressions, in their order.
    texts: Vec<String>,
    distinct: u64,
    wall: Duration,
}

/// Explores the module with a profile, looking at the workers every 200 microseconds.
fn profile(config: &str, workers: usize) -> Seen {
    let config = format!("INIT Init\nNEXT Next\n{config}\n");
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let (mut executable, sources) = module::executable(BODY, &config);
        let mut sampler = executable.profile().expect("compiles");
        let ended = AtomicBool::new(false);
        let options = Options { workers, stack_bytes: STACK_BYTES, ..Options::default() };
        let began = Instant::now();
        let (outcome, sampler) = std::thread::scope(|scope| {
            let looking = scope.spawn(|| {
                let mut before = Instant::now();
                while !ended.load(Ordering::Relaxed) {
                    std::thread::sleep(Duration::from_micros(200));
                    let now = Instant::now();
                    sampler.look(now - before);
                    before = now;
                }
                sampler
            });
            let outcome = explore(&executable, &options, &mut |_| Flow::Continue);
            ended.store(true, Ordering::Relaxed);
            (outcome.expect("explores"), looking.join().expect("no panic"))
        });
        let wall = began.elapsed();
        let sampled = sampler.sampled();
        let texts = sampled.expressions.iter().map(|known| sources.text(known.span).to_owned()).collect();
        let actions = executable.actions().iter().map(|action| action.name.clone()).collect();
        Seen { sampled, actions, texts, distinct: outcome.distinct, wall }
    });
    thread.expect("a thread").join().expect("no panic")
}

fn share_of(seen: &Seen, wanted: impl Fn(Activity) -> bool) -> f64 {
    let all: Duration = seen.sampled.activities.iter().map(|known| known.time).sum();
    let those = seen.sampled.activities.iter().filter(|known| wanted(known.activity));
    those.map(|known| known.time).sum::<Duration>().as_secs_f64() / all.as_secs_f64()
}

fn action(seen: &Seen, name: &str) -> Activity {
    let index = seen.actions.iter().position(|action| action == name).expect("an action");
    Activity::Action(index as u32)
}

#[test]
fn names_the_costly_expression_and_the_action_that_uses_it() {
    let seen = profile("", 1);
    let look = action(&seen, "Look");
    assert!(share_of(&seen, |activity| activity == look) > 0.6, "{:?}", seen.sampled.activities);
    assert_eq!(seen.sampled.activities[0].activity, look);
    let costly = "s \\in SUBSET (0 .. 8)";
    assert!(seen.texts[0].contains(costly) || seen.texts[0].contains("% 7 = 3"), "{:?}", seen.texts);
    let whole = seen.texts.iter().position(|text| text.starts_with('{') && text.contains(costly)).expect("is seen");
    let all: Duration = seen.sampled.activities.iter().map(|known| known.time).sum();
    let whole = &seen.sampled.expressions[whole];
    assert!(whole.total.as_secs_f64() > 0.6 * all.as_secs_f64(), "{whole:?}");
    assert!(whole.own < whole.total);
    assert_eq!(whole.activities[0].0, look);
    assert_eq!(seen.distinct, 602);
}

#[test]
fn tells_an_invariant_from_the_action_that_uses_the_same_operator() {
    let seen = profile("INVARIANT Checked", 1);
    let look = action(&seen, "Look");
    let (of_look, of_invariant) =
        (share_of(&seen, |activity| activity == look), share_of(&seen, |activity| activity == Activity::Invariant(0)));
    assert!(of_look > 0.2 && of_invariant > 0.2, "{of_look} {of_invariant}");
}

#[test]
fn adds_up_to_the_time_of_all_workers() {
    let seen = profile("INVARIANT Checked", 1);
    let all: Duration = seen.sampled.activities.iter().map(|known| known.time).sum();
    assert!(all <= seen.wall && all.as_secs_f64() > 0.7 * seen.wall.as_secs_f64(), "{all:?} of {:?}", seen.wall);
    let own: Duration = seen.sampled.expressions.iter().map(|known| known.own).sum();
    let evaluating: Duration = seen.sampled.activities.iter().map(|known| known.evaluating).sum();
    assert_eq!(own, evaluating);
    let samples: u64 = seen.sampled.activities.iter().map(|known| known.samples).sum();
    assert!(samples >= seen.sampled.looks / 2, "{samples} of {}", seen.sampled.looks);
}

#[test]
fn counts_evaluations_of_all_workers() {
    let count = |workers| {
        let seen = profile("", workers);
        let index = seen.texts.iter().position(|text| text.contains("% 7 = 3") && !text.starts_with('{'));
        index.map(|index| seen.sampled.expressions[index].evaluations).expect("is seen")
    };
    // 512 subsets for each value of `count`, which one worker sees once and remembers.
    assert_eq!(count(1), 512 * 301);
    assert!((512 * 301..=2 * 512 * 301).contains(&count(2)));
}
