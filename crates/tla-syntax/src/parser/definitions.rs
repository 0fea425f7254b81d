//! Definitions, declarations of operators, LET, and INSTANCE.

use super::cursor::{Parsed, Parser};
use crate::ast::{Definition, DefinitionKind, ExprKind, Instance, Name, OperatorDeclaration, Unit};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// A definition of an operator, a function or an instance, after its `LOCAL`.
    pub(super) fn definition(&mut self, local: bool, start: u32) -> Parsed<Definition> {
        let (name, kind) = match self.kind() {
            TokenKind::Operator(operator) if operator.is_prefix() => {
                let token = self.advance();
                let parameter = self.name("the parameter of a prefix operator")?;
                (self.symbol_name(operator, token), self.symbol_definition(vec![parameter])?)
            }
            _ => self.named_definition()?,
        };
        Ok(Definition { local, name, kind, span: self.span_from(start) })
    }

    fn named_definition(&mut self) -> Parsed<(Name, DefinitionKind)> {
        let name = self.name("a definition")?;
        match self.kind() {
            TokenKind::Define => {
                let kind = self.operator_or_instance(Vec::new())?;
                Ok((name, kind))
            }
            TokenKind::LeftParenthesis => {
                let parameters = self.parameters()?;
                let kind = self.operator_or_instance(parameters)?;
                Ok((name, kind))
            }
            TokenKind::LeftBracket => {
                self.advance();
                let bounds = self.bounds()?;
                self.expect(TokenKind::RightBracket, "`,` or `]` after the bounds of a function")?;
                self.define(&name)?;
                let body = self.expression()?;
                Ok((name, DefinitionKind::Function { bounds, body }))
            }
            TokenKind::Operator(operator) if operator.is_postfix() => {
                let token = self.advance();
                Ok((self.symbol_name(operator, token), self.symbol_definition(vec![name])?))
            }
            TokenKind::Operator(operator) if operator.is_infix() && self.kind_after(2) == TokenKind::Define => {
                let token = self.advance();
                let right = self.name("the second parameter of an infix operator")?;
                Ok((self.symbol_name(operator, token), self.symbol_definition(vec![name, right])?))
            }
            _ => Err(self.no_definition(&name)),
        }
    }

    fn define(&mut self, name: &Name) -> Parsed<()> {
        if self.eat(TokenKind::Define) {
            return Ok(());
        }
        Err(self.no_definition(name))
    }

    fn symbol_definition(&mut self, parameters: Vec<Name>) -> Parsed<DefinitionKind> {
        self.expect(TokenKind::Define, "`==` and the definition of the operator")?;
        let parameters = parameters.into_iter().map(|name| OperatorDeclaration { name, arity: 0 }).collect();
        Ok(DefinitionKind::Operator { parameters, body: self.expression()? })
    }

    fn operator_or_instance(&mut self, parameters: Vec<OperatorDeclaration>) -> Parsed<DefinitionKind> {
        self.expect(TokenKind::Define, "`==`")?;
        if self.is_keyword(Keyword::Instance) {
            return Ok(DefinitionKind::Instance { parameters, instance: self.instance()? });
        }
        Ok(DefinitionKind::Operator { parameters, body: self.expression()? })
    }

    /// Parameters in parentheses; the next token is `(`.
    fn parameters(&mut self) -> Parsed<Vec<OperatorDeclaration>> {
        self.advance();
        let parameters = self.declarations()?;
        self.expect(TokenKind::RightParenthesis, "`,` or `)` after a parameter")?;
        Ok(parameters)
    }

    pub(super) fn declarations(&mut self) -> Parsed<Vec<OperatorDeclaration>> {
        let mut declarations = vec![self.declaration()?];
        while self.eat(TokenKind::Comma) {
            if self.at_definition_line() {
                return Err(self.unexpected("the name of a constant or operator"));
            }
            declarations.push(self.declaration()?);
        }
        Ok(declarations)
    }

    /// `N`, `Op(_, _)`, `_ + _`, `-. _`, `_ ^+`
    pub(super) fn declaration(&mut self) -> Parsed<OperatorDeclaration> {
        let token = self.token();
        match self.kind() {
            TokenKind::Underscore => {
                self.advance();
                let symbol = self.token();
                match self.kind() {
                    TokenKind::Operator(operator) if operator.is_infix() => {
                        self.advance();
                        self.placeholder()?;
                        Ok(OperatorDeclaration { name: self.symbol_name(operator, symbol), arity: 2 })
                    }
                    TokenKind::Operator(operator) if operator.is_postfix() => {
                        self.advance();
                        Ok(OperatorDeclaration { name: self.symbol_name(operator, symbol), arity: 1 })
                    }
                    _ => Err(self.unexpected("an infix or postfix operator after `_`")),
                }
            }
            TokenKind::Operator(operator) if operator.is_prefix() => {
                self.advance();
                self.placeholder()?;
                Ok(OperatorDeclaration { name: self.symbol_name(operator, token), arity: 1 })
            }
            _ => {
                let name = self.name("the name of a constant or operator")?;
                Ok(OperatorDeclaration { name, arity: self.declared_arity()? })
            }
        }
    }

    fn declared_arity(&mut self) -> Parsed<usize> {
        // In `ASSUME CONSTANT A (B + C) PROVE …` the parenthesis starts an expression.
        if self.kind() != TokenKind::LeftParenthesis || self.kind_after(1) != TokenKind::Underscore {
            return Ok(0);
        }
        self.advance();
        self.placeholder()?;
        let mut arity = 1;
        while self.eat(TokenKind::Comma) {
            self.placeholder()?;
            arity += 1;
        }
        self.expect(TokenKind::RightParenthesis, "`,` or `)` after `_`")?;
        Ok(arity)
    }

    fn placeholder(&mut self) -> Parsed<()> {
        self.expect(TokenKind::Underscore, "`_` for a parameter").map(|_| ())
    }

    pub(super) fn let_in(&mut self) -> Parsed<ExprKind> {
        self.advance();
        let mut units = Vec::new();
        while !self.is_keyword(Keyword::In) {
            let start = self.token().start;
            units.push(match self.kind() {
                TokenKind::Keyword(Keyword::Recursive) => {
                    self.advance();
                    Unit::Recursive(self.declarations()?)
                }
                TokenKind::Keyword(Keyword::Local) => {
                    self.advance();
                    Unit::Definition(self.definition(true, start)?)
                }
                TokenKind::Name | TokenKind::Operator(_) if self.may_define() => {
                    Unit::Definition(self.definition(false, start)?)
                }
                _ => return Err(self.unexpected("a definition or `IN`")),
            });
        }
        if units.is_empty() {
            return Err(self.unexpected("a definition after `LET`"));
        }
        self.advance();
        let body = Box::new(self.expression()?);
        Ok(ExprKind::Let { units, body })
    }

    /// `INSTANCE M WITH a <- e, b <- f`; the next token is `INSTANCE`.
    pub(super) fn instance(&mut self) -> Parsed<Instance> {
        let start = self.advance().start;
        let module = self.name_or_keyword("the name of a module after `INSTANCE`")?;
        let mut substitutions = Vec::new();
        if self.eat_keyword(Keyword::With) {
            substitutions.push(self.substitution()?);
            while self.eat(TokenKind::Comma) {
                substitutions.push(self.substitution()?);
            }
        }
        Ok(Instance { module, substitutions, span: self.span_from(start) })
    }

    fn substitution(&mut self) -> Parsed<(Name, crate::ast::Expr)> {
        let token = self.token();
        let name = match self.kind() {
            TokenKind::Operator(operator) => {
                self.advance();
                self.symbol_name(operator, token)
            }
            _ => self.name("the name of a constant or variable to replace")?,
        };
        self.expect(TokenKind::LeftArrow, "`<-` and what replaces the name")?;
        Ok((name, self.argument()?))
    }
}
