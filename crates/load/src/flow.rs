//! What a user does in one iteration where that is more than one request: steps, values taken from answers and sent again,
//! checks, pauses. Plain data, and the same for every transport; `session` carries it out.

pub(crate) mod answer;
pub(crate) mod compiled;
mod cookies;
mod json_path;
pub(crate) mod session;
mod template;

use std::sync::Arc;

pub use json_path::{JsonPath, Part};
pub use template::{Escape, Piece, Template};

use crate::plan::ThinkTime;

/// The number of a value that a user carries along: an index into the values of its session.
pub type Variable = usize;

/// All that users may do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flows {
    /// Chosen among by weight, once for each iteration. At least one.
    pub flows: Vec<Flow>,
    /// The names of all variables, for messages.
    pub variables: Vec<String>,
    /// Tables whose rows give values to variables: one row of each at the beginning of each iteration.
    pub data: Vec<Data>,
    /// Variables that the engine gives a value to at the beginning of each iteration.
    pub generated: Vec<(Variable, Generated)>,
    pub cookies: CookiePolicy,
}

/// A sequence of requests that one user sends, each after the answer to the one before.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    pub name: String,
    /// How often it is chosen, relative to the others. At least 1.
    pub weight: u32,
    /// At least one.
    pub steps: Vec<Step>,
}

/// One request, what is taken from its answer, and what is expected of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The name under which it is reported: steps of one name are one endpoint.
    pub name: String,
    pub method: String,
    /// Path and query. Values are percent-encoded.
    pub path: Template,
    /// As those of a request; a value that would end the line ends the iteration.
    pub headers: Vec<(String, Template)>,
    pub body: Template,
    pub takings: Vec<Taking>,
    pub checks: Vec<Check>,
    /// After the answer, before the next step. After the last one the think time of the plan follows.
    pub pause: ThinkTime,
}

/// A value that is taken from an answer. Where it is not there, the iteration ends, unless there is something else to take.
#[derive(Debug, Clone, PartialEq)]
pub struct Taking {
    pub variable: Variable,
    pub from: Source,
    pub otherwise: Option<Vec<u8>>,
}

/// Where in an answer a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// The first header of this name, without regard to case.
    Header(String),
    /// A cookie that this answer sets.
    Cookie(String),
    /// A value of the body, which is JSON: a text as it is, anything else as JSON writes it.
    Json(JsonPath),
    /// The first group of the first match in the body, or the match where there is no group.
    Pattern(Pattern),
}

/// Something that is expected of an answer. It is counted, and the iteration goes on whatever it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Checks of one name are counted together.
    pub name: String,
    pub expectation: Expectation,
    /// Whether the iteration ends where it does not hold.
    pub ends_iteration: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// One of these, both ends included.
    Status(Vec<(u16, u16)>),
    Header(String, Comparison),
    /// A cookie that this answer sets.
    Cookie(String, Comparison),
    Body(Comparison),
    Json(JsonPath, Comparison),
}

/// What a value is compared with; values that are given may hold variables.
#[derive(Debug, Clone, PartialEq)]
pub enum Comparison {
    /// It is there.
    Present,
    Equals(Template),
    Contains(Template),
    Matches(Pattern),
}

/// A regular expression over bytes, by its text.
#[derive(Debug, Clone)]
pub struct Pattern(Arc<regex::bytes::Regex>);

impl Pattern {
    /// Compiles it. The error says what is wrong with it, and where.
    pub fn new(text: &str) -> Result<Self, String> {
        let limited = regex::bytes::RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build();
        limited.map(|regex| Self(Arc::new(regex))).map_err(|error| error.to_string())
    }

    /// What it was compiled to.
    pub fn regex(&self) -> &regex::bytes::Regex {
        &self.0
    }
}

/// Bytes of a compiled regular expression.
const LARGEST_PATTERN: usize = 1024 * 1024;

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_str() == other.0.as_str()
    }
}

/// A table. Each column gives its value to a variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Data {
    /// For messages: the file, for instance.
    pub name: String,
    pub columns: Vec<Variable>,
    /// At least one, each with as many values as there are columns.
    pub rows: Vec<Vec<Vec<u8>>>,
    pub order: DataOrder,
}

/// Which row an iteration gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataOrder {
    /// One after the other, over all users; after the last one the first again.
    Sequential,
    Random,
    /// One after the other, each for one iteration only. No iteration begins after the last one.
    Unique,
}

/// Values that the engine makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generated {
    /// The number of the user: of its connection in the open model. From 0.
    User,
    /// The number of the iteration, over all users. From 0.
    Iteration,
    /// A random UUID (RFC 9562, version 4), from the seed of the plan.
    Uuid,
}

/// For how long cookies that answers set are sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CookiePolicy {
    /// Never.
    #[default]
    Ignored,
    /// Within the iteration.
    Iteration,
    /// As long as the user, or the connection slot of the open model, goes on.
    User,
}
