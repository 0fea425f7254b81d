//! Every limit of a policy set and of a request. What goes past one is refused with an error that names it.

/// Policies of one set.
pub const POLICIES: usize = 2_000;
/// Bytes of all policy files of one set together.
pub const POLICY_BYTES: usize = 4 << 20;
/// Bytes of one policy: what bounds the length of its chains of `&&` and `if`.
pub const BYTES_OF_ONE_POLICY: usize = 32 << 10;
/// Brackets within brackets in the text of a policy or schema.
pub const BRACKET_DEPTH: usize = 64;
/// Levels of the expression of a policy, as Cedar writes it in JSON: three or so for each operator.
pub const EXPRESSION_DEPTH: usize = 400;
/// Bytes of a schema.
pub const SCHEMA_BYTES: usize = 1 << 20;
/// Combinations of principal type, action and resource type that the schema allows.
pub const ENVIRONMENTS: usize = 20_000;
/// Entities of one store.
pub const ENTITIES: usize = 200_000;
/// Bytes of the file of entities.
pub const ENTITY_BYTES: usize = 128 << 20;
/// Bytes of a request's context, as JSON.
pub const CONTEXT_BYTES: usize = 64 << 10;
/// Bytes of the name of a principal, action or resource.
pub const NAME_BYTES: usize = 2 << 10;
/// Problems that are told of one set.
pub const PROBLEMS: usize = 50;
/// Policies that an explanation goes into.
pub const EXPLAINED_POLICIES: usize = 5;
/// Facts that are told of one condition.
pub const FACTS: usize = 12;
/// Bytes of a fact's value; what is longer is cut.
pub const FACT_BYTES: usize = 200;
/// Bytes of stack for reading policies, which recurses as deep as they do.
pub(crate) const STACK_BYTES: usize = 64 << 20;
