//! What Python calls. The GIL is held only while Python is told how far a test is.

use std::panic::{catch_unwind, AssertUnwindSafe};

use load::progress::Progress;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::loading;
use super::report::Answer;
use crate::panics::message_of;

/// Carries out a load test: `request` is JSON as `LoadTest`, the answer JSON as `Answer`.
///
/// `progress` is called about four times a second with elapsed and scheduled seconds, answered, failed, timed-out and dropped
/// requests, those under way, bytes, and the median and 99th percentile of the latencies so far in seconds; where it returns False the
/// test stops and reports what it has.
#[pyfunction]
#[pyo3(signature = (request, progress=None))]
pub(crate) fn run_load_test(py: Python<'_>, request: &str, progress: Option<Py<PyAny>>) -> PyResult<String> {
    let test = serde_json::from_str(request).map_err(|error| PyValueError::new_err(error.to_string()))?;
    let mut raised: Option<PyErr> = None;
    let answer = py.detach(|| {
        // The first exception is kept, and ends the test.
        let mut goes_on = |seen: &Progress| match tell(progress.as_ref(), seen) {
            Ok(goes_on) => goes_on,
            Err(error) => {
                raised.get_or_insert(error);
                false
            }
        };
        let loaded = catch_unwind(AssertUnwindSafe(|| loading::load(&test, &mut goes_on)));
        let answer = loaded.unwrap_or_else(|panic| Answer::internal(&message_of(panic.as_ref())));
        serde_json::to_string(&answer)
    });
    match raised {
        Some(error) => Err(error),
        None => answer.map_err(|error| PyValueError::new_err(error.to_string())),
    }
}

/// Python's answer whether to go on. Signals are handled here, because no Python code runs otherwise.
fn tell(progress: Option<&Py<PyAny>>, seen: &Progress) -> PyResult<bool> {
    Python::attach(|py| {
        py.check_signals()?;
        let Some(progress) = progress else { return Ok(true) };
        let arguments = (
            seen.elapsed.as_secs_f64(),
            seen.scheduled.as_secs_f64(),
            seen.answered,
            seen.failed,
            seen.timed_out,
            seen.dropped,
            seen.in_flight,
            seen.bytes,
            seen.median.as_secs_f64(),
            seen.p99.as_secs_f64(),
        );
        progress.call1(py, arguments)?.is_truthy(py)
    })
}
