//! Verdicts, with the codes that TLC ends with (`tlc2.output.EC.ExitStatus`).

use serde::Serialize;

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
