//! "Did you mean": the closest of the names that would have been right.

/// The candidate closest to `name` by edit distance, if one is close enough to be a likely slip. Ties go to the
/// candidate that sorts first, so that messages do not depend on hash order.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name && !candidate.is_empty())
        .filter_map(|candidate| {
            let distance = if candidate.eq_ignore_ascii_case(name) { 0 } else { distance(name, candidate, limit)? };
            Some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Number of insertions, deletions, replacements and swaps of neighbours that turn `from` into `to`; `None` past
/// `limit`, and for names so short that everything would be close.
fn distance(from: &str, to: &str, limit: usize) -> Option<usize> {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    if from.len().abs_diff(to.len()) > limit || from.len().min(to.len()) <= limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for row in 1..=from.len() {
        let mut current = vec![row];
        for column in 1..=to.len() {
            let replace = last[column - 1] + usize::from(from[row - 1] != to[column - 1]);
            let mut best = replace.min(last[column] + 1).min(current[column - 1] + 1);
            let swapped = row > 1 && column > 1 && from[row - 1] == to[column - 2] && from[row - 2] == to[column - 1];
            if swapped {
                best = best.min(before_last[column - 2] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last.last().copied().filter(|&distance| distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_find_a_slip() {
        assert_eq!(closest("Cardinalty", ["Cardinality", "Card", "Len"]), Some("Cardinality"));
        assert_eq!(closest("Nxet", ["Next", "Init"]), Some("Next"));
        assert_eq!(closest("typeok", ["TypeOK", "typeoks"]), Some("TypeOK"));
    }

    #[test]
    fn keeps_quiet_when_nothing_is_close() {
        assert_eq!(closest("Leader", ["Next", "Init", "vars"]), None);
        assert_eq!(closest("x", ["y", "z"]), None);
    }
}
