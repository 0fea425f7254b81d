//! Sorted slices of values: making and searching them.

use std::cmp::Ordering;

use super::{Symbol, Value};
use crate::error::Result;

/// Where the element is in a sorted slice.
pub(super) fn position(sorted: &[Value], element: &Value) -> Result<Option<usize>> {
    /// Up to here looking at each address is faster than comparing texts.
    const SCANNED: usize = 24;
    match element {
        Value::String(name) | Value::Model(name) if sorted.len() <= SCANNED => {
            if let Some(answer) = scan(sorted, element, *name) {
                return Ok(answer);
            }
        }
        Value::Tuple(items) => {
            if let [first, second] = &**items {
                if let Some(index) = place_in_grid(sorted, first, second) {
                    return Ok(Some(index));
                }
            }
        }
        _ => {}
    }
    Ok(search(sorted, element)?.ok())
}

/// A pair of integers as one number that is ordered as the pairs are.
fn of_integers(value: &Value) -> Option<u64> {
    let Value::Tuple(items) = value else { return None };
    let [Value::Int(first), Value::Int(second)] = **items else { return None };
    let ordered = |integer: i64| Some(u64::from(i32::try_from(integer).ok()? as u32 ^ 1 << 31));
    Some(ordered(first)? << 32 | ordered(second)?)
}

/// Where the pair is if the slice holds all pairs of two intervals, which is not known: `None` where it is not there.
fn place_in_grid(sorted: &[Value], first: &Value, second: &Value) -> Option<usize> {
    let integers = |value: &Value| match value {
        Value::Tuple(items) => match **items {
            [Value::Int(first), Value::Int(second)] => Some((first, second)),
            _ => None,
        },
        _ => None,
    };
    let (Value::Int(first), Value::Int(second)) = (first, second) else { return None };
    let (least, greatest) = (integers(sorted.first()?)?, integers(sorted.last()?)?);
    let width = greatest.1.checked_sub(least.1)?.checked_add(1)?;
    let row = first.checked_sub(least.0)?.checked_mul(width)?;
    let index = usize::try_from(row.checked_add(second.checked_sub(least.1)?)?).ok()?;
    (integers(sorted.get(index)?)? == (*first, *second)).then_some(index)
}

/// `None` where the slice holds other kinds of values, so that comparing has to decide (and may fail).
fn scan(sorted: &[Value], element: &Value, name: Symbol) -> Option<Option<usize>> {
    for (index, candidate) in sorted.iter().enumerate() {
        match (candidate, element) {
            (Value::String(other), Value::String(_)) | (Value::Model(other), Value::Model(_)) => {
                if *other == name {
                    return Some(Some(index));
                }
            }
            (_, Value::Model(_)) if candidate.is_function() || matches!(candidate, Value::Int(_)) => {}
            _ => return None,
        }
    }
    Some(None)
}

pub(super) fn search(sorted: &[Value], element: &Value) -> Result<std::result::Result<usize, usize>> {
    let (mut low, mut high) = (0, sorted.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match compare_inline(&sorted[middle], element)? {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Ok(Ok(middle)),
        }
    }
    Ok(Err(low))
}

/// Compares without a call where one of the usual parts of pairs decides.
#[inline(always)]
fn compare_inline(a: &Value, b: &Value) -> Result<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Ok(a.cmp(b)),
        (Value::Model(a), Value::Model(b)) | (Value::String(a), Value::String(b)) => Ok(a.cmp(b)),
        (Value::Tuple(first), Value::Tuple(second)) => match (&**first, &**second) {
            ([Value::Model(a), Value::Int(m)], [Value::Model(b), Value::Int(n)]) => Ok(a.cmp(b).then(m.cmp(n))),
            ([Value::Int(a), Value::Int(m)], [Value::Int(b), Value::Int(n)]) => Ok(a.cmp(b).then(m.cmp(n))),
            _ => a.compare(b),
        },
        _ => a.compare(b),
    }
}

/// Where the pair is in a sorted slice, as [`search`] would find it.
pub(crate) fn position_of_pair(sorted: &[Value], pair: [&Value; 2]) -> Result<Option<usize>> {
    if let Some(index) = place_in_grid(sorted, pair[0], pair[1]) {
        return Ok(Some(index));
    }
    let (mut low, mut high) = (0, sorted.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let order = match &sorted[middle] {
            Value::Tuple(items) if items.len() == 2 => match compare_inline(&items[0], pair[0])? {
                Ordering::Equal => compare_inline(&items[1], pair[1])?,
                unequal => unequal,
            },
            other => other.compare(&Value::tuple(pair.map(Value::clone).into()))?,
        };
        match order {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Ok(Some(middle)),
        }
    }
    Ok(None)
}

/// The two items of a pair.
fn parts(value: &Value) -> Option<(&Value, &Value)> {
    match value {
        Value::Tuple(items) => match &**items {
            [first, second] => Some((first, second)),
            _ => None,
        },
        _ => None,
    }
}

/// Marks the elements of `set` that are seconds of pairs with this first part; both slices are sorted. `None` where
/// comparing fails, or where there is something else between the pairs.
pub(crate) fn mark_seconds(pairs: &[Value], first: &Value, set: &[Value], marked: &mut [bool]) -> Option<()> {
    let (mut low, mut high) = (0, pairs.len());
    while low < high {
        let middle = low + (high - low) / 2;
        match compare_inline(parts(&pairs[middle])?.0, first).ok()? {
            Ordering::Less => low = middle + 1,
            _ => high = middle,
        }
    }
    for pair in &pairs[low..] {
        let (begin, second) = parts(pair)?;
        if compare_inline(begin, first).ok()? != Ordering::Equal {
            break;
        }
        if let Some(index) = position(set, second).ok()? {
            marked[index] = true;
        }
    }
    Some(())
}

/// Sorts elements and removes repetitions.
pub(super) fn make_sorted(elements: &mut Vec<Value>) -> Result<()> {
    if elements.len() > 1 && elements.iter().all(|element| of_integers(element).is_some()) {
        // One kind of values, whose order is that of numbers.
        elements.sort_unstable_by_key(of_integers);
        elements.dedup_by_key(|element| of_integers(element));
    } else if !is_sorted(elements)? {
        sort(elements)?;
        dedup(elements)?;
    }
    Ok(())
}

fn is_sorted(elements: &[Value]) -> Result<bool> {
    for pair in elements.windows(2) {
        if compare_inline(&pair[0], &pair[1])? != Ordering::Less {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A merge sort of our own, because comparing can fail: the library's sorts may panic when an order is not total.
fn sort(elements: &mut Vec<Value>) -> Result<()> {
    const INSERTION: usize = 12;
    if elements.len() <= INSERTION {
        for end in 1..elements.len() {
            let mut at = end;
            while at > 0 && compare_inline(&elements[at - 1], &elements[at])? == Ordering::Greater {
                elements.swap(at - 1, at);
                at -= 1;
            }
        }
        return Ok(());
    }
    let mut right = elements.split_off(elements.len() / 2);
    sort(elements)?;
    sort(&mut right)?;
    let mut merged = Vec::with_capacity(elements.len() + right.len());
    let mut left = elements.drain(..).peekable();
    let mut right = right.into_iter().peekable();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from_left = a.compare(b)? != Ordering::Greater;
        merged.extend(if from_left { left.next() } else { right.next() });
    }
    merged.extend(left);
    merged.extend(right);
    *elements = merged;
    Ok(())
}

fn dedup(elements: &mut Vec<Value>) -> Result<()> {
    let mut failure = None;
    elements.dedup_by(|a, b| {
        a.equals(b).unwrap_or_else(|error| {
            failure.get_or_insert(error);
            false
        })
    });
    failure.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(first: i64, second: i64) -> Value {
        Value::tuple(vec![Value::Int(first), Value::Int(second)])
    }

    fn pairs(of: &[(i64, i64)]) -> Vec<Value> {
        of.iter().map(|&(first, second)| pair(first, second)).collect()
    }

    #[test]
    fn sorts_pairs_of_integers_as_comparing_does() {
        let mut elements = pairs(&[(2, 1), (-1, 7), (2, -5), (-1, 7), (0, i64::from(i32::MIN)), (2, 1)]);
        make_sorted(&mut elements).expect("comparable");
        let mut expected = pairs(&[(2, 1), (-1, 7), (2, -5), (0, i64::from(i32::MIN))]);
        sort(&mut expected).expect("comparable");
        assert_eq!(elements.len(), expected.len());
        for (element, expected) in elements.iter().zip(&expected) {
            assert!(element.equals(expected).expect("comparable"), "{element} stands where {expected} should");
        }
    }

    #[test]
    fn marks_what_pairs_lead_to() {
        let edges = pairs(&[(1, 2), (1, 5), (3, 1), (3, 4), (3, 9), (7, 1)]);
        let set: Vec<_> = (1..6).map(Value::Int).collect();
        for (first, expected) in [(0, vec![]), (1, vec![2, 5]), (3, vec![1, 4]), (5, vec![]), (7, vec![1]), (8, vec![])]
        {
            let mut marked = vec![false; set.len()];
            mark_seconds(&edges, &Value::Int(first), &set, &mut marked).expect("comparable");
            let found: Vec<_> = (1..6).zip(&marked).filter(|(_, marked)| **marked).map(|(number, _)| number).collect();
            assert_eq!(found, expected, "from {first}");
        }
        assert!(mark_seconds(&edges, &Value::string("a"), &set, &mut [false; 5]).is_none());
        assert!(mark_seconds(&edges, &Value::Int(3), &[Value::string("a")], &mut [false]).is_none());
        assert!(mark_seconds(&set, &Value::Int(3), &set, &mut [false; 5]).is_none());
    }

    #[test]
    fn finds_pairs_in_grids_and_elsewhere() {
        let grid: Vec<_> = (-1..3).flat_map(|row| (4..9).map(move |column| (row, column))).collect();
        let holes: Vec<_> = grid.iter().copied().filter(|(row, column)| (row * 3 + column) % 4 != 0).collect();
        for set in [&grid, &holes] {
            let sorted = pairs(set);
            for first in -2..4 {
                for second in 3..10 {
                    let expected = set.iter().position(|&known| known == (first, second));
                    let sought = [&Value::Int(first), &Value::Int(second)];
                    assert_eq!(position(&sorted, &pair(first, second)).expect("comparable"), expected);
                    assert_eq!(position_of_pair(&sorted, sought).expect("comparable"), expected);
                }
            }
        }
        assert!(place_in_grid(&pairs(&[(i64::MIN, i64::MIN), (i64::MAX, i64::MAX)]), &Value::Int(1), &Value::Int(1))
            .is_none());
    }
}
