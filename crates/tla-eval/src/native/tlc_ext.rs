//! TLCExt.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("AssertEq", 2, assert_equal),
    ("AssertError", 2, assert_error),
    ("TLCGetOrDefault", 2, get_or_default),
    ("TLCGetAndSet", 4, get_and_set),
    ("Trace", 0, trace),
    ("CounterExample", 0, counterexample),
    ("ToTrace", 1, to_trace),
    ("TLCModelValue", 1, model_value),
    ("TLCDefer", 1, defer),
    ("TLCNoOp", 1, same),
    ("PickSuccessor", 1, pick_successor),
    ("TLCCache", 2, same),
    ("TLCFP", 1, fingerprint),
    ("TLCEvalDefinition", 1, evaluate_definition),
];

fn assert_equal(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let equal = arguments[0].equals(&arguments[1])?;
    if !equal {
        context.print("\"Assertion failed\"");
        context.print(&arguments[0].to_string());
        context.print(&arguments[1].to_string());
    }
    Ok(Value::Bool(equal))
}

/// The second argument is not evaluated before: see [`super::unevaluated`].
fn assert_error(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let expected = Arguments::new("AssertError", arguments).text(0)?;
    match context.call(&arguments[1], &[]) {
        Err(error) if error.kind() == ErrorKind::Stopped => Err(error),
        outcome => Ok(Value::Bool(outcome.is_err_and(|error| error.message() == expected.text()))),
    }
}

fn register_or(context: &mut dyn Context, key: &Value, default: &Value) -> Result<Value> {
    match context.register(key) {
        Err(error) if error.kind() == ErrorKind::Undefined => Ok(default.clone()),
        outcome => outcome,
    }
}

fn get_or_default(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    register_or(context, &arguments[0], &arguments[1])
}

fn get_and_set(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let old = register_or(context, &arguments[0], &arguments[3])?;
    let new = context.call(&arguments[1], &[old.clone(), arguments[2].clone()])?;
    context.set_register(&arguments[0], new)?;
    Ok(old)
}

/// The explorer knows the states that led here; it answers under this name.
fn trace(context: &mut dyn Context, _: &[Value]) -> Result<Value> {
    context.register(&Value::string("trace"))
}

/// The explorer knows what it found; it answers under this name.
fn counterexample(context: &mut dyn Context, _: &[Value]) -> Result<Value> {
    context.register(&Value::string("counterexample"))
}

/// A counterexample holds its states as pairs of position and record: here they become a sequence.
fn to_trace(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("ToTrace", arguments);
    let unfit = || named.unfit(0, "a counterexample", named.value(0));
    let states = named.value(0).field(crate::value::Symbol::new("state")).map_err(|_| unfit())?;
    let mut sequence = Vec::new();
    for pair in states.listed()?.iter() {
        match pair {
            Value::Tuple(items) if items.len() == 2 => sequence.push(items[1].clone()),
            _ => return Err(unfit()),
        }
    }
    Ok(Value::tuple(sequence))
}

fn model_value(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Arguments::new("TLCModelValue", arguments).text(0).map(Value::Model)
}

/// As in TLC's breadth-first mode, what is deferred is never evaluated.
fn defer(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(Value::Bool(true))
}

fn same(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Ok(arguments[0].clone())
}

fn pick_successor(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    if Arguments::new("PickSuccessor", arguments).boolean(0)? {
        return Ok(Value::Bool(true));
    }
    Err(EvalError::undefined("PickSuccessor would ask a person which steps to take, and a check asks nobody"))
}

fn fingerprint(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    // The lower 32 bits, with their sign, as TLC has them.
    Ok(Value::Int(i64::from(arguments[0].hash() as u32 as i32)))
}

fn evaluate_definition(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Err(EvalError::undefined("TLCEvalDefinition is not available: write the name of the definition instead"))
}
