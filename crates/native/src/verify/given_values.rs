//! Values of a trace that was written down: the inverse of `values.rs`.

use std::collections::HashSet;

use serde_json::{json, Map, Value as Json};
use tla_eval::value::{Symbol, Value};
use tla_syntax::config::{ConfigValue, ConstantBinding, Model};

/// Values nested deeper are refused.
const DEPTH: usize = 200;

/// Reads values; a text may stand for the model value of that name.
#[derive(Default)]
pub(super) struct Reading {
    model_values: HashSet<String>,
}

impl Reading {
    /// Texts stand for the model values that the configuration names.
    pub(super) fn with_model_values_of(model: &Model) -> Self {
        let mut reading = Self::default();
        for binding in model.constants.values() {
            if let ConstantBinding::Value(value) = binding {
                reading.add(value);
            }
        }
        reading
    }

    fn add(&mut self, value: &ConfigValue) {
        match value {
            ConfigValue::ModelValue(name) => {
                self.model_values.insert(name.to_string());
            }
            ConfigValue::Set(items) | ConfigValue::Tuple(items) => items.iter().for_each(|item| self.add(item)),
            ConfigValue::Record(fields) => fields.iter().for_each(|(_, value)| self.add(value)),
            ConfigValue::Integer(_) | ConfigValue::String(_) | ConfigValue::Boolean(_) => {}
        }
    }

    /// The value of a tagged tree.
    ///
    /// # Errors
    /// Says what cannot be read.
    pub(super) fn value(&self, tagged: &Json) -> Result<Value, String> {
        self.at_depth(tagged, 0)
    }

    fn at_depth(&self, tagged: &Json, depth: usize) -> Result<Value, String> {
        if depth > DEPTH {
            return Err(format!("a value is nested more than {DEPTH} levels deep"));
        }
        match tagged {
            Json::Bool(value) => Ok(Value::Bool(*value)),
            Json::Number(number) => {
                number.as_i64().map(Value::Int).ok_or_else(|| format!("{number} is no 64-bit integer"))
            }
            Json::String(text) if self.model_values.contains(text) => Ok(Value::model(text)),
            Json::String(text) => Ok(Value::string(text)),
            Json::Object(object) => self.object(object, depth),
            Json::Null | Json::Array(_) => Err(format!("{tagged} is no value")),
        }
    }

    fn object(&self, object: &Map<String, Json>, depth: usize) -> Result<Value, String> {
        let all = |items: &Json| match items {
            Json::Array(items) => items.iter().map(|item| self.at_depth(item, depth + 1)).collect(),
            other => Err(format!("{other} is no list")),
        };
        let tag = object.iter().next().filter(|(name, _)| object.len() == 1 && name.starts_with('#'));
        match tag.map(|(name, inner)| (name.as_str(), inner)) {
            Some(("#set", items)) => Value::set(all(items)?).map_err(|error| error.message().to_owned()),
            Some(("#tup", items)) => Ok(Value::tuple(all(items)?)),
            Some(("#model", Json::String(name))) => Ok(Value::model(name)),
            Some(("#map", Json::Array(pairs))) => self.function(pairs, depth),
            Some(("#symbolic", text)) => Err(format!("the set {text} is described and not listed")),
            Some((name, _)) => Err(format!("{name} marks no value")),
            None if object.is_empty() => Ok(Value::tuple(Vec::new())),
            // A function on model values whose names were written as texts.
            None if object.keys().all(|name| self.model_values.contains(name)) => {
                let pairs: Vec<Json> = object.iter().map(|(name, value)| json!([name, value])).collect();
                self.function(&pairs, depth)
            }
            None => {
                let field = |(name, value): (&String, &Json)| Ok((Symbol::new(name), self.at_depth(value, depth + 1)?));
                Ok(Value::record(object.iter().map(field).collect::<Result<_, String>>()?))
            }
        }
    }

    fn function(&self, pairs: &[Json], depth: usize) -> Result<Value, String> {
        let mut read = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let Json::Array(pair) = pair else { return Err(format!("{pair} is no pair")) };
            let [argument, value] = pair.as_slice() else { return Err("a pair has two values".to_owned()) };
            read.push((self.at_depth(argument, depth + 1)?, self.at_depth(value, depth + 1)?));
        }
        let said = |error: tla_eval::error::EvalError| error.message().to_owned();
        let domain = Value::set(read.iter().map(|(argument, _)| argument.clone()).collect()).map_err(said)?;
        let mut values = Vec::with_capacity(read.len());
        for argument in domain.elements().map_err(said)? {
            let same = |known: &Value| known.equals(&argument).unwrap_or(false);
            // The last pair counts, as in the texts of TLC.
            let found = read.iter().rev().find(|(known, _)| same(known));
            values.extend(found.map(|(_, value)| value.clone()));
        }
        Value::function(&domain, values).map_err(said)
    }
}
