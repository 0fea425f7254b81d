//! Policies, schema and entities, loaded together, and the decisions they give.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;

use cedar_policy::{Authorizer, Entities};
use serde::Deserialize;

use crate::context;
use crate::decision::{Decision, Question};
use crate::entities;
use crate::explanation::Explanation;
use crate::limits;
use crate::names;
use crate::policies::{CheckedPolicies, PolicyFacts};
use crate::problem::{Problem, Source};
use crate::schema::TypedSchema;
use crate::slices::Slices;

/// What a store is loaded from.
#[derive(Clone, Debug, Deserialize)]
pub struct Texts {
    pub policies: Vec<Source>,
    pub schema: Source,
    /// None: no entities but the actions.
    pub entities: Option<Source>,
}

/// A policy set that is known to fit its schema. Immutable; deciding needs no lock.
pub struct PolicyStore {
    schema: Arc<TypedSchema>,
    entities: Arc<Entities>,
    policies: CheckedPolicies,
    slices: Slices,
    authorizer: Authorizer,
}

impl PolicyStore {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// Every problem that was found, at most [`limits::PROBLEMS`], in the order of the files.
    pub fn load(texts: &Texts) -> Result<Self, Vec<Problem>> {
        with_deep_stack(|| {
            let schema = Arc::new(TypedSchema::read(&texts.schema).map_err(|problem| vec![problem])?);
            let entities = match &texts.entities {
                Some(source) => entities::read(source, &schema).map_err(|problem| vec![problem])?,
                None => Arc::new(
                    schema.schema.action_entities().map_err(|error| vec![Problem::of(&error, &texts.schema, None)])?,
                ),
            };
            Self::assemble(&texts.policies, schema, entities)
        })
    }

    /// Other policies over the same schema and the same entities, which are shared and not copied.
    ///
    /// # Errors
    /// As [`PolicyStore::load`].
    pub fn with_policies(&self, policies: &[Source]) -> Result<Self, Vec<Problem>> {
        with_deep_stack(|| Self::assemble(policies, Arc::clone(&self.schema), Arc::clone(&self.entities)))
    }

    fn assemble(sources: &[Source], schema: Arc<TypedSchema>, entities: Arc<Entities>) -> Result<Self, Vec<Problem>> {
        let policies = CheckedPolicies::read(sources, &schema)?;
        let slices =
            Slices::of(&policies.all, &schema).map_err(|message| vec![Problem::new(message, "", "report this")])?;
        Ok(PolicyStore { schema, entities, policies, slices, authorizer: Authorizer::new() })
    }

    /// Whether `principal` may do `action` to `resource`, each named as in `User::"ann"`; `context` is a JSON object.
    /// What cannot be judged is denied, and [`Decision::refusal`] says why.
    pub fn authorise(&self, principal: &str, action: &str, resource: &str, context: &str) -> Decision {
        let decided = catch_unwind(AssertUnwindSafe(|| match self.question(principal, action, resource, context) {
            Ok(question) => self.decide(&question),
            Err(why) => Decision::refused(why),
        }));
        decided.unwrap_or_else(|_| Decision::refused("deciding failed: a mistake in Assay"))
    }

    /// As [`PolicyStore::authorise`], with the reason. Takes several times as long.
    pub fn explain(&self, principal: &str, action: &str, resource: &str, context: &str) -> Explanation {
        let explained = catch_unwind(AssertUnwindSafe(|| match self.question(principal, action, resource, context) {
            Ok(question) => Explanation::of(self.decide(&question), &question, &self.policies.all),
            Err(why) => Explanation::refused(Decision::refused(why)),
        }));
        explained.unwrap_or_else(|_| Explanation::refused(Decision::refused("explaining failed: a mistake in Assay")))
    }

    /// As [`PolicyStore::authorise`] by all policies, without slices: what those are tested against.
    pub fn authorise_by_all(&self, principal: &str, action: &str, resource: &str, context: &str) -> Decision {
        match self.question(principal, action, resource, context) {
            Ok(question) => {
                let set = &self.policies.set;
                Decision::from_response(&self.authorizer.is_authorized(&question.request, set, &self.entities))
            }
            Err(why) => Decision::refused(why),
        }
    }

    /// Every policy, in the order of the files.
    pub fn policies(&self) -> impl Iterator<Item = &PolicyFacts> {
        self.policies.all.iter().map(|one| &one.facts)
    }

    /// What the validator finds odd and yet allows, such as a policy that can never apply.
    pub fn warnings(&self) -> &[Problem] {
        &self.policies.warnings
    }

    /// Entities of the store, actions included.
    pub fn entity_count(&self) -> usize {
        self.entities.len()
    }

    fn decide(&self, question: &Question<'_>) -> Decision {
        let set = &question.slice.set;
        Decision::from_response(&self.authorizer.is_authorized(&question.request, set, question.entities))
    }

    fn question(&self, principal: &str, action: &str, resource: &str, context: &str) -> Result<Question<'_>, String> {
        if context.len() > limits::CONTEXT_BYTES {
            return Err(format!("the context is longer than {} bytes", limits::CONTEXT_BYTES));
        }
        let principal = names::entity(principal, "principal", &self.schema)?;
        let action = names::action(action, &self.schema)?;
        let resource = names::entity(resource, "resource", &self.schema)?;
        let slice = self.slices.find(&principal, action, &resource).ok_or_else(|| {
            format!("the schema does not let a {} do {action} to a {}", principal.type_name(), resource.type_name())
        })?;
        let request = context::request(principal, action, resource, context, &self.schema.schema)?;
        Ok(Question { request, slice, entities: &self.entities })
    }
}

/// Reading recurses as deep as policies do, which the limits bound, but not to what a small thread has.
fn with_deep_stack<T: Send>(work: impl FnOnce() -> Result<T, Vec<Problem>> + Send) -> Result<T, Vec<Problem>> {
    let failed = |why: &str| vec![Problem::new(format!("reading failed: {why}"), "", "report this")];
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(limits::STACK_BYTES).spawn_scoped(scope, work);
        match reader.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(failed("a mistake in Assay")),
            Err(error) => Err(failed(&error.to_string())),
        }
    })
}
