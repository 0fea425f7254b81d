//! Which policies can apply to a request at all, by the types of principal and resource and the action.
//!
//! A policy is left out only where its scope is false for every request of that kind. Cedar evaluates the scope first,
//! and a scope cannot fail: what is left out would neither have decided nor have been an error.

use std::collections::HashMap;

use cedar_policy::{ActionConstraint, EntityTypeName, EntityUid, Policy, PolicySet, PrincipalConstraint};
use cedar_policy::{RequestEnv, ResourceConstraint};

use crate::policies::NamedPolicy;
use crate::schema::TypedSchema;

/// The policies of one kind of request.
pub(crate) struct Slice {
    pub(crate) set: PolicySet,
    /// Positions in the list of all policies.
    pub(crate) members: Vec<usize>,
}

type Types = HashMap<EntityTypeName, Slice>;

/// A slice for each kind of request that the schema allows: action, then resource type, then principal type.
pub(crate) struct Slices(HashMap<EntityUid, HashMap<EntityTypeName, Types>>);

impl Slices {
    pub(crate) fn of(policies: &[NamedPolicy], schema: &TypedSchema) -> Result<Self, String> {
        let reaches: Vec<_> = policies.iter().map(|one| Reach::of(&one.policy, schema)).collect();
        let mut slices: HashMap<EntityUid, HashMap<EntityTypeName, Types>> = HashMap::new();
        for environment in &schema.environments {
            let (mut set, mut members) = (PolicySet::new(), Vec::new());
            for (number, reach) in reaches.iter().enumerate() {
                if reach.includes(environment, schema) {
                    set.add(policies[number].policy.clone()).map_err(|error| error.to_string())?;
                    members.push(number);
                }
            }
            let by_resource = slices.entry(environment.action().clone()).or_default();
            let by_principal = by_resource.entry(environment.resource().clone()).or_default();
            by_principal.insert(environment.principal().clone(), Slice { set, members });
        }
        Ok(Slices(slices))
    }

    /// The slice for a request; none where the schema does not allow it.
    pub(crate) fn find(&self, principal: &EntityUid, action: &EntityUid, resource: &EntityUid) -> Option<&Slice> {
        self.0.get(action)?.get(resource.type_name())?.get(principal.type_name())
    }
}

/// What a policy's scope leaves possible. `None` is everything.
struct Reach {
    principals: Option<Vec<EntityTypeName>>,
    resources: Option<Vec<EntityTypeName>>,
    actions: Option<Vec<EntityUid>>,
}

impl Reach {
    fn of(policy: &Policy, schema: &TypedSchema) -> Self {
        let below = |entity: EntityUid| Some(schema.types_below(entity.type_name()).into_iter().collect());
        let principals = match policy.principal_constraint() {
            PrincipalConstraint::Any => None,
            PrincipalConstraint::Eq(entity) => Some(vec![entity.type_name().clone()]),
            PrincipalConstraint::Is(name) | PrincipalConstraint::IsIn(name, _) => Some(vec![name]),
            PrincipalConstraint::In(entity) => below(entity),
        };
        let resources = match policy.resource_constraint() {
            ResourceConstraint::Any => None,
            ResourceConstraint::Eq(entity) => Some(vec![entity.type_name().clone()]),
            ResourceConstraint::Is(name) | ResourceConstraint::IsIn(name, _) => Some(vec![name]),
            ResourceConstraint::In(entity) => below(entity),
        };
        let actions = match policy.action_constraint() {
            ActionConstraint::Any => None,
            ActionConstraint::Eq(action) => Some(vec![action]),
            ActionConstraint::In(actions) => Some(actions),
        };
        Reach { principals, resources, actions }
    }

    fn includes(&self, environment: &RequestEnv, schema: &TypedSchema) -> bool {
        let has = |types: &Option<Vec<EntityTypeName>>, name| types.as_ref().is_none_or(|types| types.contains(name));
        let actions = self.actions.as_ref();
        has(&self.principals, environment.principal())
            && has(&self.resources, environment.resource())
            && actions.is_none_or(|all| all.iter().any(|group| schema.action_is_in(environment.action(), group)))
    }
}
