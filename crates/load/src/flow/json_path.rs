//! A path into a JSON value: `$.items[0].id`.

use serde_json::Value;

const MOST_PARTS: usize = 32;

/// A path that leads to one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonPath(Vec<Part>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Of an object.
    Name(String),
    /// Of an array; a negative one counts from its end.
    Index(i64),
    /// Any element of an array, at random.
    Random,
}

impl JsonPath {
    /// Reads `$`, then `.name`, `["name"]`, `[3]`, `[-1]` or `[random]`, any number of them. The error says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut rest = text.strip_prefix('$').ok_or("a JSON path begins with $")?;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            if parts.len() == MOST_PARTS {
                return Err(format!("it has more than {MOST_PARTS} parts"));
            }
            let (part, after) = match rest.strip_prefix('.') {
                Some(named) => {
                    let end = named.find(['.', '[']).unwrap_or(named.len());
                    (Part::Name(named[..end].to_owned()), &named[end..])
                }
                None => bracketed(rest)?,
            };
            if matches!(&part, Part::Name(name) if name.is_empty()) {
                return Err("a name is missing after a dot".to_owned());
            }
            parts.push(part);
            rest = after;
        }
        Ok(Self(parts))
    }

    /// The value that the path leads to. `below` draws a number below another one.
    pub fn find<'a>(&self, value: &'a Value, below: &mut dyn FnMut(u64) -> u64) -> Option<&'a Value> {
        self.0.iter().try_fold(value, |value, part| match part {
            Part::Name(name) => value.as_object()?.get(name),
            Part::Index(index) => {
                let array = value.as_array()?;
                let index = if *index < 0 { *index + array.len() as i64 } else { *index };
                array.get(usize::try_from(index).ok()?)
            }
            Part::Random => {
                let array = value.as_array().filter(|array| !array.is_empty())?;
                array.get(below(array.len() as u64) as usize)
            }
        })
    }
}

fn bracketed(text: &str) -> Result<(Part, &str), String> {
    let inner = text.strip_prefix('[').ok_or_else(|| format!("{text:?} begins with neither . nor ["))?;
    for quote in ['"', '\''] {
        if let Some(name) = inner.strip_prefix(quote) {
            let (name, after) = name.split_once(quote).ok_or("a quotation mark is not closed")?;
            let after = after.strip_prefix(']').ok_or("a ] is missing after a name")?;
            return Ok((Part::Name(name.to_owned()), after));
        }
    }
    let (inside, after) = inner.split_once(']').ok_or("a [ is not closed")?;
    if inside == "random" {
        return Ok((Part::Random, after));
    }
    let index = inside.parse().map_err(|_| format!("[{inside}] is no index, no quoted name, and not [random]"))?;
    Ok((Part::Index(index), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str) -> Option<String> {
        let value = serde_json::json!({"a": [{"b c": 1}, {"b c": "two"}, null], "": 0});
        let path = JsonPath::parse(path).expect("a path");
        path.find(&value, &mut |most| most - 1).map(ToString::to_string)
    }

    #[test]
    fn leads_to_a_value() {
        assert_eq!(found("$.a[0]['b c']").as_deref(), Some("1"));
        assert_eq!(found("$[\"a\"][-2][\"b c\"]").as_deref(), Some("\"two\""));
        assert_eq!(found("$.a[random]").as_deref(), Some("null"));
        assert_eq!(found("$.a[3]"), None);
        assert_eq!(found("$.a[-4]"), None);
        assert_eq!(found("$.a.b"), None);
        assert_eq!(found("$.x"), None);
    }

    #[test]
    fn refuses_what_is_no_path() {
        for text in
            ["", "a", "$a", "$.", "$..a", "$[", "$[a]", "$['a", "$['a'x", "$[*]", &format!("${}", ".a".repeat(33))]
        {
            assert!(JsonPath::parse(text).is_err(), "{text}");
        }
    }
}
