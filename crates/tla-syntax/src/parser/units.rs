//! Modules and the units they are made of.

use super::cursor::{Parsed, Parser};
use super::messages::UNIT;
use crate::ast::{Module, Name, Unit};
use crate::lexer::{Keyword, TokenKind};

impl Parser<'_> {
    /// A module from its header to its end.
    pub(super) fn module(&mut self) -> Parsed<Module> {
        self.enter()?;
        let start = self.token().start;
        self.expect(TokenKind::Separator, "the header of a module")?;
        self.expect_keyword(Keyword::Module, "`MODULE`")?;
        let name = self.name_or_keyword("the name of the module")?;
        self.expect(TokenKind::Separator, "`----` after the name of the module")?;
        let (start_of_extends, nesting) = (self.position, self.nesting);
        let extends = match self.extends() {
            Ok(names) => names,
            Err(failed) => {
                self.recover(failed, start_of_extends, nesting)?;
                Vec::new()
            }
        };
        let units = self.units()?;
        self.leave();
        Ok(Module { name, extends, units, span: self.span_from(start) })
    }

    fn extends(&mut self) -> Parsed<Vec<Name>> {
        let mut names = Vec::new();
        if self.eat_keyword(Keyword::Extends) {
            names.push(self.name_or_keyword("the name of a module after `EXTENDS`")?);
            while self.eat(TokenKind::Comma) {
                names.push(self.name_or_keyword("the name of a module")?);
            }
            self.end_names()?;
        }
        Ok(names)
    }

    /// Units up to the end of the module, which is read too. A unit that fails is skipped, so that the next ones are
    /// checked as well.
    fn units(&mut self) -> Parsed<Vec<Unit>> {
        let mut units = Vec::new();
        loop {
            match self.kind() {
                TokenKind::EndModule => {
                    self.advance();
                    return Ok(units);
                }
                TokenKind::EndOfText => return Err(self.unexpected("`====`, the end of the module")),
                TokenKind::Separator if self.kind_after(1) != TokenKind::Keyword(Keyword::Module) => {
                    self.advance();
                }
                _ => {
                    let start = self.position;
                    let nesting = self.nesting;
                    match self.unit(&mut units) {
                        Ok(()) => {}
                        Err(failed) => self.recover(failed, start, nesting)?,
                    }
                }
            }
        }
    }

    fn unit(&mut self, units: &mut Vec<Unit>) -> Parsed<()> {
        let start = self.token().start;
        let unit = match self.kind() {
            TokenKind::Separator => Unit::Module(self.module()?),
            TokenKind::Name | TokenKind::Operator(_) => self.definition_unit(false, start)?,
            TokenKind::Keyword(keyword) => match self.keyword_unit(keyword)? {
                Some(unit) => unit,
                None => return Ok(()),
            },
            _ => return Err(self.unexpected(UNIT)),
        };
        units.push(unit);
        Ok(())
    }

    fn definition_unit(&mut self, local: bool, start: u32) -> Parsed<Unit> {
        match self.kind() {
            TokenKind::Operator(operator) if !operator.is_prefix() => Err(self.unexpected(UNIT)),
            _ => Ok(Unit::Definition(self.definition(local, start)?)),
        }
    }

    /// A unit that starts with a keyword; `None` for `USE` and `HIDE`, which only matter to proofs.
    fn keyword_unit(&mut self, keyword: Keyword) -> Parsed<Option<Unit>> {
        let start = self.token().start;
        let unit = match keyword {
            Keyword::Constant => {
                self.advance();
                let declarations = self.declarations()?;
                self.end_names()?;
                Unit::Constants(declarations)
            }
            Keyword::Variable => {
                self.advance();
                let names = self.names("the name of a variable")?;
                self.end_names()?;
                Unit::Variables(names)
            }
            Keyword::Recursive => {
                self.advance();
                Unit::Recursive(self.declarations()?)
            }
            Keyword::Local => {
                self.advance();
                match self.kind() {
                    TokenKind::Keyword(Keyword::Instance) => Unit::Instance { instance: self.instance()?, local: true },
                    TokenKind::Name | TokenKind::Operator(_) => self.definition_unit(true, start)?,
                    _ => return Err(self.unexpected("a definition or `INSTANCE` after `LOCAL`")),
                }
            }
            Keyword::Instance => Unit::Instance { instance: self.instance()?, local: false },
            Keyword::Assume | Keyword::Axiom => {
                self.advance();
                let name = self.unit_name();
                Unit::Assume { name, body: self.expression()? }
            }
            Keyword::Theorem => self.theorem()?,
            Keyword::Use | Keyword::Hide => {
                self.use_or_hide()?;
                return Ok(None);
            }
            _ => return Err(self.unexpected(UNIT)),
        };
        Ok(Some(unit))
    }

    /// Another name on the same line lacks its comma.
    fn end_names(&mut self) -> Parsed<()> {
        if self.kind() == TokenKind::Name && !self.token().first_on_line && !self.at_definition() {
            return Err(self.unexpected("`,` before another name"));
        }
        Ok(())
    }

    /// `Name ==` of an assumption or theorem, if it is there.
    pub(super) fn unit_name(&mut self) -> Option<Name> {
        if self.kind() != TokenKind::Name || self.kind_after(1) != TokenKind::Define {
            return None;
        }
        let token = self.advance();
        self.advance();
        Some(self.name_of(token))
    }
}
