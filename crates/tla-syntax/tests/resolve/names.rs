//! What names mean.

use tla_syntax::resolved::{Entity, ExprKind};

use super::printed::{expr, printed};
use super::specs::{definition, program};

fn one(body: &str, name: &str) -> String {
    printed(&program(&[("M", body)]), name)
}

#[test]
fn can_resolve_locals_and_declarations() {
    let body =
        "EXTENDS Naturals\nCONSTANTS N, Op(_, _)\nVARIABLE x\nF(a, G(_)) == \\E b \\in {a} : G(b) = Op(x, N) + 1";
    assert_eq!(one(body, "F"), "F($0, $1(_)) == Exists $2 \\in {$0} : Equal($1($2), +(Op(x, N), 1))");
}

#[test]
fn can_bind_tuples_and_functions() {
    let body = "S == {<<a, b>> \\in {<<1, 2>>} : a = b}\nf[i, j \\in {1}, <<k, l>> \\in {<<2, 2>>}] == i\ng == f[1, 1, <<2, 2>>]";
    assert_eq!(one(body, "S"), "S == {<<$0, $1>> \\in {<<1, 2>>} : Equal($0, $1)}");
    assert_eq!(one(body, "f"), "f == [$1, $2 \\in {1}, <<$3, $4>> \\in {<<2, 2>>} |-> $1]");
    assert_eq!(one(body, "g"), "g == f[1, 1, <<2, 2>>]");
}

#[test]
fn can_define_functions_that_use_themselves() {
    let body = "EXTENDS Integers\nfact[n \\in Nat] == IF n = 0 THEN 1 ELSE n * fact[n - 1]\nplain[n \\in Nat] == n";
    let program = program(&[("M", body)]);
    let recursive = |name: &str| match &program.definitions[definition(&program, name).index()].body.kind {
        ExprKind::Function { recursive, .. } => recursive.as_ref().map(|own| own.name.to_string()),
        other => panic!("{other:?}"),
    };
    assert_eq!(recursive("fact").as_deref(), Some("fact"));
    assert_eq!(recursive("plain"), None);
}

#[test]
fn can_use_the_old_value_in_except() {
    assert_eq!(
        one("F(f) == [f EXCEPT ![1] = [@ EXCEPT !.a = @], ![2].b = 3]", "F"),
        "F($0) == [$0 EXCEPT $1 @ ![1] = [$1 EXCEPT $2 @ !.a = $2], ![2].b = 3]"
    );
}

#[test]
fn can_pass_operators() {
    let body = "EXTENDS Naturals\nCONSTANT C(_, _)\nTwice(F(_, _), a) == F(a, F(a, a))\nPlus(a, b) == a\n\
                A(H(_, _)) == Twice(H, 1)\nAll == <<Twice(Plus, 1), Twice(C, 2), Twice(\\cup, {}), Twice(+, 3), \
                Twice(LAMBDA p, q : p, 4), Twice(/\\, TRUE)>>";
    assert_eq!(one(body, "A"), "A($0(_, _)) == Twice($0, 1)");
    assert_eq!(
        one(body, "All"),
        "All == <<Twice(Plus, 1), Twice(C, 2), Twice(Union, {}), Twice(+, 3), Twice(LAMBDA $0, $1 : $0, 4), \
         Twice(LAMBDA $2, $3 : /\\($2, $3), TRUE)>>"
    );
}

#[test]
fn can_define_recursive_operators() {
    let body = "EXTENDS Naturals\nRECURSIVE Even(_), Odd(_)\nEven(n) == IF n = 0 THEN TRUE ELSE Odd(n - 1)\n\
                Odd(n) == IF n = 0 THEN FALSE ELSE Even(n - 1)\n\
                In(k) == LET RECURSIVE Down(_)\n Down(n) == IF n = 0 THEN k ELSE Down(n - 1) IN Down(k)";
    let program = program(&[("M", body)]);
    let even = &program.definitions[definition(&program, "Even").index()];
    assert!(even.recursive && !even.inner && even.locals == 1);
    let down = program.definitions.iter().find(|definition| &*definition.name == "Down").expect("Down");
    assert!(down.recursive && down.inner && down.locals == 2);
}

#[test]
fn gives_each_local_of_a_definition_its_own_number() {
    let body = "F(a) == LET G(b) == \\A c \\in {a} : b = c\n H == {d : d \\in {1}} IN <<G(1), H, {e \\in {2} : TRUE}>>";
    assert_eq!(
        one(body, "F"),
        "F($0) == LET G($1) == ForAll $2 \\in {$0} : Equal($1, $2); H == {$3 : $3 \\in {1}} \
         IN <<G(1), H, {$4 \\in {2} : TRUE}>>"
    );
    let program = program(&[("M", body)]);
    assert!(program.definitions.iter().all(|definition| definition.locals == 5));
}

#[test]
fn can_reuse_names_where_they_do_not_meet() {
    assert_eq!(
        one("A == <<{x : x \\in {1}}, {x : x \\in {2}}>>\nB(x) == x", "A"),
        "A == <<{$0 : $0 \\in {1}}, {$1 : $1 \\in {2}}>>"
    );
}

#[test]
fn can_share_definitions_of_extended_modules() {
    let program = program(&[
        ("M", "EXTENDS A, B\nX == Foo"),
        ("A", "EXTENDS Base\nFromA == Foo"),
        ("B", "EXTENDS Base\nFromB == Foo\nLOCAL Hidden == 1"),
        ("Base", "VARIABLE v\nCONSTANT C\nFoo == v = C\nASSUME C = 1"),
    ]);
    assert_eq!(program.definitions.iter().filter(|definition| &*definition.name == "Foo").count(), 1);
    assert!(!program.scope.contains_key("Hidden"));
    assert_eq!(program.variables.len(), 1);
    assert_eq!(program.assumptions.len(), 1);
    assert!(matches!(program.scope["C"], Entity::Constant(_)));
    let names: Vec<&str> = program.modules.iter().map(|module| module.name.as_str()).collect();
    assert_eq!(names, ["M", "A", "Base", "B"]);
    assert_eq!(program.modules[0].extends, [1, 2, 3]);
}

#[test]
fn keeps_only_what_the_root_module_reaches() {
    let program =
        program(&[("M", "EXTENDS Lib\nA == Used"), ("Lib", "LOCAL Unused == 1\nLOCAL Base == 2\nUsed == Base")]);
    let names: Vec<&str> = program.definitions.iter().map(|definition| &*definition.name).collect();
    assert_eq!(names, ["Base", "Used", "A"]);
}

#[test]
fn can_name_assumptions_and_theorems() {
    let body = "CONSTANT N\nASSUME Positive == N = 1\nTHEOREM Fine == N = 1\nBoth == Positive /\\ Fine";
    assert_eq!(one(body, "Both"), "Both == /\\(Positive, Fine)");
}

#[test]
fn knows_the_sets_of_the_language() {
    assert_eq!(one("A == BOOLEAN \\cup STRING", "A"), "A == Union(BOOLEAN, STRING)");
}

#[test]
fn can_keep_labels() {
    assert_eq!(one("A == lab:: 1 = 1", "A"), "A == lab :: Equal(1, 1)");
}

#[test]
fn can_name_parts_of_definitions() {
    let body = "EXTENDS Naturals\nVARIABLE x\nInit ==\n  /\\ x = 0\n  /\\ \\E a, b \\in {1} : low(b, a):: a < b\n\
                F(p) == LET q == p + 1 IN \\A r \\in {q} : r > p => q = x\n\
                One == Init!1\nTwo == Init!2!(3, 4)\nLow == Init!low(5, 6)\nSide == Init!1!<<\nImplied == F(7)!(8)!2\n\
                I == INSTANCE M2\nThrough == I!Op(9)!2";
    let program = program(&[("M", body), ("M2", "VARIABLE x\nOp(k) == IF x = 0 THEN x = k ELSE FALSE")]);
    let part = |name: &str| {
        let definition = &program.definitions[definition(&program, name).index()];
        let ExprKind::Apply { definition: part, .. } = &definition.body.kind else { panic!("{name}") };
        format!("{}: {}", expr(&program, &definition.body), super::printed::by_id(&program, *part))
    };
    assert_eq!(part("One"), "Init!1: Init!1 == Equal(x, 0)");
    assert_eq!(part("Two"), "Init!2!()(3, 4): Init!2!()($0, $1) == low :: <($0, $1)");
    assert_eq!(part("Low"), "Init!low(5, 6): Init!low($1, $0) == low :: <($0, $1)");
    assert_eq!(part("Side"), "Init!1!<<: Init!1!<< == x");
    assert!(part("Implied").starts_with("F!()!2(7, 8): F!()!2($0, $1) == LET q"), "{}", part("Implied"));
    assert_eq!(part("Through"), "Op!2(9): Op!2($0) == Equal(x, $0)");
}

#[test]
fn treats_a_name_that_two_extended_modules_declare_as_one() {
    let program = program(&[
        ("M", "EXTENDS A, B\nBoth == OfA /\\ OfB /\\ v = C"),
        ("A", "CONSTANT C\nVARIABLE v\nOfA == v = C"),
        ("B", "CONSTANT C\nVARIABLES u, v\nOfB == v = C /\\ u = C"),
    ]);
    let names: Vec<&str> = program.variables.iter().map(|variable| &*variable.name).collect();
    assert_eq!((names, program.constants.len()), (vec!["v", "u"], 1));
    assert_eq!(printed(&program, "OfB"), "OfB == /\\(Equal(v, C), Equal(u, C))");
}

#[test]
fn replaces_a_name_that_two_extended_modules_declare_as_one() {
    let program = program(&[
        ("M", "VARIABLE x\nI == INSTANCE L WITH v <- x\nA == I!OfB"),
        ("L", "EXTENDS A, B"),
        ("A", "VARIABLE v\nOfA == v = 1"),
        ("B", "VARIABLE v\nOfB == v = 2"),
    ]);
    assert_eq!(program.variables.len(), 1);
    assert_eq!(printed(&program, "I!OfB"), "OfB == Equal(x, 2)");
}
