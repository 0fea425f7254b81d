//! Values beside a trace, cut where they would bury it.

use serde_json::{json, Value as Json};
use tla_eval::value::Value;

use super::values::tagged;

/// Characters of a value; what is longer is shown by its beginning.
const CHARACTERS: usize = 4000;

/// The value as a tagged tree; a text where it is long.
pub(super) fn short(value: &Value) -> Json {
    let text = value.to_string();
    if text.len() <= CHARACTERS {
        return tagged(value);
    }
    let length = text.chars().count();
    let beginning: String = text.chars().take(CHARACTERS).collect();
    json!({ "#symbolic": format!("{beginning}... ({length} characters)") })
}

/// Named values in order.
pub(super) fn named(values: &[(String, Value)]) -> Vec<(String, Json)> {
    values.iter().map(|(name, value)| (name.clone(), short(value))).collect()
}
