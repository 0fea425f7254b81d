//! What to say when something else was expected.

use super::cursor::{Failed, Parser};
use crate::ast::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Keyword, Token, TokenKind};
use crate::operators::Operator;

/// What the body of a module is made of.
pub(super) const UNIT: &str = "a definition, a declaration or the end of the module";

impl Parser<'_> {
    /// The next token is not what must stand here.
    pub(super) fn unexpected(&mut self, expected: &str) -> Failed {
        let token = self.token();
        if self.is_reported(token) {
            return Failed;
        }
        let message = format!("expected {expected}, found {}", self.describe(token));
        let mut diagnostic = Diagnostic::new(Code::Syntax, self.span_of(token), message);
        diagnostic.hint = self.likely_cause(token, expected);
        self.fail(diagnostic)
    }

    /// Whether the lexer has said what is wrong at the next token: it is no token, or the text ends after such a one.
    pub(super) fn is_reported(&self, token: Token) -> bool {
        let before = self.position.checked_sub(1).map(|before| self.tokens[before].kind);
        token.kind == TokenKind::Invalid || token.kind == TokenKind::EndOfText && before == Some(TokenKind::Invalid)
    }

    pub(super) fn describe(&self, token: Token) -> String {
        let text = self.slice(token);
        match token.kind {
            TokenKind::EndOfText => "the end of the text".to_owned(),
            TokenKind::Separator => "a line `----`".to_owned(),
            TokenKind::EndModule => "the end of the module `====`".to_owned(),
            TokenKind::Name if self.at_definition_line() => format!("the definition of `{text}`"),
            TokenKind::String if text.chars().count() > 30 => {
                format!("`{}…\"`", text.chars().take(28).collect::<String>())
            }
            _ => format!("`{text}`"),
        }
    }

    fn likely_cause(&self, token: Token, expected: &str) -> Option<String> {
        if token.column <= self.floor {
            let (column, floor) = (token.column, self.floor);
            return Some(format!(
                "this token in column {column} is not right of the bullet in column {floor}, so it ends the item; \
                 indent it more"
            ));
        }
        let text = self.slice(token);
        let hint = match token.kind {
            TokenKind::Define => "`==` defines; to compare, write `=`",
            TokenKind::EndOfText if self.tokens[0].kind == TokenKind::Separator => {
                "a module ends with a line of at least four `=`"
            }
            TokenKind::LeftArrow => "`<-` substitutes; to compare with a negative number, put a blank: `< -`",
            TokenKind::Operator(operator) if operator.name() == "<" && self.follows("=<") => {
                "`=<` compares numbers; to compare with a tuple, put a blank: `= <<`"
            }
            TokenKind::Keyword(Keyword::Lambda) => {
                "LAMBDA may only be the argument of an operator or of INSTANCE … WITH"
            }
            TokenKind::Keyword(_) if expected.contains("name") => "this word is reserved, and cannot be a name",
            TokenKind::Comma if expected == UNIT => "several values need brackets, as in `<<a, b>>`",
            TokenKind::Comma | TokenKind::RightBracket if expected.contains("EXCEPT") => {
                "a record is written `[a |-> 1, b |-> 2]`"
            }
            TokenKind::Name if text == "in" && expected.contains("\\in") => "write `\\in`",
            TokenKind::Name => return capitals(text),
            _ => return None,
        };
        Some(hint.to_owned())
    }

    /// Whether the last token that was read is this text.
    fn follows(&self, text: &str) -> bool {
        self.position.checked_sub(1).is_some_and(|before| self.slice(self.tokens[before]) == text)
    }

    /// A name stands where a definition must stand, and defines nothing.
    pub(super) fn no_definition(&mut self, name: &Name) -> Failed {
        let token = self.token();
        if self.is_reported(token) {
            return Failed;
        }
        let name = &name.text;
        let message = format!("expected `==` and a definition after `{name}`, found {}", self.describe(token));
        let hint = match token.kind {
            TokenKind::Operator(Operator::EQUAL) => format!("to define, write `{name} == …`; `=` compares"),
            TokenKind::Operator(operator) if operator.name() == ":=" => {
                format!("to define, write `{name} == …`; `:=` belongs to PlusCal")
            }
            _ => capitals(name).unwrap_or_else(|| {
                format!("if `{name}` should continue what stands before it, an operator is missing there")
            }),
        };
        let diagnostic = Diagnostic::new(Code::Syntax, self.span_of(token), message);
        self.fail(diagnostic.with_hint(hint))
    }
}

/// What to do about a keyword in small letters.
fn capitals(word: &str) -> Option<String> {
    let capitals = word.to_ascii_uppercase();
    let meant = word != capitals && Keyword::from_word(&capitals).is_some();
    meant.then(|| format!("keywords are written in capitals: `{capitals}`"))
}
