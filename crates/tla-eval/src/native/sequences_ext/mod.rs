//! SequencesExt. What is not here is computed from its TLA+ text.

mod changes;
mod conversions;
mod folds;
mod parts;

use super::{Native, Table};

const TABLES: [Table; 4] = [conversions::TABLE, changes::TABLE, folds::TABLE, parts::TABLE];

pub(super) fn find(name: &str, arity: usize) -> Option<Native> {
    TABLES.iter().find_map(|table| super::find_in(table, name, arity))
}
