//! What is decided about a request.

use cedar_policy::{Entities, PolicyId, Request, Response};
use serde::Serialize;

use crate::slices::Slice;

/// A policy that could not be evaluated for this request, and therefore did not count: Cedar skips it, also where it
/// forbids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedPolicy {
    pub policy: String,
    pub message: String,
}

/// Allowed, or not, and by which policies.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Decision {
    pub allowed: bool,
    /// The permits that allowed it, or the forbids that denied it; empty where nothing permits. Sorted.
    pub policies: Vec<String>,
    /// Sorted by policy.
    pub skipped: Vec<SkippedPolicy>,
    /// Why the request could not be judged at all, which denies it.
    pub refusal: Option<String>,
}

impl Decision {
    pub(crate) fn refused(why: impl Into<String>) -> Self {
        Decision { refusal: Some(why.into()), ..Decision::default() }
    }

    pub(crate) fn from_response(response: &Response) -> Self {
        let named = |id: &PolicyId| AsRef::<str>::as_ref(id).to_owned();
        let mut policies: Vec<_> = response.diagnostics().reason().map(named).collect();
        policies.sort_unstable();
        let mut skipped: Vec<_> = response
            .diagnostics()
            .errors()
            .map(|error| match error {
                cedar_policy::AuthorizationError::PolicyEvaluationError(error) => {
                    SkippedPolicy { policy: named(error.policy_id()), message: error.inner().to_string() }
                }
            })
            .collect();
        skipped.sort_unstable_by(|a, b| a.policy.cmp(&b.policy));
        let allowed = response.decision() == cedar_policy::Decision::Allow;
        Decision { allowed, policies, skipped, refusal: None }
    }
}

/// A request that fits the schema, with the policies that can apply to it.
pub(crate) struct Question<'store> {
    pub(crate) request: Request,
    pub(crate) slice: &'store Slice,
    pub(crate) entities: &'store Entities,
}
