//! Name resolution and binding, on small modules.

mod binding;
mod errors;
mod instances;
mod levels;
mod names;
mod printed;
mod specs;
