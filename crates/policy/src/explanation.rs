//! Why a request was allowed or denied: which conditions of which policies held, and on which facts.

use cedar_policy::{eval_expression, AuthorizationError, Authorizer, PolicyId};
use serde::Serialize;

use crate::conditions::{Clause, Place};
use crate::decision::{Decision, Question};
use crate::limits;
use crate::policies::{Effect, NamedPolicy, PolicyFacts};

/// The kind of reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A policy permits it, and none forbids it.
    Permitted,
    /// A policy forbids it.
    Forbidden,
    /// No policy permits it: the default.
    NothingPermits,
    /// The request does not fit the schema, or deciding failed.
    Refused,
}

/// How a condition turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    Holds,
    Fails,
    Error,
}

/// An attribute that a condition reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub name: String,
    /// As Cedar writes it; none where there is no such attribute or entity.
    pub value: Option<String>,
}

/// One condition of a policy, in this request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClauseAccount {
    /// `scope`, `when` or `unless`.
    pub place: &'static str,
    pub text: String,
    /// For `unless`, it holds where the text is false.
    pub outcome: Outcome,
    pub message: Option<String>,
    pub facts: Vec<Fact>,
}

/// One policy, in this request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PolicyAccount {
    #[serde(flatten)]
    pub policy: PolicyFacts,
    pub clauses: Vec<ClauseAccount>,
}

impl PolicyAccount {
    /// The conditions that kept the policy from applying.
    pub fn failed(&self) -> usize {
        self.clauses.iter().filter(|clause| clause.outcome != Outcome::Holds).count()
    }

    /// A permit whose scope fits is nearer than one for somebody or something else.
    fn distance(&self) -> (usize, usize) {
        let outside = |clause: &&ClauseAccount| clause.place == "scope" && clause.outcome != Outcome::Holds;
        (self.clauses.iter().filter(outside).count(), self.failed())
    }
}

/// A decision and its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    #[serde(flatten)]
    pub decision: Decision,
    pub reason: Reason,
    /// How many policies could apply to this kind of request.
    pub considered: usize,
    /// The policies that decided.
    pub deciding: Vec<PolicyAccount>,
    /// Where nothing permits: the permits that lack least, nearest first.
    pub nearest: Vec<PolicyAccount>,
}

impl Explanation {
    pub(crate) fn refused(decision: Decision) -> Self {
        Explanation { decision, reason: Reason::Refused, considered: 0, deciding: Vec::new(), nearest: Vec::new() }
    }

    pub(crate) fn of(decision: Decision, question: &Question<'_>, policies: &[NamedPolicy]) -> Self {
        let members = &question.slice.members;
        let account = |policy: &NamedPolicy| account_of(policy, question);
        let decided = |number: &&usize| decision.policies.binary_search(&policies[**number].facts.id).is_ok();
        let deciding: Vec<_> = members
            .iter()
            .filter(decided)
            .take(limits::EXPLAINED_POLICIES)
            .map(|number| account(&policies[*number]))
            .collect();
        let reason = match (decision.allowed, decision.policies.is_empty()) {
            (true, _) => Reason::Permitted,
            (false, false) => Reason::Forbidden,
            (false, true) => Reason::NothingPermits,
        };
        let mut nearest = Vec::new();
        if reason == Reason::NothingPermits {
            let here: Vec<_> = members.iter().map(|number| &policies[*number]).filter(|one| is_permit(one)).collect();
            // Where no permit is for this kind of request, those for other kinds show what would be needed.
            let candidates =
                if here.is_empty() { policies.iter().filter(|one| is_permit(one)).collect() } else { here };
            nearest = candidates.into_iter().map(account).collect();
            nearest.sort_by_key(PolicyAccount::distance);
            nearest.truncate(limits::EXPLAINED_POLICIES);
        }
        Explanation { decision, reason, considered: members.len(), deciding, nearest }
    }
}

fn is_permit(policy: &NamedPolicy) -> bool {
    policy.facts.effect == Effect::Permit
}

fn account_of(policy: &NamedPolicy, question: &Question<'_>) -> PolicyAccount {
    let response = Authorizer::new().is_authorized(&question.request, &policy.clauses.set, question.entities);
    let diagnostics = response.diagnostics();
    let clauses = policy.clauses.all.iter().enumerate().map(|(number, clause)| {
        let id = PolicyId::new(number.to_string());
        let failure = diagnostics.errors().find_map(|error| match error {
            AuthorizationError::PolicyEvaluationError(error) if *error.policy_id() == id => {
                Some(error.inner().to_string())
            }
            _ => None,
        });
        let outcome = match failure {
            Some(_) => Outcome::Error,
            None if diagnostics.reason().any(|satisfied| *satisfied == id) => Outcome::Holds,
            None => Outcome::Fails,
        };
        clause_account(clause, outcome, failure, question)
    });
    PolicyAccount { policy: policy.facts.clone(), clauses: clauses.collect() }
}

fn clause_account(
    clause: &Clause,
    outcome: Outcome,
    message: Option<String>,
    question: &Question<'_>,
) -> ClauseAccount {
    let place = match clause.place {
        Place::Scope => "scope",
        Place::When => "when",
        Place::Unless => "unless",
    };
    let facts = clause.facts.iter().map(|(name, expression)| {
        let value = eval_expression(&question.request, question.entities, expression);
        Fact { name: name.clone(), value: value.ok().map(|value| shortened(value.to_string())) }
    });
    ClauseAccount { place, text: clause.text.clone(), outcome, message, facts: facts.collect() }
}

fn shortened(mut text: String) -> String {
    if text.len() > limits::FACT_BYTES {
        let mut end = limits::FACT_BYTES;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push('…');
    }
    text
}
