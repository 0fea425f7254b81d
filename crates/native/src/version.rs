use pyo3::prelude::*;

/// The version of the compiled half. Differs from `assay.__version__` only where an old build was left behind.
#[pyfunction]
pub(crate) fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
