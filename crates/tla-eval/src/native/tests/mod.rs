//! The native operators, each called as the evaluator would call it.

mod bags;
mod files;
mod graphs;
mod integers;
mod sequences;
mod sequences_ext;
mod sets_and_functions;
mod tlc;

use std::collections::BTreeMap;

use tla_syntax::source::Span;

use super::{find, Context};
use crate::error::{EvalError, Result};
use crate::value::{Symbol, Value};

/// Operator arguments are strings here, which name an operator below or a native of Naturals or TLC.
#[derive(Default)]
pub(super) struct Desk {
    pub(super) printed: Vec<String>,
    registers: BTreeMap<String, Value>,
    random: u64,
}

impl Context for Desk {
    fn call(&mut self, operator: &Value, arguments: &[Value]) -> Result<Value> {
        let name = operator.as_string("the operator")?.text();
        match (name, arguments) {
            ("even", [Value::Int(number)]) => Ok(Value::Bool(number % 2 == 0)),
            ("half", [Value::Int(number)]) => Ok(Value::Int(number / 2)),
            ("same", [value]) => Ok(value.clone()),
            ("pair", [a, b]) => Ok(Value::tuple(vec![a.clone(), b.clone()])),
            ("first", [set]) => Ok(set.elements()?.next().unwrap_or(Value::Int(0))),
            ("last", [set]) => Ok(set.elements()?.last().unwrap_or(Value::Int(0))),
            ("snoc", [item, sequence]) => apply("SequencesExt", "Snoc", &[item.clone(), sequence.clone()]),
            ("domain", [function]) => function.domain(),
            ("node" | "clock", [record]) => record.field(Symbol::new(name)).cloned(),
            _ => apply("Naturals", name, arguments),
        }
    }

    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        crate::value::hash::mix(self.random)
    }

    fn register(&mut self, key: &Value) -> Result<Value> {
        let unset = || EvalError::undefined(format!("register {key} was never set"));
        self.registers.get(&key.to_string()).cloned().ok_or_else(unset)
    }

    fn set_register(&mut self, key: &Value, value: Value) -> Result<()> {
        self.registers.insert(key.to_string(), value);
        Ok(())
    }

    fn print(&mut self, line: &str) {
        self.printed.push(line.to_owned());
    }

    fn place(&self) -> Option<Span> {
        None
    }
}

pub(super) fn apply_at(desk: &mut Desk, module: &str, name: &str, arguments: &[Value]) -> Result<Value> {
    let native = find(module, name, arguments.len(), true).expect("there is such an operator");
    native(desk, arguments)
}

pub(super) fn apply(module: &str, name: &str, arguments: &[Value]) -> Result<Value> {
    apply_at(&mut Desk::default(), module, name, arguments)
}

/// The value's text, or the error's message.
pub(super) fn show(module: &str, name: &str, arguments: &[Value]) -> String {
    match apply(module, name, arguments) {
        Ok(value) => value.to_string(),
        Err(error) => error.to_string(),
    }
}

pub(super) fn int(value: i64) -> Value {
    Value::Int(value)
}

pub(super) fn text(value: &str) -> Value {
    Value::string(value)
}

pub(super) fn seq(items: &[i64]) -> Value {
    Value::tuple(items.iter().copied().map(int).collect())
}

pub(super) fn tuple(items: &[Value]) -> Value {
    Value::tuple(items.to_vec())
}

pub(super) fn set(items: &[i64]) -> Value {
    Value::set(items.iter().copied().map(int).collect()).expect("integers can be compared")
}

pub(super) fn set_of(items: &[Value]) -> Value {
    Value::set(items.to_vec()).expect("comparable elements")
}

pub(super) fn record(fields: &[(&str, Value)]) -> Value {
    Value::record(fields.iter().map(|(name, value)| (Symbol::new(name), value.clone())).collect())
}

/// The function that maps each first to its second.
pub(super) fn function(pairs: &[(Value, Value)]) -> Value {
    pairs.iter().fold(Value::tuple(Vec::new()), |function, (key, value)| {
        let single = apply("TLC", ":>", &[key.clone(), value.clone()]).expect("any pair is a function");
        apply("TLC", "@@", &[function, single]).expect("comparable keys")
    })
}

/// `B \cup C ...` as a bag: element and number of copies.
pub(super) fn bag(copies: &[(&str, i64)]) -> Value {
    record(&copies.iter().map(|&(name, number)| (name, int(number))).collect::<Vec<_>>())
}

#[test]
fn can_find_natives_of_standard_modules_whoever_wrote_their_text() {
    assert!(find("Sequences", "Len", 1, false).is_some());
    assert!(find("Sequences", "Len", 2, false).is_none());
    assert!(find("SequencesExt", "Reverse", 1, true).is_some());
    assert!(find("SequencesExt", "Reverse", 1, false).is_none());
    assert!(find("Mine", "Reverse", 1, true).is_none());
}
