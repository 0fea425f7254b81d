//! Operands: everything an expression is made of besides operators.

use super::cursor::{Parsed, Parser};
use super::precedence::apply;
use crate::ast::{Expr, ExprKind, PathSegment, SegmentName};
use crate::lexer::{Keyword, TokenKind};
use crate::operators::Operator;

impl Parser<'_> {
    pub(super) fn operand(&mut self) -> Parsed<Expr> {
        match self.kind() {
            TokenKind::Name if self.at_definition_line() => Err(self.unexpected("an expression")),
            TokenKind::Name => self.path_or_label(),
            TokenKind::LeftParenthesis => {
                let open = self.position;
                self.advance();
                let inner = self.expression()?;
                if self.kind() == TokenKind::Comma {
                    return self.minus_of_two(open, inner);
                }
                self.expect(TokenKind::RightParenthesis, "`)` or an operator")?;
                Ok(inner)
            }
            TokenKind::LeftBrace => self.braces(),
            TokenKind::LeftBracket => self.brackets(),
            TokenKind::LeftAngle => self.angles(),
            TokenKind::WeakFairness | TokenKind::StrongFairness => self.fairness(),
            TokenKind::Operator(bullet @ (Operator::AND | Operator::OR)) => self.junction_list(bullet),
            TokenKind::Operator(operator) => self.operator_as_function(operator),
            TokenKind::ProofStep if self.in_proof => self.path(),
            TokenKind::Keyword(keyword) => self.keyword_operand(keyword),
            TokenKind::ForAll | TokenKind::Exists => self.quantified(),
            TokenKind::TemporalForAll | TokenKind::TemporalExists => self.quantified(),
            _ => self.literal(),
        }
    }

    fn literal(&mut self) -> Parsed<Expr> {
        let token = self.token();
        let kind = match self.kind() {
            TokenKind::Number => self.number()?,
            TokenKind::Decimal => {
                self.advance();
                ExprKind::Decimal(self.slice(token).to_owned())
            }
            TokenKind::String => {
                self.advance();
                ExprKind::String(self.string_value(token))
            }
            TokenKind::At => {
                self.advance();
                ExprKind::At
            }
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Expr { kind, span: self.span_of(token) })
    }

    fn keyword_operand(&mut self, keyword: Keyword) -> Parsed<Expr> {
        let start = self.token().start;
        let kind = match keyword {
            Keyword::If => self.conditional()?,
            Keyword::Case => self.case()?,
            Keyword::Let => self.let_in()?,
            Keyword::Choose => self.choose()?,
            Keyword::True | Keyword::False => {
                self.advance();
                ExprKind::Boolean(keyword == Keyword::True)
            }
            _ => return Err(self.unexpected("an expression")),
        };
        Ok(Expr { kind, span: self.span_from(start) })
    }

    /// An infix or postfix operator written before its arguments: `+(a, b)`.
    fn operator_as_function(&mut self, operator: Operator) -> Parsed<Expr> {
        let token = self.token();
        match self.kind_after(1) {
            TokenKind::LeftParenthesis => self.advance(),
            TokenKind::Bang => return self.path(),
            _ => return Err(self.unexpected("an expression")),
        };
        let arguments = self.arguments()?;
        let wanted = if operator.is_infix() { 2 } else { 1 };
        if arguments.len() != wanted {
            let message = format!("`{}` takes {wanted} arguments, found {}", operator.name(), arguments.len());
            let span = self.span_from(token.start);
            return Err(self.fail(crate::diagnostic::Diagnostic::new(crate::diagnostic::Code::Arity, span, message)));
        }
        let kind = apply(operator, self.span_of(token), arguments);
        Ok(Expr { kind, span: self.span_from(token.start) })
    }

    fn conditional(&mut self) -> Parsed<ExprKind> {
        self.advance();
        let condition = Box::new(self.expression()?);
        self.expect_keyword(Keyword::Then, "`THEN` or an operator")?;
        let then = Box::new(self.expression()?);
        self.expect_keyword(Keyword::Else, "`ELSE` or an operator")?;
        let otherwise = Box::new(self.expression()?);
        Ok(ExprKind::If { condition, then, otherwise })
    }

    fn case(&mut self) -> Parsed<ExprKind> {
        self.advance();
        let mut arms = Vec::new();
        loop {
            if !arms.is_empty() && self.is_keyword(Keyword::Other) {
                self.advance();
                self.expect(TokenKind::Arrow, "`->` after `OTHER`")?;
                let other = Some(Box::new(self.expression()?));
                return Ok(ExprKind::Case { arms, other });
            }
            let guard = self.expression()?;
            self.expect(TokenKind::Arrow, "`->` after the condition of CASE")?;
            arms.push((guard, self.expression()?));
            if !self.eat(TokenKind::Operator(Operator::ALWAYS)) {
                return Ok(ExprKind::Case { arms, other: None });
            }
        }
    }

    /// Expressions with commas between them, up to a closing bracket, which is read too.
    pub(super) fn expressions(&mut self, close: TokenKind, expected: &str) -> Parsed<Vec<Expr>> {
        let mut list = vec![self.expression()?];
        while self.eat(TokenKind::Comma) {
            list.push(self.expression()?);
        }
        self.expect(close, expected)?;
        Ok(list)
    }

    /// `WF_v(A)`, `SF_v(A)`
    fn fairness(&mut self) -> Parsed<Expr> {
        let token = self.advance();
        let mut subscript = self.subscript()?;
        let action = if self.eat(TokenKind::LeftParenthesis) {
            let action = self.expression()?;
            self.expect(TokenKind::RightParenthesis, "`)`")?;
            action
        } else {
            // The action was read as the argument of the subscript's name: `WF_vars(A)`.
            match take_single_argument(&mut subscript) {
                Some(action) => action,
                None => return Err(self.unexpected("`(` and the action of the fairness condition")),
            }
        };
        let (subscript, action) = (Box::new(subscript), Box::new(action));
        let kind = match token.kind {
            TokenKind::WeakFairness => ExprKind::WeakFairness { subscript, action },
            _ => ExprKind::StrongFairness { subscript, action },
        };
        Ok(Expr { kind, span: self.span_from(token.start) })
    }

    /// What may follow `]_`, `>>_`, `WF_`: a name, or something in brackets.
    pub(super) fn subscript(&mut self) -> Parsed<Expr> {
        match self.kind() {
            TokenKind::Name => self.path(),
            TokenKind::LeftParenthesis | TokenKind::LeftBrace | TokenKind::LeftBracket | TokenKind::LeftAngle => {
                self.enter()?;
                let subscript = self.operand()?;
                self.leave();
                Ok(subscript)
            }
            _ => Err(self.unexpected("a variable or a tuple of variables after `_`")),
        }
    }
}

fn take_single_argument(subscript: &mut Expr) -> Option<Expr> {
    let ExprKind::Path(segments) = &mut subscript.kind else { return None };
    let last = segments.last_mut()?;
    if last.arguments.len() != 1 {
        return None;
    }
    let action = last.arguments.pop();
    if let SegmentName::Name(name) = &last.name {
        last.span = name.span;
        subscript.span.end = name.span.end;
    }
    action
}

/// A path of one name without arguments.
pub(super) fn plain_name(expr: &Expr) -> Option<&crate::ast::Name> {
    match &expr.kind {
        ExprKind::Path(segments) => match segments.as_slice() {
            [PathSegment { name: SegmentName::Name(name), arguments, .. }] if arguments.is_empty() => Some(name),
            _ => None,
        },
        _ => None,
    }
}
