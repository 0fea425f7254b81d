//! Decisions by policies: JSON and plain data across, see `crates/policy`.

use policy::{Explanation, PolicyStore, Problem, Source, Texts};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// A policy set that was loaded and checked. Deciding releases the GIL only to explain: a decision takes less time than
/// taking it back.
#[pyclass(frozen)]
pub(crate) struct Policies(PolicyStore);

/// Whether it is allowed, the deciding policies, those that were skipped with why, and why it could not be judged.
type Verdict = (bool, Vec<String>, Vec<(String, String)>, Option<String>);

#[pymethods]
impl Policies {
    #[new]
    fn new(py: Python<'_>, texts: &str) -> PyResult<Self> {
        let texts: Texts = serde_json::from_str(texts).map_err(malformed)?;
        py.detach(|| PolicyStore::load(&texts)).map(Policies).map_err(|problems| refused(&problems))
    }

    fn with_policies(&self, py: Python<'_>, policies: &str) -> PyResult<Self> {
        let sources: Vec<Source> = serde_json::from_str(policies).map_err(malformed)?;
        py.detach(|| self.0.with_policies(&sources)).map(Policies).map_err(|problems| refused(&problems))
    }

    fn decide(&self, principal: &str, action: &str, resource: &str, context: &str) -> Verdict {
        let decision = self.0.authorise(principal, action, resource, context);
        let skipped = decision.skipped.into_iter().map(|one| (one.policy, one.message)).collect();
        (decision.allowed, decision.policies, skipped, decision.refusal)
    }

    fn explain(
        &self,
        py: Python<'_>,
        principal: &str,
        action: &str,
        resource: &str,
        context: &str,
    ) -> PyResult<String> {
        let explained: Explanation = py.detach(|| self.0.explain(principal, action, resource, context));
        serde_json::to_string(&explained).map_err(malformed)
    }

    fn policies(&self) -> PyResult<String> {
        serde_json::to_string(&self.0.policies().collect::<Vec<_>>()).map_err(malformed)
    }

    fn warnings(&self) -> PyResult<String> {
        serde_json::to_string(self.0.warnings()).map_err(malformed)
    }

    fn entity_count(&self) -> usize {
        self.0.entity_count()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "map_err gives the error away")]
fn malformed(error: serde_json::Error) -> PyErr {
    PyValueError::new_err((error.to_string(),))
}

/// The problems as JSON are the second argument of the exception.
fn refused(problems: &[Problem]) -> PyErr {
    let told = serde_json::to_string(problems).unwrap_or_else(|_| "[]".to_owned());
    PyValueError::new_err(("these policies cannot be loaded", told))
}
