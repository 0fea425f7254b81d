//! Verdicts, with the codes that TLC ends with (`tlc2.output.EC.ExitStatus`).

use serde::Serialize;
use tla_check::outcome::{self, Limit};
use tla_eval::executable::{ConjunctKind, Executable, FormulaSource};

pub(super) const ASSUMPTION: i32 = 10;
pub(super) const DEADLOCK: i32 = 11;
pub(super) const SAFETY: i32 = 12;
const LIVENESS: i32 = 13;
pub(super) const ASSERTION: i32 = 14;
pub(super) const SPECIFICATION_PARSE: i32 = 150;
pub(super) const CONFIGURATION_PARSE: i32 = 151;
pub(super) const SYSTEM: i32 = 153;
/// Not TLC's: nothing was found, and not everything was looked at (`assay.exit_codes`).
const COULD_NOT_COMPLETE: i32 = 3;
const INTERRUPTED: i32 = 130;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Ok,
    Safety,
    Deadlock,
    Liveness,
    Assumption,
    Error,
    Interrupted,
    Limit,
}

/// How a check ended, in one sentence too.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Conclusion {
    pub(super) verdict: Verdict,
    pub(super) exit_code: i32,
    pub(super) message: String,
}

impl Conclusion {
    fn new(verdict: Verdict, exit_code: i32, message: impl Into<String>) -> Self {
        Self { verdict, exit_code, message: message.into() }
    }

    /// How an exploration ended; `violated` is the name of what was violated.
    pub(super) fn of(executable: &Executable, verdict: &outcome::Verdict, violated: Option<&str>) -> Self {
        match verdict {
            outcome::Verdict::Complete => Self::ok("no violation was found"),
            outcome::Verdict::Violation { invariant } => {
                let violated = violated.unwrap_or("an invariant");
                match executable.conjunct(*invariant).map(|conjunct| conjunct.kind) {
                    None | Some(ConjunctKind::Invariant) => Self::safety(format!("{violated} is violated")),
                    Some(ConjunctKind::Always) => Self::liveness(format!("{violated} is violated")),
                    Some(ConjunctKind::Initially) => {
                        Self::liveness(format!("{violated} is violated by an initial state"))
                    }
                    Some(ConjunctKind::Steps) => Self::liveness(format!("{violated} is violated by a step")),
                }
            }
            outcome::Verdict::Deadlock => Self::deadlock(),
            outcome::Verdict::Liveness { property } => {
                let violated = violated.unwrap_or("a temporal property");
                let source = executable.formula_sources().get(*property);
                Self::liveness(format!("{violated} is violated{}", source.map_or_else(String::new, for_values)))
            }
            outcome::Verdict::Error(error) => Self::failure(error.code, error.message.as_str()),
            outcome::Verdict::Interrupted if executable.asked_to_end() => Self::ok("no violation was found"),
            outcome::Verdict::Interrupted => Self::interrupted(),
            // All that was asked for was done.
            outcome::Verdict::LimitReached(Limit::Walks(_)) => Self::ok("no violation was found"),
            outcome::Verdict::LimitReached(limit) => Self::limit(limit),
        }
    }

    pub(super) fn ok(message: impl Into<String>) -> Self {
        Self::new(Verdict::Ok, 0, message)
    }

    pub(super) fn safety(message: impl Into<String>) -> Self {
        Self::new(Verdict::Safety, SAFETY, message)
    }

    pub(super) fn deadlock() -> Self {
        Self::new(Verdict::Deadlock, DEADLOCK, "a state without successors is reachable: deadlock")
    }

    pub(super) fn liveness(message: impl Into<String>) -> Self {
        Self::new(Verdict::Liveness, LIVENESS, message)
    }

    pub(super) fn assumption(message: impl Into<String>) -> Self {
        Self::new(Verdict::Assumption, ASSUMPTION, message)
    }

    /// A failed `Assert` says that the specification is violated; every other failure, that nobody knows.
    pub(super) fn failure(exit_code: i32, message: impl Into<String>) -> Self {
        let verdict = if exit_code == ASSERTION { Verdict::Safety } else { Verdict::Error };
        Self::new(verdict, exit_code, message)
    }

    pub(super) fn interrupted() -> Self {
        Self::new(Verdict::Interrupted, INTERRUPTED, "interrupted before the end")
    }

    pub(super) fn limit(limit: impl std::fmt::Display) -> Self {
        Self::new(Verdict::Limit, COULD_NOT_COMPLETE, format!("stopped at {limit}"))
    }
}

/// The values of the quantifiers around a formula, after the name of its property.
fn for_values(source: &FormulaSource) -> String {
    let values: Vec<String> = source.bound.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if values.is_empty() {
        String::new()
    } else {
        format!(" for {}", values.join(", "))
    }
}
