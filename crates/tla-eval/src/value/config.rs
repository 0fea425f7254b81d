//! Values of the configuration language.

use tla_syntax::config::ConfigValue;

use super::{Symbol, Value};

impl Value {
    /// A set whose elements cannot be compared with each other keeps them in the order written.
    #[must_use]
    pub fn from_config(value: &ConfigValue) -> Self {
        let all = |values: &[ConfigValue]| values.iter().map(Self::from_config).collect::<Vec<_>>();
        match value {
            ConfigValue::Integer(number) => Self::Int(*number),
            ConfigValue::String(text) => Self::string(text),
            ConfigValue::Boolean(value) => Self::Bool(*value),
            ConfigValue::ModelValue(name) => Self::model(name),
            ConfigValue::Set(elements) => Self::set(all(elements)).unwrap_or_else(|_| Self::sorted_set(all(elements))),
            ConfigValue::Tuple(items) => Self::tuple(all(items)),
            ConfigValue::Record(fields) => {
                Self::record(fields.iter().map(|(name, value)| (Symbol::new(name), Self::from_config(value))).collect())
            }
        }
    }
}
