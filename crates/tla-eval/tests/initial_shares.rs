//! Initial states found in shares: together they are all of them, and none is in two.

use std::path::PathBuf;
use std::sync::Arc;

use tla_check::model::{Flow, Model, Share, Worker};
use tla_eval::executable::Executable;
use tla_eval::STACK_BYTES;
use tla_syntax::loader::Texts;
use tla_syntax::source::SourceMap;

fn executable(body: &str) -> Executable {
    let config = "INIT Init\nNEXT Next\n";
    let text = format!("---- MODULE M ----\nEXTENDS Integers, TLC\n{body}\nNext == FALSE\n====\n");
    let mut sources = SourceMap::default();
    let program = tla_syntax::resolve::resolve("M", &Texts::default().with("M", text), &mut sources).expect("resolves");
    let source = sources.add(&PathBuf::from("M.cfg"), config.to_owned());
    let parsed = tla_syntax::config::parse_config(source, config).expect("parses");
    let model = tla_syntax::config::bind(&program, &parsed).expect("binds");
    Executable::new(Arc::new(program), Arc::new(model), 0).expect("compiles")
}

/// The initial states of each of `of` shares, each found by a worker of its own.
fn shares(body: &str, of: u64) -> Vec<Vec<Vec<u8>>> {
    let body = body.to_owned();
    let find = move || {
        let executable = executable(&body);
        let share = |index| {
            let mut states = Vec::new();
            let mut visit = |candidate: &mut dyn tla_check::model::Candidate| {
                let mut bytes = Vec::new();
                candidate.encode(&mut bytes);
                states.push(bytes);
                Flow::Continue
            };
            executable.worker().initial_share(Share { index, of }, &mut visit).expect("evaluates");
            states
        };
        (0..of).map(share).collect()
    };
    std::thread::Builder::new().stack_size(STACK_BYTES).spawn(find).expect("a thread").join().expect("no panic")
}

fn sorted(shares: Vec<Vec<Vec<u8>>>) -> Vec<Vec<u8>> {
    let mut all: Vec<_> = shares.into_iter().flatten().collect();
    all.sort();
    all
}

fn are_divided(body: &str, count: usize, evenly: bool) {
    let all = sorted(shares(body, 1));
    assert_eq!(all.len(), count);
    for of in 2..5 {
        let shares = shares(body, of);
        let expected = count / shares.len();
        for share in &shares {
            assert!(!evenly || share.len().abs_diff(expected) <= expected / 5, "{} of {count}", share.len());
        }
        assert_eq!(sorted(shares), all);
    }
}

#[test]
fn divides_many_choices_before_the_last() {
    let body = "VARIABLES x, f, s
Init == x \\in 1..7 /\\ f \\in [1..4 -> 0..3] /\\ s \\in SUBSET (1..6) /\\ x + f[1] # 5";
    are_divided(body, (7 * 4 - 4) * 64 * 64, true);
}

#[test]
fn divides_few_states_one_by_one() {
    are_divided("VARIABLES x, y\nInit == x \\in 1..3 /\\ y \\in {x, 3 - x, 10}", 9, false);
}

#[test]
fn divides_a_filtered_set() {
    are_divided("VARIABLE x\nInit == x \\in {r \\in [a: 0..99, b: 0..99] : r.a + r.b < 100}", 5050, true);
}

#[test]
fn divides_under_disjunctions_and_repetitions() {
    let body = "VARIABLES x, y, z
Init == \\/ x = 0 /\\ y \\in 1..40 /\\ z \\in 1..20
        \\/ x \\in 0..30 /\\ y = 1 /\\ z \\in 1..20";
    are_divided(body, 800 + 620, false);
}

#[test]
fn leaves_what_is_random_or_noticed_to_one() {
    for body in [
        "VARIABLES x, y\nInit == x \\in 1..20 /\\ y = RandomElement(1..1000)",
        "VARIABLES x, y\nInit == x \\in 1..20 /\\ y = x /\\ PrintT(x)",
        "VARIABLES x, y\nChance == RandomElement(1..1000)\nInit == x \\in 1..20 /\\ y = Chance",
    ] {
        let shares = shares(body, 3);
        assert_eq!(shares.iter().map(Vec::len).collect::<Vec<_>>(), [20, 0, 0]);
    }
}
