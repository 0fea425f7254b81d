//! Interned texts: strings, model values and field names are compared by address.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, RwLock};

use super::hash::hash_text;

/// An interned text. Two symbols are equal exactly when their texts are.
///
/// The table lives as long as the process and is shared by all threads: a check mentions few distinct strings, and
/// reading one must cost no lock.
#[derive(Clone, Copy)]
pub struct Symbol(&'static Entry);

struct Entry {
    text: Box<str>,
    hash: u64,
    /// The first eight bytes as a number: most texts differ there.
    beginning: u64,
    index: u32,
}

#[derive(Default)]
struct Table {
    by_text: HashMap<&'static str, Symbol>,
    by_index: Vec<Symbol>,
}

static TABLE: LazyLock<RwLock<Table>> = LazyLock::new(RwLock::default);

impl Symbol {
    #[must_use]
    pub fn new(text: &str) -> Self {
        if let Some(&symbol) = read().by_text.get(text) {
            return symbol;
        }
        let mut table = TABLE.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(&symbol) = table.by_text.get(text) {
            return symbol;
        }
        let index = u32::try_from(table.by_index.len()).unwrap_or(u32::MAX);
        let entry: &'static Entry =
            Box::leak(Box::new(Entry { text: text.into(), hash: hash_text(text), beginning: beginning(text), index }));
        let symbol = Self(entry);
        table.by_text.insert(&entry.text, symbol);
        table.by_index.push(symbol);
        symbol
    }

    #[must_use]
    pub fn text(self) -> &'static str {
        &self.0.text
    }

    /// Depends on the text alone, so that fingerprints are the same in every process.
    #[must_use]
    pub fn hash(self) -> u64 {
        self.0.hash
    }

    /// Position in the table of this process.
    #[must_use]
    pub fn index(self) -> u32 {
        self.0.index
    }

    #[must_use]
    pub fn from_index(index: u32) -> Option<Self> {
        read().by_index.get(index as usize).copied()
    }

    /// All texts, by index: a checkpoint keeps them, since encoded states refer to indices.
    #[must_use]
    pub fn all_texts() -> Vec<&'static str> {
        read().by_index.iter().map(|symbol| symbol.text()).collect()
    }
}

/// Ordered as the texts are, as far as it goes.
fn beginning(text: &str) -> u64 {
    let mut first = [0; 8];
    let length = text.len().min(8);
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(first)
}

fn read() -> std::sync::RwLockReadGuard<'static, Table> {
    TABLE.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl PartialEq for Symbol {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Symbol {}

impl std::hash::Hash for Symbol {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self == other {
            std::cmp::Ordering::Equal
        } else {
            self.0.beginning.cmp(&other.0.beginning).then_with(|| self.text().cmp(other.text()))
        }
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}
