//! The same models with and without shortcuts: every successor set must be the same.

mod generated;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;
use tla_check::model::{Candidate, EvaluationError, Flow, Model, Worker};
use tla_check::temporal::Atoms;
use tla_syntax::config::{bind, parse_config};
use tla_syntax::loader::{Directories, Texts};
use tla_syntax::source::SourceMap;

use super::{EvalWorker, Executable};
use crate::evaluate::STACK_BYTES;

/// What the explorer learns of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    action: u32,
    fingerprint: Result<u64, String>,
    within: Result<bool, String>,
    violated: Result<Option<usize>, String>,
    violated_step: Result<Option<usize>, String>,
    /// Of a step; none are asked of initial states.
    atoms: Result<Atoms, String>,
    state: Vec<u8>,
}

fn seen(candidate: &mut dyn Candidate, is_step: bool) -> Seen {
    let message = |error: EvaluationError| error.message;
    let mut state = Vec::new();
    let (action, fingerprint) = (candidate.action(), candidate.fingerprint().map_err(message));
    let (within, violated) =
        (candidate.within_constraints().map_err(message), candidate.violated_invariant().map_err(message));
    let violated_step = candidate.violated_step().map_err(message);
    let mut atoms = Atoms::default();
    let tested = if is_step { candidate.step_atoms(&mut atoms).map_err(message) } else { Ok(()) };
    let atoms = tested.map(|()| atoms);
    candidate.encode(&mut state);
    Seen { action, fingerprint, within, violated, violated_step, atoms, state }
}

type Visit<'v> = &'v mut dyn FnMut(&mut dyn Candidate) -> Flow;

fn collected(
    ask: impl FnOnce(Visit<'_>) -> Result<(), EvaluationError>,
    is_step: bool,
    most: usize,
) -> (Vec<Seen>, Result<(), String>) {
    let mut all = Vec::new();
    let result = ask(&mut |candidate| {
        all.push(seen(candidate, is_step));
        if all.len() < most {
            Flow::Continue
        } else {
            Flow::Stop
        }
    });
    (all, result.map_err(|error| error.message))
}

/// Successors looked at per state.
const MOST_SUCCESSORS: usize = 400;

/// Explores at most `most` states with both workers. Asks for each state again at the end, when everything is remembered.
fn compare(quick: &mut EvalWorker, general: &mut EvalWorker, most: usize) -> Result<usize, String> {
    let first = collected(|visit| quick.initial(visit), false, most);
    let expected = collected(|visit| general.initial(visit), false, most);
    if first != expected {
        return Err(format!("initial states differ:\n{first:?}\n{expected:?}"));
    }
    let mut states: Vec<Vec<u8>> = Vec::new();
    let push = |found: Vec<Seen>, states: &mut Vec<Vec<u8>>| {
        for seen in found {
            if seen.within == Ok(true) && states.len() < most && !states.contains(&seen.state) {
                states.push(seen.state);
            }
        }
    };
    push(first.0, &mut states);
    let mut next = 0;
    while next < states.len() {
        let state = states[next].clone();
        let found = agreed(quick, general, &state)?;
        push(found, &mut states);
        next += 1;
    }
    for state in &states {
        agreed(quick, general, state)?;
    }
    Ok(states.len())
}

fn agreed(quick: &mut EvalWorker, general: &mut EvalWorker, state: &[u8]) -> Result<Vec<Seen>, String> {
    let found = collected(|visit| quick.successors(state, visit), true, MOST_SUCCESSORS);
    let expected = collected(|visit| general.successors(state, visit), true, MOST_SUCCESSORS);
    if found == expected {
        return Ok(found.0);
    }
    let values = general.decode(state);
    Err(format!("successors of {values:?} differ:\nquick   {found:?}\ngeneral {expected:?}"))
}

/// Compares on a thread with the stack that evaluation needs. Returns the number of states compared.
fn compared(make: impl FnOnce() -> Executable + Send + 'static, most: usize) -> Result<usize, String> {
    let run = move || {
        let mut executable = make();
        // States are explored here also where they violate an invariant.
        executable.expect_violations();
        let mut quick = executable.worker();
        executable.general = true;
        let mut general = executable.worker();
        compare(&mut quick, &mut general, most)
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run).expect("a thread");
    thread.join().map_err(|_| "a worker panicked".to_owned())?
}

fn of_text(text: &str, config: &str) -> Executable {
    let mut sources = SourceMap::default();
    let modules = Texts::default().with("M", text.to_owned());
    let program = tla_syntax::resolve::resolve("M", &modules, &mut sources).expect(text);
    let source = sources.add(&PathBuf::from("M.cfg"), config.to_owned());
    let model = bind(&program, &parse_config(source, config).expect("parses")).expect("binds");
    Executable::new(Arc::new(program), Arc::new(model), 0).expect("compiles")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn finds_the_same_successors_of_generated_specifications(choices in prop::collection::vec(any::<u16>(), 40..220)) {
        let text = generated::specification(&choices);
        let model = text.clone();
        if let Err(difference) = compared(move || of_text(&model, generated::CONFIGURATION), 60) {
            prop_assert!(false, "{difference}\n{text}");
        }
    }
}

fn of_files(module: &Path, config: &Path) -> Option<Executable> {
    let mut sources = SourceMap::default();
    let root = module.file_stem()?.to_str()?;
    let program = tla_syntax::resolve::resolve(root, &Directories::around(module, &[]), &mut sources).ok()?;
    let text = std::fs::read_to_string(config).ok()?;
    let source = sources.add(config, text.clone());
    let model = bind(&program, &parse_config(source, &text).ok()?).ok()?;
    Executable::new(Arc::new(program), Arc::new(model), 0).ok()
}

/// The collection of public specifications, where it is there.
fn collection() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let corpora = std::env::var_os("ASSAY_CORPORA").map_or(beside, PathBuf::from);
    Some(corpora.join("tla-examples")).filter(|folder| folder.join("expected.tsv").exists())
}

#[test]
fn finds_the_same_successors_of_published_specifications() {
    let Some(folder) = collection() else {
        eprintln!("skipped: the collection of specifications is not there (ASSAY_CORPORA)");
        return;
    };
    let table = std::fs::read_to_string(folder.join("expected.tsv")).expect("a readable table");
    let mut states = 0;
    for row in table.lines().skip(1) {
        let mut columns = row.split('\t').map(|path| folder.join("specifications").join(path));
        let (Some(module), Some(config)) = (columns.next(), columns.next()) else { continue };
        // Its initial states take long to begin with.
        if config.ends_with("MultiPaxos_MC_small.cfg") {
            continue;
        }
        let shown = config.display().to_string();
        let make = move || of_files(&module, &config).expect("a model that compiles");
        match compared(make, 40) {
            Ok(compared) => states += compared,
            Err(difference) => panic!("{shown}: {difference}"),
        }
    }
    assert!(states > 300, "only {states} states were compared");
}
