//! Prefixes, suffixes, and sequences inside of sequences. Strings are sequences of characters where TLC takes them.

use crate::error::Result;
use crate::native::arguments::Arguments;
use crate::native::{sequences, Context, Table};
use crate::value::{Block, Value};

pub(super) const TABLE: Table = &[
    ("IsPrefix", 2, is_prefix),
    ("IsStrictPrefix", 2, is_strict_prefix),
    ("IsSuffix", 2, is_suffix),
    ("IsStrictSuffix", 2, is_strict_suffix),
    ("LongestCommonPrefix", 1, longest_common_prefix),
    ("FlattenSeq", 1, flatten),
    ("Zip", 2, zip),
    ("ReplaceFirstSubSeq", 3, replace_first),
    ("ReplaceAllSubSeqs", 3, replace_all),
];

fn all_equal(a: &[Value], b: &[Value]) -> Result<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (x, y) in a.iter().zip(b) {
        if !x.equals(y)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn pair<'a>(operator: &'static str, arguments: &'a [Value]) -> Result<(&'a Block<()>, &'a Block<()>)> {
    let named = Arguments::new(operator, arguments);
    Ok((named.sequence(0)?, named.sequence(1)?))
}

fn is_prefix(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (start, whole) = pair("IsPrefix", arguments)?;
    let answer = start.len() <= whole.len() && all_equal(start, &whole[..start.len()])?;
    Ok(Value::Bool(answer))
}

fn is_strict_prefix(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (start, whole) = pair("IsStrictPrefix", arguments)?;
    let answer = start.len() < whole.len() && all_equal(start, &whole[..start.len()])?;
    Ok(Value::Bool(answer))
}

fn is_suffix(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (end, whole) = pair("IsSuffix", arguments)?;
    let answer = end.len() <= whole.len() && all_equal(end, &whole[whole.len() - end.len()..])?;
    Ok(Value::Bool(answer))
}

fn is_strict_suffix(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (end, whole) = pair("IsStrictSuffix", arguments)?;
    let answer = end.len() < whole.len() && all_equal(end, &whole[whole.len() - end.len()..])?;
    Ok(Value::Bool(answer))
}

fn longest_common_prefix(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("LongestCommonPrefix", arguments);
    let sequences = named.elements(0)?;
    let Some((first, others)) = sequences.split_first() else {
        return Err(named.unfit(0, "a set that is not empty", named.value(0)));
    };
    let role = "each element of what LongestCommonPrefix is applied to";
    let first = first.as_sequence(role)?;
    let mut length = first.len();
    for other in others {
        let other = other.as_sequence(role)?;
        length = length.min(other.len());
        for index in 0..length {
            if !first[index].equals(&other[index])? {
                length = index;
                break;
            }
        }
    }
    Ok(Value::tuple(first[..length].to_vec()))
}

fn flatten(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let parts = Arguments::new("FlattenSeq", arguments).sequence(0)?;
    if let Some(Value::String(_)) = parts.first() {
        let mut whole = parts[0].clone();
        for part in &parts[1..] {
            whole = sequences::concatenate(context, &[whole, part.clone()])?;
        }
        return Ok(whole);
    }
    let mut items = Vec::new();
    for part in parts.iter() {
        items.extend_from_slice(part.as_sequence("each element of what FlattenSeq is applied to")?);
    }
    Ok(Value::tuple(items))
}

fn zip(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (first, second) = pair("Zip", arguments)?;
    let pairs = first.iter().zip(second.iter());
    Ok(Value::tuple(pairs.map(|(a, b)| Value::tuple(vec![a.clone(), b.clone()])).collect()))
}

/// Replacement, part and whole: all three strings, or all three sequences.
enum Operands<'a> {
    Texts(&'a str, &'a str, &'a str),
    Sequences(&'a [Value], &'a [Value], &'a [Value]),
}

fn operands<'a>(named: &Arguments<'a>) -> Result<Operands<'a>> {
    if let Value::String(whole) = named.value(2) {
        return Ok(Operands::Texts(named.text(0)?.text(), named.text(1)?.text(), whole.text()));
    }
    Ok(Operands::Sequences(named.sequence(0)?, named.sequence(1)?, named.sequence(2)?))
}

fn starts_with(whole: &[Value], part: &[Value]) -> Result<bool> {
    Ok(part.len() <= whole.len() && all_equal(part, &whole[..part.len()])?)
}

fn replace_first(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (replacement, part, whole) = match operands(&Arguments::new("ReplaceFirstSubSeq", arguments))? {
        Operands::Texts(replacement, part, whole) => {
            return Ok(Value::string(&whole.replacen(part, replacement, 1)));
        }
        Operands::Sequences(replacement, part, whole) => (replacement, part, whole),
    };
    for start in 0..=whole.len() {
        if starts_with(&whole[start..], part)? {
            let items = [&whole[..start], replacement, &whole[start + part.len()..]].concat();
            return Ok(Value::tuple(items));
        }
    }
    Ok(arguments[2].clone())
}

fn replace_all(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let (replacement, part, whole) = match operands(&Arguments::new("ReplaceAllSubSeqs", arguments))? {
        Operands::Texts(replacement, part, whole) => return Ok(Value::string(&whole.replace(part, replacement))),
        Operands::Sequences(replacement, part, whole) => (replacement, part, whole),
    };
    if all_equal(part, whole)? {
        return Ok(arguments[0].clone());
    }
    let mut items: Vec<Value> = Vec::new();
    let mut at = 0;
    while at < whole.len() {
        let found = starts_with(&whole[at..], part)?;
        if found {
            items.extend_from_slice(replacement);
            at += part.len();
        }
        // An empty part is found before each element, which then follows.
        if !found || part.is_empty() {
            items.push(whole[at].clone());
            at += 1;
        }
    }
    Ok(Value::tuple(items))
}
