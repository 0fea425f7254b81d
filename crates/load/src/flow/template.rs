//! Text with places for values, and how a value is written there so that it stays a value.

use std::fmt::Write as _;

use super::Variable;

/// Text with places for values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    pub pieces: Vec<Piece>,
    pub escape: Escape,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Text(Vec<u8>),
    /// A value, escaped as the template says.
    Value(Variable),
    /// A value as it is: a number in JSON, for instance.
    Raw(Variable),
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Escape {
    /// As they are.
    #[default]
    None,
    /// Percent-encoded but for what is unreserved (RFC 3986, section 2.3): for paths, queries and forms.
    Percent,
    /// As within a JSON text, without its quotation marks.
    Json,
}

impl Template {
    /// A text without places for values.
    pub fn text(text: impl Into<Vec<u8>>) -> Self {
        Self { pieces: vec![Piece::Text(text.into())], escape: Escape::None }
    }

    /// Whether nothing is ever written.
    pub fn is_empty(&self) -> bool {
        self.pieces.iter().all(|piece| matches!(piece, Piece::Text(text) if text.is_empty()))
    }

    /// The variables that it needs.
    pub fn variables(&self) -> impl Iterator<Item = Variable> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Value(variable) | Piece::Raw(variable) => Some(*variable),
            Piece::Text(_) => None,
        })
    }

    /// Appends it to `output`, with the values that `value_of` gives.
    pub fn write<'a>(&self, output: &mut Vec<u8>, value_of: impl Fn(Variable) -> &'a [u8]) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => output.extend_from_slice(text),
                Piece::Value(variable) => self.escape.write(output, value_of(*variable)),
                Piece::Raw(variable) => Escape::None.write(output, value_of(*variable)),
            }
        }
    }
}

impl Escape {
    fn write(self, output: &mut Vec<u8>, value: &[u8]) {
        match self {
            Self::None => output.extend_from_slice(value),
            Self::Percent => {
                for byte in value {
                    if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
                        output.push(*byte);
                    } else {
                        output.extend_from_slice(&[b'%', HEXADECIMAL[usize::from(byte >> 4)]]);
                        output.push(HEXADECIMAL[usize::from(byte & 15)]);
                    }
                }
            }
            Self::Json => write_json(output, value),
        }
    }
}

const HEXADECIMAL: &[u8; 16] = b"0123456789ABCDEF";

/// RFC 8259, section 7. Bytes that are not UTF-8 become the replacement character.
fn write_json(output: &mut Vec<u8>, value: &[u8]) {
    let mut escaped = String::with_capacity(value.len());
    for character in String::from_utf8_lossy(value).chars() {
        match character {
            '"' => escaped.push_str("\\\""),
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            control if control < ' ' => {
                // Writing to a String does not fail.
                let _ = write!(escaped, "\\u{:04x}", control as u32);
            }
            other => escaped.push(other),
        }
    }
    output.extend_from_slice(escaped.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(escape: Escape, value: &str) -> String {
        let template = Template { pieces: vec![Piece::Text(b"<".to_vec()), Piece::Value(0)], escape };
        let mut output = Vec::new();
        template.write(&mut output, |_| value.as_bytes());
        String::from_utf8(output).expect("text")
    }

    #[test]
    fn keeps_a_value_a_value() {
        assert_eq!(written(Escape::None, "a b"), "<a b");
        assert_eq!(written(Escape::Percent, "a b/ü&~"), "<a%20b%2F%C3%BC%26~");
        assert_eq!(written(Escape::Json, "a\"\\\n\u{1}ü"), "<a\\\"\\\\\\n\\u0001ü");
    }
}
