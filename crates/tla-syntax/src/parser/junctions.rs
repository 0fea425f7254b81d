//! Bulleted lists of `/\` and `\/`; how they end is told in the documentation of the parser.

use super::cursor::{Parsed, Parser};
use super::precedence::apply;
use crate::ast::Expr;
use crate::lexer::TokenKind;
use crate::operators::Operator;

impl Parser<'_> {
    /// A list whose first bullet is the next token.
    pub(super) fn junction_list(&mut self, bullet: Operator) -> Parsed<Expr> {
        let first = self.token();
        let mut items = Vec::new();
        loop {
            self.advance();
            let outer_floor = std::mem::replace(&mut self.floor, first.column);
            let item = self.expression();
            self.floor = outer_floor;
            items.push(item?);
            let next = self.token();
            if next.kind != TokenKind::Operator(bullet) || next.column != first.column {
                break;
            }
        }
        let span = self.span_from(first.start);
        match items.len() {
            1 => items.pop().ok_or(super::cursor::Failed),
            _ => Ok(Expr { kind: apply(bullet, span, items), span }),
        }
    }
}
