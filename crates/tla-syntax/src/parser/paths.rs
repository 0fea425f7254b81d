//! Names with arguments, through instances: `I(a)!Op(b)`; labels; arguments that may be operators.

use super::cursor::{Parsed, Parser};
use super::expressions::plain_name;
use crate::ast::{Expr, ExprKind, Name, OperatorDeclaration, PathSegment, SegmentName};
use crate::diagnostic::{Code, Diagnostic};
use crate::lexer::{Keyword, TokenKind};
use crate::operators::Operator;

impl Parser<'_> {
    pub(super) fn path_or_label(&mut self) -> Parsed<Expr> {
        let path = self.path()?;
        if self.kind() != TokenKind::ColonColon {
            return Ok(path);
        }
        let start = path.span.start;
        let Some((label, parameters)) = as_label(path) else {
            let message = "only a label may stand before `::`: a name, with names as its arguments";
            let span = self.span_of(self.token());
            return Err(self.fail(Diagnostic::new(Code::Syntax, span, message)));
        };
        self.advance();
        let body = Box::new(self.expression()?);
        Ok(Expr { kind: ExprKind::Labeled { label, parameters, body }, span: self.span_from(start) })
    }

    pub(super) fn path(&mut self) -> Parsed<Expr> {
        let token = self.advance();
        let name = match token.kind {
            TokenKind::Operator(operator) => self.symbol_name(operator, token),
            _ => self.name_of(token),
        };
        let mut segments = vec![self.named_segment(SegmentName::Name(name), token.start)?];
        while self.kind() == TokenKind::Bang {
            self.advance();
            segments.push(self.segment()?);
        }
        Ok(Expr { kind: ExprKind::Path(segments), span: self.span_from(token.start) })
    }

    fn named_segment(&mut self, name: SegmentName, start: u32) -> Parsed<PathSegment> {
        let arguments = match self.kind() {
            TokenKind::LeftParenthesis => self.arguments()?,
            _ => Vec::new(),
        };
        Ok(PathSegment { name, arguments, span: self.span_from(start) })
    }

    /// What stands after `!`.
    fn segment(&mut self) -> Parsed<PathSegment> {
        let token = self.token();
        match self.kind() {
            TokenKind::Name | TokenKind::ProofStep => {
                self.advance();
                self.named_segment(SegmentName::Name(self.name_of(token)), token.start)
            }
            TokenKind::Operator(Operator::EQUAL) => {
                let diagnostic = Diagnostic::new(Code::Syntax, self.span_of(token), "`!=` is not an operator of TLA+");
                Err(self.fail(diagnostic.with_hint("write `#` or `/=`")))
            }
            TokenKind::Operator(operator) => {
                self.advance();
                self.named_segment(SegmentName::Name(self.symbol_name(operator, token)), token.start)
            }
            TokenKind::LeftParenthesis => {
                let arguments = self.arguments()?;
                let name = SegmentName::Selector("()".to_owned());
                Ok(PathSegment { name, arguments, span: self.span_from(token.start) })
            }
            TokenKind::LeftAngle | TokenKind::RightAngle | TokenKind::Colon | TokenKind::At | TokenKind::Number => {
                self.advance();
                let text = match token.kind {
                    TokenKind::LeftAngle => "<<",
                    TokenKind::RightAngle => ">>",
                    _ => self.slice(token),
                };
                let name = SegmentName::Selector(text.to_owned());
                Ok(PathSegment { name, arguments: Vec::new(), span: self.span_of(token) })
            }
            _ => Err(self.unexpected("a name or an operator after `!`")),
        }
    }

    /// Arguments in parentheses; the next token is `(`.
    pub(super) fn arguments(&mut self) -> Parsed<Vec<Expr>> {
        self.advance();
        let mut arguments = vec![self.argument()?];
        while self.eat(TokenKind::Comma) {
            arguments.push(self.argument()?);
        }
        self.expect(TokenKind::RightParenthesis, "`,` or `)` after an argument")?;
        Ok(arguments)
    }

    /// An expression, LAMBDA, or a bare operator symbol.
    pub(super) fn argument(&mut self) -> Parsed<Expr> {
        match self.kind() {
            TokenKind::Operator(operator) if self.is_bare_operator(operator) => {
                let token = self.advance();
                let span = self.span_of(token);
                let name = SegmentName::Name(self.symbol_name(operator, token));
                self.height = self.height.max(1);
                Ok(Expr { kind: ExprKind::Path(vec![PathSegment { name, arguments: Vec::new(), span }]), span })
            }
            TokenKind::Keyword(Keyword::Lambda) => self.lambda(),
            _ => self.expression(),
        }
    }

    /// Whether the operator at the next token stands for itself, and does not start an expression.
    fn is_bare_operator(&self, operator: Operator) -> bool {
        let starts_expression =
            operator.is_prefix() || matches!(operator, Operator::MINUS | Operator::AND | Operator::OR);
        match self.kind_after(1) {
            TokenKind::LeftParenthesis => false,
            TokenKind::Comma | TokenKind::RightParenthesis | TokenKind::ItemEnd => true,
            TokenKind::EndModule | TokenKind::Separator | TokenKind::EndOfText => true,
            TokenKind::Keyword(keyword) => !starts_expression || ends_unit(keyword),
            TokenKind::Name if self.kind_after(2) == TokenKind::Define => true,
            _ => !starts_expression,
        }
    }

    fn lambda(&mut self) -> Parsed<Expr> {
        let token = self.advance();
        let names = self.names("a parameter of LAMBDA")?;
        let parameters = names.into_iter().map(|name| OperatorDeclaration { name, arity: 0 }).collect();
        self.expect(TokenKind::Colon, "`,` or `:` after a parameter of LAMBDA")?;
        let body = Box::new(self.expression()?);
        self.height += 1;
        Ok(Expr { kind: ExprKind::Lambda { parameters, body }, span: self.span_from(token.start) })
    }
}

/// Keywords that cannot stand inside an expression: an operator before them has no operand.
fn ends_unit(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::Constant
            | Keyword::Variable
            | Keyword::Assume
            | Keyword::Axiom
            | Keyword::Theorem
            | Keyword::Instance
            | Keyword::Local
            | Keyword::Recursive
            | Keyword::In
    )
}

fn as_label(path: Expr) -> Option<(Name, Vec<Name>)> {
    let ExprKind::Path(mut segments) = path.kind else { return None };
    let segment = segments.pop().filter(|_| segments.is_empty())?;
    let SegmentName::Name(label) = segment.name else { return None };
    let parameters = segment.arguments.iter().map(|argument| plain_name(argument).cloned()).collect::<Option<_>>()?;
    Some((label, parameters))
}
