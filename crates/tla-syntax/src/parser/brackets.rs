//! Everything in braces, square brackets and angle brackets.

use super::cursor::{Parsed, Parser};
use super::expressions::plain_name;
use crate::ast::{Bound, Builtin, Expr, ExprKind, Name, Pattern, Update, UpdateStep};
use crate::lexer::{Keyword, TokenKind};
use crate::operators::Operator;

impl Parser<'_> {
    pub(super) fn braces(&mut self) -> Parsed<Expr> {
        let open = self.advance();
        let kind = self.brace_content()?;
        Ok(Expr { kind, span: self.span_from(open.start) })
    }

    fn brace_content(&mut self) -> Parsed<ExprKind> {
        if self.eat(TokenKind::RightBrace) {
            return Ok(ExprKind::SetEnumeration(Vec::new()));
        }
        let may_bind = self.may_bind();
        let first = self.expression()?;
        if !self.eat(TokenKind::Colon) {
            let mut elements = vec![first];
            while self.eat(TokenKind::Comma) {
                elements.push(self.expression()?);
            }
            self.expect(TokenKind::RightBrace, "`,`, `:` or `}`")?;
            return Ok(ExprKind::SetEnumeration(elements));
        }
        let kind = match if may_bind { as_bound(first) } else { Err(first) } {
            Ok(bound) => {
                let predicate = Box::new(self.expression()?);
                ExprKind::SetFilter { bound: Box::new(bound), predicate }
            }
            Err(body) => ExprKind::SetMap { body: Box::new(body), bounds: self.bounds()? },
        };
        self.expect(TokenKind::RightBrace, "`}`")?;
        Ok(kind)
    }

    /// Whether an expression `x \in S` here may be a bound: in `{(x) \in S : x \in T}` it is none.
    fn may_bind(&self) -> bool {
        matches!(self.kind(), TokenKind::Name | TokenKind::LeftAngle)
    }

    pub(super) fn brackets(&mut self) -> Parsed<Expr> {
        let open = self.advance();
        let kind = match (self.is_field_name(0), self.kind_after(1)) {
            (true, TokenKind::MapsTo) => {
                ExprKind::Record(self.fields(TokenKind::MapsTo, "`|->` after a field's name")?)
            }
            (true, TokenKind::Colon) => ExprKind::RecordSet(self.fields(TokenKind::Colon, "`:` after a field's name")?),
            (true, TokenKind::Comma) => {
                let bounds = self.bounds()?;
                self.function(bounds)?
            }
            _ => self.bracketed_expression()?,
        };
        Ok(Expr { kind, span: self.span_from(open.start) })
    }

    /// The rest of `[x \in S |-> e]` after the bounds.
    fn function(&mut self, bounds: Vec<Bound>) -> Parsed<ExprKind> {
        self.expect(TokenKind::MapsTo, "`|->` after the bounds of a function")?;
        let body = Box::new(self.expression()?);
        self.expect(TokenKind::RightBracket, "`]`")?;
        Ok(ExprKind::Function { bounds, body })
    }

    fn fields(&mut self, between: TokenKind, expected: &str) -> Parsed<Vec<(Name, Expr)>> {
        let mut fields = Vec::new();
        loop {
            let name = self.name_or_keyword("the name of a field")?;
            self.expect(between, expected)?;
            fields.push((name, self.expression()?));
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.expect(TokenKind::RightBracket, "`,` or `]` after a field")?;
        Ok(fields)
    }

    /// `[x \in S |-> e]`, `[S -> T]`, `[f EXCEPT …]`, `[A]_v`
    fn bracketed_expression(&mut self) -> Parsed<ExprKind> {
        let may_bind = self.may_bind();
        let first = self.expression()?;
        if may_bind && matches!(self.kind(), TokenKind::MapsTo | TokenKind::Comma) {
            let Ok(bound) = as_bound(first) else {
                return Err(self.unexpected("`->`, `EXCEPT`, `]_` or an operator"));
            };
            let mut bounds = vec![bound];
            if self.eat(TokenKind::Comma) {
                bounds.extend(self.bounds()?);
            }
            return self.function(bounds);
        }
        let first = Box::new(first);
        match self.kind() {
            TokenKind::Arrow => {
                self.advance();
                let range = Box::new(self.expression()?);
                self.expect(TokenKind::RightBracket, "`]`")?;
                Ok(ExprKind::FunctionSet { domain: first, range })
            }
            TokenKind::Keyword(Keyword::Except) => {
                self.advance();
                let mut updates = vec![self.update()?];
                while self.eat(TokenKind::Comma) {
                    updates.push(self.update()?);
                }
                self.expect(TokenKind::RightBracket, "`,` or `]` after an update")?;
                Ok(ExprKind::Except { base: first, updates })
            }
            TokenKind::RightBracketUnderscore => {
                self.advance();
                let subscript = Box::new(self.subscript()?);
                Ok(ExprKind::BoxAction { action: first, subscript })
            }
            _ => Err(self.unexpected("`->`, `EXCEPT`, `]_` or an operator")),
        }
    }

    /// `![a].b = e`
    fn update(&mut self) -> Parsed<Update> {
        let bang = self.expect(TokenKind::Bang, "`!` and what to replace")?;
        let mut path = Vec::new();
        loop {
            match self.kind() {
                TokenKind::Dot => {
                    self.advance();
                    path.push(UpdateStep::Field(self.name_or_keyword("the name of a field after `!.`")?));
                }
                TokenKind::LeftBracket => {
                    self.advance();
                    let index = self.expressions(TokenKind::RightBracket, "`,` or `]` after an index")?;
                    path.push(UpdateStep::Index(index));
                }
                _ if path.is_empty() => return Err(self.unexpected("`[` or `.` after `!`")),
                _ => break,
            }
        }
        self.expect(TokenKind::Operator(Operator::EQUAL), "`=` and the new value")?;
        let value = self.expression()?;
        Ok(Update { path, value, span: self.span_from(bang.start) })
    }

    /// `<<a, b>>`, `<<A>>_v`
    pub(super) fn angles(&mut self) -> Parsed<Expr> {
        let open = self.advance();
        let mut elements = Vec::new();
        if self.kind() != TokenKind::RightAngle {
            elements.push(self.expression()?);
            while self.eat(TokenKind::Comma) {
                elements.push(self.expression()?);
            }
        }
        let kind = if self.kind() == TokenKind::RightAngleUnderscore && elements.len() == 1 {
            self.advance();
            let subscript = Box::new(self.subscript()?);
            let action = elements.pop().map(Box::new).ok_or(super::cursor::Failed)?;
            ExprKind::AngleAction { action, subscript }
        } else {
            self.expect(TokenKind::RightAngle, "`,` or `>>`")?;
            ExprKind::Tuple(elements)
        };
        Ok(Expr { kind, span: self.span_from(open.start) })
    }
}

/// `x \in S` or `<<x, y>> \in S` as a bound; anything else comes back.
fn as_bound(expr: Expr) -> Result<Bound, Expr> {
    let span = expr.span;
    let restore = |operands| Expr { kind: ExprKind::Builtin(Builtin::In, operands), span };
    match expr.kind {
        ExprKind::Builtin(Builtin::In, operands) => match <[Expr; 2]>::try_from(operands) {
            Ok([element, set]) => match as_pattern(&element) {
                Some(pattern) => Ok(Bound { pattern, set }),
                None => Err(restore(vec![element, set])),
            },
            Err(operands) => Err(restore(operands)),
        },
        kind => Err(Expr { kind, span }),
    }
}

fn as_pattern(element: &Expr) -> Option<Pattern> {
    match &element.kind {
        ExprKind::Tuple(elements) if !elements.is_empty() => {
            Some(Pattern::Tuple(elements.iter().map(|element| plain_name(element).cloned()).collect::<Option<_>>()?))
        }
        _ => Some(Pattern::Names(vec![plain_name(element)?.clone()])),
    }
}
