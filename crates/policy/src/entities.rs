//! The entities: people, roles, devices, resources. Typed by the schema, shared between all who decide.

use std::sync::Arc;

use cedar_policy::{Entities, Entity, Schema};
use serde_json::value::RawValue;

use crate::limits;
use crate::problem::{Problem, Source};
use crate::schema::TypedSchema;

/// Reads Cedar's JSON form of entities: an array of `{"uid", "attrs", "parents"}`.
pub(crate) fn read(source: &Source, schema: &TypedSchema) -> Result<Arc<Entities>, Problem> {
    let (text, name) = (&source.text, &source.name);
    if text.len() > limits::ENTITY_BYTES {
        return Err(Problem::too_large("bytes of entities", text.len(), limits::ENTITY_BYTES, name));
    }
    let parts: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| Problem {
        message: format!("the entities are not a JSON array: {error}"),
        file: name.clone(),
        line: error.line(),
        column: error.column(),
        hint: Some("write an array of objects with uid, attrs and parents".to_owned()),
    })?;
    if parts.len() > limits::ENTITIES {
        return Err(Problem::too_large("entities", parts.len(), limits::ENTITIES, name));
    }
    Entities::from_json_str(text, Some(&schema.schema)).map(Arc::new).map_err(|error| {
        let first = first_bad(&parts, &schema.schema);
        let offset = first.map(|part| part.get().as_ptr() as usize - text.as_ptr() as usize);
        Problem::of(&error, source, offset)
    })
}

/// The first entity that is wrong by itself; none where only the whole is, as with two of one name.
fn first_bad<'part>(parts: &[&'part RawValue], schema: &Schema) -> Option<&'part RawValue> {
    parts.iter().find(|part| Entity::from_json_str(part.get(), Some(schema)).is_err()).copied()
}
