//! Values as TLA+ text.

use std::fmt;

use super::{LazyKind, LazySet, Value};

/// Messages quote values up to this many characters.
const QUOTED: usize = 240;

/// The value's text, cut where it is long.
pub(super) fn shortened(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() <= QUOTED {
        return text;
    }
    let head: String = text.chars().take(QUOTED).collect();
    format!("{head}... ({} characters)", text.chars().count())
}

fn list(f: &mut fmt::Formatter<'_>, open: &str, items: impl Iterator<Item = Value>, close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (index, item) in items.enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    f.write_str(close)
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
            Self::Int(value) => write!(f, "{value}"),
            Self::String(symbol) => write!(f, "\"{}\"", escaped(symbol.text())),
            Self::Model(symbol) => f.write_str(symbol.text()),
            Self::Interval(low, high) => write!(f, "{low}..{high}"),
            Self::Set(block) => list(f, "{", block.iter().cloned(), "}"),
            Self::Tuple(block) => list(f, "<<", block.iter().cloned(), ">>"),
            Self::Record(block) => {
                f.write_str("[")?;
                for (index, (field, value)) in block.extra().fields().iter().zip(block.iter()).enumerate() {
                    let comma = if index > 0 { ", " } else { "" };
                    write!(f, "{comma}{} |-> {value}", field.text())?;
                }
                f.write_str("]")
            }
            Self::Function(block) => {
                let mut index = 0;
                let mut result = f.write_str("(");
                block.extra().for_each_element(&mut |key| {
                    let separator = if index > 0 { " @@ " } else { "" };
                    if result.is_ok() {
                        result = write!(f, "{separator}{key} :> {}", block[index]);
                    }
                    index += 1;
                });
                result?;
                f.write_str(")")
            }
            Self::Lazy(lazy) => write!(f, "{lazy}"),
            Self::Closure(_) => f.write_str("<operator>"),
            Self::Unset => f.write_str("<unset>"),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for LazySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            LazyKind::Naturals => f.write_str("Nat"),
            LazyKind::Integers => f.write_str("Int"),
            LazyKind::Reals => f.write_str("Real"),
            LazyKind::Strings => f.write_str("STRING"),
            LazyKind::Anything => f.write_str("Any"),
            LazyKind::Sequences(of) => write!(f, "Seq({of})"),
            LazyKind::Subset(of @ Value::Interval(..)) => write!(f, "SUBSET ({of})"),
            LazyKind::Subset(of) => write!(f, "SUBSET {of}"),
            LazyKind::Functions { domain, range } => write!(f, "[{domain} -> {range}]"),
            LazyKind::Records { shape, sets } => {
                let fields = shape.fields().iter().zip(sets);
                let fields: Vec<_> = fields.map(|(name, set)| format!("{}: {set}", name.text())).collect();
                write!(f, "[{}]", fields.join(", "))
            }
            LazyKind::Product(sets) => {
                let sets: Vec<_> = sets.iter().map(|set| format!("({set})")).collect();
                f.write_str(&sets.join(" \\X "))
            }
            LazyKind::Union(a, b) => write!(f, "({a} \\cup {b})"),
            LazyKind::Intersection(a, b) => write!(f, "({a} \\cap {b})"),
            LazyKind::Difference(a, b) => write!(f, "({a} \\ {b})"),
        }
    }
}

fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' => result.push_str("\\\""),
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            '\t' => result.push_str("\\t"),
            '\r' => result.push_str("\\r"),
            '\u{c}' => result.push_str("\\f"),
            other => result.push(other),
        }
    }
    result
}
