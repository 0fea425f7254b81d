//! What is said of single states: why a formula is false, why no action can be taken, which action a step takes.

mod module;

use tla_eval::executable::{Explorer, Finding, Outcome};
use tla_eval::value::Value;
use tla_eval::STACK_BYTES;
use tla_syntax::source::SourceMap;

const BODY: &str = "EXTENDS Naturals, Sequences
VARIABLES held, queue
Init == held = [c \\in 1..3 |-> FALSE] /\\ queue = <<>>
Take(c) == /\\ ~held[c]
           /\\ Len(queue) < 2
           /\\ held' = [held EXCEPT ![c] = TRUE]
           /\\ queue' = Append(queue, c)
Drop == \\E c \\in {d \\in 1..3 : held[d] /\\ d > 2} : held' = [held EXCEPT ![c] = FALSE] /\\ UNCHANGED queue
Wait(c) == queue' \\in {q \\in {queue} : c > 3} /\\ UNCHANGED held
Next == Drop \\/ \\E c \\in 1..3 : Take(c) \\/ (c = 1 /\\ Wait(c))
TypeOK == queue \\in Seq(1..3)
Holds(c) == held[c]
Alone == TypeOK /\\ \\A a, b \\in 1..3 : a # b => LET both == Holds(a) /\\ Holds(b) IN ~both
Short == IF held[1] THEN Len(queue) <= 1 ELSE TRUE
Someone == \\E c \\in 2..3 : Holds(c)
Undefined == Head(queue) = queue[7]
";

/// Asks `question` of the module, with an invariant where one is named, and gives the texts of what it says.
fn ask<T: Send + 'static>(
    invariant: &str,
    question: impl FnOnce(&mut Explorer<'_>, &SourceMap) -> T + Send + 'static,
) -> T {
    let config = format!("INIT Init\nNEXT Next\nINVARIANT {invariant}\n");
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
        let (executable, sources) = module::executable(BODY, &config);
        let mut explorer = Explorer::new(&executable).expect("compiles");
        question(&mut explorer, &sources)
    });
    thread.expect("a thread").join().expect("no panic")
}

fn state(held: [bool; 3], queue: &[i64]) -> Vec<Value> {
    let held = held.into_iter().map(Value::Bool).collect();
    vec![Value::tuple(held), Value::tuple(queue.iter().map(|&client| Value::Int(client)).collect())]
}

/// Each finding with what it is, its bindings and its values, outermost first.
fn told(finding: &Finding, sources: &SourceMap, depth: usize, lines: &mut Vec<String>) {
    let outcome = match &finding.outcome {
        Outcome::Is(value) => value.to_string(),
        Outcome::Fails(error) => format!("fails: {error}"),
        Outcome::Impossible => "impossible".to_owned(),
    };
    let text = sources.text(finding.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut line = format!("{}{text} = {outcome}", "  ".repeat(depth));
    for (name, value) in &finding.bindings {
        line += &format!(" [{name} = {value}]");
    }
    for part in &finding.parts {
        let value = part.value.as_ref().map_or_else(Clone::clone, ToString::to_string);
        line += &format!(" ({}{} = {value})", sources.text(part.span), if part.primed { "'" } else { "" });
    }
    lines.push(line);
    finding.because.iter().for_each(|inner| told(inner, sources, depth + 1, lines));
}

fn why(invariant: &'static str, held: [bool; 3], queue: &'static [i64]) -> Vec<String> {
    ask(invariant, move |explorer, sources| {
        explorer.look_at(&state(held, queue), None);
        let finding = explorer.why_invariant(0).expect("not stopped").expect("an invariant");
        let mut lines = Vec::new();
        told(&finding, sources, 0, &mut lines);
        lines
    })
}

#[test]
fn finds_the_conjunct_the_witness_and_the_values_through_definitions() {
    let lines = why("Alone", [false, true, true], &[2, 3]);
    assert_eq!(
        lines,
        [
            "TypeOK /\\ \\A a, b \\in 1..3 : a # b => LET both == Holds(a) /\\ Holds(b) IN ~both = false",
            "  \\A a, b \\in 1..3 : a # b => LET both == Holds(a) /\\ Holds(b) IN ~both = false",
            "    a # b => LET both == Holds(a) /\\ Holds(b) IN ~both = false [a = 2] [b = 3]",
            "      a # b = true",
            "      ~both = false",
            "        both = true",
            "          Holds(a) /\\ Holds(b) = true",
            "            Holds(a) = true [c = 2]",
            "              held[c] = true (held = <<FALSE, TRUE, TRUE>>)",
            "            Holds(b) = true [c = 3]",
            "              held[c] = true (held = <<FALSE, TRUE, TRUE>>)",
        ]
    );
}

#[test]
fn shows_which_branch_was_taken() {
    let lines = why("Short", [true, true, false], &[1, 2]);
    assert_eq!(lines[1], "  held[1] = true (held = <<TRUE, TRUE, FALSE>>)");
    assert_eq!(lines[2], "  Len(queue) <= 1 = false (Len(queue) = 2) (queue = <<1, 2>>)");
}

#[test]
fn shows_each_element_of_a_small_set_without_a_witness() {
    let lines = why("Someone", [true, false, false], &[]);
    assert_eq!(lines[0], "\\E c \\in 2..3 : Holds(c) = false");
    let tried: Vec<_> = lines.iter().filter(|line| line.trim_start().starts_with("Holds(c)")).collect();
    assert_eq!(tried.len(), 2);
}

#[test]
fn says_why_a_formula_has_no_value() {
    let lines = why("Undefined", [true, false, false], &[1]);
    assert!(lines[0].starts_with("Head(queue) = queue[7] = fails: "), "{lines:?}");
    assert!(lines[0].contains("(queue = <<1>>)"), "{lines:?}");
}

#[test]
fn names_the_guard_that_keeps_each_action_from_being_taken() {
    let lines = ask("TypeOK", |explorer, sources| {
        explorer.look_at(&state([true, true, false], &[1, 2]), None);
        let blocked = explorer.blocked().expect("not stopped");
        let mut lines = Vec::new();
        for action in &blocked {
            let parameters: Vec<_> =
                action.instances[0].iter().map(|(name, value)| format!("{name} = {value}")).collect();
            lines.push(format!("{} {} x{}", action.name, parameters.join(", "), action.count));
            told(action.guard.as_ref().expect("a guard"), sources, 1, &mut lines);
        }
        lines
    });
    assert_eq!(
        lines,
        [
            "Drop  x1",
            "  \\E c \\in {d \\in 1..3 : held[d] /\\ d > 2} : held' = [held EXCEPT ![c] = FALSE] /\\ UNCHANGED queue = \
             impossible ({d \\in 1..3 : held[d] /\\ d > 2} = {})",
            "Take c = 1 x2",
            "  ~held[c] = false",
            "    held[c] = true (held = <<TRUE, TRUE, FALSE>>)",
            "Next c = 1 x1",
            "  queue' \\in {q \\in {queue} : c > 3} = impossible [c = 1] ({q \\in {queue} : c > 3} = {}) (queue = <<1, 2>>)",
            "Next c = 2 x2",
            "  c = 1 = false",
            "Take c = 3 x1",
            "  Len(queue) < 2 = false (Len(queue) = 2) (queue = <<1, 2>>)",
        ]
    );
}

#[test]
fn names_the_action_of_a_step_with_its_parameters() {
    let (label, nothing) = ask("TypeOK", |explorer, _| {
        let (before, after) = (state([false; 3], &[]), state([false, true, false], &[2]));
        let found = explorer.step(&before, &after, None).expect("evaluates").expect("a step");
        let parameters: Vec<_> = found.parameters.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let nothing = explorer.step(&after, &before, None).expect("evaluates").is_none();
        (format!("{}({}) {}", found.name, parameters.join(", "), found.bound), nothing)
    });
    assert_eq!(label, "Take(c = 2) false");
    assert!(nothing);
}
