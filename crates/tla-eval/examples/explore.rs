//! `explore Spec.tla Model.cfg [workers]`: explores a model and prints its counts on one line. For profiling and for comparing with
//! other checkers; people use `assay verify`.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use tla_check::breadth_first::explore;
use tla_check::model::{Flow, Model};
use tla_check::options::Options;
use tla_check::outcome::Verdict;
use tla_eval::executable::Executable;
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::loader::{read_file, Directories};
use tla_syntax::source::SourceMap;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let worker = std::thread::Builder::new().stack_size(tla_eval::STACK_BYTES).spawn(run);
    let code = worker.ok().and_then(|thread| thread.join().ok()).unwrap_or(255);
    std::process::exit(code);
}

fn report(sources: &SourceMap, diagnostics: &[Diagnostic]) -> i32 {
    for diagnostic in diagnostics {
        println!("{}", diagnostic.render(sources));
    }
    150
}

fn run() -> i32 {
    let arguments: Vec<String> = std::env::args().collect();
    let (spec, config) = (Path::new(&arguments[1]), Path::new(&arguments[2]));
    let workers = arguments.get(3).and_then(|text| text.parse().ok()).unwrap_or(1);
    let start = Instant::now();
    let mut sources = SourceMap::default();
    let root = spec.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let program = match tla_syntax::resolve::resolve(root, &Directories::around(spec, &[]), &mut sources) {
        Ok(program) => Arc::new(program),
        Err(diagnostics) => return report(&sources, &diagnostics),
    };
    let text = String::from_utf8(read_file(config).expect("a readable configuration")).expect("UTF-8");
    let source = sources.add(config, text.clone());
    let bound =
        tla_syntax::config::parse_config(source, &text).and_then(|config| tla_syntax::config::bind(&program, &config));
    let configuration = match bound {
        Ok(configuration) => Arc::new(configuration),
        Err(diagnostics) => return report(&sources, &diagnostics),
    };
    let check_deadlock = configuration.check_deadlock;
    let mut executable = match Executable::new(program, configuration, 0) {
        Ok(executable) => executable,
        Err(diagnostic) => return report(&sources, &[*diagnostic]),
    };
    let options = Options { workers, check_deadlock, stack_bytes: tla_eval::STACK_BYTES, ..Options::default() };
    let loaded = start.elapsed();
    let mut worker = executable.worker();
    match worker.false_assumption() {
        Ok(None) => {}
        other => println!("assumption {other:?}"),
    }
    executable.set_facts(Arc::new(|_| None));
    let outcome = match explore(&executable, &options, &mut |_| Flow::Continue) {
        Ok(outcome) => outcome,
        Err(error) => {
            println!("{error}");
            return 255;
        }
    };
    let verdict = match &outcome.verdict {
        Verdict::Complete => "ok".to_owned(),
        Verdict::Violation { invariant } => format!("safety:{invariant}"),
        Verdict::Error(error) => {
            let place = error.place.map(|(source, start, end)| {
                let span = tla_syntax::source::Span { source: tla_syntax::source::SourceId(source), start, end };
                format!("{} `{}`", sources.locate(span), sources.text(span))
            });
            format!("error:{}:{} at {}", error.code, error.message, place.unwrap_or_default())
        }
        other => format!("{other:?}"),
    };
    println!(
        "distinct={} generated={} depth={} load={:.3} seconds={:.3} peak={}MB {verdict}",
        outcome.distinct,
        outcome.generated,
        outcome.depth,
        loaded.as_secs_f64(),
        start.elapsed().as_secs_f64(),
        outcome.peak_bytes >> 20,
    );
    if std::env::var_os("TRACE").is_some() {
        for step in &outcome.trace {
            let name = executable.actions().get(step.action as usize).map_or("", |action| &action.name);
            println!("{name}: {:?}", worker.decode(&step.state));
        }
    }
    0
}
