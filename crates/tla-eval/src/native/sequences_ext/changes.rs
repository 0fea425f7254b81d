//! Finding elements of a sequence, and sequences with some elements changed.

use crate::error::{EvalError, Result};
use crate::native::arguments::Arguments;
use crate::native::{Context, Table};
use crate::value::{Block, Value};

pub(super) const TABLE: Table = &[
    ("Contains", 2, contains),
    ("SelectInSeq", 2, first_position),
    ("SelectLastInSeq", 2, last_position),
    ("Reverse", 1, reverse),
    ("Remove", 2, remove),
    ("ReplaceAll", 3, replace_all),
    ("InsertAt", 3, insert_at),
    ("RemoveAt", 2, remove_at),
    ("Cons", 2, prepend),
    ("Snoc", 2, append),
    ("Front", 1, front),
    ("Last", 1, last),
];

fn contains(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    for item in Arguments::new("Contains", arguments).sequence(0)?.iter() {
        if item.equals(&arguments[1])? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn first_position(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SelectInSeq", arguments);
    for (index, item) in named.sequence(0)?.iter().enumerate() {
        if named.test(context, 1, std::slice::from_ref(item))? {
            return Ok(Value::Int(index as i64 + 1));
        }
    }
    Ok(Value::Int(0))
}

fn last_position(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SelectLastInSeq", arguments);
    for (index, item) in named.sequence(0)?.iter().enumerate().rev() {
        if named.test(context, 1, std::slice::from_ref(item))? {
            return Ok(Value::Int(index as i64 + 1));
        }
    }
    Ok(Value::Int(0))
}

fn reverse(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("Reverse", arguments).sequence(0)?;
    Ok(Value::tuple(items.iter().rev().cloned().collect()))
}

fn remove(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut kept = Vec::new();
    for item in Arguments::new("Remove", arguments).sequence(0)?.iter() {
        if !item.equals(&arguments[1])? {
            kept.push(item.clone());
        }
    }
    Ok(Value::tuple(kept))
}

fn replace_all(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (old, new) = (&arguments[1], &arguments[2]);
    let items = Arguments::new("ReplaceAll", arguments).sequence(0)?;
    let replaced = items.iter().map(|item| Ok(if item.equals(old)? { new.clone() } else { item.clone() }));
    replaced.collect::<Result<Vec<_>>>().map(Value::tuple)
}

/// The index from 0 of the position at `index`, which lies in `1..last`.
fn position(named: &Arguments<'_>, index: usize, last: usize) -> Result<usize> {
    let position = named.integer(index)?;
    if (1..=last as i64).contains(&position) {
        return Ok(position as usize - 1);
    }
    Err(named.unfit(index, &format!("a position from 1 to {last}"), named.value(index)))
}

fn insert_at(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("InsertAt", arguments);
    let mut items = named.sequence(0)?.to_vec();
    let at = position(&named, 1, items.len() + 1)?;
    items.insert(at, arguments[2].clone());
    Ok(Value::tuple(items))
}

fn remove_at(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("RemoveAt", arguments);
    let mut items = named.sequence(0)?.to_vec();
    items.remove(position(&named, 1, items.len())?);
    Ok(Value::tuple(items))
}

fn prepend(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("Cons", arguments).sequence(1)?;
    let mut longer = Vec::with_capacity(items.len() + 1);
    longer.push(arguments[0].clone());
    longer.extend_from_slice(items);
    Ok(Value::tuple(longer))
}

fn append(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("Snoc", arguments).sequence(1)?;
    let mut longer = items.to_vec();
    longer.push(arguments[0].clone());
    Ok(Value::tuple(longer))
}

/// Of the empty sequence this is the empty sequence again.
fn front(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items: &Block<()> = Arguments::new("Front", arguments).sequence(0)?;
    Ok(Value::tuple(items[..items.len().saturating_sub(1)].to_vec()))
}

fn last(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let items = Arguments::new("Last", arguments).sequence(0)?;
    items.last().cloned().ok_or_else(|| EvalError::undefined("Last is undefined for the empty sequence"))
}
