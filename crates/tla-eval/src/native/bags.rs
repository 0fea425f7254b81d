//! Bags: functions whose values, the numbers of copies, are positive.

use super::arguments::Arguments;
use super::entries::Entries;
use super::{Context, Table};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{SetBuilder, Value};

pub(super) const TABLE: Table = &[
    ("IsABag", 1, is_a_bag),
    ("BagToSet", 1, to_set),
    ("SetToBag", 1, from_set),
    ("BagIn", 2, contains),
    ("EmptyBag", 0, empty),
    ("\\oplus", 2, add),
    ("\\ominus", 2, subtract),
    ("BagUnion", 1, union),
    ("\\sqsubseteq", 2, is_within),
    ("SubBag", 1, parts),
    ("BagOfAll", 2, image),
    ("BagCardinality", 1, size),
    ("CopiesIn", 2, copies),
];

/// `SubBag` of more bags than this is not computed.
const MOST_PARTS: i64 = 1 << 24;

fn is_bag(value: &Value) -> bool {
    value.is_function() && value.function_values().iter().all(|copies| matches!(copies, Value::Int(1..)))
}

fn bag(named: &Arguments<'_>, index: usize) -> Result<Entries> {
    match named.value(index) {
        value if is_bag(value) => Entries::of(value),
        other => Err(named.unfit(index, "a bag", other)),
    }
}

fn count(copies: &Value) -> Result<i64> {
    copies.as_int("the number of copies in a bag")
}

pub(super) fn sum(a: &Value, b: &Value) -> Result<Value> {
    let (a, b) = (count(a)?, count(b)?);
    a.checked_add(b).map(Value::Int).ok_or_else(|| EvalError::overflow(format!("{a} + {b}")))
}

fn is_a_bag(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Ok(Value::Bool(is_bag(&arguments[0])))
}

fn to_set(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Arguments::new("BagToSet", arguments).function(0)?.domain()
}

fn from_set(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let elements = Arguments::new("SetToBag", arguments).elements(0)?;
    let copies = vec![Value::Int(1); elements.len()];
    Value::function(&Value::Set(elements), copies)
}

fn contains(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let bag = bag(&Arguments::new("BagIn", arguments), 1)?;
    Ok(Value::Bool(bag.get(&arguments[0])?.is_some()))
}

fn empty(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(Value::tuple(Vec::new()))
}

fn add(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("\\oplus", arguments);
    bag(&named, 0)?.merge(&bag(&named, 1)?, sum)?.into_function()
}

fn subtract(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("\\ominus", arguments);
    let (from, taken) = (bag(&named, 0)?, bag(&named, 1)?);
    let mut left = Entries::default();
    for (element, copies) in from.iter() {
        let rest = count(copies)? - taken.get(element)?.map_or(Ok(0), count)?;
        if rest > 0 {
            left.push(element.clone(), Value::Int(rest));
        }
    }
    left.into_function()
}

fn union(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut all = Entries::default();
    for element in Arguments::new("BagUnion", arguments).elements(0)?.iter() {
        let single = [element.clone()];
        all = all.merge(&bag(&Arguments::new("BagUnion", &single), 0)?, sum)?;
    }
    all.into_function()
}

fn is_within(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("\\sqsubseteq", arguments);
    let (smaller, larger) = (bag(&named, 0)?, bag(&named, 1)?);
    for (element, copies) in smaller.iter() {
        if count(copies)? > larger.get(element)?.map_or(Ok(0), count)? {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn parts(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let whole = bag(&Arguments::new("SubBag", arguments), 0)?;
    let mut number: i64 = 1;
    for (_, copies) in whole.iter() {
        number = number.saturating_mul(count(copies)?.saturating_add(1));
    }
    if number > MOST_PARTS {
        let message = format!("SubBag would have {number} elements, more than the {MOST_PARTS} that are computed");
        return Err(EvalError::new(ErrorKind::Limit, message));
    }
    let mut result = SetBuilder::default();
    for part in 0..number {
        result.insert(part_with_number(&whole, part)?)?;
    }
    result.finish()
}

/// Reads the copies of each element off the digits of `number`.
fn part_with_number(whole: &Entries, mut number: i64) -> Result<Value> {
    let mut part = Entries::default();
    for (element, copies) in whole.iter() {
        let choices = count(copies)? + 1;
        if number % choices > 0 {
            part.push(element.clone(), Value::Int(number % choices));
        }
        number /= choices;
    }
    part.into_function()
}

fn image(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let original = bag(&Arguments::new("BagOfAll", arguments), 1)?;
    let mut image = Entries::default();
    for (element, copies) in original.iter() {
        let key = context.call(&arguments[0], std::slice::from_ref(element))?;
        image.add(&key, copies.clone(), |old, new| sum(old, &new))?;
    }
    image.into_function()
}

fn size(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut total = Value::Int(0);
    for (_, copies) in bag(&Arguments::new("BagCardinality", arguments), 0)?.iter() {
        total = sum(&total, copies)?;
    }
    Ok(total)
}

fn copies(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let bag = bag(&Arguments::new("CopiesIn", arguments), 1)?;
    Ok(bag.get(&arguments[0])?.cloned().unwrap_or(Value::Int(0)))
}
