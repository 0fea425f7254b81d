//! How mistakes in names are reported.

use super::specs::{error, errors};

#[test]
fn reports_undefined_names_with_what_was_probably_meant() {
    assert_eq!(
        errors(&[("M", "Counter == 1\nA == Conter")]),
        ["error[undefined-name]: `Conter` is not defined\n --> M.tla:3:6\n  |\n3 | A == Conter\n  |      ^^^^^^\n  \
          hint: did you mean `Counter`?"]
    );
}

#[test]
fn names_the_module_that_defines_a_name() {
    let hints: [(&str, &str); 4] = [
        ("A == Cardinality({})", "the module FiniteSets defines it: add `EXTENDS FiniteSets`"),
        ("A == Len(<<>>)", "the module Sequences defines it: add `EXTENDS Sequences`"),
        ("A == 1 + 1", "the module Naturals defines it: add `EXTENDS Integers`"),
        ("A == -1", "the module Integers defines it: add `EXTENDS Integers`"),
    ];
    for (body, hint) in hints {
        let found = error(body);
        assert!(found.contains(hint), "{found}");
    }
}

#[test]
fn reports_each_undefined_name_once() {
    let found = errors(&[("M", "A == Foo\nB == Foo\nC == Bar")]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn reports_names_used_too_early() {
    assert_eq!(
        error("A == B\nB == 1"),
        "M.tla:2:6 undefined-name: `B` is not defined (it is defined further down, on line 3; a definition must come \
         before its use)"
    );
}

#[test]
fn reports_recursion_that_is_not_declared() {
    let found = error("F(n) == F(n)");
    assert!(found.contains("undeclared-recursion: `F` uses itself") && found.contains("RECURSIVE F(_)"), "{found}");
}

#[test]
fn reports_recursive_operators_without_definition() {
    assert_eq!(error("RECURSIVE F(_)"), "M.tla:2:11 undefined-name: `F` is declared RECURSIVE but never defined");
    let found = error("RECURSIVE F(_)\nF(a, b) == a");
    assert!(found.contains("`F` takes 2 arguments but was declared RECURSIVE with 1"), "{found}");
}

#[test]
fn reports_shadowing() {
    for body in [
        "x == 1\nA == \\E x \\in {1} : TRUE",
        "x == 1\nF(x) == x",
        "VARIABLE x\nA == LET x == 1 IN x",
        "A == {a : a \\in {b : b \\in {a \\in {1} : {a : a \\in {1}} = {}}}}",
    ] {
        let found = errors(&[("M", body)]);
        assert!(found[0].contains("is already taken"), "{body}: {found:?}");
    }
    assert_eq!(
        error("x == 1\nx == 2"),
        "M.tla:3:1 duplicate-name: the name `x` is already taken (it is defined at M.tla:2:1; TLA+ has no shadowing, \
         so use another name)"
    );
}

#[test]
fn lets_declarations_and_imports_repeat() {
    let program = super::specs::program(&[
        ("M", "EXTENDS A, B\nLOCAL INSTANCE Naturals\nC == 1 + 1"),
        ("A", "EXTENDS Naturals\nVARIABLE v\nMax(S) == 1"),
        ("B", "EXTENDS Integers\nMax(S) == 2"),
    ]);
    assert_eq!(super::printed::printed(&program, "Max"), "Max($0) == 1");
}

#[test]
fn reports_imports_that_clash() {
    let found = errors(&[("M", "EXTENDS A, B"), ("A", "VARIABLE v"), ("B", "v == 2")]);
    assert!(found[0].contains("`v` comes with this module, but means something else already"), "{found:?}");
}

#[test]
fn reports_wrong_numbers_of_arguments() {
    let cases = [
        ("F(a) == a\nA == F", "`F` takes 1 argument, but is given 0"),
        ("F(a) == a\nA == F(1, 2)", "`F` takes 1 argument, but is given 2"),
        (
            "VARIABLE x\nA == x(1)",
            "`x` takes no arguments, but is given 1 (a function is applied with brackets: `x[..]`)",
        ),
        ("F(G(_)) == G(1)\nA == F(1)", "an operator with 1 argument is needed here (pass the name of an operator"),
        ("F(G(_)) == G(1)\nH(a, b) == a\nA == F(H)", "an operator with 1 argument is needed here, but `H` takes 2"),
        (
            "F(G(_)) == G(1)\nA == F(LAMBDA a, b : a)",
            "an operator with 1 argument is needed here, but this LAMBDA takes 2",
        ),
        ("F(G(_)) == G", "`G` takes 1 argument, but is given 0"),
    ];
    for (body, message) in cases {
        let found = error(body);
        assert!(found.contains(message), "{body}: {found}");
    }
}

#[test]
fn reports_missing_modules() {
    assert_eq!(
        error("EXTENDS Sequnces\nA == Len(<<>>)"),
        "M.tla:2:9 missing-module: there is no module `Sequnces` (did you mean `Sequences`?)"
    );
    assert!(error("I == INSTANCE Nowhere\nA == I!B").contains("there is no module `Nowhere`"));
}

#[test]
fn reports_modules_that_extend_each_other() {
    let found = errors(&[("A", "EXTENDS B"), ("B", "EXTENDS C"), ("C", "EXTENDS A")]);
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("modules depend on each other in a circle: A -> B -> C -> A"), "{found:?}");
    assert!(found[0].contains("C.tla:2:9"), "{found:?}");
    let found = errors(&[("A", "I == INSTANCE A")]);
    assert!(found[0].contains("circle: A -> A"), "{found:?}");
}

#[test]
fn reports_a_module_under_another_name() {
    let texts = tla_syntax::loader::Texts::default().with("M", "---- MODULE Other ----\n====\n");
    let mut sources = tla_syntax::source::SourceMap::default();
    let found = tla_syntax::resolve::resolve("M", &texts, &mut sources).expect_err("the names differ");
    assert_eq!(found[0].message, "the file of module `M` holds the module `Other`");
}

#[test]
fn reports_a_missing_root_module() {
    let texts = tla_syntax::loader::Texts::default();
    let mut sources = tla_syntax::source::SourceMap::default();
    let found = tla_syntax::resolve::resolve("Nowhere", &texts, &mut sources).expect_err("there is none");
    assert!(found[0].render(&sources).starts_with("error[missing-module]: there is no module `Nowhere`"));
}

#[test]
fn reports_what_cannot_be_handled() {
    assert!(error("A == 1.5").contains("unsupported: the decimal number 1.5 cannot be handled"));
    assert!(
        error("A == 99999999999999999999").contains("limit: the number 99999999999999999999 does not fit in 64 bits")
    );
    assert!(error("A == @").contains("`@` stands outside of an EXCEPT"));
}

#[test]
fn reports_at_most_twenty_errors_in_the_order_of_the_text() {
    let body: Vec<String> = (0..30).map(|number| format!("A{number} == Undefined{number}")).collect();
    let found = errors(&[("M", &body.join("\n"))]);
    assert_eq!(found.len(), 20);
    assert!(found[0].contains("`Undefined0`") && found[19].contains("`Undefined19`"));
}

#[test]
fn reports_parts_that_definitions_do_not_have() {
    assert!(error("A == 1 = 2\nB == A!3").contains("`A` has no part `!3`, or not one that can be handled"));
    let found = error("A == \\E a \\in {1} : a = 2\nB == A!(1, 2)");
    assert!(found.contains("this part of `A` needs 1 argument, but is given 2"), "{found}");
}
