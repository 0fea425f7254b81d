//! Small specifications made of a list of choices. Fewer and smaller choices make smaller ones, which is how a failing one
//! is made small.

use std::fmt::Write;

pub(super) const CONFIGURATION: &str =
    "INIT Init\nNEXT Next\nCONSTRAINT Short\nINVARIANT Sound\nPROPERTIES Refined Again\nCHECK_DEADLOCK FALSE\n";

const BEGINNING: &str = "---- MODULE M ----
EXTENDS Integers, Sequences, FiniteSets
VARIABLES x, s, f, q
RECURSIVE Total(_, _)
Total(g, S) == IF S = {} THEN 0 ELSE LET e == CHOOSE e \\in S : TRUE IN g[e % 3] + Total(g, S \\ {e})
Twice(a) == (a + a) % 4
Put(g, i, a) == [g EXCEPT ![i % 3] = a]
Copy(i, a) == f' = [f EXCEPT ![i % 3] = a]
double[i \\in 0..3] == IF f[i % 3] = 0 THEN 0 ELSE (f[i % 3] * 2) % 4
Short == Len(q) <= 2
Init == x \\in 0..1 /\\ s = {1} /\\ f = [i \\in 0..2 |-> i] /\\ q = <<>>
";

/// A module `M`.
pub(super) fn specification(choices: &[u16]) -> String {
    let mut writer = Writer { choices, names: 0, scope: Vec::new(), primes: Vec::new() };
    let mut text = BEGINNING.to_owned();
    writer.scope.push("p".to_owned());
    for name in ["First", "Second"] {
        let action = writer.action();
        let _ = writeln!(text, "{name}(p) == {action}");
    }
    writer.scope.clear();
    let (condition, sound, third) = (writer.truth(2), writer.truth(3), writer.action());
    let _ = writeln!(text, "Third == {third}");
    let _ = writeln!(text, "Next == (\\E p \\in 0..2 : First(p) \\/ Second(p)) \\/ (IF {condition} THEN Third ELSE \\E p \\in s : First(p))");
    let (whole, part) = (writer.truth(2), writer.truth(1));
    let _ = writeln!(text, "Refined == [][Third \\/ (\\E p \\in 1..2 : First(p) \\/ ({whole} /\\ UNCHANGED <<x, Len(q)>>)) \\/ Second(0)]_<<x, f, Len(q)>>");
    let _ = writeln!(text, "Again == []<><<Second(1) \\/ (Third /\\ {part})>>_<<s, f>>");
    let _ = writeln!(text, "Sound == {sound}\n====");
    text
}

struct Writer<'a> {
    choices: &'a [u16],
    names: usize,
    scope: Vec<String>,
    /// Variables that have a next value.
    primes: Vec<&'static str>,
}

impl Writer<'_> {
    /// One of so many; the first where the choices have come to an end.
    fn choose(&mut self, of: usize) -> usize {
        let Some((&first, rest)) = self.choices.split_first() else { return 0 };
        self.choices = rest;
        usize::from(first) % of
    }

    fn bound(&mut self, write: impl FnOnce(&mut Self) -> String) -> (String, String) {
        self.names += 1;
        let name = format!("v{}", self.names);
        self.scope.push(name.clone());
        let text = write(self);
        self.scope.pop();
        (name, text)
    }

    fn variable(&mut self, name: &'static str) -> String {
        let primed = self.primes.contains(&name) && self.choose(3) == 1;
        format!("{name}{}", if primed { "'" } else { "" })
    }

    fn integer(&mut self, depth: usize) -> String {
        let simple = if depth == 0 { 5 } else { 15 };
        match self.choose(simple) {
            0 => self.choose(4).to_string(),
            1 => self.variable("x"),
            2 if !self.scope.is_empty() => self.local(),
            2 => "1".to_owned(),
            3 => format!("Len({})", self.variable("q")),
            // A part of a variable, at a place that has a name. Outside of the domain both fail.
            4 => {
                let index = if self.scope.is_empty() { "0".to_owned() } else { self.local() };
                format!("{}[{index}]", self.variable("f"))
            }
            13 => format!("{}[{} % 3]", self.function(depth - 1), self.integer(depth - 1)),
            5 => format!("(({} + {}) % 4)", self.integer(depth - 1), self.integer(depth - 1)),
            6 => format!("Cardinality({})", self.set(depth - 1)),
            7 => format!(
                "(IF {} THEN {} ELSE {})",
                self.truth(depth - 1),
                self.integer(depth - 1),
                self.integer(depth - 1)
            ),
            8 => format!("(CHOOSE c{} \\in {{0}} \\cup {} : TRUE)", self.name(), self.set(depth - 1)),
            9 => format!("(Total({}, {}) % 4)", self.function(depth - 1), self.set(depth - 1)),
            10 => format!("Twice({})", self.integer(depth - 1)),
            11 => format!("double[{} % 4]", self.integer(depth - 1)),
            12 => format!("(Head({}) % 4)", self.variable("q")),
            _ => {
                self.names += 1;
                let (name, value) = (format!("l{}", self.names), self.integer(depth - 1));
                self.scope.push(name.clone());
                let body = self.integer(depth - 1);
                self.scope.pop();
                format!("(LET {name} == {value} IN ({name} + {body}) % 4)")
            }
        }
    }

    /// A name in scope, of which there is one.
    fn local(&mut self) -> String {
        let index = self.choose(self.scope.len());
        self.scope[index].clone()
    }

    fn name(&mut self) -> usize {
        self.names += 1;
        self.names
    }

    fn set(&mut self, depth: usize) -> String {
        let simple = if depth == 0 { 3 } else { 9 };
        match self.choose(simple) {
            0 => self.variable("s"),
            1 => "0..2".to_owned(),
            2 => "{}".to_owned(),
            3 => format!("{{{}, {}}}", self.integer(depth - 1), self.integer(depth - 1)),
            4 => format!("({} \\cup {})", self.set(depth - 1), self.set(depth - 1)),
            5 => format!("({} \\ {{{}}})", self.set(depth - 1), self.integer(depth - 1)),
            6 => format!("({} \\cap {})", self.set(depth - 1), self.set(depth - 1)),
            7 => {
                let set = self.set(depth - 1);
                let (name, truth) = self.bound(|writer| writer.truth(depth - 1));
                format!("{{{name} \\in {set} : {truth}}}")
            }
            _ => {
                let set = self.set(depth - 1);
                let (name, value) = self.bound(|writer| writer.integer(depth - 1));
                format!("{{({value} + {name}) % 4 : {name} \\in {set}}}")
            }
        }
    }

    fn function(&mut self, depth: usize) -> String {
        match self.choose(if depth == 0 { 1 } else { 4 }) {
            0 => self.variable("f"),
            1 => format!(
                "[{} EXCEPT ![{} % 3] = {}]",
                self.function(depth - 1),
                self.integer(depth - 1),
                self.integer(depth - 1)
            ),
            2 => format!("Put({}, {}, {})", self.function(depth - 1), self.integer(depth - 1), self.integer(depth - 1)),
            _ => {
                let (name, value) = self.bound(|writer| writer.integer(depth - 1));
                format!("[{name} \\in 0..2 |-> {value}]")
            }
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        let simple = if depth == 0 { 2 } else { 11 };
        match self.choose(simple) {
            0 => format!("{} = {}", self.integer(0), self.integer(0)),
            1 => format!("{} \\in {}", self.integer(0), self.set(0)),
            2 => format!("{} < {}", self.integer(depth - 1), self.integer(depth - 1)),
            3 => format!("({} \\subseteq {})", self.set(depth - 1), self.set(depth - 1)),
            4 => format!("~({})", self.truth(depth - 1)),
            5 => format!("(({}) /\\ ({}))", self.truth(depth - 1), self.truth(depth - 1)),
            6 => format!("(({}) \\/ ({}))", self.truth(depth - 1), self.truth(depth - 1)),
            7 => format!("{} # <<>>", self.variable("q")),
            8 => format!("{} = {{}}", self.set(depth - 1)),
            quantifier => {
                let set = self.set(depth - 1);
                let (name, truth) = self.bound(|writer| writer.truth(depth - 1));
                format!("(\\{} {name} \\in {set} : {truth})", if quantifier == 9 { "E" } else { "A" })
            }
        }
    }

    fn action(&mut self) -> String {
        let mut conjuncts: Vec<_> = (0..self.choose(3)).map(|_| self.truth(2)).collect();
        self.primes.clear();
        for variable in ["x", "s", "f", "q"] {
            conjuncts.push(self.assignment(variable));
            self.primes.push(variable);
        }
        self.primes.clear();
        let conjuncts: Vec<_> = conjuncts.into_iter().map(|conjunct| format!("({conjunct})")).collect();
        conjuncts.join(" /\\ ")
    }

    fn assignment(&mut self, variable: &'static str) -> String {
        match (self.choose(4), variable) {
            (0, _) => format!("UNCHANGED {variable}"),
            (1, _) => format!("{variable}' = {variable}"),
            (2, "x") => format!("x' \\in {}", self.set(2)),
            (_, "x") => format!("x' = {}", self.integer(3)),
            (_, "s") => format!("s' = {}", self.set(3)),
            (2, "f") => format!("Copy({}, {})", self.integer(1), self.integer(1)),
            (_, "f") => format!("f' = {}", self.function(3)),
            (2, _) => "q' = Tail(q)".to_owned(),
            _ => format!("q' = Append(q, {})", self.integer(2)),
        }
    }
}
