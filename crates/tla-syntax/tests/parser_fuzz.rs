//! Spoilt modules: the parser must neither panic nor take long, and must point into the text.

mod corpora;
mod mutation;

use std::path::Path;
use std::time::{Duration, Instant};

use mutation::Mutator;
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::limits;
use tla_syntax::parser::{parse_expression, parse_module};
use tla_syntax::source::SourceMap;

/// For one input of at most 200 kB, in a debug build on a busy machine.
const LONGEST_TIME: Duration = Duration::from_secs(5);

const EXPRESSIONS: &[&str] = &[
    "/\\ a = [f EXCEPT ![x][y].z = @ + 1]\n/\\ \\/ b' \\in {x \\in S : p}\n   \\/ <<c>> # <<d, e>>",
    "\\A x, y \\in S, <<a, b>> \\in T : [x |-> 1, y |-> \"s\\n\"] \\in [x : Nat, y : STRING]",
    "LET f[i \\in 1 .. 3] == IF i = 1 THEN 1 ELSE f[i - 1] g(h(_), x) == h(x) IN g(LAMBDA z : -z, f[2]) ^ 2",
    "Init /\\ [][Next]_<<x, y>> /\\ WF_vars(Next) /\\ SF_<<x>>(A(1)) => <>(CASE p -> q [] OTHER -> I(1)!J!Op(+, 2))",
];

#[test]
fn can_survive_spoilt_modules() {
    let seeds = seeds();
    for iteration in 0..mutation::iterations() {
        let mut mutator = Mutator::new(iteration + 1);
        let text = &seeds[mutator.below(seeds.len())];
        let other = &seeds[mutator.below(seeds.len())];
        let spoilt = mutator.mutate(text, other);
        check(iteration, spoilt, |source, text| parse_module(source, text).err());
    }
}

#[test]
fn can_survive_spoilt_expressions() {
    for iteration in 0..mutation::iterations() {
        let mut mutator = Mutator::new(iteration + 1);
        let text = EXPRESSIONS[mutator.below(EXPRESSIONS.len())];
        let other = EXPRESSIONS[mutator.below(EXPRESSIONS.len())];
        let spoilt = mutator.mutate(text, other);
        check(iteration, spoilt, |source, text| parse_expression(source, text).err());
    }
}

/// Parses, and shows what is wrong as a person would see it.
fn check(
    iteration: u64,
    text: String,
    parse: impl Fn(tla_syntax::source::SourceId, &str) -> Option<Vec<Diagnostic>> + std::panic::RefUnwindSafe,
) {
    let attempt = std::panic::catch_unwind(|| {
        let mut sources = SourceMap::default();
        let source = sources.add(Path::new("Spoilt.tla"), text.clone());
        let start = Instant::now();
        let errors = parse(source, &text);
        assert!(errors.as_ref().is_none_or(|errors| !errors.is_empty()), "an error without a reason");
        let diagnostics = errors.unwrap_or_default();
        let time = start.elapsed();
        assert!(time < LONGEST_TIME, "took {time:?}");
        assert!(diagnostics.len() <= limits::ERRORS);
        for diagnostic in &diagnostics {
            let span = diagnostic.span.expect("every error has a place");
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
            assert!(diagnostic.render(&sources).contains(&diagnostic.message));
        }
    });
    if attempt.is_err() {
        let file = std::env::temp_dir().join(format!("spoilt-{iteration}.tla"));
        let written = std::fs::write(&file, &text).is_ok();
        panic!("iteration {iteration} failed; input written to {}: {written}", file.display());
    }
}

fn seeds() -> Vec<String> {
    let standard = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    let mut files = corpora::files_with_extension(&standard, "tla");
    files.extend(corpora::specifications().iter().flat_map(|folder| corpora::files_with_extension(folder, "tla")));
    let seeds: Vec<String> = files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(!seeds.is_empty(), "the standard modules are part of the crate");
    seeds
}
