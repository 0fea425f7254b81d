//! Name resolution and binding, on small modules.

mod binding;
mod errors;
mod instances;
mod levels;
mod mutations;
mod names;
mod printed;
mod specs;
