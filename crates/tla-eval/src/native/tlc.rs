//! TLC: printing, assertions, registers, and functions for models.

use std::time::{SystemTime, UNIX_EPOCH};

use super::arguments::Arguments;
use super::entries::Entries;
use super::{permutations, sampling, sorting, Context, Table};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{LazyKind, LazySet, Symbol, Value};

pub(super) const TABLE: Table = &[
    ("Print", 2, print),
    ("PrintT", 1, print_true),
    ("Assert", 2, assert),
    ("JavaTime", 0, time),
    ("TLCGet", 1, get),
    ("TLCSet", 2, set),
    (":>", 2, single),
    ("@@", 2, combine),
    ("Permutations", 1, bijections),
    ("SortSeq", 2, sort),
    ("ToString", 1, to_string),
    ("RandomElement", 1, random_element),
    ("Any", 0, any),
    ("TLCEval", 1, evaluate),
];

fn print(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    context.print(&format!("{}  {}", arguments[0], arguments[1]));
    Ok(arguments[1].clone())
}

fn print_true(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    context.print(&arguments[0].to_string());
    Ok(Value::Bool(true))
}

fn assert(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    if let Value::Bool(true) = arguments[0] {
        return Ok(Value::Bool(true));
    }
    let message = match &arguments[1] {
        Value::String(text) => text.text().to_owned(),
        other => other.to_string(),
    };
    Err(EvalError::new(ErrorKind::Assertion, format!("assertion failed: {message}")))
}

/// Milliseconds since 1970, the lowest 31 bits.
fn time(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Ok(Value::Int((elapsed.as_millis() & 0x7FFF_FFFF) as i64))
}

fn register_key<'a>(named: &Arguments<'a>) -> Result<&'a Value> {
    match named.value(0) {
        key @ (Value::Int(0..) | Value::String(_)) => Ok(key),
        other => Err(named.unfit(0, "a natural number or the name of a register", other)),
    }
}

fn get(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let key = register_key(&Arguments::new("TLCGet", arguments))?;
    match key {
        Value::String(name) if name.text() == "stats" => Ok(statistics(context)),
        _ => context.register(key),
    }
}

/// What the explorer knows of these numbers, as a record.
fn statistics(context: &mut dyn Context) -> Value {
    const NAMES: [&str; 6] = ["diameter", "distinct", "duration", "generated", "queue", "traces"];
    let known =
        NAMES.into_iter().filter_map(|name| Some((Symbol::new(name), context.register(&Value::string(name)).ok()?)));
    Value::record(known.collect())
}

fn set(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let key = register_key(&Arguments::new("TLCSet", arguments))?;
    context.set_register(key, arguments[1].clone())?;
    Ok(Value::Bool(true))
}

fn single(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut entries = Entries::default();
    entries.push(arguments[0].clone(), arguments[1].clone());
    entries.into_function()
}

fn combine(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("@@", arguments);
    let (first, second) = (named.function(0)?, named.function(1)?);
    if second.function_values().is_empty() {
        return Ok(first.clone());
    }
    if first.function_values().is_empty() {
        return Ok(second.clone());
    }
    Entries::of(first)?.merge(&Entries::of(second)?, |value, _| Ok(value.clone()))?.into_function()
}

fn bijections(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("Permutations", arguments);
    let elements = named.elements(0)?;
    let domain = Value::Set(elements.clone());
    let mut functions = Vec::new();
    for values in permutations::of("Permutations", &elements)? {
        functions.push(Value::function(&domain, values)?);
    }
    // They come sorted: all have one domain, and their values come in lexical order.
    Ok(Value::sorted_set(functions))
}

fn sort(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SortSeq", arguments);
    let items = named.sequence(0)?.to_vec();
    sorting::sort(context, &named, 1, items).map(Value::tuple)
}

fn to_string(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Ok(Value::string(&arguments[0].to_string()))
}

fn random_element(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    sampling::element(context, Arguments::new("RandomElement", arguments).set(0)?)
}

fn any(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(LazySet::value(LazyKind::Anything))
}

/// Lists a finite set now; anything else is evaluated already.
fn evaluate(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Lazy(lazy) if !lazy.is_infinite() => lazy.explicit(),
        other => Ok(other.clone()),
    }
}
