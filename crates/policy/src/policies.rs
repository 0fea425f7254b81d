//! Policies, from files to a checked set: each with a name, a place, and conditions that can be asked one by one.

use std::collections::HashMap;
use std::str::FromStr;

use cedar_policy::{Policy, PolicyId, PolicySet, ValidationMode, Validator};
use serde::Serialize;

use crate::conditions::Clauses;
use crate::limits;
use crate::problem::{check_brackets, place, Problem, Source};
use crate::schema::TypedSchema;

/// What a policy does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    Permit,
    Forbid,
}

/// What is known of a policy without deciding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyFacts {
    /// Its `@id`, else its file and line.
    pub id: String,
    pub effect: Effect,
    pub file: String,
    pub line: usize,
}

pub(crate) struct NamedPolicy {
    pub(crate) facts: PolicyFacts,
    pub(crate) policy: Policy,
    pub(crate) clauses: Clauses,
    source: usize,
    offset: usize,
}

/// A set that fits its schema, in the order of its files.
pub(crate) struct CheckedPolicies {
    pub(crate) all: Vec<NamedPolicy>,
    pub(crate) set: PolicySet,
    pub(crate) warnings: Vec<Problem>,
}

impl CheckedPolicies {
    pub(crate) fn read(sources: &[Source], schema: &TypedSchema) -> Result<Self, Vec<Problem>> {
        let bytes = sources.iter().map(|source| source.text.len()).sum::<usize>();
        if bytes > limits::POLICY_BYTES {
            return Err(vec![Problem::too_large("bytes of policies", bytes, limits::POLICY_BYTES, "")]);
        }
        let mut problems = Vec::new();
        let mut all = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            match read_file(number, source) {
                Ok(policies) => all.extend(policies),
                Err(found) => problems.extend(found),
            }
        }
        if all.len() > limits::POLICIES {
            problems.push(Problem::too_large("policies", all.len(), limits::POLICIES, ""));
        }
        let set = named_once(&all, sources, &mut problems);
        if !problems.is_empty() {
            problems.truncate(limits::PROBLEMS);
            return Err(problems);
        }
        let warnings = validate(&all, &set, sources, schema)?;
        Ok(CheckedPolicies { all, set, warnings })
    }
}

fn read_file(number: usize, source: &Source) -> Result<Vec<NamedPolicy>, Vec<Problem>> {
    check_brackets(source).map_err(|problem| vec![problem])?;
    let parsed = PolicySet::from_str(&source.text)
        .map_err(|errors| errors.iter().map(|error| Problem::of(error, source, None)).collect::<Vec<_>>())?;
    if parsed.num_of_templates() > 0 {
        let hint = "write the entity in place of ?principal or ?resource";
        return Err(vec![Problem::new("a template is not a policy by itself", &source.name, hint)]);
    }
    let mut named = Vec::new();
    let mut from = 0;
    for index in 0..parsed.num_of_policies() {
        // Cedar numbers the policies of a text so.
        let Some(policy) = parsed.policy(&PolicyId::new(format!("policy{index}"))) else {
            return Err(vec![Problem::new("a policy of this file got lost", &source.name, "report this")]);
        };
        let text = policy.to_cedar().unwrap_or_default();
        let offset = source.text[from..].find(&text).map_or(from, |found| from + found);
        from = (offset + text.len()).min(source.text.len());
        named.push(name(policy, &text, number, source, offset).map_err(|problem| vec![problem])?);
    }
    Ok(named)
}

fn name(policy: &Policy, text: &str, number: usize, source: &Source, offset: usize) -> Result<NamedPolicy, Problem> {
    if text.len() > limits::BYTES_OF_ONE_POLICY {
        let message = format!("a policy of {} bytes, and the limit is {}", text.len(), limits::BYTES_OF_ONE_POLICY);
        return Err(Problem::at(message, source, offset, Some("write it as several policies".to_owned())));
    }
    let (line, _) = place(&source.text, offset);
    let id = match policy.annotation("id").map(str::trim) {
        Some("") => return Err(Problem::at("an empty @id", source, offset, Some("give it a name".to_owned()))),
        Some(id) => id.to_owned(),
        None => format!("{}:{line}", source.name),
    };
    let clauses = Clauses::of(policy).map_err(|message| Problem::at(message, source, offset, None))?;
    let effect = match policy.effect() {
        cedar_policy::Effect::Permit => Effect::Permit,
        cedar_policy::Effect::Forbid => Effect::Forbid,
    };
    let policy = policy.new_id(PolicyId::new(&id));
    let facts = PolicyFacts { id, effect, file: source.name.clone(), line };
    Ok(NamedPolicy { facts, policy, clauses, source: number, offset })
}

fn named_once(all: &[NamedPolicy], sources: &[Source], problems: &mut Vec<Problem>) -> PolicySet {
    let mut set = PolicySet::new();
    let mut first: HashMap<&str, &PolicyFacts> = HashMap::new();
    for one in all {
        if let Some(other) = first.insert(&one.facts.id, &one.facts) {
            let message = format!("two policies are called {:?}", one.facts.id);
            let hint = format!("the other one is at {}:{}", other.file, other.line);
            problems.push(Problem::at(message, &sources[one.source], one.offset, Some(hint)));
        } else if let Err(error) = set.add(one.policy.clone()) {
            problems.push(Problem::of(&error, &sources[one.source], Some(one.offset)));
        }
    }
    set
}

/// Strict validation: every expression has a type, in every request that the schema allows.
fn validate(
    all: &[NamedPolicy],
    set: &PolicySet,
    sources: &[Source],
    schema: &TypedSchema,
) -> Result<Vec<Problem>, Vec<Problem>> {
    let by_id: HashMap<&str, &NamedPolicy> = all.iter().map(|one| (one.facts.id.as_str(), one)).collect();
    let told = |id: &PolicyId, error: &dyn miette::Diagnostic| match by_id.get(AsRef::<str>::as_ref(id)) {
        Some(one) => Problem::of(error, &sources[one.source], Some(one.offset)),
        None => Problem::new(error.to_string(), "", "report this"),
    };
    let result = Validator::new(schema.schema.clone()).validate(set, ValidationMode::Strict);
    let mut errors: Vec<_> = result.validation_errors().map(|error| told(error.policy_id(), error)).collect();
    if !errors.is_empty() {
        errors.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        errors.truncate(limits::PROBLEMS);
        return Err(errors);
    }
    let warned = result.validation_warnings().take(limits::PROBLEMS);
    Ok(warned.map(|warning| told(warning.policy_id(), warning)).collect())
}
