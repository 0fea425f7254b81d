//! Small specifications, each for one habit of TLC that the evaluator must have.

use std::path::PathBuf;
use std::sync::Arc;

use tla_check::breadth_first::explore;
use tla_check::model::Flow;
use tla_check::options::Options;
use tla_check::outcome::Verdict;
use tla_eval::executable::Executable;
use tla_eval::STACK_BYTES;
use tla_syntax::loader::Texts;
use tla_syntax::source::SourceMap;

#[derive(Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    Violation(usize),
    Deadlock,
    Failure(i32, String),
}

/// Explores a module named `M`. Returns what was found, distinct and generated states.
fn check(body: &str, config: &str) -> (Found, u64, u64) {
    check_module(body.to_owned(), config.to_owned(), false)
}

fn check_module(body: String, config: String, go_on: bool) -> (Found, u64, u64) {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let text = format!("---- MODULE M ----\n{body}\n====\n");
        let mut sources = SourceMap::default();
        let modules = Texts::default().with("M", text);
        let program = tla_syntax::resolve::resolve("M", &modules, &mut sources).expect("resolves");
        let source = sources.add(&PathBuf::from("M.cfg"), config.clone());
        let parsed = tla_syntax::config::parse_config(source, &config).expect("parses");
        let model = tla_syntax::config::bind(&program, &parsed).expect("binds");
        let check_deadlock = model.check_deadlock;
        let mut executable = Executable::new(Arc::new(program), Arc::new(model), 0).expect("compiles");
        if go_on {
            executable.expect_violations();
        }
        let options =
            Options { check_deadlock, continue_after_violation: go_on, stack_bytes: STACK_BYTES, ..Options::default() };
        let outcome = explore(&executable, &options, &mut |_| Flow::Continue).expect("explores");
        let found = match outcome.verdict {
            Verdict::Complete => Found::Nothing,
            Verdict::Violation { invariant } => Found::Violation(invariant),
            Verdict::Deadlock => Found::Deadlock,
            Verdict::Error(error) => Found::Failure(error.code, error.message),
            other => panic!("unexpected verdict {other:?}"),
        };
        (found, outcome.distinct, outcome.generated)
    });
    thread.expect("a thread").join().expect("no panic")
}

const INIT_NEXT: &str = "INIT Init\nNEXT Next\nCHECK_DEADLOCK FALSE\n";

#[test]
fn computes_a_let_definition_anew_for_each_choice() {
    let body = "EXTENDS Naturals
VARIABLES x, done
Init == x = 5 /\\ done = 9
Step(last) == LET th == last + 1 k == last + 1 = th IN done = 9 /\\ x' = (IF k THEN 100 ELSE 3) /\\ done' = 1
Next == \\E last \\in 0..2 : Step(last)
Unchanged == x \\in {5, 100}";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Unchanged")), (Found::Nothing, 2, 4));
}

#[test]
fn reads_what_was_chosen_in_each_branch() {
    // `y` depends on the next value of `x`: keeping it from the first branch would lose states.
    let body = "EXTENDS Naturals
VARIABLES x, z
Init == x = 0 /\\ z = 0
Next == LET y == x' * 10 + y0(x') IN \\E i \\in 1..3 : x' = i /\\ z' = y
y0(n) == n
Inv == z = x * 11";
    let reordered = body.replace("y0(n) == n\n", "").replace("Next ==", "y0(n) == n\nNext ==");
    assert_eq!(check(&reordered, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 4, 13));
}

#[test]
fn assigns_variables_that_are_passed_as_arguments() {
    let body = "EXTENDS Naturals
VARIABLES x, y
Set(v, e) == v = e
Init == Set(x, 0) /\\ Set(y, 1)
Move(old, new) == new = (old + 1) % 3
Next == Move(x, x') /\\ Set(y', x)";
    assert_eq!(check(body, INIT_NEXT), (Found::Nothing, 4, 5));
}

#[test]
fn remembers_a_value_under_the_index_that_a_part_of_it_came_from() {
    // What is copied is a part of the variable that is read as a whole: which part it is counts, too.
    let body = "EXTENDS Naturals
VARIABLE x
Init == x = [i \\in 1..4 |-> i]
Copy(s, value) == x' = [x EXCEPT ![s] = value]
Next == \\E s, other \\in 1..4 : s # other /\\ Copy(s, x[other])";
    assert_eq!(check(body, INIT_NEXT), (Found::Nothing, 233, 2797));
}

#[test]
fn recurses_inside_a_let_with_names_of_the_surroundings() {
    let body = "EXTENDS Naturals
VARIABLE x
Sum(S) == LET factor == 2
              RECURSIVE Even(_, _), Odd(_, _)
              Even(T, n) == IF T = {} THEN n ELSE LET e == CHOOSE e \\in T : TRUE IN Odd(T \\ {e}, n + factor * e)
              Odd(T, n) == IF T = {} THEN n ELSE LET e == CHOOSE e \\in T : TRUE IN Even(T \\ {e}, n + e)
          IN Even(S, 0)
Init == x = Sum(1..4)
Next == UNCHANGED x
Inv == x = 2 * 1 + 2 + 2 * 3 + 4";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 1, 2));
}

#[test]
fn remembers_values_of_recursive_functions() {
    // Without remembering this takes 2^80 steps.
    let body = "EXTENDS Naturals
VARIABLE x
fib[n \\in Nat] == IF n < 2 THEN n ELSE fib[n - 1] + fib[n - 2]
Init == x = fib[80]
Next == UNCHANGED x
Inv == x = 23416728348467685";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 1, 2));
}

#[test]
fn does_not_evaluate_arguments_that_are_not_used() {
    let body = "EXTENDS Naturals, Sequences
VARIABLE x
RECURSIVE Last(_, _)
Last(n, value) == IF n = 0 THEN 7 ELSE Last(n - 1, Head(<<>>))
First(a, b) == a
Init == x = First(Last(3, 0), Head(<<>>))
Next == UNCHANGED x
Inv == x = 7";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 1, 2));
}

#[test]
fn finds_orbits_under_symmetry() {
    let body = "EXTENDS TLC
CONSTANT P
VARIABLES owner, waiting
Perms == Permutations(P)
Init == owner = [p \\in P |-> FALSE] /\\ waiting = {}
Next == \\E p \\in P : \\/ owner' = [owner EXCEPT ![p] = ~@] /\\ UNCHANGED waiting
                     \\/ waiting' = waiting \\cup {p} /\\ UNCHANGED owner";
    let config = format!("{INIT_NEXT}CONSTANT P = {{p1, p2, p3}}\n");
    assert_eq!(check(body, &config).1, 64);
    // Each of three processes is in one of 4 states: multisets of size 3 over 4 kinds.
    assert_eq!(check(body, &format!("{config}SYMMETRY Perms")).1, 20);
}

#[test]
fn tells_states_apart_by_the_view() {
    let body = "EXTENDS Naturals
VARIABLES x, steps
Init == x = 0 /\\ steps = 0
Next == x' = (x + 1) % 4 /\\ steps' = steps + 1
Look == x";
    assert_eq!(check(body, &format!("{INIT_NEXT}VIEW Look")), (Found::Nothing, 4, 5));
}

#[test]
fn checks_states_outside_of_constraints_but_goes_no_further() {
    let body = "EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = x + 1
Small == x < 3
Inv == x < 3
Later == x < 4";
    assert_eq!(check(body, &format!("{INIT_NEXT}CONSTRAINT Small\nINVARIANT Later")), (Found::Nothing, 3, 4));
    assert_eq!(check(body, &format!("{INIT_NEXT}CONSTRAINT Small\nINVARIANT Inv")), (Found::Violation(0), 3, 4));
}

#[test]
fn finds_violations_of_conjuncts_about_any_variable() {
    let body = "EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == \\/ x < 3 /\\ x' = x + 1 /\\ UNCHANGED y
        \\/ y < 3 /\\ y' = y + 1 /\\ UNCHANGED x
Bounds == x < 4 /\\ y < 4
Inv == Bounds /\\ x + y < 6";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")).0, Found::Violation(0));
}

#[test]
fn checks_every_conjunct_after_a_violation() {
    // The step from x = 2 leaves `y` as it is, and `y` alone violates the invariant.
    let body = "EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 1
Next == x < 3 /\\ x' = x + 1 /\\ UNCHANGED y
Inv == x < 9 /\\ y = 0";
    let (found, distinct, _) = check_module(body.to_owned(), format!("{INIT_NEXT}INVARIANT Inv"), true);
    assert_eq!((found, distinct), (Found::Violation(0), 4));
}

#[test]
fn asks_whether_actions_are_enabled() {
    let body = "EXTENDS Naturals
VARIABLE x
Up == x < 2 /\\ x' = x + 1
Init == x = 0
Next == Up \\/ (~ENABLED Up /\\ x' = 0)
Inv == ENABLED Up <=> x < 2";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 3, 4));
}

#[test]
fn treats_always_of_a_predicate_as_an_invariant() {
    let body = "EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = x + 1
Small == [](x < 5)";
    assert_eq!(check(body, &format!("{INIT_NEXT}PROPERTY Small")).0, Found::Violation(0));
}

#[test]
fn reports_deadlock_only_where_asked() {
    let body = "EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x < 2 /\\ x' = x + 1";
    assert_eq!(check(body, "INIT Init\nNEXT Next"), (Found::Deadlock, 3, 3));
    assert_eq!(check(body, INIT_NEXT), (Found::Nothing, 3, 3));
}

#[test]
fn names_variables_without_a_next_value() {
    let body = "EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Forgetful == x' = x + 1
Next == Forgetful";
    let (found, ..) = check(body, INIT_NEXT);
    let Found::Failure(75, message) = found else { panic!("{found:?}") };
    assert!(message.contains("Forgetful") && message.contains('y'), "{message}");
}

#[test]
fn fails_clearly_on_what_has_no_value() {
    for (expression, expected) in [
        ("CHOOSE n \\in {1} : n = 2", "CHOOSE"),
        ("Head(<<>>)", "Head"),
        ("[a |-> 1].b", "no field"),
        ("<<1, 2>>[3]", "not in its domain"),
        ("1 = \"a\"", "equality"),
        ("{n \\in Nat : n > 3} = {}", "infinite"),
        ("9223372036854775807 + 1", "64-bit"),
        ("Deep(0)", "recursion is too deep"),
    ] {
        let body = format!(
            "EXTENDS Naturals, Sequences\nVARIABLE x\nRECURSIVE Deep(_)\nDeep(n) == 1 + Deep(n + 1)\nInit == x = ({expression})\nNext == UNCHANGED x"
        );
        let (found, ..) = check(&body, INIT_NEXT);
        let Found::Failure(75, message) = found else { panic!("{expression}: {found:?}") };
        assert!(message.contains(expected), "{expression}: {message}");
    }
}

#[test]
fn counts_evaluations_of_each_expression() {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(|| {
        let text = "---- MODULE M ----\nEXTENDS Naturals\nVARIABLE x\nInit == x = 0\nNext == \\/ x < 3 /\\ x' = x + 1\n        \\/ x > 7 /\\ x' = x - 1\n====\n";
        let mut sources = SourceMap::default();
        let program =
            tla_syntax::resolve::resolve("M", &Texts::default().with("M", text), &mut sources).expect("resolves");
        let source = sources.add(&PathBuf::from("M.cfg"), INIT_NEXT.to_owned());
        let parsed = tla_syntax::config::parse_config(source, INIT_NEXT).expect("parses");
        let model = tla_syntax::config::bind(&program, &parsed).expect("binds");
        let mut executable = Executable::new(Arc::new(program), Arc::new(model), 0).expect("compiles");
        executable.count_expressions().expect("compiles again");
        let options = Options { check_deadlock: false, stack_bytes: STACK_BYTES, ..Options::default() };
        explore(&executable, &options, &mut |_| Flow::Continue).expect("explores");
        let counts = executable.evaluations();
        let of = |part: &str| counts.iter().find(|(span, _)| sources.text(*span) == part).map(|(_, count)| *count);
        assert_eq!(of("x < 3"), Some(4), "{counts:?}");
        assert_eq!(of("x + 1"), Some(3));
        assert_eq!(of("x - 1"), Some(0));
    });
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn moves_out_of_loops_only_what_does_not_change_in_them() {
    // `Max` does not depend on `m`, the inner filter does; what is in an empty loop is never evaluated.
    let body = "EXTENDS Naturals, FiniteSets, Sequences
VARIABLE s
Max(S) == CHOOSE n \\in S : \\A k \\in S : k <= n
Init == s \\in (SUBSET (1..4)) \\ {{}}
Next == UNCHANGED s
Largest == \\A m \\in s : m <= Max({n + 0 : n \\in s})
Ranks == {Cardinality({n \\in s : n < m}) : m \\in s} = 0..(Cardinality(s) - 1)
Nothing == \\A m \\in {} : Max({n \\in s : n > 9}) = m
Sums == \\A m \\in s : \\E k \\in 0..8 : k = m + Max({n \\in s : n <= m})
Inv == Largest /\\ Ranks /\\ Nothing /\\ Sums";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 15, 30));
}

#[test]
fn goes_through_sets_with_recursive_operators() {
    let body = "EXTENDS Integers, FiniteSets
VARIABLE v
RECURSIVE Sum(_, _), Alternating(_, _), Sizes(_), Products(_, _)
Sum(f, S) == IF S = {} THEN 0 ELSE LET e == CHOOSE e \\in S : TRUE IN f[e] + Sum(f, S \\ {e})
Alternating(S, end) == IF S = {} THEN end ELSE LET e == CHOOSE e \\in S : TRUE IN e - Alternating(S \\ {e}, end)
Sizes(S) == IF S = {} THEN 0 ELSE LET e == CHOOSE e \\in S : TRUE IN Cardinality(S) + Sizes(S \\ {e})
Products(S, a) == IF S = {} THEN 1 ELSE LET e == CHOOSE e \\in S : TRUE
                                            twice == 2 * e
                                        IN (twice + a) * Products(S \\ {e}, a)
Inner(S) == LET RECURSIVE Part(_)
                Part(T) == IF T = {} THEN Cardinality(S) ELSE LET e == CHOOSE e \\in T : TRUE IN e + Part(T \\ {e})
            IN Part(S)
Large == 1..400000
Init == v = <<Sum([i \\in 1..3 |-> i * i], 1..3), Sum([i \\in Large |-> 1], Large), Sum(<<>>, {})>>
          \\o <<Alternating({3, 5, 9}, 4), Alternating({}, 4), Sizes({4, 6, 8}), Products({1, 2}, 3), Inner({5, 7})>>
Next == v' = v
Right == v = <<14, 400000, 0, 3, 4, 6, 35, 14>>";
    let body = body.replace("FiniteSets", "FiniteSets, Sequences");
    let config = format!("{INIT_NEXT}INVARIANT Right\n");
    assert_eq!(check(&body, &config), (Found::Nothing, 1, 2));
    let failing = body.replace("Alternating({}, 4)", "Alternating({\"a\"}, 4)");
    let Found::Failure(code, message) = check(&failing, &config).0 else { panic!("a string minus an integer") };
    assert_eq!((code, message.contains("the left side of -")), (75, true), "{message}");
}

#[test]
fn finds_what_pairs_lead_to_as_testing_each_element_does() {
    // With a second conjunct the elements are tested one by one.
    let body = "EXTENDS Naturals, FiniteSets
VARIABLE es
N == {<<>>, <<1, 1>>, <<1, 2>>}
Init == es \\in SUBSET (N \\X N)
Next == UNCHANGED es
From(v, S, E) == {c \\in S : <<v, c>> \\in E}
Each(v, S, E) == {c \\in S : <<v, c>> \\in E /\\ c \\in N}
FromAny(T, E) == {c \\in N : \\E v \\in T : <<v, c>> \\in E}
EachOfAny(T, E) == {c \\in N : \\E v \\in T : <<v, c>> \\in E /\\ c \\in N}
Inv == /\\ \\A v \\in N : From(v, N, es) = Each(v, N, es)
       /\\ \\A v \\in N : Cardinality(From(v, N \\ {<<>>}, es)) = Cardinality(Each(v, N \\ {<<>>}, es))
       /\\ \\A v \\in N : (\\A c \\in From(v, N, es) : c = v) = (\\A c \\in Each(v, N, es) : c = v)
       /\\ \\A T \\in SUBSET N : FromAny(T, es) = EachOfAny(T, es)
       /\\ \\A c \\in N : {v \\in N : <<v, v>> \\in es} = {v \\in N : v \\in N /\\ <<v, v>> \\in es}
       /\\ \\A e \\in es : e = <<e[1], e[2]>> /\\ {e[1], e[2]} \\subseteq N /\\ {e[2], <<>>} \\subseteq N
       /\\ \\A e \\in es : ({e[1], e[2]} \\subseteq {<<>>}) = (e = <<<<>>, <<>>>>)";
    assert_eq!(check(body, &format!("{INIT_NEXT}INVARIANT Inv")), (Found::Nothing, 512, 1024));
}

#[test]
fn refuses_to_compare_what_pairs_lead_to_with_elements_of_another_kind() {
    let body = "EXTENDS Naturals
VARIABLES es, S
Init == es = {<<1, \"a\">>, <<2, 5>>} /\\ S = SET
Next == UNCHANGED <<es, S>>
Inv == \\A v \\in V : {c \\in S : <<v, c>> \\in es} = {}";
    for (set, from, fails) in
        [("{3, 4}", "{2}", false), ("{}", "{1}", false), ("{3, 4}", "{1}", true), ("{3}", "{\"a\"}", true)]
    {
        let body = body.replace("SET", set).replace("\\in V", &format!("\\in {from}"));
        let (found, ..) = check(&body, &format!("{INIT_NEXT}INVARIANT Inv"));
        assert_eq!(matches!(found, Found::Failure(..)), fails, "{set} {from}: {found:?}");
    }
}

#[test]
fn tries_each_alternative_of_a_row_with_its_own_values() {
    // The last alternative is tried after the rows that follow it were.
    let body = "EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == /\\ x' \\in 0..1
        /\\ \\A i \\in 1..3 : IF i = 2 THEN x' = 0 \\/ x' = x \\/ i = 2 ELSE i + x' < 5";
    assert_eq!(check(body, INIT_NEXT), (Found::Nothing, 2, 9));
}
