//! Text to syntax tree, by recursive descent; infix operators by precedence ranges.
//!
//! # Bulleted lists
//!
//! ```tla
//! Next == /\ x > 0
//!         /\ \/ y' = 1
//!            \/ y' = 2
//! ```
//!
//! A `/\` or `\/` where an operand is expected starts a list; its column is the *floor* of each of its items. While
//! an item is read, every token whose column is not greater than the floor looks like [`TokenKind::ItemEnd`]
//! ([`Parser::kind`]), so whatever construct is being read ends there, or reports that it is incomplete. After the
//! item the floor is put back, and if the next token is the same bullet in the same column the list goes on. Lists
//! nest, each with a floor right of the outer one, so one number is enough. A bullet further right than the floor is
//! an ordinary infix operator inside the item, and one further left belongs to an outer list or is an infix operator
//! after the whole list. Brackets do not lift the floor: `)` left of the bullet is an error, as in SANY.
//!
//! # Limits
//!
//! Nesting, height of expression trees and length of the text are limited ([`limits`]), so that neither this parser nor a reader of its tree can run out of stack.
//! Every construct is told apart by bounded or name-only lookahead: time is linear in the length of the text.

mod binders;
mod brackets;
mod cursor;
mod definitions;
mod expressions;
mod junctions;
mod literals;
mod messages;
mod paths;
mod precedence;
mod proofs;
mod recovery;
mod units;

use crate::ast;
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{self, Lexed, TokenKind};
use crate::limits;
use crate::source::{SourceId, Span};

use cursor::Parser;

/// The first module of a text, with its nested modules. Text before its header and after its end is not read.
///
/// # Errors
/// Everything that is wrong with the text in the order of the text, at most [`limits::ERRORS`].
pub fn parse_module(source: SourceId, text: &str) -> Result<ast::Module, Vec<Diagnostic>> {
    check_length(source, text)?;
    let Some(lexed) = lexer::read_module(source, text) else {
        let span = Span::new(source, 0, text.find('\n').unwrap_or(text.len()));
        let message = "expected a module, found no header `---- MODULE Name ----`";
        let hint = "a module starts with at least four dashes, `MODULE`, its name, and four dashes";
        return Err(vec![Diagnostic::new(Code::Syntax, span, message).with_hint(hint)]);
    };
    let mut parser = new_parser(source, text, lexed);
    let module = parser.module();
    parser.finish(module)
}

/// One expression, such as an invariant given on the command line.
///
/// # Errors
/// What is wrong with the text, also if something follows the expression.
pub fn parse_expression(source: SourceId, text: &str) -> Result<ast::Expr, Vec<Diagnostic>> {
    check_length(source, text)?;
    let mut parser = new_parser(source, text, lexer::read_expression(source, text));
    let expression = parser.expression().and_then(|expression| match parser.kind() {
        TokenKind::EndOfText => Ok(expression),
        _ => Err(parser.unexpected("an operator or the end of the expression")),
    });
    parser.finish(expression)
}

fn new_parser(source: SourceId, text: &str, lexed: Lexed) -> Parser<'_> {
    Parser::new(source, text, lexed.tokens, lexed.diagnostics)
}

fn check_length(source: SourceId, text: &str) -> Result<(), Vec<Diagnostic>> {
    if text.len() <= limits::FILE_BYTES {
        return Ok(());
    }
    Err(vec![limits::file_too_large(Span::new(source, 0, 0), text.len())])
}

#[cfg(test)]
mod tests;
