//! BagsExt: sums and changes by one copy. The folds are defined in TLA+.

use super::arguments::Arguments;
use super::bags::sum as add_copies;
use super::entries::Entries;
use super::{Context, Table};
use crate::error::{EvalError, Result};
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("BagAdd", 2, add),
    ("BagRemove", 2, remove),
    ("BagRemoveAll", 2, remove_all),
    ("SumBag", 1, sum),
    ("ProductBag", 1, product),
];

fn add(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut bag = Entries::of(Arguments::new("BagAdd", arguments).function(0)?)?;
    bag.add(&arguments[1], Value::Int(1), |old, new| add_copies(old, &new))?;
    bag.into_function()
}

/// The bag with `copies_left(copies)` copies of the element.
fn change(bag: &Value, element: &Value, copies_left: fn(i64) -> i64) -> Result<Value> {
    let mut changed = Entries::default();
    for (key, copies) in Entries::of(bag)?.iter() {
        if !key.equals(element)? {
            changed.push(key.clone(), copies.clone());
            continue;
        }
        let left = copies_left(copies.as_int("the number of copies in a bag")?);
        if left > 0 {
            changed.push(key.clone(), Value::Int(left));
        }
    }
    changed.into_function()
}

fn remove(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    change(Arguments::new("BagRemove", arguments).function(0)?, &arguments[1], |copies| copies - 1)
}

fn remove_all(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    change(Arguments::new("BagRemoveAll", arguments).function(0)?, &arguments[1], |_| 0)
}

fn pairs(named: &Arguments<'_>) -> Result<Vec<(i64, i64)>> {
    let entries = Entries::of(named.function(0)?)?;
    entries
        .iter()
        .map(|(element, copies)| {
            Ok((element.as_int("each element of the bag")?, copies.as_int("the number of copies in a bag")?))
        })
        .collect()
}

fn sum(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let overflow = || EvalError::overflow("the sum of the bag");
    let mut total: i64 = 0;
    for (element, copies) in pairs(&Arguments::new("SumBag", arguments))? {
        let part = element.checked_mul(copies).ok_or_else(overflow)?;
        total = total.checked_add(part).ok_or_else(overflow)?;
    }
    Ok(Value::Int(total))
}

fn product(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let overflow = || EvalError::overflow("the product of the bag");
    let mut total: i64 = 1;
    for (element, copies) in pairs(&Arguments::new("ProductBag", arguments))? {
        let power = match u32::try_from(copies) {
            Ok(copies) => element.checked_pow(copies).ok_or_else(overflow)?,
            Err(_) => return Err(overflow()),
        };
        total = total.checked_mul(power).ok_or_else(overflow)?;
    }
    Ok(Value::Int(total))
}
