//! The Python module `assay._native`: an index of what crosses the border, no logic. Types: `src/assay/_native.pyi`.

mod load_test;
mod panics;
mod policy;
mod verify;
mod version;

use pyo3::prelude::*;

/// Evaluation allocates and frees many small values, which the system's allocator is slow at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::load_test::border::run_load_test;
    #[pymodule_export]
    use super::policy::Policies;
    #[pymodule_export]
    use super::verify::border::{check, mutate, Exploration};
    #[pymodule_export]
    use super::version::version;
}
