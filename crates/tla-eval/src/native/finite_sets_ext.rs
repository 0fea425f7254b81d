//! FiniteSetsExt.

use super::arguments::Arguments;
use super::{folds, functions, Context, Table};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{Block, Elements, Value};

pub(super) const TABLE: Table = &[
    ("FoldSet", 3, fold_set),
    ("ReduceSet", 3, reduce_set),
    ("SumSet", 1, sum),
    ("ProductSet", 1, product),
    ("MapThenSumSet", 2, map_then_sum),
    ("Quantify", 2, quantify),
    ("kSubset", 2, subsets_of_size),
    ("Max", 1, maximum),
    ("Min", 1, minimum),
    ("ChooseUnique", 2, choose_unique),
];

/// `kSubset` of more subsets than this is not computed.
const MOST_SUBSETS: u128 = 1 << 24;

fn fold_set(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let elements = Arguments::new("FoldSet", arguments).set(2)?.elements()?;
    folds::fold(context, &arguments[0], &arguments[1], elements)
}

fn reduce_set(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let elements = Arguments::new("ReduceSet", arguments).set(1)?.elements()?;
    folds::fold(context, &arguments[0], &arguments[2], elements)
}

fn sum(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    functions::total(&Arguments::new("SumSet", arguments).elements(0)?, "each element that SumSet adds")
}

fn product(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut product: i64 = 1;
    for element in Arguments::new("ProductSet", arguments).elements(0)?.iter() {
        let factor = element.as_int("each element that ProductSet multiplies")?;
        product = product.checked_mul(factor).ok_or_else(|| EvalError::overflow(format!("{product} * {factor}")))?;
    }
    Ok(Value::Int(product))
}

fn map_then_sum(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut values = Vec::new();
    for element in Arguments::new("MapThenSumSet", arguments).set(1)?.elements()? {
        values.push(context.call(&arguments[0], &[element])?);
    }
    functions::total(&values, "each value that MapThenSumSet adds")
}

fn quantify(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("Quantify", arguments);
    let mut number = 0;
    for element in named.set(0)?.elements()? {
        number += i64::from(named.test(context, 1, &[element])?);
    }
    Ok(Value::Int(number))
}

fn subsets_of_size(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("kSubset", arguments);
    let (size, elements) = (named.integer(0)?, named.elements(1)?);
    let Some(size) = usize::try_from(size).ok().filter(|&size| size <= elements.len()) else {
        return Ok(Value::empty_set());
    };
    let number = binomial(elements.len(), size);
    if number > MOST_SUBSETS {
        let message = format!(
            "kSubset({size}, S) for a set of {} elements has more than the {MOST_SUBSETS} elements that are computed",
            elements.len()
        );
        return Err(EvalError::new(ErrorKind::Limit, message));
    }
    let mut subsets = Vec::with_capacity(number as usize);
    let mut chosen: Vec<usize> = (0..size).collect();
    loop {
        subsets.push(Value::sorted_set(chosen.iter().map(|&index| elements[index].clone()).collect()));
        let Some(at) = (0..size).rev().find(|&at| chosen[at] < elements.len() - size + at) else { break };
        let first = chosen[at] + 1;
        for (offset, index) in chosen[at..].iter_mut().enumerate() {
            *index = first + offset;
        }
    }
    // Rising choices of indices come in the order that sets of one size have.
    Ok(Value::sorted_set(subsets))
}

/// Saturates past [`MOST_SUBSETS`].
fn binomial(total: usize, size: usize) -> u128 {
    let mut number: u128 = 1;
    for step in 0..size.min(total - size) {
        number = number * (total - step) as u128 / (step + 1) as u128;
        if number > MOST_SUBSETS {
            return number;
        }
    }
    number
}

fn extreme(named: &Arguments<'_>, better: fn(i64, i64) -> bool) -> Result<Value> {
    let mut best = None;
    let elements: Elements = named.set(0)?.elements()?;
    for element in elements {
        let value = element.as_int("each element of the set")?;
        if best.is_none_or(|best| better(value, best)) {
            best = Some(value);
        }
    }
    best.map(Value::Int).ok_or_else(|| named.unfit(0, "a set that is not empty", named.value(0)))
}

fn maximum(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    extreme(&Arguments::new("Max", arguments), |value, best| value > best)
}

fn minimum(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    extreme(&Arguments::new("Min", arguments), |value, best| value < best)
}

fn choose_unique(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("ChooseUnique", arguments);
    let elements: Block<()> = named.elements(0)?;
    let mut found: Option<Value> = None;
    for element in elements.iter() {
        if !named.test(context, 1, std::slice::from_ref(element))? {
            continue;
        }
        if let Some(first) = found {
            return Err(EvalError::undefined(format!(
                "ChooseUnique found more than one element: {first} and {element}"
            )));
        }
        found = Some(element.clone());
    }
    found
        .ok_or_else(|| EvalError::undefined(format!("ChooseUnique found no element in {}", named.value(0).described())))
}
