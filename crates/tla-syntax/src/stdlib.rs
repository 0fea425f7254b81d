//! The modules that ship with Assay: TLA+'s standard modules, TLC's, and the community's.
//!
//! Each module's definitions are TLA+ text, so that names, arities, fixities and visibility need no special case in
//! name resolution. The evaluator replaces many of them by native implementations, found by module and name.

macro_rules! modules {
    ($($name:literal),+ $(,)?) => {
        /// Names and texts, sorted by name.
        const MODULES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../stdlib/", $name, ".tla")))),+];
    };
}

modules![
    "Bags",
    "BagsExt",
    "BagsTheorems",
    "Bitwise",
    "CSV",
    "Combinatorics",
    "FiniteSetTheorems",
    "FiniteSets",
    "FiniteSetsExt",
    "FiniteSetsExtTheorems",
    "Folds",
    "FunctionTheorems",
    "Functions",
    "Graphs",
    "IOUtils",
    "Integers",
    "Json",
    "Naturals",
    "NaturalsInduction",
    "Randomization",
    "RealTime",
    "Reals",
    "Relation",
    "SVG",
    "SequenceTheorems",
    "Sequences",
    "SequencesExt",
    "SequencesExtTheorems",
    "ShiViz",
    "TLAPS",
    "TLC",
    "TLCExt",
    "Toolbox",
    "UndirectedGraphs",
    "VectorClocks",
    "WellFoundedInduction",
];

/// The text of a module that ships with Assay.
#[must_use]
pub fn text(name: &str) -> Option<&'static str> {
    let index = MODULES.binary_search_by_key(&name, |&(module, _)| module).ok()?;
    Some(MODULES[index].1)
}

/// The names of all modules that ship with Assay, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODULES.iter().map(|&(name, _)| name)
}

/// The modules whose own text defines `name` for others, sorted: what a hint can offer to extend. `name` is written
/// as in a definition: `Cardinality`, `\o`, `-.` for negation.
pub fn definers(name: &str) -> impl Iterator<Item = &'static str> + '_ {
    MODULES.iter().filter(move |(_, text)| text.lines().any(|line| defines(line, name))).map(|&(module, _)| module)
}

/// The modules' texts begin each definition that others can see at the start of a line.
fn defines(line: &str, name: &str) -> bool {
    let Some((head, _)) = line.split_once("==") else { return false };
    let head = head.trim_end();
    let named = head.split(['(', '[']).next().unwrap_or(head).trim_end();
    if named == name {
        return true;
    }
    let words: Vec<&str> = head.split_whitespace().collect();
    match words[..] {
        [_, symbol, _] => !line.starts_with(' ') && symbol == name,
        [symbol, _] => symbol == "-." && symbol == name,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_sorted_so_that_each_is_found() {
        let sorted: Vec<_> = names().collect();
        assert!(sorted.is_sorted(), "{sorted:?}");
        for name in names() {
            assert!(text(name).is_some_and(|text| text.contains(&format!("MODULE {name} "))), "{name}");
        }
    }

    #[test]
    fn reports_no_text_for_an_unknown_module() {
        assert_eq!(text("Natural"), None);
    }

    #[test]
    fn can_tell_which_module_defines_a_name() {
        let definers = |name| definers(name).collect::<Vec<_>>();
        assert_eq!(definers("Cardinality"), ["FiniteSets"]);
        assert_eq!(definers("factorial"), ["Combinatorics"]);
        assert_eq!(definers("Nat"), ["Naturals"]);
        assert_eq!(definers("+"), ["Naturals"]);
        assert_eq!(definers("-."), ["Integers"]);
        assert_eq!(definers("\\o"), ["Sequences"]);
        assert_eq!(definers("@@"), ["TLC"]);
        assert_eq!(definers("OpToRel"), ["WellFoundedInduction"]);
        assert_eq!(definers("AreConnectedIn"), ["Graphs", "UndirectedGraphs"]);
    }

    #[test]
    fn does_not_offer_what_a_module_keeps_to_itself() {
        assert_eq!(definers("FollowsEdges").count(), 0);
        assert_eq!(definers("Fold").count(), 0);
        assert_eq!(definers("a").count(), 0);
    }
}
