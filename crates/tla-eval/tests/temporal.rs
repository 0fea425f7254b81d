//! Temporal properties and fairness as formulas over atoms, and the atoms in states and steps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tla_check::model::{Flow, Model, Worker};
use tla_check::temporal::{Atoms, Enabled, Formula, Temporal};
use tla_eval::executable::Executable;
use tla_eval::STACK_BYTES;
use tla_syntax::loader::Texts;
use tla_syntax::source::SourceMap;

/// What a model says of time, and where its atoms are true.
#[derive(Debug, Default)]
struct Seen {
    properties: Vec<String>,
    assumptions: Vec<String>,
    fairness: Vec<String>,
    stuttering: Vec<usize>,
    /// By the text of the state.
    states: BTreeMap<String, Vec<usize>>,
    steps: BTreeMap<(String, String), Vec<usize>>,
    /// Violations on the fly, by the text of the state or of both.
    violated: BTreeMap<String, usize>,
}

fn text(formula: &Formula) -> String {
    let all = |items: &[Formula], between: &str| {
        let items: Vec<String> = items.iter().map(text).collect();
        format!("({})", items.join(between))
    };
    match formula {
        Formula::Constant(value) => value.to_string(),
        Formula::State(atom) => format!("s{atom}"),
        Formula::Step(atom) => format!("t{atom}"),
        Formula::Not(inner) => format!("~{}", text(inner)),
        Formula::And(items) => all(items, " /\\ "),
        Formula::Or(items) => all(items, " \\/ "),
        Formula::Always(inner) => format!("[]{}", text(inner)),
        Formula::Eventually(inner) => format!("<>{}", text(inner)),
    }
}

fn atoms(found: &Atoms) -> Vec<usize> {
    (0..256).filter(|&atom| found.contains(atom)).collect()
}

fn compiled(modules: &[(&str, &str)], config: &str) -> Result<Executable, String> {
    let mut sources = SourceMap::default();
    let mut texts = Texts::default();
    for (name, body) in modules {
        texts = texts.with(name, format!("---- MODULE {name} ----\n{body}\n====\n"));
    }
    let readable = |errors: Vec<tla_syntax::diagnostic::Diagnostic>| errors[0].message.clone();
    let program = tla_syntax::resolve::resolve("M", &texts, &mut sources).map_err(readable)?;
    let source = sources.add(&PathBuf::from("M.cfg"), config.to_owned());
    let parsed = tla_syntax::config::parse_config(source, config).map_err(readable)?;
    let model = tla_syntax::config::bind(&program, &parsed).map_err(readable)?;
    Executable::new(Arc::new(program), Arc::new(model), 0)
        .map_err(|error| format!("{} at {:?}", error.message, error.span.map(|span| sources.text(span).to_owned())))
}

fn on_a_thread<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run);
    thread.expect("a thread").join().expect("no panic")
}

fn seen(modules: &'static [(&'static str, &'static str)], config: &'static str) -> Seen {
    on_a_thread(move || {
        let mut executable = compiled(modules, config).expect("compiles");
        let seen = look(&executable);
        // Where evaluations are counted nothing is remembered: what was remembered must not make a difference.
        executable.count_expressions().expect("compiles");
        assert_eq!(format!("{seen:?}"), format!("{:?}", look(&executable)));
        seen
    })
}

fn refusal(body: &'static str, config: &'static str) -> String {
    on_a_thread(move || compiled(&[("M", body)], config).err().expect("is refused"))
}

fn look(executable: &Executable) -> Seen {
    let mut seen = Seen::default();
    if let Some(temporal) = executable.temporal() {
        describe(temporal, &mut seen);
    }
    let mut worker = executable.worker();
    let mut waiting: Vec<Vec<u8>> = Vec::new();
    let mut names: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    let mut found = Vec::new();
    worker
        .initial(&mut |candidate| {
            let mut bytes = Vec::new();
            candidate.encode(&mut bytes);
            found.push((bytes, candidate.violated_step().expect("evaluates")));
            Flow::Continue
        })
        .expect("evaluates");
    for (bytes, violated) in found.drain(..) {
        let name = named(&mut worker, &bytes);
        seen.violated.extend(violated.map(|index| (name.clone(), index)));
        names.insert(bytes.clone(), name);
        waiting.push(bytes);
    }
    while let Some(state) = waiting.pop() {
        let from = names[&state].clone();
        let mut steps = Vec::new();
        worker
            .successors(&state, &mut |candidate| {
                let (mut bytes, mut into) = (Vec::new(), Atoms::default());
                candidate.encode(&mut bytes);
                candidate.step_atoms(&mut into).expect("evaluates");
                steps.push((bytes, atoms(&into), candidate.violated_step().expect("evaluates")));
                Flow::Continue
            })
            .expect("evaluates");
        let mut into = Atoms::default();
        worker.state_atoms(&state, &mut into).expect("evaluates");
        seen.states.insert(from.clone(), atoms(&into));
        for (bytes, atoms, violated) in steps {
            let to = named(&mut worker, &bytes);
            seen.steps.insert((from.clone(), to.clone()), atoms);
            seen.violated.extend(violated.map(|index| (format!("{from} to {to}"), index)));
            if !names.contains_key(&bytes) {
                names.insert(bytes.clone(), to);
                waiting.push(bytes);
            }
        }
    }
    seen
}

fn named(worker: &mut <Executable as Model>::Worker, bytes: &[u8]) -> String {
    let values: Vec<String> = worker.decode(bytes).iter().map(ToString::to_string).collect();
    values.join(",")
}

fn describe(temporal: &Temporal, seen: &mut Seen) {
    seen.properties = temporal.properties.iter().map(text).collect();
    seen.assumptions = temporal.assumptions.iter().map(text).collect();
    seen.stuttering = atoms(&temporal.stuttering);
    seen.fairness = temporal
        .fairness
        .iter()
        .map(|condition| {
            let enabled = match condition.enabled {
                Enabled::Atom(atom) => format!("s{atom}"),
                Enabled::BySteps => "by steps".to_owned(),
            };
            format!("{} t{} {enabled}", if condition.strong { "SF" } else { "WF" }, condition.taken)
        })
        .collect();
}

/// A counter modulo 4 that may be reset.
const COUNTER: &str = "EXTENDS Naturals
VARIABLE x
Init == x = 0
Up == x' = (x + 1) % 4
Reset == x > 1 /\\ x' = 0
Next == Up \\/ Reset
Spec == Init /\\ [][Next]_x /\\ WF_x(Up)
";

/// The counter with `Prop` defined.
fn of_counter(property: &str) -> Seen {
    let body: &'static str = Box::leak(format!("{COUNTER}Prop == {property}\n").into_boxed_str());
    let modules: &'static [(&str, &str)] = Box::leak(Box::new([("M", body)]));
    seen(modules, "SPECIFICATION Spec\nPROPERTY Prop")
}

fn property(formula: &str) -> String {
    of_counter(formula).properties.join(" and ")
}

#[test]
fn can_read_each_temporal_operator() {
    assert_eq!(property("<>(x = 1)"), "<>s0");
    assert_eq!(property("[]<>(x = 1)"), "[]<>s0");
    assert_eq!(property("<>[](x = 1)"), "<>[]s0");
    assert_eq!(property("x = 1 ~> x = 2"), "[](~s0 \\/ <>s1)");
    assert_eq!(property("~[]<>(x = 1)"), "~[]<>s0");
    assert_eq!(property("<>(x = 1) \\/ [](x = 0)"), "(<>s0 \\/ []s1)");
    assert_eq!(property("[]<>(x = 1) => []<>(x = 2)"), "(~[]<>s0 \\/ []<>s1)");
    assert_eq!(property("<>(x = 1) <=> TRUE"), "((<>s0 /\\ true) \\/ (~<>s0 /\\ ~true))");
    assert_eq!(property("IF x = 0 THEN <>(x = 1) ELSE [](x = 2)"), "((s0 /\\ <>s1) \\/ (~s0 /\\ []s2))");
    assert_eq!(property("CASE x = 0 -> <>(x = 1) [] OTHER -> <>(x = 2)"), "((s1 /\\ <>s2) \\/ (~s1 /\\ <>s0))");
    assert_eq!(property("[]([](x < 9) => <>(x = 1))"), "[](~[]s0 \\/ <>s1)");
}

#[test]
fn can_read_actions_in_formulas() {
    assert_eq!(property("[]<><<Reset>>_x"), "[]<>t0");
    assert_eq!(property("<>[][Up]_x"), "<>[]t0");
    assert_eq!(property("WF_x(Reset)"), "[]<>(~s0 \\/ t0)");
    assert_eq!(property("SF_x(Reset)"), "(<>[]~s0 \\/ []<>t0)");
}

#[test]
fn splits_conjunctions_and_writes_quantifiers_out() {
    let found =
        of_counter("/\\ <>(x = 3)\n        /\\ \\A i \\in 1..2, j \\in {i0 \\in 0..1 : i0 > 0} : x = i ~> x = j");
    assert_eq!(found.properties, ["<>s0", "[](~s1 \\/ <>s1)", "[](~s2 \\/ <>s1)"]);
    assert_eq!(property("\\E i \\in 1..2 : <>(x = i)"), "(<>s0 \\/ <>s1)");
    assert_eq!(property("\\A <<i, j>> \\in {<<1, 2>>} : <>(x = i + j)"), "<>s0");
    assert_eq!(property("\\A i \\in {} : <>(x = i)"), "");
}

#[test]
fn makes_one_atom_of_what_says_the_same() {
    let found = of_counter("(x = 1 ~> x = 2) /\\ (x = 2 ~> x = 1) /\\ \\A i \\in {1, 2} : []<>(x = i)");
    assert_eq!(found.properties, ["[](~s0 \\/ <>s1)", "[](~s1 \\/ <>s0)", "[]<>s0", "[]<>s1"]);
    // The fairness of the specification and that of the property are about one action.
    let found = of_counter("WF_x(Up)");
    assert_eq!((found.properties, found.fairness), (vec!["[]<>(~s0 \\/ t0)".into()], vec!["WF t0 by steps".into()]));
}

#[test]
fn looks_through_definitions_parameters_and_lets() {
    let found = seen(
        &[(
            "M",
            "EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = (x + 1) % 4
Leads(P, Q) == [](P => <>Q)
Each(F(_)) == \\A i \\in 1..2 : F(i)
Often(i) == []<>(x = i)
Prop == LET two == x = 2
            later(n) == <>(x = n)
        IN Leads(x = 1, two) /\\ Each(Often) /\\ later(3) /\\ Each(LAMBDA i : later(i))",
        )],
        "INIT Init\nNEXT Next\nPROPERTY Prop",
    );
    assert_eq!(found.properties, ["[](~s0 \\/ <>s1)", "[]<>s0", "[]<>s1", "<>s2", "<>s0", "<>s1"]);
    assert_eq!(found.states["2"], [1]);
    assert_eq!(found.states["3"], [2]);
}

#[test]
fn tests_atoms_of_states_and_steps() {
    let found = of_counter("[]<><<Reset>>_x /\\ <>[][Up]_x /\\ <>(x > 1)");
    assert_eq!(found.properties, ["[]<>t0", "<>[]t1", "<>s0"]);
    assert_eq!(found.stuttering, [1], "what stutters is a step of [Up]_x");
    assert_eq!(found.states["0"], [] as [usize; 0]);
    assert_eq!(found.states["2"], [0]);
    let step = |from: &str, to: &str| found.steps[&(from.to_owned(), to.to_owned())].clone();
    // The third atom is <<Up>>_x, of the specification's fairness.
    assert_eq!(step("0", "1"), [1, 2]);
    assert_eq!(step("2", "0"), [0]);
    assert_eq!(step("3", "0"), [0, 1, 2]);
}

#[test]
fn finds_enabled_without_a_search_only_for_what_next_does() {
    let fairness = |condition: &str, next: &str| -> Vec<String> {
        let body = format!(
            "EXTENDS Naturals
CONSTANT P
VARIABLES pc, m
vars == <<pc, m>>
Init == pc = [p \\in P |-> 0] /\\ m = {{1}}
Go(p) == pc[p] = 0 /\\ pc' = [pc EXCEPT ![p] = 1] /\\ UNCHANGED m
Back(p) == pc[p] = 1 /\\ pc' = [pc EXCEPT ![p] = 0] /\\ UNCHANGED m
Step(p) == Go(p) \\/ Back(p)
Take == \\E i \\in m : m' = m \\ {{i}} /\\ UNCHANGED pc
Drop(i) == i \\in m /\\ m' = m \\ {{i}} /\\ UNCHANGED pc
Lose(i) == m' = m \\ {{i}} /\\ UNCHANGED pc
Next == {next}
Spec == Init /\\ [][Next]_vars /\\ {condition}
Prop == <>(m = {{}})"
        );
        let body: &'static str = Box::leak(body.into_boxed_str());
        let modules: &'static [(&str, &str)] = Box::leak(Box::new([("M", body)]));
        seen(modules, "SPECIFICATION Spec\nPROPERTY Prop\nCONSTANT P = {a, b}").fairness
    };
    let next = "(\\E p \\in P : Step(p)) \\/ Take";
    assert_eq!(fairness("WF_vars(Next)", next), ["WF t0 by steps"]);
    assert_eq!(fairness("WF_vars(Take)", next), ["WF t0 by steps"]);
    assert_eq!(fairness("\\A p \\in P : WF_vars(Go(p))", next), ["WF t0 by steps", "WF t1 by steps"]);
    assert_eq!(fairness("\\A p \\in P : SF_vars(Step(p))", next), ["SF t0 by steps", "SF t1 by steps"]);
    assert_eq!(fairness("WF_vars(\\E p \\in P : Go(p))", next), ["WF t0 by steps"]);
    assert_eq!(fairness("\\A p \\in P : WF_vars(Go(p) /\\ m = {})", next), ["WF t0 by steps", "WF t1 by steps"]);
    // The set of the quantifier depends on the state, but Drop itself demands to be in it.
    let taking = "\\E i \\in m : Drop(i) \\/ Lose(i)";
    assert_eq!(fairness("\\A i \\in 1..2 : WF_vars(Drop(i))", taking), ["WF t0 by steps", "WF t1 by steps"]);
    assert_eq!(fairness("WF_vars(Lose(2))", taking), ["WF t0 s1"]);
    // Not every step of these is one of Next.
    assert_eq!(fairness("WF_vars(m' = {} /\\ UNCHANGED pc)", next), ["WF t0 s1"]);
    assert_eq!(
        fairness("\\A p \\in P : WF_vars(Go(p))", "(\\E p \\in {q \\in P : pc[q] = 0} : Step(p)) \\/ Take"),
        ["WF t0 s1", "WF t1 s2"]
    );
    assert_eq!(fairness("WF_vars(Take)", "\\E p \\in P : pc[p] = 0 /\\ Step(p)"), ["WF t0 s1"]);
}

#[test]
fn searches_for_a_step_where_enabled_is_asked_for() {
    let body = "EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == x' = (x + 1) % 4 /\\ y' = y
Small == x < 2 /\\ x' = x + 1
Same == x' = x /\\ y' = y
Chosen == \\E i \\in {2, 3} : x' = i /\\ x' < x
Prop == /\\ <>(ENABLED Small)
        /\\ <>(ENABLED <<Same>>_<<x, y>>)
        /\\ <>(ENABLED <<x' = x>>_<<x, y>>)
        /\\ <>(ENABLED Chosen /\\ x > 0)
        /\\ <>(ENABLED (y' = y /\\ ENABLED Small /\\ x' = 0))
        /\\ <>(x = 0 /\\ ENABLED <<x' = x \\/ x' = 5>>_(x > 4))";
    let found = seen(Box::leak(Box::new([("M", body)])), "INIT Init\nNEXT Next\nPROPERTY Prop");
    // What an action does not mention may change: so <<x' = x>>_<<x, y>> is always enabled.
    assert_eq!(found.states["0,0"], [0, 2, 4, 5]);
    assert_eq!(found.states["1,0"], [0, 2, 4]);
    assert_eq!(found.states["2,0"], [2]);
    assert_eq!(found.states["3,0"], [2, 3]);
}

#[test]
fn decides_what_it_can_while_states_are_made() {
    let found = of_counter("x = 1 /\\ [](x < 4) /\\ [][x' > x]_x /\\ \\A i \\in {2, 3} : [][x = i => x' # 0]_x");
    assert_eq!(found.properties, [] as [&str; 0]);
    assert_eq!(found.fairness, [] as [&str; 0], "fairness does not matter then");
    // After the invariant, which has index 0.
    let expected = [("0", 1), ("2 to 0", 2), ("3 to 0", 2)];
    assert_eq!(found.violated, expected.map(|(place, index)| (place.to_owned(), index)).into());
}

#[test]
fn checks_a_specification_against_another_through_instances() {
    let high = "VARIABLE bit\nInit == bit = 0\nFlip == bit' = 1 - bit\nSpec == Init /\\ [][Flip]_bit /\\ WF_bit(Flip)";
    let high = format!("EXTENDS Naturals\n{high}");
    let low = "EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = (x + 1) % 4
Spec == Init /\\ [][Next]_x /\\ WF_x(Next)
High == INSTANCE High WITH bit <- x % 2
Prop == High!Spec
Wrong == INSTANCE High WITH bit <- x \\div 3
Bad == Wrong!Spec";
    let modules: &'static [(&str, &str)] =
        Box::leak(Box::new([("M", low), ("High", Box::leak(high.into_boxed_str()) as &str)]));
    let found = seen(modules, "SPECIFICATION Spec\nPROPERTY Prop");
    assert!(found.violated.is_empty(), "{:?}", found.violated);
    // ENABLED asks for a next value of `bit`, and not of `x`.
    assert_eq!(found.properties, ["[]<>(~s0 \\/ t0)"]);
    assert!(found.states.values().all(|atoms| *atoms == [0]));
    let bad = seen(modules, "SPECIFICATION Spec\nPROPERTY Bad");
    assert!(bad.violated.is_empty(), "both change by one: {:?}", bad.violated);
}

#[test]
fn asks_whether_an_action_of_an_instance_is_enabled() {
    let high = "VARIABLES a, b
vars == <<a, b>>
sum == a + b
Set == a < 2 /\\ a' = a + 1 /\\ UNCHANGED b
Keep == a' = a /\\ b' \\in {1, 7} /\\ sum' = sum + 1
Rest == UNCHANGED vars";
    let high = format!("EXTENDS Naturals\n{high}");
    let low = "EXTENDS Naturals
VARIABLES x, y
Init == x = 0 /\\ y = 0
Next == x' = (x + 1) % 4 /\\ y' = y
b == x \\div 2
I == INSTANCE High WITH a <- (x + y) % 3
Prop == /\\ <>(ENABLED I!Set)
        /\\ <>(ENABLED <<I!Set>>_<<I!vars>>)
        /\\ <>(ENABLED I!Keep)
        /\\ <>(ENABLED <<I!Rest>>_(I!vars))
        /\\ <>(ENABLED <<I!Set>>_y)";
    let modules: &'static [(&str, &str)] =
        Box::leak(Box::new([("M", low), ("High", Box::leak(high.into_boxed_str()) as &str)]));
    let found = seen(modules, "INIT Init\nNEXT Next\nPROPERTY Prop");
    // With a and b: 0 and 0, 1 and 0, 2 and 1, 0 and 1.
    assert_eq!(found.states["0,0"], [0, 1, 2, 4]);
    assert_eq!(found.states["1,0"], [0, 1, 2, 4]);
    assert_eq!(found.states["2,0"], [] as [usize; 0]);
    assert_eq!(found.states["3,0"], [0, 1, 4]);
}

#[test]
fn refuses_what_cannot_be_checked_and_says_where() {
    const SPECIFICATION: &str = "SPECIFICATION Spec\nPROPERTY Prop";
    let refused = |property: &str| -> String {
        let body: &'static str = Box::leak(format!("{COUNTER}Prop == {property}\n").into_boxed_str());
        refusal(body, SPECIFICATION)
    };
    assert!(refused("\\EE y : [](x = y)").starts_with("a formula that hides variables"));
    assert!(refused("<>(x = 1) -+-> <>(x = 2)").starts_with("`-+->` cannot be checked"));
    assert!(refused("\\A i \\in 0..x : <>(x = i)").ends_with("at Some(\"0..x\")"));
    assert!(refused("\\A i \\in Nat : <>(x = i)").starts_with("the set of this quantifier cannot be listed"));
    assert!(refused("\\A i : <>(x = i)").starts_with("a temporal formula is quantified over everything"));
    assert!(refused("x' = x /\\ <>(x = 1)").starts_with("an action is combined with a temporal formula"));
    assert!(refused("\\A i \\in 1..1000, j \\in 1..1000 : <>(x = i + j)").contains("more than 200000 parts"));
}
