//! Text to tokens, with the column of each: bulleted lists are read by column.

mod symbols;
mod token;

pub(crate) use token::{Keyword, Token, TokenKind};

use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::operators::Operator;
use crate::source::{SourceId, Span};

/// What was read from a text. The last token is always [`TokenKind::EndOfText`].
pub(crate) struct Lexed {
    pub(crate) tokens: Vec<Token>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Tokens of the first module in a text: whatever stands before its header or after its end is skipped, as it may be
/// anything. `None` if there is no module header.
pub(crate) fn read_module(source: SourceId, text: &str) -> Option<Lexed> {
    let header = find_module_header(text)?;
    let mut lexer = Lexer::new(source, text);
    lexer.skip_to(header);
    lexer.run(true);
    Some(lexer.finish())
}

/// Tokens of a whole text that is one expression.
pub(crate) fn read_expression(source: SourceId, text: &str) -> Lexed {
    let mut lexer = Lexer::new(source, text);
    lexer.run(false);
    lexer.finish()
}

/// Where the dashes of the first `---- MODULE` start.
fn find_module_header(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    text.match_indices("MODULE").find_map(|(word, _)| {
        let blanks = bytes[..word].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let dashes = bytes[..word - blanks].iter().rev().take_while(|&&byte| byte == b'-').count();
        (dashes >= 4).then_some(word - blanks - dashes)
    })
}

struct Lexer<'t> {
    source: SourceId,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line_start: usize,
    /// What tabs and characters of several bytes add to `at - line_start` to give the column.
    shift: i64,
    first_on_line: bool,
    tokens: Vec<Token>,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Lexer<'t> {
    fn new(source: SourceId, text: &'t str) -> Self {
        let tokens = Vec::with_capacity(text.len() / 6 + 8);
        Self {
            source,
            text,
            bytes: text.as_bytes(),
            at: 0,
            line_start: 0,
            shift: 0,
            first_on_line: true,
            tokens,
            diagnostics: Vec::new(),
        }
    }

    /// Moves to an offset, keeping count of columns.
    fn skip_to(&mut self, offset: usize) {
        while self.at < offset {
            self.skip_byte();
        }
    }

    /// Moves over one byte of white space, comment or other text without tokens.
    fn skip_byte(&mut self) {
        match self.bytes[self.at] {
            b'\n' => self.new_line(),
            b'\r' if self.bytes.get(self.at + 1) != Some(&b'\n') => self.new_line(),
            b'\t' => {
                let column = self.column_of(self.at) - 1;
                self.shift += i64::from(7 - column % 8);
            }
            0x80..=0xBF => self.shift -= 1,
            _ => {}
        }
        self.at += 1;
    }

    fn new_line(&mut self) {
        self.line_start = self.at + 1;
        self.shift = 0;
        self.first_on_line = true;
    }

    fn column_of(&self, offset: usize) -> u32 {
        let column = (offset - self.line_start) as i64 + self.shift + 1;
        u32::try_from(column).unwrap_or(1)
    }

    fn run(&mut self, stop_after_module: bool) {
        let mut open_modules = 0_usize;
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.skip_byte(),
                b'(' if self.follows(b"(*") => self.block_comment(),
                b'\\' if self.follows(b"\\*") => self.line_comment(),
                _ => self.token(byte),
            }
            if !stop_after_module {
                continue;
            }
            match self.tokens.as_slice() {
                [.., before, last] if is_header(before, last) && last.end as usize == self.at => open_modules += 1,
                [.., last] if last.kind == TokenKind::EndModule && last.end as usize == self.at => {
                    open_modules = open_modules.saturating_sub(1);
                    if open_modules == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    fn finish(mut self) -> Lexed {
        let end = self.at as u32;
        let first_on_line = true;
        self.tokens.push(Token { kind: TokenKind::EndOfText, first_on_line, start: end, end, column: u32::MAX });
        Lexed { tokens: self.tokens, diagnostics: self.diagnostics }
    }

    fn follows(&self, expected: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(expected)
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let start = self.at;
        let column = self.column_of(start);
        let first_on_line = std::mem::replace(&mut self.first_on_line, false);
        self.tokens.push(Token { kind, first_on_line, start: start as u32, end: (start + length) as u32, column });
        // A token never holds a line break, but a string or a symbol may hold characters of several bytes.
        let continuation = self.bytes[start..start + length].iter().filter(|&&byte| byte & 0xC0 == 0x80).count();
        self.shift -= continuation as i64;
        self.at += length;
    }

    fn report(&mut self, start: usize, end: usize, message: String, hint: Option<String>) {
        if self.diagnostics.len() < limits::ERRORS {
            let span = Span::new(self.source, start, end);
            let mut diagnostic = Diagnostic::new(Code::Lexical, span, message);
            diagnostic.hint = hint;
            self.diagnostics.push(diagnostic);
        }
    }

    fn block_comment(&mut self) {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            if self.follows(b"(*") {
                depth += 1;
                self.at += 2;
            } else if self.follows(b"*)") {
                depth -= 1;
                self.at += 2;
                if depth == 0 {
                    return;
                }
            } else if self.at < self.bytes.len() {
                self.skip_byte();
            } else {
                let hint = match self.bytes.get(start + 2) {
                    Some(b',') => "to pass the operator `*` as an argument, put a blank before it: `( *`",
                    _ => "comments nest: each `(*` inside a comment needs its own `*)`",
                };
                self.report(start, start + 2, "this comment has no end `*)`".to_owned(), Some(hint.to_owned()));
                // So that the parser does not complain about the rest as well.
                return self.push(TokenKind::Invalid, 0);
            }
        }
    }

    fn line_comment(&mut self) {
        while self.at < self.bytes.len() && !matches!(self.bytes[self.at], b'\n' | b'\r') {
            self.skip_byte();
        }
    }

    fn token(&mut self, byte: u8) {
        match byte {
            b'"' => self.string(),
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'-' if self.follows(b"----") => self.push(TokenKind::Separator, self.run_of(b'-')),
            b'=' if self.follows(b"====") => self.push(TokenKind::EndModule, self.run_of(b'=')),
            b'<' => match self.proof_step() {
                Some(length) => self.push(TokenKind::ProofStep, length),
                None => self.symbol(),
            },
            b'\\' => self.backslash(),
            // `I!!!(a, b)` is the operator `!!` of an instance.
            b'!' if self.follows(b"!!!") => self.push(TokenKind::Bang, 1),
            _ => self.symbol(),
        }
    }

    fn run_of(&self, byte: u8) -> usize {
        self.bytes[self.at..].iter().take_while(|&&other| other == byte).count()
    }

    fn symbol(&mut self) {
        if let Some((kind, length)) = symbols::longest(&self.bytes[self.at..]) {
            return self.push(kind, length);
        }
        let Some(character) = self.text[self.at..].chars().next() else { return };
        let length = character.len_utf8();
        self.report(self.at, self.at + length, format!("`{}` is not TLA+", character.escape_debug()), None);
        self.push(TokenKind::Invalid, length);
    }

    /// A name, keyword, number, `WF_`, `SF_`, or a lone underscore.
    fn word(&mut self) {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(b"WF_") {
            return self.push(TokenKind::WeakFairness, 3);
        }
        if rest.starts_with(b"SF_") {
            return self.push(TokenKind::StrongFairness, 3);
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let word = &rest[..length];
        if word.iter().any(u8::is_ascii_alphabetic) {
            let kind = self.kind_of_word(length);
            return self.push(kind, length);
        }
        let digits = word.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 {
            return self.push(TokenKind::Underscore, 1);
        }
        let fraction = match rest[digits..] {
            [b'.', ..] => rest[digits + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count(),
            _ => 0,
        };
        match fraction {
            0 => self.push(TokenKind::Number, digits),
            _ => self.push(TokenKind::Decimal, digits + 1 + fraction),
        }
    }

    fn kind_of_word(&self, length: usize) -> TokenKind {
        let word = &self.text[self.at..self.at + length];
        if !word.as_bytes()[0].is_ascii_uppercase() {
            return TokenKind::Name;
        }
        match word {
            "ENABLED" => TokenKind::Operator(Operator::ENABLED),
            "UNCHANGED" => TokenKind::Operator(Operator::UNCHANGED),
            "SUBSET" => TokenKind::Operator(Operator::SUBSET),
            "UNION" => TokenKind::Operator(Operator::UNION),
            "DOMAIN" => TokenKind::Operator(Operator::DOMAIN),
            _ => Keyword::from_word(word).map_or(TokenKind::Name, TokenKind::Keyword),
        }
    }

    /// Length of a step name such as `<1>`, `<2>3.` or `<*>a`, if one stands here.
    fn proof_step(&self) -> Option<usize> {
        let rest = &self.bytes[self.at + 1..];
        let level = match rest.first()? {
            b'*' | b'+' => 1,
            _ => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
        };
        // `x<1>>` closes a tuple; it is no step.
        if level == 0 || rest.get(level) != Some(&b'>') || rest.get(level + 1) == Some(&b'>') {
            return None;
        }
        let after = &rest[level + 1..];
        let name = after.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let dots = after[name..].iter().take_while(|&&byte| byte == b'.').count();
        Some(1 + level + 1 + name + dots)
    }

    fn backslash(&mut self) {
        let rest = &self.bytes[self.at + 1..];
        let is_digit: fn(&u8) -> bool = match rest.first() {
            Some(b'b' | b'B') => |byte| matches!(byte, b'0' | b'1'),
            Some(b'o' | b'O') => |byte| matches!(byte, b'0'..=b'7'),
            Some(b'h' | b'H') => |byte| byte.is_ascii_hexdigit(),
            _ => |_| false,
        };
        let digits = rest.iter().skip(1).take_while(|byte| is_digit(byte)).count();
        if digits > 0 {
            return self.push(TokenKind::Number, 2 + digits);
        }
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let word = &self.text[self.at + 1..self.at + 1 + letters];
        let Some(meant) = likely_meant(word) else { return self.symbol() };
        let message = format!("`\\{word}` is not an operator of TLA+");
        self.report(self.at, self.at + 1 + letters, message, Some(format!("write {meant}")));
        self.push(TokenKind::Invalid, 1 + letters);
    }

    fn string(&mut self) {
        let start = self.at;
        let mut end = start + 1;
        let mut valid = true;
        loop {
            match self.bytes.get(end) {
                Some(b'"') => break,
                Some(b'\\') => {
                    valid &= self.check_escape(end);
                    // A line break is left for the arm that reports it.
                    end += if matches!(self.bytes.get(end + 1), Some(b'\n' | b'\r')) { 1 } else { 2 };
                }
                None | Some(b'\n' | b'\r') => {
                    let end = end.min(self.bytes.len());
                    let hint = Some("a string ends on the line where it starts, with `\"`".to_owned());
                    self.report(start, end, "this string has no end".to_owned(), hint);
                    return self.push(TokenKind::Invalid, end - start);
                }
                Some(_) => end += 1,
            }
        }
        self.push(if valid { TokenKind::String } else { TokenKind::Invalid }, end + 1 - start);
    }

    /// Whether the backslash at an offset starts an escape that strings know.
    fn check_escape(&mut self, at: usize) -> bool {
        if matches!(self.bytes.get(at + 1), Some(b'n' | b't' | b'r' | b'f' | b'\\' | b'"')) {
            return true;
        }
        let character = self.text[at + 1..].chars().next();
        let Some(character) = character.filter(|character| !matches!(character, '\n' | '\r')) else { return false };
        let hint = Some("strings know `\\\"`, `\\\\`, `\\n`, `\\t`, `\\r` and `\\f`".to_owned());
        let message = format!("`\\{}` is not an escape", character.escape_debug());
        self.report(at, at + 1 + character.len_utf8(), message, hint);
        false
    }
}

fn is_header(before: &Token, last: &Token) -> bool {
    before.kind == TokenKind::Separator && last.kind == TokenKind::Keyword(Keyword::Module)
}

/// Words after a backslash that people write for something TLA+ spells differently.
fn likely_meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "and" => "`/\\` or `\\land`",
        "or" => "`\\/` or `\\lor`",
        "not" => "`~` or `\\lnot`",
        "implies" => "`=>`",
        "iff" => "`<=>` or `\\equiv`",
        "neq" => "`#` or `/=`",
        "mod" => "`%`",
        "setminus" => "`\\`",
        "emptyset" => "`{}`",
        _ => return None,
    })
}
