//! Operators: an operator stack with precedence ranges, as in SANY. Of two operators next to each other the one
//! whose range lies higher binds tighter; where the ranges overlap, parentheses are needed.

use super::cursor::{Failed, Parsed, Parser};
use crate::ast::{Expr, ExprKind, PathSegment, SegmentName};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Token, TokenKind};
use crate::operators::{Meaning, Operator, OperatorFacts};
use crate::source::Span;

/// A prefix or infix operator that waits for its right operand.
#[derive(Clone)]
pub(super) struct PendingOperator {
    operator: Operator,
    span: Span,
}

pub(super) struct Operand {
    expr: Expr,
    height: u32,
    /// Made by this infix operator just now, without parentheses: the same one extends its list.
    chain: Option<Operator>,
}

impl Parser<'_> {
    /// The longest expression from here on.
    pub(super) fn expression(&mut self) -> Parsed<Expr> {
        self.enter()?;
        let outer_height = std::mem::take(&mut self.height);
        let base = self.operators.len();
        loop {
            self.prefix_operators();
            let expr = self.operand()?;
            let height = std::mem::take(&mut self.height) + 1;
            self.push_operand(expr, height)?;
            self.postfix_operators(base)?;
            match self.kind() {
                TokenKind::Operator(operator) if operator.is_infix() => self.infix_operator(base, operator)?,
                _ => break,
            }
        }
        while self.operators.len() > base {
            self.reduce()?;
        }
        self.leave();
        let Some(result) = self.operands.pop() else {
            return Err(self.unexpected("an expression"));
        };
        self.height = outer_height.max(result.height);
        Ok(result.expr)
    }

    fn push_operand(&mut self, expr: Expr, height: u32) -> Parsed<()> {
        let height = self.check_height(height, expr.span)?;
        self.operands.push(Operand { expr, height, chain: None });
        Ok(())
    }

    fn prefix_operators(&mut self) {
        while let TokenKind::Operator(operator) = self.kind() {
            let operator = match operator {
                Operator::MINUS => Operator::NEGATE,
                Operator::NEGATE if self.kind_after(1) == TokenKind::LeftParenthesis => break,
                _ if operator.is_prefix() => operator,
                _ => break,
            };
            let span = self.span_of(self.token());
            self.advance();
            self.operators.push(PendingOperator { operator, span });
        }
    }

    fn infix_operator(&mut self, base: usize, operator: Operator) -> Parsed<()> {
        let span = self.span_of(self.token());
        let right = operator.facts();
        while let Some(pending) = self.operators[base..].last() {
            let left = pending.operator.facts();
            if left.low > right.high || (pending.operator == operator && left.associative) {
                self.reduce()?;
            } else if left.high < right.low && !self.divides(base, right) {
                break;
            } else {
                let pending = pending.clone();
                return Err(self.precedence_conflict(&pending, operator, span));
            }
        }
        self.advance();
        self.operators.push(PendingOperator { operator, span });
        Ok(())
    }

    /// `a / -b * c`: the minus would take `b * c` away from the operator before it, which binds tighter than it.
    fn divides(&self, base: usize, right: &OperatorFacts) -> bool {
        match &self.operators[base..] {
            [.., before, minus] if minus.operator == Operator::NEGATE => {
                let range = before.operator.facts();
                before.operator.is_infix() && range.low > Operator::NEGATE.facts().high && range.high >= right.low
            }
            _ => false,
        }
    }

    /// `-(a, b)`: what looked like a unary minus stands before the arguments of a binary one. The next token is the
    /// comma after the first argument; `open` is the position of the parenthesis.
    pub(super) fn minus_of_two(&mut self, open: usize, first: Expr) -> Parsed<Expr> {
        let before = open.checked_sub(1).map(|before| self.tokens[before]);
        let is_minus = |token: &Token| token.kind == TokenKind::Operator(Operator::MINUS);
        let pending =
            self.operators.last().filter(|pending| pending.operator == Operator::NEGATE).map(|minus| minus.span);
        let Some(token) = before.filter(is_minus).filter(|&token| pending == Some(self.span_of(token))) else {
            let message = "expected `)` or an operator, found `,`";
            let diagnostic = Diagnostic::new(Code::Syntax, self.span_of(self.token()), message);
            return Err(self.fail(diagnostic.with_hint("a tuple is written `<<a, b>>`")));
        };
        let span = self.span_of(token);
        self.operators.pop();
        self.advance();
        let second = self.expression()?;
        self.expect(TokenKind::RightParenthesis, "`)`")?;
        Ok(Expr { kind: apply(Operator::MINUS, span, vec![first, second]), span: self.span_from(token.start) })
    }

    /// Primes, fields and function arguments after an operand.
    fn postfix_operators(&mut self, base: usize) -> Parsed<()> {
        loop {
            match self.kind() {
                TokenKind::Operator(operator) if operator.is_postfix() => self.postfix_operator(base, operator)?,
                TokenKind::Dot => {
                    self.advance();
                    let field = self.name_or_keyword("the name of a field after `.`")?;
                    self.wrap(|record| ExprKind::Field { record: Box::new(record), field })?;
                }
                TokenKind::LeftBracket => {
                    self.advance();
                    let arguments =
                        self.expressions(TokenKind::RightBracket, "`,` or `]` after a function's argument")?;
                    self.wrap(|function| ExprKind::FunctionApplication { function: Box::new(function), arguments })?;
                }
                _ => return Ok(()),
            }
        }
    }

    fn postfix_operator(&mut self, base: usize, operator: Operator) -> Parsed<()> {
        let span = self.span_of(self.token());
        if let Some(pending) = self.operators[base..].last() {
            if pending.operator.facts().high >= operator.facts().low {
                let pending = pending.clone();
                return Err(self.precedence_conflict(&pending, operator, span));
            }
        }
        self.advance();
        self.wrap(|operand| apply(operator, span, vec![operand]))
    }

    /// Replaces the last operand by what is made of it; everything that was read belongs to it.
    fn wrap(&mut self, make: impl FnOnce(Expr) -> ExprKind) -> Parsed<()> {
        let Some(operand) = self.operands.pop() else {
            return Err(self.unexpected("an expression"));
        };
        let height = operand.height.max(std::mem::take(&mut self.height)) + 1;
        let span = self.span_from(operand.expr.span.start);
        self.push_operand(Expr { kind: make(operand.expr), span }, height)
    }

    /// Applies the last pending operator.
    fn reduce(&mut self) -> Parsed<()> {
        let (Some(pending), Some(right)) = (self.operators.pop(), self.operands.pop()) else {
            return Err(self.unexpected("an expression"));
        };
        let operator = pending.operator;
        if operator.is_prefix() {
            let span = pending.span.to(right.expr.span);
            let kind = apply(operator, pending.span, vec![right.expr]);
            return self.push_operand(Expr { kind, span }, right.height + 1);
        }
        let Some(left) = self.operands.pop() else {
            return Err(self.unexpected("an expression"));
        };
        let span = left.expr.span.to(right.expr.span);
        let extends = left.chain == Some(operator);
        let height = left.height.max(right.height + u32::from(extends)) + u32::from(!extends);
        let chain = is_list(operator).then_some(operator);
        let kind = if extends {
            extend(left.expr.kind, operator, pending.span, right.expr)
        } else {
            apply(operator, pending.span, vec![left.expr, right.expr])
        };
        let height = self.check_height(height, span)?;
        self.operands.push(Operand { expr: Expr { kind, span }, height, chain });
        Ok(())
    }

    fn precedence_conflict(&mut self, left: &PendingOperator, right: Operator, right_span: Span) -> Failed {
        let (left_text, right_text) = (self.text_of(left.span), self.text_of(right_span));
        let message = if left.operator == right {
            format!("`{left_text}` does not associate: `a {left_text} b {right_text} c` needs parentheses")
        } else {
            format!("`{left_text}` and `{right_text}` next to each other need parentheses: neither binds tighter")
        };
        let diagnostic = Diagnostic::new(Code::Precedence, left.span.to(right_span), message);
        let hint = if is_bullet(left.operator) && is_bullet(right) && self.token().first_on_line {
            "bullets of one list are the same and stand in one column"
        } else if left.operator == Operator::IN && self.text_of(left.span.to(right_span)).contains('|') {
            "a subset is written `{x \\in S : P}`"
        } else {
            return self.fail(diagnostic);
        };
        self.fail(diagnostic.with_hint(hint))
    }
}

fn is_bullet(operator: Operator) -> bool {
    matches!(operator, Operator::AND | Operator::OR)
}

fn is_list(operator: Operator) -> bool {
    matches!(operator.facts().meaning, Meaning::Conjunction | Meaning::Disjunction | Meaning::Product)
}

/// An operator with its operands, as the tree holds it.
pub(super) fn apply(operator: Operator, span: Span, operands: Vec<Expr>) -> ExprKind {
    match operator.facts().meaning {
        Meaning::Builtin(builtin) => ExprKind::Builtin(builtin, operands),
        Meaning::Conjunction => ExprKind::Conjunction(operands),
        Meaning::Disjunction => ExprKind::Disjunction(operands),
        Meaning::Product => ExprKind::Product(operands),
        Meaning::Defined => {
            let name = crate::ast::Name { text: operator.name().to_owned(), span };
            ExprKind::Path(vec![PathSegment { name: SegmentName::Name(name), arguments: operands, span }])
        }
    }
}

/// A list made by an infix operator, with one more element.
fn extend(kind: ExprKind, operator: Operator, span: Span, right: Expr) -> ExprKind {
    match kind {
        ExprKind::Conjunction(mut list) => {
            list.push(right);
            ExprKind::Conjunction(list)
        }
        ExprKind::Disjunction(mut list) => {
            list.push(right);
            ExprKind::Disjunction(list)
        }
        ExprKind::Product(mut list) => {
            list.push(right);
            ExprKind::Product(list)
        }
        kind => apply(operator, span, vec![Expr { kind, span }, right]),
    }
}
