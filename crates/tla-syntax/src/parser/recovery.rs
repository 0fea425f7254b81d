//! After an error: where the next unit starts.

use super::cursor::{Failed, Parsed, Parser};
use crate::lexer::{Keyword, TokenKind};
use crate::limits;
use crate::operators::Operator;

/// How far to look for the `==` of a definition with parameters, in tokens.
const HEAD_LENGTH: usize = 64;

impl Parser<'_> {
    /// Skips the rest of a unit that failed, from `start` on, and clears what it left behind.
    pub(super) fn recover(&mut self, failed: Failed, start: usize, nesting: usize) -> Parsed<()> {
        if self.diagnostic_count() >= limits::ERRORS {
            return Err(failed);
        }
        self.reset(nesting);
        // A definition inside a LET starts further right than the unit around it.
        let column = self.tokens[start].column;
        if self.position == start {
            self.advance();
        }
        while !self.at_unit_start(column) {
            self.advance();
        }
        Ok(())
    }

    /// Forgets half-read expressions.
    pub(super) fn reset(&mut self, nesting: usize) {
        self.floor = 0;
        self.nesting = nesting;
        self.height = 0;
        self.in_proof = false;
        self.operators.clear();
        self.operands.clear();
    }

    /// Whether a unit, or the end of the module, stands here; on its own line and not right of `column`.
    pub(super) fn at_unit_start(&self, column: u32) -> bool {
        let token = self.token();
        match token.kind {
            TokenKind::EndOfText | TokenKind::EndModule | TokenKind::Separator => true,
            _ if !token.first_on_line || token.column > column => false,
            TokenKind::Keyword(keyword) => starts_unit(keyword),
            // `A = 1` is a definition that went wrong.
            TokenKind::Name if self.kind_after(1) == TokenKind::Operator(Operator::EQUAL) => true,
            TokenKind::Name | TokenKind::Operator(_) => self.at_definition(),
            _ => false,
        }
    }

    /// Whether the tokens here look like the head of a definition.
    pub(super) fn at_definition(&self) -> bool {
        let next = self.kind_after(1);
        match self.kind() {
            TokenKind::Operator(operator) => {
                operator.is_prefix() && next == TokenKind::Name && self.kind_after(2) == TokenKind::Define
            }
            TokenKind::Name => match next {
                TokenKind::Define => true,
                TokenKind::Operator(operator) if operator.is_postfix() => self.kind_after(2) == TokenKind::Define,
                TokenKind::Operator(_) => self.kind_after(3) == TokenKind::Define,
                TokenKind::LeftParenthesis | TokenKind::LeftBracket => self.defines_after_brackets(),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a name or operator here can only be the head of a definition, however long.
    pub(super) fn may_define(&self) -> bool {
        matches!(self.kind_after(1), TokenKind::LeftParenthesis | TokenKind::LeftBracket)
            || self.kind_after(1) == TokenKind::Operator(Operator::EQUAL)
            || self.at_definition()
    }

    /// Whether a definition starts on this line: where something else was expected, that is incomplete.
    pub(super) fn at_definition_line(&self) -> bool {
        self.token().first_on_line && self.at_definition()
    }

    fn defines_after_brackets(&self) -> bool {
        let mut open = 0_usize;
        for count in 1..HEAD_LENGTH {
            match self.kind_after(count) {
                TokenKind::LeftParenthesis | TokenKind::LeftBracket => open += 1,
                TokenKind::RightParenthesis | TokenKind::RightBracket => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        return self.kind_after(count + 1) == TokenKind::Define;
                    }
                }
                TokenKind::EndOfText | TokenKind::EndModule | TokenKind::Define => return false,
                _ => {}
            }
        }
        false
    }
}

fn starts_unit(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::Constant
            | Keyword::Variable
            | Keyword::Recursive
            | Keyword::Local
            | Keyword::Instance
            | Keyword::Assume
            | Keyword::Axiom
            | Keyword::Theorem
    )
}
