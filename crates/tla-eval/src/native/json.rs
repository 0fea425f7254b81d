//! Json: values as JSON texts and files.

use serde_json::Value as Node;

use super::arguments::Arguments;
use super::entries::Entries;
use super::{files, Context, Table};
use crate::error::{EvalError, Result};
use crate::value::{Symbol, Value};

pub(super) const TABLE: Table = &[
    ("ToJson", 1, to_json),
    ("ToJsonArray", 1, to_json_array),
    ("ToJsonObject", 1, to_json_object),
    ("JsonSerialize", 2, serialize),
    ("JsonDeserialize", 1, deserialize),
    ("ndJsonSerialize", 2, serialize_lines),
    ("ndJsonDeserialize", 1, deserialize_lines),
];

/// Records and functions become objects, sequences and sets arrays.
fn encode(value: &Value) -> Result<Node> {
    match value {
        Value::Bool(value) => Ok(Node::Bool(*value)),
        Value::Int(value) => Ok(Node::from(*value)),
        Value::String(text) | Value::Model(text) => Ok(Node::from(text.text())),
        Value::Tuple(items) => array(items),
        Value::Set(_) | Value::Interval(..) | Value::Lazy(_) => array(&value.listed()?),
        Value::Record(_) | Value::Function(_) => object(value),
        Value::Closure(_) | Value::Unset => Err(no_json(value)),
    }
}

fn no_json(value: &Value) -> EvalError {
    EvalError::undefined(format!("{} has no JSON form", value.described()))
}

fn array(items: &[Value]) -> Result<Node> {
    items.iter().map(encode).collect::<Result<Vec<_>>>().map(Node::Array)
}

fn object(function: &Value) -> Result<Node> {
    let mut fields = serde_json::Map::new();
    for (key, value) in Entries::of(function)?.iter() {
        let name = match key {
            Value::String(text) => text.text().to_owned(),
            other => other.to_string(),
        };
        fields.insert(name, encode(value)?);
    }
    Ok(Node::Object(fields))
}

/// Objects become records, arrays sequences.
fn decode(node: &Node) -> Result<Value> {
    match node {
        Node::Bool(value) => Ok(Value::Bool(*value)),
        Node::Number(number) => match number.as_i64() {
            Some(value) => Ok(Value::Int(value)),
            None => Err(EvalError::undefined(format!("the JSON number {number} is no integer of 64 bits"))),
        },
        Node::String(text) => Ok(Value::string(text)),
        Node::Array(items) => items.iter().map(decode).collect::<Result<Vec<_>>>().map(Value::tuple),
        Node::Object(fields) => {
            let fields = fields.iter().map(|(name, value)| Ok((Symbol::new(name), decode(value)?)));
            fields.collect::<Result<Vec<_>>>().map(Value::record)
        }
        Node::Null => Err(EvalError::undefined("JSON's null is no TLA+ value")),
    }
}

fn parse(text: &str, place: &str) -> Result<Value> {
    let node: Node = serde_json::from_str(text).map_err(|error| files::failure("read", place, &error))?;
    decode(&node)
}

fn to_json(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    Ok(Value::string(&encode(&arguments[0])?.to_string()))
}

fn to_json_array(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let value = &arguments[0];
    if value.is_set() || value.is_function() {
        return Ok(Value::string(&encode(value)?.to_string()));
    }
    Err(Arguments::new("ToJsonArray", arguments).unfit(0, "a sequence, function or set", value))
}

fn to_json_object(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let node = match Arguments::new("ToJsonObject", arguments).function(0)? {
        // Positions count from 0 here, as in TLC.
        Value::Tuple(items) => {
            let fields = items.iter().enumerate().map(|(index, item)| Ok((index.to_string(), encode(item)?)));
            Node::Object(fields.collect::<Result<_>>()?)
        }
        function => object(function)?,
    };
    Ok(Value::string(&node.to_string()))
}

/// A sequence is written with one element on each line.
fn serialize(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let path = Arguments::new("JsonSerialize", arguments).text(0)?;
    let text = match &arguments[1] {
        Value::Tuple(items) => format!("[\n{}\n]\n", lines(items)?.join(",\n")),
        other => format!("{}\n", encode(other)?),
    };
    files::write(path.text(), &text)?;
    Ok(Value::Bool(true))
}

fn lines(items: &[Value]) -> Result<Vec<String>> {
    items.iter().map(|item| Ok(encode(item)?.to_string())).collect()
}

fn deserialize(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let path = Arguments::new("JsonDeserialize", arguments).text(0)?.text();
    parse(&files::read(path)?, path)
}

fn serialize_lines(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("ndJsonSerialize", arguments);
    let path = named.text(0)?;
    let text: String = lines(named.sequence(1)?)?.into_iter().map(|line| line + "\n").collect();
    files::write(path.text(), &text)?;
    Ok(Value::Bool(true))
}

fn deserialize_lines(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let path = Arguments::new("ndJsonDeserialize", arguments).text(0)?.text();
    let text = files::read(path)?;
    let filled = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let values = filled.map(|(number, line)| parse(line, &format!("{path}, line {}", number + 1)));
    values.collect::<Result<Vec<_>>>().map(Value::tuple)
}
