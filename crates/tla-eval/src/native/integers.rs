//! Naturals, Integers, Reals: whole numbers of 64 bits. An operation whose result does not fit is an error.

use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::{EvalError, Result};
use crate::value::{LazyKind, LazySet, Value};

pub(super) const TABLE: Table = &[
    ("+", 2, add),
    ("-", 2, subtract),
    ("*", 2, multiply),
    ("^", 2, power),
    ("\\div", 2, divide),
    ("%", 2, modulo),
    ("-.", 1, negate),
    ("<", 2, less),
    (">", 2, greater),
    ("\\leq", 2, at_most),
    ("\\geq", 2, at_least),
    ("..", 2, interval),
    ("Nat", 0, naturals),
    ("Int", 0, integers),
    ("Real", 0, reals),
    ("/", 2, quotient),
    ("Infinity", 0, infinity),
];

fn pair(operator: &'static str, arguments: &[Value]) -> Result<(i64, i64)> {
    let arguments = Arguments::new(operator, arguments);
    Ok((arguments.integer(0)?, arguments.integer(1)?))
}

fn add(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (a, b) = pair("+", arguments)?;
    a.checked_add(b).map(Value::Int).ok_or_else(|| EvalError::overflow(format!("{a} + {b}")))
}

fn subtract(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (a, b) = pair("-", arguments)?;
    a.checked_sub(b).map(Value::Int).ok_or_else(|| EvalError::overflow(format!("{a} - {b}")))
}

fn multiply(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (a, b) = pair("*", arguments)?;
    a.checked_mul(b).map(Value::Int).ok_or_else(|| EvalError::overflow(format!("{a} * {b}")))
}

fn power(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let arguments = Arguments::new("^", arguments);
    let (base, exponent) = (arguments.integer(0)?, arguments.natural(1)?);
    if base == 0 && exponent == 0 {
        return Err(EvalError::undefined("0 ^ 0 is undefined"));
    }
    let power = match (base, u32::try_from(exponent)) {
        (0 | 1, _) => Some(base),
        (-1, _) => Some(if exponent % 2 == 0 { 1 } else { -1 }),
        (_, Ok(exponent)) => base.checked_pow(exponent),
        (_, Err(_)) => None,
    };
    power.map(Value::Int).ok_or_else(|| EvalError::overflow(format!("{base} ^ {exponent}")))
}

/// Rounds down, as TLA+ has it: `-7 \div 2` is -4.
fn divide(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (a, b) = pair("\\div", arguments)?;
    if b == 0 {
        return Err(EvalError::undefined(format!("{a} \\div 0: division by zero")));
    }
    let quotient = a.checked_div(b).ok_or_else(|| EvalError::overflow(format!("{a} \\div {b}")))?;
    let inexact_and_negative = a % b != 0 && (a < 0) != (b < 0);
    Ok(Value::Int(quotient - i64::from(inexact_and_negative)))
}

fn modulo(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let arguments = Arguments::new("%", arguments);
    let (a, b) = (arguments.integer(0)?, arguments.integer(1)?);
    if b <= 0 {
        return Err(arguments.unfit(1, "a positive number", &Value::Int(b)));
    }
    Ok(Value::Int(a.rem_euclid(b)))
}

fn negate(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let a = Arguments::new("-", arguments).integer(0)?;
    a.checked_neg().map(Value::Int).ok_or_else(|| EvalError::overflow(format!("-({a})")))
}

fn less(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    pair("<", arguments).map(|(a, b)| Value::Bool(a < b))
}

fn greater(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    pair(">", arguments).map(|(a, b)| Value::Bool(a > b))
}

fn at_most(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    pair("<=", arguments).map(|(a, b)| Value::Bool(a <= b))
}

fn at_least(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    pair(">=", arguments).map(|(a, b)| Value::Bool(a >= b))
}

fn interval(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (low, high) = pair("..", arguments)?;
    Value::interval(low, high)
}

fn naturals(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(LazySet::value(LazyKind::Naturals))
}

fn integers(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(LazySet::value(LazyKind::Integers))
}

fn reals(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Ok(LazySet::value(LazyKind::Reals))
}

/// Whole numbers are the only real numbers that there are values for.
fn quotient(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (a, b) = pair("/", arguments)?;
    match (a.checked_rem(b), a.checked_div(b)) {
        (Some(0), Some(quotient)) => Ok(Value::Int(quotient)),
        _ if b == 0 => Err(EvalError::undefined(format!("{a} / 0: division by zero"))),
        _ if b == -1 => Err(EvalError::overflow(format!("{a} / {b}"))),
        _ => Err(EvalError::undefined(format!("{a} / {b} is not a whole number, and only those can be computed with"))),
    }
}

fn infinity(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    Err(EvalError::undefined("Infinity cannot be computed with: only whole numbers can"))
}
