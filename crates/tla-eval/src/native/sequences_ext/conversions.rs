//! Between sequences, sets and bags.

use crate::error::Result;
use crate::native::arguments::Arguments;
use crate::native::entries::Entries;
use crate::native::{bags, permutations, sorting, Context, Table};
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("ToSet", 1, to_set),
    ("ToBag", 1, to_bag),
    ("SetToSeq", 1, to_sequence),
    ("SetToSeqs", 1, to_sequences),
    ("SetToSortSeq", 2, to_sorted_sequence),
];

fn to_set(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Value::set(Arguments::new("ToSet", arguments).function(0)?.function_values().to_vec())
}

fn to_bag(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut bag = Entries::default();
    for item in Arguments::new("ToBag", arguments).function(0)?.function_values() {
        bag.add(item, Value::Int(1), |old, new| bags::sum(old, &new))?;
    }
    bag.into_function()
}

/// In the order of values, which is also what CHOOSE would find first.
fn to_sequence(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Ok(Value::Tuple(Arguments::new("SetToSeq", arguments).elements(0)?))
}

fn to_sequences(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let orders = permutations::of("SetToSeqs", &Arguments::new("SetToSeqs", arguments).elements(0)?)?;
    Ok(Value::sorted_set(orders.into_iter().map(Value::tuple).collect()))
}

fn to_sorted_sequence(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SetToSortSeq", arguments);
    let elements = named.elements(0)?.to_vec();
    sorting::sort(context, &named, 1, elements).map(Value::tuple)
}
