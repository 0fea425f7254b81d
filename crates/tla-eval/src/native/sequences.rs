//! Sequences. As in TLC, `\o`, `Len`, `SubSeq` and `Tail` take strings too.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::{EvalError, Result};
use crate::value::{LazyKind, LazySet, Value};

pub(super) const TABLE: Table = &[
    ("Seq", 1, sequences),
    ("Len", 1, length),
    ("\\o", 2, concatenate),
    ("Append", 2, append),
    ("SubSeq", 3, part),
    ("Head", 1, head),
    ("Tail", 1, tail),
    ("SelectSeq", 2, select),
];

fn sequences(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let of = Arguments::new("Seq", arguments).set(0)?;
    Ok(LazySet::value(LazyKind::Sequences(of.clone())))
}

fn length(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    if let Value::String(text) = &arguments[0] {
        return Ok(Value::Int(text.text().chars().count() as i64));
    }
    let items = Arguments::new("Len", arguments).sequence(0)?;
    Ok(Value::Int(items.len() as i64))
}

pub(super) fn concatenate(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("\\o", arguments);
    if let Value::String(first) = named.value(0) {
        let second = named.text(1)?;
        return Ok(Value::string(&format!("{}{}", first.text(), second.text())));
    }
    let (first, second) = (named.sequence(0)?, named.sequence(1)?);
    if first.is_empty() {
        return Ok(arguments[1].clone());
    }
    if second.is_empty() {
        return Ok(arguments[0].clone());
    }
    let mut items = Vec::with_capacity(first.len() + second.len());
    items.extend_from_slice(first);
    items.extend_from_slice(second);
    Ok(Value::tuple(items))
}

fn append(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("Append", arguments).sequence(0)?;
    let mut longer = Vec::with_capacity(items.len() + 1);
    longer.extend_from_slice(items);
    longer.push(arguments[1].clone());
    Ok(Value::tuple(longer))
}

fn part(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SubSeq", arguments);
    let (from, to) = (named.integer(1)?, named.integer(2)?);
    if let Value::String(text) = named.value(0) {
        let text = text.text();
        let range = positions(&named, from, to, text.chars().count())?;
        let part: String = text.chars().skip(range.start).take(range.len()).collect();
        return Ok(Value::string(&part));
    }
    let items = named.sequence(0)?;
    let range = positions(&named, from, to, items.len())?;
    if range.len() == items.len() {
        return Ok(arguments[0].clone());
    }
    Ok(Value::tuple(items[range].to_vec()))
}

/// Indices from 0 of the positions `from..to`, which lie in `1..length` unless there are none.
fn positions(named: &Arguments<'_>, from: i64, to: i64, length: usize) -> Result<std::ops::Range<usize>> {
    if from > to {
        return Ok(0..0);
    }
    for (index, position) in [(1, from), (2, to)] {
        if !(1..=length as i64).contains(&position) {
            return Err(EvalError::undefined(format!(
                "{} is {position}, which is no position in {}",
                named.role(index),
                named.value(0).described()
            )));
        }
    }
    Ok(from as usize - 1..to as usize)
}

fn empty(operator: &str) -> EvalError {
    EvalError::undefined(format!("{operator} is undefined for the empty sequence"))
}

fn head(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("Head", arguments).sequence(0)?;
    items.first().cloned().ok_or_else(|| empty("Head"))
}

fn tail(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    if let Value::String(text) = &arguments[0] {
        let mut characters = text.text().chars();
        characters.next().ok_or_else(|| empty("Tail"))?;
        return Ok(Value::string(characters.as_str()));
    }
    let items = Arguments::new("Tail", arguments).sequence(0)?;
    let rest = items.get(1..).ok_or_else(|| empty("Tail"))?;
    Ok(Value::tuple(rest.to_vec()))
}

fn select(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SelectSeq", arguments);
    let items = named.sequence(0)?;
    let mut selected = Vec::new();
    for item in items.iter() {
        if named.test(context, 1, std::slice::from_ref(item))? {
            selected.push(item.clone());
        }
    }
    Ok(Value::tuple(selected))
}
