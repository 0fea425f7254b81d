//! Levels: constants, states, actions, temporal formulas.

use tla_syntax::resolved::Level;

use super::specs::{definition, error, errors, program};

fn level(body: &str, name: &str) -> Level {
    let program = program(&[("M", body)]);
    program.definitions[definition(&program, name).index()].level
}

#[test]
fn knows_the_level_of_definitions() {
    let body = "EXTENDS Naturals\nCONSTANT N\nVARIABLE x\nC == N + 1\nS == x = C\nA == x' = x\nE == ENABLED A\n\
                U == UNCHANGED x\nB == [A]_x\nT == []S\nF(a) == a\nW == WF_x(A)\nP == F(x)\nQ(Op(_)) == Op(1)\nR == Q(LAMBDA z : x')";
    let expected = [
        ("C", Level::Constant),
        ("S", Level::State),
        ("A", Level::Action),
        ("E", Level::State),
        ("U", Level::Action),
        ("B", Level::Action),
        ("T", Level::Temporal),
        ("F", Level::Constant),
        ("W", Level::Temporal),
        ("R", Level::Action),
    ];
    for (name, expected) in expected {
        assert_eq!(level(body, name), expected, "{name}");
    }
    let program = program(&[("M", body)]);
    assert_eq!(program.definitions[definition(&program, "P").index()].body.level, Level::State);
}

#[test]
fn knows_the_level_of_recursive_definitions() {
    let body = "VARIABLE x\nRECURSIVE F(_), G(_)\nF(a) == G(a)\nG(a) == IF a = 0 THEN x ELSE F(a)";
    assert_eq!(level(body, "F"), Level::State);
}

#[test]
fn knows_the_level_of_let_definitions() {
    assert_eq!(level("VARIABLE x\nA == LET b == x' IN b = 1", "A"), Level::Action);
}

#[test]
fn knows_the_level_of_copies() {
    let modules = [("M", "VARIABLE y\nI == INSTANCE L WITH c <- y"), ("L", "CONSTANT c\nOp == c")];
    let program = program(&modules);
    assert_eq!(program.definitions[definition(&program, "I!Op").index()].level, Level::State);
}

#[test]
fn reports_primes_on_primes() {
    assert_eq!(
        error("VARIABLE x\nA == (x')' = 1"),
        "M.tla:3:7 level: an expression with primes is primed again (an action relates two states only; remove one of \
         the primes)"
    );
    assert!(error("VARIABLE x\nNext(a) == a' = 1\nB == Next(x')").contains("`Next` cannot take an action for `a`"));
    assert!(error("VARIABLE x\nA == UNCHANGED (x')").contains("an expression with primes is primed again"));
    assert!(error("VARIABLE x\nA == [x' = 1]_(x')").contains("a subscript must be about one state"));
}

#[test]
fn reports_temporal_formulas_in_actions_and_values() {
    let message = "a temporal formula stands where a value or an action is needed";
    for body in ["A == {[]TRUE}", "VARIABLE x\nA == [[]TRUE]_x", "A == ENABLED <>TRUE", "A == [i \\in {1} |-> []TRUE]"]
    {
        assert!(error(body).contains(message), "{body}");
    }
    assert!(error("F(a) == {a}\nA == F([]TRUE)")
        .contains("`F` cannot take a temporal formula for `a`: it uses it as a value"));
}

#[test]
fn reports_actions_that_are_not_stuttering_invariant() {
    assert!(error("VARIABLE x\nA == [](x' = x)")
        .contains("`[]` is applied to an action (an action can only be used as `[][A]_v`)"));
    assert!(error("VARIABLE x\nA == <>(x' = x)").contains("`<>` is applied to an action"));
    assert!(error("VARIABLE x\nA == x' = x /\\ []TRUE").contains("an action is combined with a temporal formula"));
    let bound = error("VARIABLE x\nA == \\A i \\in x' : []TRUE");
    assert!(bound.contains("a temporal formula is quantified over a set that depends on two states"), "{bound}");
    assert_eq!(level("VARIABLE x\nA == [][x' = x]_x /\\ <><<x' = x>>_x", "A"), Level::Temporal);
}

#[test]
fn reports_assumptions_about_states() {
    assert!(error("VARIABLE x\nASSUME x = 1").contains("level: an assumption must not depend on the state"));
}

#[test]
fn reports_states_in_place_of_constants() {
    let library = ("L", "CONSTANT c\nVARIABLE v\nOp == v = c");
    let found = errors(&[("M", "VARIABLE x\nI == INSTANCE L WITH c <- x, v <- x"), library]);
    assert!(found[0].contains("the constant `c` is replaced by something that depends on the state"), "{found:?}");
    let found = errors(&[("M", "VARIABLE x\nI == INSTANCE L WITH c <- 1, v <- x'"), library]);
    assert!(found[0].contains("the variable `v` is replaced by something that is not about one state"), "{found:?}");
}
