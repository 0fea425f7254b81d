//! A request with its context, from JSON, typed by the schema.

use std::error::Error;
use std::fmt;

use cedar_policy::{Context, EntityUid, Request, RestrictedExpression, Schema};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// A request that fits the schema.
///
/// Reading JSON as the schema expects it takes longer than a decision, and is only needed where a text stands for an
/// address, a time or an entity. So values are taken as they stand first; where that fits the schema, nothing else is meant.
pub(crate) fn request(
    principal: EntityUid,
    action: &EntityUid,
    resource: EntityUid,
    context: &str,
    schema: &Schema,
) -> Result<Request, String> {
    let PlainFields(fields) = serde_json::from_str(context).map_err(|error| told("context", &error))?;
    // Cedar would take the last one of two attributes of a name; others who read this may take the first.
    let plain = Context::from_pairs(fields).map_err(|error| told("context", &error))?;
    let request = Request::new(principal.clone(), action.clone(), resource.clone(), plain, Some(schema));
    if let Ok(request) = request {
        return Ok(request);
    }
    let typed = Context::from_json_str(context, Some((schema, action))).map_err(|error| told("context", &error))?;
    Request::new(principal, action.clone(), resource, typed, Some(schema)).map_err(|error| told("request", &error))
}

/// A JSON value that Cedar has one for, in which no attribute is named twice. Recursion ends with that of the JSON, which serde_json bounds.
struct Plain(RestrictedExpression);

struct PlainFields(Vec<(String, RestrictedExpression)>);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor).map(Plain)
    }
}

impl<'de> Deserialize<'de> for PlainFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor).map(PlainFields)
    }
}

struct PlainVisitor;

impl<'de> Visitor<'de> for PlainVisitor {
    type Value = RestrictedExpression;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a truth value, a whole number, a text, a list or an object")
    }

    fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<Self::Value, E> {
        Ok(RestrictedExpression::new_bool(truth))
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
        Ok(RestrictedExpression::new_long(number))
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
        i64::try_from(number).map(RestrictedExpression::new_long).map_err(E::custom)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(RestrictedExpression::new_string(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Plain(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(RestrictedExpression::new_set(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        RestrictedExpression::new_record(FieldsVisitor.visit_map(fields)?).map_err(A::Error::custom)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Vec<(String, RestrictedExpression)>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some((name, Plain(value))) = fields.next_entry::<String, Plain>()? {
            all.push((name, value));
        }
        Ok(all)
    }
}

fn told(what: &str, error: &dyn Error) -> String {
    let mut told = format!("the {what} does not fit the schema: {error}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        told = format!("{told}: {inner}");
        cause = inner.source();
    }
    told.replace('\n', " ")
}
