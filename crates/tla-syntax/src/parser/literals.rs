//! Values of literals.

use super::cursor::{Parsed, Parser};
use crate::ast::ExprKind;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::Token;

/// Digits of a number in another base than ten; to convert takes time quadratic in them.
const MAXIMUM_DIGITS: usize = 4096;

impl Parser<'_> {
    pub(super) fn number(&mut self) -> Parsed<ExprKind> {
        let token = self.advance();
        let text = self.slice(token);
        let bits = match text.as_bytes() {
            [b'\\', b'b' | b'B', ..] => 1,
            [b'\\', b'o' | b'O', ..] => 3,
            [b'\\', b'h' | b'H', ..] => 4,
            _ => return Ok(ExprKind::Number(text.to_owned())),
        };
        let digits = &text[2..];
        if digits.len() > MAXIMUM_DIGITS {
            return Err(self.too_many_digits(token));
        }
        Ok(ExprKind::Number(in_base_ten(digits, bits)))
    }

    fn too_many_digits(&mut self, token: Token) -> super::cursor::Failed {
        let message = format!("this number has more than {MAXIMUM_DIGITS} digits, the limit");
        self.fail(Diagnostic::new(Code::Limit, self.span_of(token), message))
    }

    /// The text between the quotes of a string token, escapes replaced.
    pub(super) fn string_value(&self, token: Token) -> String {
        let quoted = self.slice(token);
        let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("");
        let mut value = String::with_capacity(inner.len());
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            value.push(match character {
                '\\' => match characters.next() {
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some('r') => '\r',
                    Some('f') => '\u{c}',
                    Some(escaped) => escaped,
                    None => '\\',
                },
                plain => plain,
            });
        }
        value
    }
}

/// Digits of `bits` bits each as a number in base ten.
fn in_base_ten(digits: &str, bits: u32) -> String {
    const LIMB: u64 = 1_000_000_000;
    // Base 10^9, the lowest limb first.
    let mut limbs: Vec<u64> = vec![0];
    for digit in digits.chars().filter_map(|digit| digit.to_digit(16)) {
        let mut carry = u64::from(digit);
        for limb in &mut limbs {
            let value = (*limb << bits) + carry;
            *limb = value % LIMB;
            carry = value / LIMB;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let mut text = limbs.last().map_or_else(String::new, u64::to_string);
    for limb in limbs.iter().rev().skip(1) {
        text += &format!("{limb:09}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::in_base_ten;

    #[test]
    fn can_convert_numbers_of_any_length() {
        assert_eq!(in_base_ten("0", 1), "0");
        assert_eq!(in_base_ten("101", 1), "5");
        assert_eq!(in_base_ten("777", 3), "511");
        assert_eq!(in_base_ten("fF", 4), "255");
        assert_eq!(in_base_ten("10000000000000000", 4), "18446744073709551616");
    }
}
