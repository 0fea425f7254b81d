//! Values in files of `IOSerialize`: JSON that, unlike `ToJson`, tells sets from sequences and model values from strings.

use serde_json::{json, Value as Node};

use super::entries::Entries;
use crate::error::{EvalError, Result};
use crate::value::Value;

pub(super) fn to_text(value: &Value) -> Result<String> {
    Ok(encode(value)?.to_string())
}

pub(super) fn from_text(text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .ok()
        .as_ref()
        .and_then(decode)
        .transpose()?
        .ok_or_else(|| EvalError::undefined("the file holds no value that IOSerialize wrote"))
}

fn encode_all<'a>(values: impl IntoIterator<Item = &'a Value>) -> Result<Vec<Node>> {
    values.into_iter().map(encode).collect()
}

fn encode(value: &Value) -> Result<Node> {
    Ok(match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::String(text) => json!(text.text()),
        Value::Model(name) => json!({ "model": name.text() }),
        Value::Tuple(items) => Node::Array(encode_all(items.iter())?),
        Value::Set(_) | Value::Interval(..) | Value::Lazy(_) => {
            json!({ "set": encode_all(value.listed()?.iter())? })
        }
        Value::Record(_) | Value::Function(_) => {
            let entries = Entries::of(value)?;
            let pairs: Result<Vec<Node>> =
                entries.iter().map(|(key, value)| Ok(json!([encode(key)?, encode(value)?]))).collect();
            json!({ "function": pairs? })
        }
        Value::Closure(_) | Value::Unset => {
            return Err(EvalError::undefined(format!("{} cannot be written to a file", value.described())));
        }
    })
}

fn decode_all(nodes: &[Node]) -> Option<Result<Vec<Value>>> {
    nodes.iter().map(decode).collect()
}

/// `None` where the JSON was not written by [`to_text`].
fn decode(node: &Node) -> Option<Result<Value>> {
    match node {
        Node::Bool(value) => Some(Ok(Value::Bool(*value))),
        Node::Number(number) => number.as_i64().map(|value| Ok(Value::Int(value))),
        Node::String(text) => Some(Ok(Value::string(text))),
        Node::Array(items) => Some(decode_all(items)?.map(Value::tuple)),
        Node::Object(fields) => match (fields.iter().next()?, fields.len()) {
            ((kind, Node::String(name)), 1) if kind == "model" => Some(Ok(Value::model(name))),
            ((kind, Node::Array(items)), 1) if kind == "set" => Some(decode_all(items)?.and_then(Value::set)),
            ((kind, Node::Array(pairs)), 1) if kind == "function" => decode_function(pairs),
            _ => None,
        },
        Node::Null => None,
    }
}

fn decode_function(pairs: &[Node]) -> Option<Result<Value>> {
    let mut entries = Entries::default();
    for pair in pairs {
        let [key, value] = pair.as_array()?.as_slice() else { return None };
        match (decode(key)?, decode(value)?) {
            (Ok(key), Ok(value)) => {
                if let Err(error) = entries.add(&key, value, |_, new| Ok(new)) {
                    return Some(Err(error));
                }
            }
            (Err(error), _) | (_, Err(error)) => return Some(Err(error)),
        }
    }
    Some(entries.into_function())
}
