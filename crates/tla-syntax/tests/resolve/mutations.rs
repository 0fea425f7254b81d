//! What can be changed of a specification, and what a change leaves alone.

use tla_syntax::config::{Behaviour, Model};
use tla_syntax::mutation::Subject;
use tla_syntax::resolved::Program;
use tla_syntax::source::SourceMap;

use super::printed::{by_id, expr};
use super::specs::{bound_in, definition};

fn subject(modules: &[(&str, &str)], config: &str) -> (Subject, SourceMap) {
    let mut sources = SourceMap::default();
    let (program, model) = bound_in(modules, config, &mut sources);
    let model = model.unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    (Subject::new(&program, &model), sources)
}

fn descriptions(body: &str, config: &str) -> Vec<String> {
    let (subject, sources) = subject(&[("M", body)], config);
    subject.mutations().iter().map(|mutation| mutation.description(&sources)).collect()
}

const INIT_NEXT: &str = "INIT Init NEXT Next";

#[test]
fn can_change_guards_branches_and_assignments() {
    let body = "EXTENDS Naturals\nVARIABLES x, y\nFree == y = x\nInit == x = 0 /\\ y \\in 0 .. 3\n\
                Next == \\/ x < 3 /\\ Free /\\ x' = x + 1 /\\ y' = x'\n        \\/ y' \\in {x} /\\ UNCHANGED x";
    let expected = [
        "\"x = 0\" off by one in Init",
        "branch \"x < 3 /\\ Free /\\ x' = x + 1 /\\ y' = x'\" removed from Next",
        "guard \"x < 3\" dropped from Next",
        "comparison \"x < 3\" also true of equals in Next",
        "guard \"Free\" dropped from Next",
        "\"x' = x + 1\" left unchanged in Next",
        "\"x + 1\" by 0 in Next",
        "\"y' = x'\" left unchanged in Next",
        "prime of \"x'\" dropped in Next",
        "branch \"y' \\in {x} /\\ UNCHANGED x\" removed from Next",
        "\"y' \\in {x}\" left unchanged in Next",
    ];
    assert_eq!(descriptions(body, INIT_NEXT), expected);
}

#[test]
fn can_change_updates_quantifiers_and_what_is_compared() {
    let body = "EXTENDS Naturals\nCONSTANT N\nVARIABLE f\nInit == f = [i \\in 1 .. 2 |-> 0]\n\
                Next == /\\ \\A i \\in 1 .. 2 : f[i] <= N\n        /\\ f' = [f EXCEPT ![1] = @ + 1, ![2] = 0]";
    let expected = [
        "guard \"\\A i \\in 1 .. 2 : f[i] <= N\" dropped from Next",
        "quantifier of \"\\A i \\in 1 .. 2 : f[i] <= N\" exchanged in Next",
        "\"f[i] <= N\" off by one in Next",
        "\"f' = [f EXCEPT ![1] = @ + 1, ![2] = 0]\" left unchanged in Next",
        "update \"![1] = @ + 1\" dropped in Next",
        "\"@ + 1\" by 0 in Next",
        "update \"![2] = 0\" dropped in Next",
    ];
    assert_eq!(descriptions(body, "INIT Init NEXT Next CONSTANT N = 3"), expected);
}

#[test]
fn can_drop_and_weaken_fairness() {
    let body = "VARIABLE x\nA == x' = ~x\nLive == WF_x(A) /\\ \\A i \\in {1, 2} : SF_x(x = FALSE /\\ A)\n\
                Spec == x = FALSE /\\ [][A]_x /\\ Live /\\ []<>(x = TRUE)";
    let expected = [
        "\"x' = ~x\" left unchanged in A",
        "fairness \"WF_x(A)\" dropped from Live",
        "fairness \"SF_x(x = FALSE /\\ A)\" dropped from Live",
        "strong fairness \"SF_x(x = FALSE /\\ A)\" made weak in Live",
        "guard \"x = FALSE\" dropped from Live",
        "fairness \"[]<>(x = TRUE)\" dropped from Spec",
    ];
    assert_eq!(descriptions(body, "SPECIFICATION Spec"), expected);
}

fn fairness(model: &Model, program: &Program) -> Vec<String> {
    let Some(Behaviour::Specification(parts)) = &model.behaviour else { panic!("{:?}", model.behaviour) };
    parts.fairness.iter().map(|part| expr(program, part)).collect()
}

#[test]
fn can_make_a_mutant_of_fairness() {
    let body = "VARIABLE x\nA == x' = ~x\nSpec == x = FALSE /\\ [][A]_x /\\ WF_x(A) /\\ SF_x(x /\\ A)";
    let (subject, _) = subject(&[("M", body)], "SPECIFICATION Spec");
    let mutants = subject.mutations();
    let of_fairness = mutants.iter().filter(|mutation| mutation.change.is_of_fairness());
    let found: Vec<_> = of_fairness
        .map(|mutation| {
            let (program, model) = subject.mutant(mutation);
            fairness(&model, &program).iter().map(|part| part[..3].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(found, [vec!["Str"], vec!["WF_"], vec!["WF_", "WF_"]]);
}

#[test]
fn leaves_properties_and_constraints_alone() {
    let body = "EXTENDS Naturals\nVARIABLE x\nSmall == x < 3 /\\ x # 7\nInit == x = 0\nNext == Small /\\ x' = x + 1\n\
                Inv == Small";
    let (subject, _) = subject(&[("M", body)], "INIT Init NEXT Next INVARIANT Inv CONSTRAINT Small");
    let (small, inv) = (definition(subject.program(), "Small"), definition(subject.program(), "Inv"));
    let original = (by_id(subject.program(), small), by_id(subject.program(), inv));
    let mutations = subject.mutations();
    assert_eq!(mutations.len(), 8);
    for mutation in &mutations {
        let (program, model) = subject.mutant(mutation);
        assert_eq!((by_id(&program, small), by_id(&program, inv)), original);
        assert_eq!((&model.invariants[..], &model.constraints[..]), (&[inv][..], &[small][..]));
        assert_ne!(format!("{:?}", program.definitions), format!("{:?}", subject.program().definitions));
    }
}

#[test]
fn leaves_an_initial_predicate_alone_that_is_the_invariant() {
    let body = "EXTENDS Naturals\nVARIABLE x\nTypeOK == x \\in 0 .. 3 /\\ x # 2\nNext == UNCHANGED x";
    assert_eq!(descriptions(body, "INIT TypeOK NEXT Next INVARIANT TypeOK"), Vec::<String>::new());
}

#[test]
fn keeps_what_gives_a_variable_its_first_value() {
    let body = "VARIABLES x, y\nStart == x = FALSE\nInit == Start /\\ y \\in {x} /\\ ~y\nNext == UNCHANGED <<x, y>>";
    assert_eq!(descriptions(body, INIT_NEXT), ["guard \"~y\" dropped from Init"]);
}

#[test]
fn changes_what_the_configuration_puts_in_the_place_of_a_definition() {
    let body = "VARIABLE x\nGuard == TRUE\nMCGuard == x /\\ ~x\nInit == x = TRUE\nNext == Guard /\\ x' = x";
    let expected =
        ["guard \"x\" dropped from MCGuard", "guard \"~x\" dropped from MCGuard", "guard \"Guard\" dropped from Next"];
    let config = "INIT Init NEXT Next CONSTANT Guard <- MCGuard";
    assert_eq!(descriptions(body, config), expected);
    let (subject, sources) = subject(&[("M", body)], config);
    let mutations = subject.mutations();
    let (program, model) = subject.mutant(&mutations[0]);
    let Some(Behaviour::InitNext { next, .. }) = model.behaviour else { panic!("{:?}", model.behaviour) };
    let next = &program.definitions[next.index()].body;
    let mut used = Vec::new();
    next.for_each_child(&mut |child| child.for_each_definition(&mut |id| used.push(by_id(&program, id))));
    assert!(used[0].ends_with("== Not(x)"), "{used:?} {}", mutations[0].description(&sources));
}

#[test]
fn shortens_long_text() {
    let body = "VARIABLE x\nInit == x = TRUE\nNext == /\\ x = TRUE /\\ TRUE /\\ x =\n             (IF x THEN x ELSE (IF x THEN x ELSE (IF x THEN x ELSE x)))\n/\\ x' = x";
    let found = descriptions(body, INIT_NEXT);
    assert_eq!(found[1], "guard \"x = (IF x THEN x ELSE (IF x THEN x ELSE (IF x THEN x ELSE ..\" dropped from Next");
}
