//! A policy taken apart: its scope and each `when` and `unless`, down to what `&&` joins, so that each can be asked alone.
//!
//! Each part becomes a policy of its own which permits where the part holds. Cedar itself then says which hold: no
//! second evaluator can differ from it.

use std::str::FromStr;

use cedar_policy::{Expression, Policy, PolicyId, PolicySet};
use serde::Serialize;
use serde_json::{json, Value};

use crate::limits;

/// Where in a policy a clause stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    Scope,
    When,
    Unless,
}

/// A part of a policy, all of which must hold for it to apply.
pub(crate) struct Clause {
    pub(crate) place: Place,
    pub(crate) text: String,
    /// The attributes that it reads, to tell their values.
    pub(crate) facts: Vec<(String, Expression)>,
}

/// All parts of a policy, in the order in which Cedar evaluates them.
pub(crate) struct Clauses {
    pub(crate) all: Vec<Clause>,
    /// A policy for each, named by its position.
    pub(crate) set: PolicySet,
}

impl Clauses {
    pub(crate) fn of(policy: &Policy) -> Result<Self, String> {
        let whole = policy.to_json().map_err(|error| error.to_string())?;
        let mut clauses = Clauses { all: Vec::new(), set: PolicySet::new() };
        for variable in ["principal", "action", "resource"] {
            if whole[variable]["op"] != "All" {
                clauses.add(Place::Scope, variable, &whole[variable])?;
            }
        }
        for condition in whole["conditions"].as_array().into_iter().flatten() {
            let (place, joint) = match condition["kind"].as_str() {
                Some("unless") => (Place::Unless, "||"),
                _ => (Place::When, "&&"),
            };
            check_depth(&condition["body"], 0)?;
            let mut parts = Vec::new();
            take_apart(&condition["body"], joint, &mut parts);
            for part in parts {
                clauses.add(place, "conditions", part)?;
            }
        }
        Ok(clauses)
    }

    fn add(&mut self, place: Place, field: &str, part: &Value) -> Result<(), String> {
        let condition = |kind: &str| json!([{"kind": kind, "body": part}]);
        let (asked, shown) = match place {
            Place::Scope => (part.clone(), part.clone()),
            Place::When => (condition("when"), condition("when")),
            // Cedar writes an `unless` as the `when` of the opposite; people are shown what they wrote.
            Place::Unless => (condition("unless"), condition("when")),
        };
        let policy = permit(self.all.len(), field, asked)?;
        let written = permit(0, field, shown)?.to_cedar().unwrap_or_default();
        let mut facts = Vec::new();
        if place != Place::Scope {
            paths_in(part, &mut facts);
        }
        self.all.push(Clause { place, text: text_of(place, field, &written), facts });
        self.set.add(policy).map_err(|error| error.to_string())
    }
}

/// A permit for everything but what `part` says in the place of `field`.
fn permit(number: usize, field: &str, part: Value) -> Result<Policy, String> {
    let mut permit = json!({
        "effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"},
        "conditions": [],
    });
    permit[field] = part;
    Policy::from_json(Some(PolicyId::new(number.to_string())), permit).map_err(|error| error.to_string())
}

/// Bounds every recursion over expressions, here and in Cedar.
fn check_depth(node: &Value, depth: usize) -> Result<(), String> {
    if depth > limits::EXPRESSION_DEPTH {
        return Err(format!(
            "an expression deeper than {} levels; write it as several policies",
            limits::EXPRESSION_DEPTH
        ));
    }
    match node {
        Value::Array(items) => items.iter().try_for_each(|item| check_depth(item, depth + 1)),
        Value::Object(fields) => fields.values().try_for_each(|field| check_depth(field, depth + 1)),
        _ => Ok(()),
    }
}

fn take_apart<'tree>(node: &'tree Value, joint: &str, parts: &mut Vec<&'tree Value>) {
    match node.get(joint) {
        Some(both) => {
            take_apart(&both["left"], joint, parts);
            take_apart(&both["right"], joint, parts);
        }
        None => parts.push(node),
    }
}

/// What stands inside `permit(…)` or the braces, from Cedar's own writing.
fn text_of(place: Place, field: &str, written: &str) -> String {
    let inside = match place {
        Place::Scope => {
            let scope =
                written.split_once('(').and_then(|(_, rest)| rest.rsplit_once(')')).map_or("", |(scope, _)| scope);
            // The other two variables stand bare.
            let bare = ["principal", "action", "resource"].map(|variable| variable != field);
            let from = if bare[0] { scope.find(field).unwrap_or(0) } else { 0 };
            let after = &scope[from..];
            let next = match field {
                "principal" => after.rfind("action"),
                "action" => after.rfind("resource"),
                _ => None,
            };
            after[..next.unwrap_or(after.len())].trim().trim_end_matches(',')
        }
        Place::When | Place::Unless => {
            written.split_once('{').and_then(|(_, rest)| rest.rsplit_once('}')).map_or("", |(inside, _)| inside)
        }
    };
    inside.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every chain of attributes that begins at a variable, longest first, each once.
fn paths_in(node: &Value, found: &mut Vec<(String, Expression)>) {
    if found.len() >= limits::FACTS {
        return;
    }
    if let Some(path) = path_of(node).filter(|path| path.contains(['.', '['])) {
        let is_new = found.iter().all(|(known, _)| *known != path);
        if let (true, Ok(expression)) = (is_new, Expression::from_str(&path)) {
            found.push((path, expression));
        }
        return;
    }
    match node {
        Value::Array(items) => items.iter().for_each(|item| paths_in(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| paths_in(field, found)),
        _ => {}
    }
}

fn path_of(node: &Value) -> Option<String> {
    if let Some(variable) = node.get("Var") {
        return variable.as_str().map(str::to_owned);
    }
    let access = node.get(".").or_else(|| node.get("has"))?;
    let attribute = access["attr"].as_str()?;
    let owner = path_of(&access["left"])?;
    let is_plain = attribute.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
        && !attribute.starts_with(|first: char| first.is_ascii_digit());
    if is_plain {
        Some(format!("{owner}.{attribute}"))
    } else {
        Some(format!("{owner}[{}]", Value::from(attribute)))
    }
}
