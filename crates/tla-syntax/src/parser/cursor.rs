//! The place in the tokens.

use super::precedence::{Operand, PendingOperator};
use crate::ast::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Keyword, Token, TokenKind};
use crate::limits;
use crate::operators::Operator;
use crate::source::{SourceId, Span};

/// A construct could not be read; the reason is among the diagnostics already.
#[derive(Debug)]
pub(super) struct Failed;

pub(super) type Parsed<T> = Result<T, Failed>;

pub(super) struct Parser<'t> {
    pub(super) source: SourceId,
    text: &'t str,
    pub(super) tokens: Vec<Token>,
    pub(super) position: usize,
    /// Column of the innermost bullet; tokens not right of it are hidden. 0 outside of lists.
    pub(super) floor: u32,
    pub(super) nesting: usize,
    /// Height of the highest expression read since this was last set to 0.
    pub(super) height: u32,
    pub(super) operators: Vec<PendingOperator>,
    pub(super) operands: Vec<Operand>,
    /// Step names such as `<1>2` are expressions here.
    pub(super) in_proof: bool,
    diagnostics: Vec<Diagnostic>,
}

impl<'t> Parser<'t> {
    /// `tokens` end with [`TokenKind::EndOfText`]; `diagnostics` are what the lexer reported.
    pub(super) fn new(source: SourceId, text: &'t str, tokens: Vec<Token>, diagnostics: Vec<Diagnostic>) -> Self {
        Self {
            source,
            text,
            tokens,
            position: 0,
            floor: 0,
            nesting: 0,
            height: 0,
            operators: Vec::new(),
            operands: Vec::new(),
            in_proof: false,
            diagnostics,
        }
    }

    /// The result, if nothing went wrong on the way.
    pub(super) fn finish<T>(mut self, result: Parsed<T>) -> Result<T, Vec<Diagnostic>> {
        match result {
            Ok(value) if self.diagnostics.is_empty() => Ok(value),
            _ => {
                self.diagnostics.sort_by_key(|diagnostic| diagnostic.span);
                // The missing end of nested modules is found by each of them.
                self.diagnostics.dedup();
                self.diagnostics.truncate(limits::ERRORS);
                Err(self.diagnostics)
            }
        }
    }

    /// The next token, seen or hidden.
    pub(super) fn token(&self) -> Token {
        self.tokens[self.position]
    }

    fn token_after(&self, count: usize) -> Token {
        let last = self.tokens.len() - 1;
        self.tokens[(self.position + count).min(last)]
    }

    /// Kind of the next token; [`TokenKind::ItemEnd`] if it is not right of the bullet.
    pub(super) fn kind(&self) -> TokenKind {
        self.kind_after(0)
    }

    /// Kind of the token that many places after the next one.
    pub(super) fn kind_after(&self, count: usize) -> TokenKind {
        let token = self.token_after(count);
        if token.column > self.floor {
            token.kind
        } else {
            TokenKind::ItemEnd
        }
    }

    pub(super) fn is_keyword(&self, keyword: Keyword) -> bool {
        self.kind() == TokenKind::Keyword(keyword)
    }

    pub(super) fn advance(&mut self) -> Token {
        let token = self.token();
        if self.position + 1 < self.tokens.len() {
            self.position += 1;
        }
        token
    }

    pub(super) fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.advance();
        }
        found
    }

    pub(super) fn eat_keyword(&mut self, keyword: Keyword) -> bool {
        self.eat(TokenKind::Keyword(keyword))
    }

    pub(super) fn expect(&mut self, kind: TokenKind, expected: &str) -> Parsed<Token> {
        if self.kind() == kind {
            Ok(self.advance())
        } else {
            Err(self.unexpected(expected))
        }
    }

    pub(super) fn expect_keyword(&mut self, keyword: Keyword, expected: &str) -> Parsed<Token> {
        self.expect(TokenKind::Keyword(keyword), expected)
    }

    pub(super) fn slice(&self, token: Token) -> &'t str {
        &self.text[token.start as usize..token.end as usize]
    }

    pub(super) fn text_of(&self, span: Span) -> &'t str {
        &self.text[span.start as usize..span.end as usize]
    }

    pub(super) fn span_of(&self, token: Token) -> Span {
        Span { source: self.source, start: token.start, end: token.end }
    }

    /// From the start of a token to the end of the last one that was read.
    pub(super) fn span_from(&self, start: u32) -> Span {
        let end = self.position.checked_sub(1).map_or(start, |last| self.tokens[last].end);
        Span { source: self.source, start, end: end.max(start) }
    }

    pub(super) fn name_of(&self, token: Token) -> Name {
        let text = match self.slice(token) {
            "ℕ" => "Nat",
            "ℤ" => "Int",
            "ℝ" => "Real",
            text => text,
        };
        Name { text: text.to_owned(), span: self.span_of(token) }
    }

    /// A name that is an operator's symbol.
    pub(super) fn symbol_name(&self, operator: Operator, token: Token) -> Name {
        Name { text: operator.name().to_owned(), span: self.span_of(token) }
    }

    pub(super) fn name(&mut self, expected: &str) -> Parsed<Name> {
        let token = self.expect(TokenKind::Name, expected)?;
        Ok(self.name_of(token))
    }

    /// Names of modules and of fields may be keywords too.
    pub(super) fn name_or_keyword(&mut self, expected: &str) -> Parsed<Name> {
        if self.is_field_name(0) {
            let token = self.advance();
            return Ok(self.name_of(token));
        }
        Err(self.unexpected(expected))
    }

    pub(super) fn is_field_name(&self, count: usize) -> bool {
        match self.kind_after(count) {
            TokenKind::Name | TokenKind::Keyword(_) => true,
            TokenKind::Operator(operator) => operator.name().starts_with(|first: char| first.is_ascii_uppercase()),
            _ => false,
        }
    }

    /// One level deeper; fails at the limit. Every call has its [`Parser::leave`], unless the construct fails.
    pub(super) fn enter(&mut self) -> Parsed<()> {
        self.nesting += 1;
        if self.nesting <= limits::TEXT_NESTING {
            return Ok(());
        }
        let message = format!("this is nested more than {} levels deep, which is the limit", limits::TEXT_NESTING);
        let span = self.span_of(self.token());
        Err(self.fail(Diagnostic::new(Code::Limit, span, message).with_hint("name the inner part in a definition")))
    }

    pub(super) fn leave(&mut self) {
        self.nesting -= 1;
    }

    /// Checks the height of an expression that starts at `span`.
    pub(super) fn check_height(&mut self, height: u32, span: Span) -> Parsed<u32> {
        if height as usize <= limits::EXPRESSION_DEPTH {
            return Ok(height);
        }
        let message =
            format!("this expression has more than {} operators in one chain, the limit", limits::EXPRESSION_DEPTH);
        Err(self.fail(Diagnostic::new(Code::Limit, span, message).with_hint("name a part of it in a definition")))
    }

    pub(super) fn fail(&mut self, diagnostic: Diagnostic) -> Failed {
        self.diagnostics.push(diagnostic);
        Failed
    }

    pub(super) fn diagnostic_count(&self) -> usize {
        self.diagnostics.len()
    }

    /// Forgets reports of an attempt that does not count.
    pub(super) fn forget_diagnostics_after(&mut self, count: usize) {
        self.diagnostics.truncate(count);
    }
}
