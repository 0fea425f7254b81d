//! Values as tagged trees of JSON: Apalache's Informal Trace Format (its ADR-015), with two tags more.
//!
//! `{"#model": "a"}` is a model value; `{"#symbolic": "Nat"}` is a set that is described and not listed.

use serde_json::{json, Map, Value as Json};
use tla_eval::value::Value;

/// Larger sets that are kept described in a state are shown as described.
const LISTED: i64 = 1 << 14;
/// Values nested deeper are shown as text: readers of JSON have limits of their own.
const DEPTH: usize = 200;

pub(super) fn tagged(value: &Value) -> Json {
    at_depth(value, 0)
}

fn at_depth(value: &Value, depth: usize) -> Json {
    if depth > DEPTH {
        return symbolic(value);
    }
    let all = |values: &[Value]| values.iter().map(|value| at_depth(value, depth + 1)).collect::<Vec<_>>();
    match value {
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::String(symbol) => json!(symbol.text()),
        Value::Model(symbol) => json!({ "#model": symbol.text() }),
        Value::Tuple(items) => json!({ "#tup": all(items) }),
        Value::Set(elements) => json!({ "#set": all(elements) }),
        Value::Interval(..) | Value::Lazy(_) => match listed(value, LISTED) {
            Some(elements) => json!({ "#set": all(&elements) }),
            None => symbolic(value),
        },
        Value::Record(record) => {
            let fields = record.extra().fields();
            // A field that looks like a tag would be read as one.
            if fields.iter().any(|field| field.text().starts_with('#')) {
                let keys: Vec<_> = fields.iter().map(|field| json!(field.text())).collect();
                return map(keys, all(record));
            }
            let fields = fields.iter().map(|field| field.text().to_owned());
            Json::Object(fields.zip(all(record)).collect::<Map<_, _>>())
        }
        Value::Function(function) => match listed(function.extra(), i64::MAX) {
            Some(domain) => map(all(&domain), all(function)),
            None => symbolic(value),
        },
        Value::Closure(_) | Value::Unset => symbolic(value),
    }
}

/// The elements of a set with at most `most` of them.
fn listed(set: &Value, most: i64) -> Option<Vec<Value>> {
    let few = set.is_finite().ok()? && set.cardinality().ok()? <= most;
    Some(if few { set.elements().ok()?.collect() } else { return None })
}

fn map(keys: Vec<Json>, values: Vec<Json>) -> Json {
    let pairs: Vec<_> = keys.into_iter().zip(values).map(|(key, value)| json!([key, value])).collect();
    json!({ "#map": pairs })
}

fn symbolic(value: &Value) -> Json {
    json!({ "#symbolic": value.to_string() })
}
