//! Words, numbers, strings and symbols of a configuration file.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{SourceId, Span};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword, an identifier or a model value.
    Word(String),
    /// Digits as written.
    Number(String),
    String(String),
    Symbol(String),
    End,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

impl Token {
    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(&self.kind, TokenKind::Symbol(text) if text == symbol)
    }

    /// The token as a message quotes it.
    pub(super) fn described(&self) -> String {
        match &self.kind {
            TokenKind::Word(text) | TokenKind::Number(text) | TokenKind::Symbol(text) => format!("`{text}`"),
            TokenKind::String(text) => format!("the string \"{text}\""),
            TokenKind::End => "the end of the file".to_owned(),
        }
    }
}

/// Symbols that never join with what follows them.
const FIXED: [&str; 14] = ["|->", "<<", ">>", "<-", "==", "-.", "{", "}", "[", "]", "(", ")", ",", "!"];
/// Characters that operators are made of, for names such as `++` or `<:`.
const OPERATOR: &str = "+*/^~&%$#@|?:.<>=;";

struct Lexer<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    errors: Vec<Diagnostic>,
}

/// Splits a configuration into tokens, the last one being [`TokenKind::End`]. What cannot be read is reported and
/// left out.
pub(super) fn tokens(source: SourceId, text: &str) -> (Vec<Token>, Vec<Diagnostic>) {
    let mut lexer = Lexer { source, text, at: 0, tokens: Vec::new(), errors: Vec::new() };
    while lexer.at < text.len() {
        lexer.step();
    }
    lexer.push(text.len(), TokenKind::End);
    (lexer.tokens, lexer.errors)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn push(&mut self, end: usize, kind: TokenKind) {
        self.tokens.push(Token { kind, span: Span::new(self.source, self.at, end) });
        self.at = end;
    }

    /// The length of the prefix whose characters satisfy `belongs`.
    fn run(&self, belongs: impl Fn(char) -> bool) -> usize {
        self.rest().find(|character| !belongs(character)).unwrap_or(self.rest().len())
    }

    fn step(&mut self) {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return };
        if first.is_whitespace() || first == '\u{feff}' {
            self.at += first.len_utf8();
        } else if rest.starts_with("\\*") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("(*") {
            self.skip_block_comment();
        } else if is_word(first) {
            self.word();
        } else if first == '"' {
            self.string();
        } else {
            self.symbol(first);
        }
    }

    /// Block comments nest, as in TLA+.
    fn skip_block_comment(&mut self) {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("(*") {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*)") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else if let Some(character) = rest.chars().next() {
                self.at += character.len_utf8();
            } else {
                let span = Span::new(self.source, start, start + 2);
                let error = Diagnostic::new(Code::ConfigSyntax, span, "this comment is never closed");
                self.errors.push(error.with_hint("end it with `*)`"));
                return;
            }
        }
    }

    fn word(&mut self) {
        let length = self.run(is_word);
        let word = &self.rest()[..length];
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            let number = word.to_owned();
            self.push(self.at + length, TokenKind::Number(number));
            return;
        }
        let hyphenated =
            ["-CONSTRAINTS", "-CONSTRAINT"].into_iter().find(|tail| self.rest()[length..].starts_with(tail));
        if let ("ACTION", Some(tail)) = (word, hyphenated) {
            let keyword = format!("ACTION_{}", &tail[1..]);
            self.push(self.at + length + tail.len(), TokenKind::Word(keyword));
            return;
        }
        let word = word.to_owned();
        self.push(self.at + length, TokenKind::Word(word));
    }

    fn string(&mut self) {
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, character)) = characters.next() {
            match character {
                '"' => {
                    self.push(self.at + offset + 1, TokenKind::String(value));
                    return;
                }
                '\n' => break,
                '\\' => match characters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, 'r')) => value.push('\r'),
                    Some((_, 'f')) => value.push('\u{c}'),
                    Some((_, other)) => value.push(other),
                    None => break,
                },
                other => value.push(other),
            }
        }
        let line = self.rest().find('\n').unwrap_or(self.rest().len());
        let span = Span::new(self.source, self.at, self.at + line);
        let error = Diagnostic::new(Code::ConfigSyntax, span, "this string is never closed");
        self.errors.push(error.with_hint("end it with `\"` on the same line"));
        self.at += line;
    }

    fn symbol(&mut self, first: char) {
        let rest = self.rest();
        let length = if let Some(fixed) = FIXED.into_iter().find(|symbol| rest.starts_with(symbol)) {
            fixed.len()
        } else if first == '=' || first == '-' {
            1
        } else if OPERATOR.contains(first) {
            self.run(|character| OPERATOR.contains(character))
        } else if first == '\\' && rest[1..].starts_with(char::is_alphabetic) {
            1 + rest[1..].find(|character: char| !character.is_alphabetic()).unwrap_or(rest.len() - 1)
        } else {
            let span = Span::new(self.source, self.at, self.at + first.len_utf8());
            let message = format!("`{}` has no meaning in a configuration file", first.escape_debug());
            self.errors.push(Diagnostic::new(Code::ConfigSyntax, span, message));
            self.at += first.len_utf8();
            return;
        };
        let symbol = rest[..length].to_owned();
        self.push(self.at + length, TokenKind::Symbol(symbol));
    }
}
