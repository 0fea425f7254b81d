//! Spoilt configurations: the reader must neither panic nor take long, and must point into the text.

mod corpora;
mod mutation;

use mutation::{check, Mutator};
use tla_syntax::config::parse_config;

const CONFIGURATIONS: &[&str] = &[
    "SPECIFICATION Spec\nINVARIANTS TypeOK Inv\nPROPERTY Live\nCONSTANTS N = 3\n  S = {a, b, {1, \"x\"}}\n  Op <- Other\n",
    "INIT Init NEXT Next CONSTANT M <- [Module]Other \\* comment\n(* more *) SYMMETRY Perms VIEW v ALIAS al\n",
    "CONSTRAINT C1 C2\nACTION_CONSTRAINTS A\nPOSTCONDITION P\nCHECK_DEADLOCK FALSE\nCONSTANT x = x y = -5 z = TRUE",
];

#[test]
fn can_survive_spoilt_configurations() {
    let mut seeds: Vec<String> = CONFIGURATIONS.iter().map(|&text| text.to_owned()).collect();
    let files = corpora::specifications().map(|folder| corpora::files_with_extension(&folder, "cfg"));
    seeds.extend(files.unwrap_or_default().iter().filter_map(|path| std::fs::read_to_string(path).ok()));
    for iteration in 0..mutation::iterations() {
        let mut mutator = Mutator::new(iteration + 1);
        let text = &seeds[mutator.below(seeds.len())];
        let other = &seeds[mutator.below(seeds.len())];
        let spoilt = mutator.mutate(text, other);
        check(iteration, spoilt, |source, text| parse_config(source, text).err());
    }
}
