//! Enumeration of sets, one element at a time and in the order of values.

use super::{Block, Shape, Value};

pub struct Elements(Kind);

enum Kind {
    Listed { block: Block<()>, next: usize },
    Interval { next: i64, last: i64 },
    Subsets(Subsets),
    Columns { columns: Columns, make: Make },
}

/// What a choice of one value per column becomes.
enum Make {
    Tuple,
    Record(Shape),
    /// The domain.
    Function(Value),
}

impl Elements {
    pub(super) fn listed(block: Block<()>) -> Self {
        Self(Kind::Listed { block, next: 0 })
    }

    pub(super) fn interval(low: i32, high: i32) -> Self {
        Self(Kind::Interval { next: low.into(), last: high.into() })
    }

    pub(super) fn subsets(of: Block<()>) -> Self {
        Self(Kind::Subsets(Subsets { of, chosen: Some(Vec::new()) }))
    }

    pub(super) fn functions(domain: Value, columns: Vec<Block<()>>) -> Self {
        Self(Kind::Columns { columns: Columns::new(columns), make: Make::Function(domain) })
    }

    pub(super) fn records(shape: Shape, columns: Vec<Block<()>>) -> Self {
        Self(Kind::Columns { columns: Columns::new(columns), make: Make::Record(shape) })
    }

    pub(super) fn tuples(columns: Vec<Block<()>>) -> Self {
        Self(Kind::Columns { columns: Columns::new(columns), make: Make::Tuple })
    }
}

impl Iterator for Elements {
    type Item = Value;

    #[inline]
    fn next(&mut self) -> Option<Value> {
        match &mut self.0 {
            Kind::Listed { block, next } => {
                let element = block.get(*next)?.clone();
                *next += 1;
                Some(element)
            }
            Kind::Interval { next, last } => {
                if next > last {
                    return None;
                }
                *next += 1;
                Some(Value::Int(*next - 1))
            }
            Kind::Subsets(subsets) => subsets.next(),
            Kind::Columns { columns, make } => {
                let values = columns.next()?;
                Some(match make {
                    Make::Tuple => Value::tuple(values),
                    Make::Record(shape) => Value::Record(Block::from_vec(*shape, values)),
                    Make::Function(domain) => Value::function_over(domain, values),
                })
            }
        }
    }
}

/// Subsets by size, and among those of one size by their elements: the order of set values.
struct Subsets {
    of: Block<()>,
    /// Indices of the next subset's elements, rising; `None` after the last.
    chosen: Option<Vec<usize>>,
}

impl Subsets {
    fn next(&mut self) -> Option<Value> {
        let chosen = self.chosen.as_mut()?;
        let subset = Value::sorted_set(chosen.iter().map(|&index| self.of[index].clone()).collect());
        let (total, size) = (self.of.len(), chosen.len());
        let movable = (0..size).rev().find(|&at| chosen[at] < total - size + at);
        match movable {
            Some(at) => {
                let first = chosen[at] + 1;
                for (offset, index) in chosen[at..].iter_mut().enumerate() {
                    *index = first + offset;
                }
            }
            None if size < total => *chosen = (0..=size).collect(),
            None => self.chosen = None,
        }
        Some(subset)
    }
}

/// An odometer over columns of values; the last column turns fastest.
struct Columns {
    columns: Vec<Block<()>>,
    positions: Option<Vec<usize>>,
}

impl Columns {
    fn new(columns: Vec<Block<()>>) -> Self {
        let nothing = columns.iter().any(|column| column.is_empty());
        let positions = (!nothing).then(|| vec![0; columns.len()]);
        Self { columns, positions }
    }

    fn next(&mut self) -> Option<Vec<Value>> {
        let positions = self.positions.as_mut()?;
        let values = self.columns.iter().zip(positions.iter()).map(|(column, &at)| column[at].clone()).collect();
        let turned = (0..positions.len()).rev().find(|&column| {
            positions[column] += 1;
            let within = positions[column] < self.columns[column].len();
            if !within {
                positions[column] = 0;
            }
            within
        });
        if turned.is_none() {
            self.positions = None;
        }
        Some(values)
    }
}
