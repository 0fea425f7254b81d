//! Constructs that bind names: quantifiers, CHOOSE, and the bounds they share with functions and sets.

use super::cursor::{Parsed, Parser};
use crate::ast::{Bound, Expr, ExprKind, Name, Pattern, Quantifier};
use crate::lexer::TokenKind;
use crate::operators::Operator;

pub(super) const MEMBER: TokenKind = TokenKind::Operator(Operator::IN);

impl Parser<'_> {
    pub(super) fn names(&mut self, expected: &str) -> Parsed<Vec<Name>> {
        let mut names = vec![self.name(expected)?];
        while self.eat(TokenKind::Comma) {
            if self.at_definition_line() {
                return Err(self.unexpected(expected));
            }
            names.push(self.name(expected)?);
        }
        Ok(names)
    }

    /// `x \in S, y, z \in T, <<a, b>> \in U`
    pub(super) fn bounds(&mut self) -> Parsed<Vec<Bound>> {
        let mut bounds = vec![self.bound()?];
        while self.eat(TokenKind::Comma) {
            bounds.push(self.bound()?);
        }
        Ok(bounds)
    }

    fn bound(&mut self) -> Parsed<Bound> {
        let pattern = match self.kind() {
            TokenKind::LeftAngle => self.tuple_pattern()?,
            _ => Pattern::Names(self.names("a name to bind")?),
        };
        self.bound_of(pattern)
    }

    fn bound_of(&mut self, pattern: Pattern) -> Parsed<Bound> {
        self.expect(MEMBER, "`\\in` and a set after a bound name")?;
        Ok(Bound { pattern, set: self.expression()? })
    }

    fn tuple_pattern(&mut self) -> Parsed<Pattern> {
        self.advance();
        let names = self.names("a name in a tuple of bound names")?;
        self.expect(TokenKind::RightAngle, "`,` or `>>` after a bound name")?;
        Ok(Pattern::Tuple(names))
    }

    pub(super) fn quantified(&mut self) -> Parsed<Expr> {
        let token = self.advance();
        let quantifier = match token.kind {
            TokenKind::ForAll => Quantifier::ForAll,
            TokenKind::Exists => Quantifier::Exists,
            TokenKind::TemporalForAll => Quantifier::TemporalForAll,
            _ => Quantifier::TemporalExists,
        };
        let kind = self.quantified_by(quantifier)?;
        Ok(Expr { kind, span: self.span_from(token.start) })
    }

    fn quantified_by(&mut self, quantifier: Quantifier) -> Parsed<ExprKind> {
        let mut bounds = Vec::new();
        if self.kind() != TokenKind::LeftAngle {
            let names = self.names("a name to bind")?;
            let temporal = matches!(quantifier, Quantifier::TemporalForAll | Quantifier::TemporalExists);
            if temporal || self.kind() == TokenKind::Colon {
                self.expect(TokenKind::Colon, "`:` after the bound names")?;
                let body = Box::new(self.expression()?);
                return Ok(ExprKind::UnboundedQuantified { quantifier, names, body });
            }
            bounds.push(self.bound_of(Pattern::Names(names))?);
            if self.eat(TokenKind::Comma) {
                bounds.extend(self.bounds()?);
            }
        } else {
            bounds = self.bounds()?;
        }
        self.expect(TokenKind::Colon, "`:` after the bounds of the quantifier")?;
        let body = Box::new(self.expression()?);
        Ok(ExprKind::Quantified { quantifier, bounds, body })
    }

    /// `CHOOSE x \in S : P`, `CHOOSE x : P`
    pub(super) fn choose(&mut self) -> Parsed<ExprKind> {
        self.advance();
        let pattern = match self.kind() {
            TokenKind::LeftAngle => self.tuple_pattern()?,
            _ => Pattern::Names(vec![self.name("a name after CHOOSE")?]),
        };
        let set = if self.eat(MEMBER) { Some(Box::new(self.expression()?)) } else { None };
        self.expect(TokenKind::Colon, "`:` after the bound of CHOOSE")?;
        let body = Box::new(self.expression()?);
        Ok(ExprKind::Choose { pattern, set, body })
    }

    /// Whether a bound starts here: names or a tuple of names, and `\in`. Looks at names and commas only.
    pub(super) fn at_bound(&self) -> bool {
        let tuple = self.kind() == TokenKind::LeftAngle;
        let mut count = usize::from(tuple);
        while self.kind_after(count) == TokenKind::Name {
            match self.kind_after(count + 1) {
                TokenKind::Comma => count += 2,
                TokenKind::RightAngle if tuple => return self.kind_after(count + 2) == MEMBER,
                kind => return !tuple && kind == MEMBER,
            }
        }
        false
    }
}
