//! The schema, and what of it every request asks for.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entities, EntityTypeName, EntityUid, RequestEnv, Schema};

use crate::limits;
use crate::problem::{check_brackets, Problem, Source};

/// A schema with what is looked up in it for each request.
pub(crate) struct TypedSchema {
    pub(crate) schema: Schema,
    pub(crate) types: HashMap<String, EntityTypeName>,
    pub(crate) actions: HashMap<String, EntityUid>,
    pub(crate) environments: Vec<RequestEnv>,
    action_entities: Entities,
}

impl TypedSchema {
    /// Reads Cedar's own syntax of schemas.
    pub(crate) fn read(source: &Source) -> Result<Self, Problem> {
        if source.text.len() > limits::SCHEMA_BYTES {
            return Err(Problem::too_large(
                "bytes of the schema",
                source.text.len(),
                limits::SCHEMA_BYTES,
                &source.name,
            ));
        }
        check_brackets(source)?;
        let (schema, _) =
            Schema::from_cedarschema_str(&source.text).map_err(|error| Problem::of(&error, source, None))?;
        let environments: Vec<_> = schema.request_envs().take(limits::ENVIRONMENTS + 1).collect();
        if environments.len() > limits::ENVIRONMENTS {
            let what = "combinations of principal, action and resource";
            return Err(Problem::too_large(what, environments.len(), limits::ENVIRONMENTS, &source.name));
        }
        let action_entities = schema.action_entities().map_err(|error| Problem::of(&error, source, None))?;
        Ok(TypedSchema {
            types: schema.entity_types().map(|name| (name.to_string(), name.clone())).collect(),
            actions: schema.actions().map(|action| (action.to_string(), action.clone())).collect(),
            environments,
            action_entities,
            schema,
        })
    }

    /// True where `action` is `group` or in it.
    pub(crate) fn action_is_in(&self, action: &EntityUid, group: &EntityUid) -> bool {
        action == group || self.action_entities.is_ancestor_of(group, action)
    }

    /// The types whose entities may be `ancestor` or below an entity of that type.
    pub(crate) fn types_below(&self, ancestor: &EntityTypeName) -> HashSet<EntityTypeName> {
        let below = self.types.values().filter(|name| {
            *name == ancestor || self.schema.ancestors(name).is_some_and(|mut above| above.any(|one| one == ancestor))
        });
        below.cloned().collect()
    }
}
