//! What Python calls. The GIL is held only while Python is told how far a check is.

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};

use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use tla_check::model::Flow;
use tla_check::progress::Progress;

use super::checking;
use super::exploration;
use super::mutation::{self, MutationReport, Standing};
use crate::panics::message_of;

/// Checks a specification: `request` is JSON as `Request`, the answer JSON as `Report`.
///
/// `progress` is called about four times a second with the generated and distinct states, the queue, the depth, the
/// elapsed seconds and the distinct states per second; where it returns False the check stops and reports what it has.
#[pyfunction]
#[pyo3(signature = (request, progress=None))]
pub(crate) fn check(py: Python<'_>, request: &str, progress: Option<Py<PyAny>>) -> PyResult<String> {
    let request = serde_json::from_str(request).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let mut raised: Option<PyErr> = None;
    let report = py.detach(|| {
        let mut observer = |snapshot: &Progress| flow(tell(progress.as_ref(), snapshot), &mut raised);
        // A mistake of ours must not end the Python process, nor look like the specification's.
        let checked = catch_unwind(AssertUnwindSafe(|| checking::check(&request, &mut observer)));
        let report = checked.unwrap_or_else(|panic| checking::panicked(&request, &message_of(panic.as_ref())));
        serde_json::to_string(&report)
    });
    match raised {
        Some(error) => Err(error),
        None => report.map_err(|error| PyValueError::new_err(error.to_string())),
    }
}

/// Tries mutants of a specification: `request` is JSON as `MutationRequest`, the answer JSON as `MutationReport`.
///
/// `progress` is called every 50 milliseconds with the mutants that are done, those that are to be tried, those that
/// were killed, those that were not noticed, and the elapsed seconds; where it returns False the run stops and reports
/// what it has.
#[pyfunction]
#[pyo3(signature = (request, progress=None))]
pub(crate) fn mutate(py: Python<'_>, request: &str, progress: Option<Py<PyAny>>) -> PyResult<String> {
    let request = serde_json::from_str(request).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let mut raised: Option<PyErr> = None;
    let report = py.detach(|| {
        let mut observer = |standing: &Standing| flow(tell_mutants(progress.as_ref(), standing), &mut raised);
        let tried = catch_unwind(AssertUnwindSafe(|| mutation::mutate(&request, &mut observer)));
        let report: MutationReport =
            tried.unwrap_or_else(|panic| mutation::panicked(&request, &message_of(panic.as_ref())));
        serde_json::to_string(&report)
    });
    match raised {
        Some(error) => Err(error),
        None => report.map_err(|error| PyValueError::new_err(error.to_string())),
    }
}

/// The first exception is kept, and ends the work.
fn flow(answer: PyResult<bool>, raised: &mut Option<PyErr>) -> Flow {
    match answer {
        Ok(true) => Flow::Continue,
        Ok(false) => Flow::Stop,
        Err(error) => {
            raised.get_or_insert(error);
            Flow::Stop
        }
    }
}

fn tell_mutants(progress: Option<&Py<PyAny>>, standing: &Standing) -> PyResult<bool> {
    Python::attach(|py| {
        py.check_signals()?;
        let Some(progress) = progress else { return Ok(true) };
        let Standing { done, of, killed, alive, elapsed } = standing;
        progress.call1(py, (*done, *of, *killed, *alive, elapsed.as_secs_f64()))?.is_truthy(py)
    })
}

/// A specification that is looked at state by state.
#[pyclass]
pub(crate) struct Exploration {
    inner: Mutex<exploration::Exploration>,
}

#[pymethods]
impl Exploration {
    /// `request` is JSON as `Request`; only what says which specification and which model counts.
    #[new]
    fn new(request: &str) -> PyResult<Self> {
        let request = serde_json::from_str(request).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { inner: Mutex::new(exploration::Exploration::new(request)) })
    }

    /// Answers a question: JSON as `Question` in, JSON as `Answer` out.
    fn ask(&self, py: Python<'_>, question: &str) -> PyResult<String> {
        let question = serde_json::from_str(question).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let mut raised: Option<PyErr> = None;
        let answered = py.detach(|| {
            let mut observer = |snapshot: &Progress| match tell(None, snapshot) {
                Ok(_) => Flow::Continue,
                Err(error) => {
                    raised.get_or_insert(error);
                    Flow::Stop
                }
            };
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            let answered = catch_unwind(AssertUnwindSafe(|| inner.answer(&question, &mut observer)));
            answered.map(|answer| serde_json::to_string(&answer)).map_err(|panic| message_of(panic.as_ref()))
        });
        if let Some(error) = raised {
            return Err(error);
        }
        match answered {
            Ok(answer) => answer.map_err(|error| PyValueError::new_err(error.to_string())),
            Err(panic) => Err(PyRuntimeError::new_err(panic)),
        }
    }
}

/// Python's answer whether to go on. Signals are handled here, because no Python code runs otherwise.
fn tell(progress: Option<&Py<PyAny>>, snapshot: &Progress) -> PyResult<bool> {
    Python::attach(|py| {
        py.check_signals()?;
        let Some(progress) = progress else { return Ok(true) };
        let Progress { generated, distinct, queue, depth, elapsed, distinct_per_second, .. } = snapshot;
        let seconds = elapsed.as_secs_f64();
        let arguments =
            (*generated, *distinct, *queue, *depth, seconds, *distinct_per_second, snapshot.checks_properties);
        progress.call1(py, arguments)?.is_truthy(py)
    })
}
