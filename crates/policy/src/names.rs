//! Names of entities as requests write them: `User::"ann"`.

use std::str::FromStr;

use cedar_policy::{EntityId, EntityUid};

use crate::limits;
use crate::schema::TypedSchema;

/// The entity of that name, of a type that the schema has. Parsing by Cedar's grammar takes longer than a decision, so
/// names without escapes are taken apart here.
pub(crate) fn entity(text: &str, what: &str, schema: &TypedSchema) -> Result<EntityUid, String> {
    if text.len() > limits::NAME_BYTES {
        return Err(format!("the name of the {what} is longer than {} bytes", limits::NAME_BYTES));
    }
    if let Some((name, id)) = parts(text) {
        let Some(known) = schema.types.get(name) else {
            return Err(format!("the {what} is of type {name}, which the schema does not have"));
        };
        return Ok(EntityUid::from_type_name_and_id(known.clone(), EntityId::new(id)));
    }
    EntityUid::from_str(text).map_err(|_| format!("the {what} is not a name of the form Type::\"id\""))
}

/// The action of that name: one that the schema declares.
pub(crate) fn action<'schema>(text: &str, schema: &'schema TypedSchema) -> Result<&'schema EntityUid, String> {
    schema.actions.get(text).ok_or_else(|| match text.len() {
        0..=200 => format!("the schema has no action {text}"),
        _ => "the schema has no such action".to_owned(),
    })
}

fn parts(text: &str) -> Option<(&str, &str)> {
    let (name, rest) = text.split_once("::\"")?;
    let id = rest.strip_suffix('"')?;
    (!id.contains(['"', '\\'])).then_some((name, id))
}
