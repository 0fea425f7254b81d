//! Spoilt modules: the parser must neither panic nor take long, and must point into the text.

mod corpora;
mod mutation;

use std::path::Path;

use mutation::{check, Mutator};
use tla_syntax::parser::{parse_expression, parse_module};

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

fn seeds() -> Vec<String> {
    let standard = Path::new(env!("CARGO_MANIFEST_DIR")).join("stdlib");
    let mut files = corpora::files_with_extension(&standard, "tla");
    files.extend(corpora::specifications().iter().flat_map(|folder| corpora::files_with_extension(folder, "tla")));
    let seeds: Vec<String> = files.iter().filter_map(|path| std::fs::read_to_string(path).ok()).collect();
    assert!(!seeds.is_empty(), "the standard modules are part of the crate");
    seeds
}
