//! Symbols: operators and punctuation, found by the longest spelling that matches.

use std::sync::OnceLock;

use super::token::TokenKind;
use crate::operators::Operator;

const PUNCTUATION: &[(&str, TokenKind)] = &[
    (",", TokenKind::Comma),
    (":", TokenKind::Colon),
    ("::", TokenKind::ColonColon),
    ("∷", TokenKind::ColonColon),
    (".", TokenKind::Dot),
    ("==", TokenKind::Define),
    ("≜", TokenKind::Define),
    ("(", TokenKind::LeftParenthesis),
    (")", TokenKind::RightParenthesis),
    ("[", TokenKind::LeftBracket),
    ("]", TokenKind::RightBracket),
    ("]_", TokenKind::RightBracketUnderscore),
    ("{", TokenKind::LeftBrace),
    ("}", TokenKind::RightBrace),
    ("<<", TokenKind::LeftAngle),
    ("⟨", TokenKind::LeftAngle),
    (">>", TokenKind::RightAngle),
    ("⟩", TokenKind::RightAngle),
    (">>_", TokenKind::RightAngleUnderscore),
    ("⟩_", TokenKind::RightAngleUnderscore),
    ("!", TokenKind::Bang),
    ("@", TokenKind::At),
    ("->", TokenKind::Arrow),
    ("→", TokenKind::Arrow),
    ("<-", TokenKind::LeftArrow),
    ("←", TokenKind::LeftArrow),
    ("|->", TokenKind::MapsTo),
    ("↦", TokenKind::MapsTo),
    ("\\A", TokenKind::ForAll),
    ("\\forall", TokenKind::ForAll),
    ("∀", TokenKind::ForAll),
    ("\\E", TokenKind::Exists),
    ("\\exists", TokenKind::Exists),
    ("∃", TokenKind::Exists),
    ("\\AA", TokenKind::TemporalForAll),
    ("\\EE", TokenKind::TemporalExists),
    ("ℕ", TokenKind::Name),
    ("ℤ", TokenKind::Name),
    ("ℝ", TokenKind::Name),
];

/// Spellings with the same first byte, the longest first. Those with a backslash go by their second byte, as there
/// are so many.
struct SymbolTable {
    plain: Vec<Vec<(&'static str, TokenKind)>>,
    backslash: Vec<Vec<(&'static str, TokenKind)>>,
}

impl SymbolTable {
    fn new() -> Self {
        let mut table = Self { plain: vec![Vec::new(); 256], backslash: vec![Vec::new(); 256] };
        for &(spelling, kind) in PUNCTUATION {
            table.add(spelling, kind);
        }
        for operator in Operator::all() {
            let facts = operator.facts();
            table.add(facts.name, TokenKind::Operator(operator));
            for spelling in facts.synonyms {
                table.add(spelling, TokenKind::Operator(operator));
            }
        }
        for bucket in table.plain.iter_mut().chain(&mut table.backslash) {
            bucket.sort_by_key(|(spelling, _)| std::cmp::Reverse(spelling.len()));
        }
        table
    }

    fn add(&mut self, spelling: &'static str, kind: TokenKind) {
        match spelling.as_bytes() {
            [b'\\', second, ..] => self.backslash[*second as usize].push((spelling, kind)),
            [first, ..] => self.plain[*first as usize].push((spelling, kind)),
            [] => {}
        }
    }
}

/// The longest symbol at the start of `text`, with its length in bytes.
pub(super) fn longest(text: &[u8]) -> Option<(TokenKind, usize)> {
    static TABLE: OnceLock<SymbolTable> = OnceLock::new();
    let table = TABLE.get_or_init(SymbolTable::new);
    let &first = text.first()?;
    if let (b'\\', Some(&second)) = (first, text.get(1)) {
        if let Some(found) = longest_in(&table.backslash[second as usize], text) {
            return Some(found);
        }
    }
    longest_in(&table.plain[first as usize], text)
}

fn longest_in(bucket: &[(&'static str, TokenKind)], text: &[u8]) -> Option<(TokenKind, usize)> {
    let (spelling, kind) = bucket.iter().find(|(spelling, _)| text.starts_with(spelling.as_bytes()))?;
    Some((*kind, spelling.len()))
}
