//! Theorems and their proofs. A proof is read, to know where it ends, and dropped.

use super::binders::MEMBER;
use super::cursor::{Failed, Parsed, Parser};
use crate::ast::{Expr, Unit};
use crate::lexer::{Keyword, TokenKind};
use crate::operators::Operator;

impl Parser<'_> {
    /// The next token is `THEOREM` or one of its synonyms.
    pub(super) fn theorem(&mut self) -> Parsed<Unit> {
        let theorem = self.advance();
        let name = self.unit_name();
        let body = self.statement()?;
        let span = self.span_from(theorem.start);
        let (proof, nesting, reports) = (self.position, self.nesting, self.diagnostic_count());
        if self.proof().is_err() {
            // What cannot be read as a proof does not matter to a model checker.
            self.forget_diagnostics_after(reports);
            self.reset(nesting);
            self.position = proof;
            self.skip_proof(theorem.column);
        }
        self.in_proof = false;
        Ok(Unit::Theorem { name, body, span })
    }

    fn skip_proof(&mut self, column: u32) {
        while !self.at_unit_start(column) {
            self.advance();
        }
    }

    /// An expression, or `ASSUME … PROVE …`, which has no value.
    fn statement(&mut self) -> Parsed<Option<Expr>> {
        if self.at_assume() {
            self.assume_prove()?;
            return Ok(None);
        }
        self.expression().map(Some)
    }

    /// `ASSUME` or `[]ASSUME`
    fn at_assume(&self) -> bool {
        let boxed = usize::from(self.kind() == TokenKind::Operator(Operator::ALWAYS));
        self.kind_after(boxed) == TokenKind::Keyword(Keyword::Assume)
    }

    fn assume_prove(&mut self) -> Parsed<()> {
        self.enter()?;
        self.eat(TokenKind::Operator(Operator::ALWAYS));
        self.expect_keyword(Keyword::Assume, "`ASSUME`")?;
        loop {
            match self.kind() {
                _ if self.at_assume() => self.assume_prove()?,
                TokenKind::Name if self.kind_after(1) == TokenKind::ColonColon => {
                    self.advance();
                    self.advance();
                    self.statement()?;
                }
                TokenKind::Keyword(
                    Keyword::New
                    | Keyword::Constant
                    | Keyword::Variable
                    | Keyword::State
                    | Keyword::Action
                    | Keyword::Temporal,
                ) => self.new_symbol()?,
                _ => {
                    self.expression()?;
                }
            }
            if !self.eat(TokenKind::Comma) {
                break;
            }
        }
        self.eat(TokenKind::Operator(Operator::ALWAYS));
        self.expect_keyword(Keyword::Prove, "`,` or `PROVE`")?;
        self.expression()?;
        self.leave();
        Ok(())
    }

    /// `NEW x \in S`, `NEW VARIABLE x`, `CONSTANT Op(_)`
    fn new_symbol(&mut self) -> Parsed<()> {
        self.eat_keyword(Keyword::New);
        if let TokenKind::Keyword(
            Keyword::Constant | Keyword::Variable | Keyword::State | Keyword::Action | Keyword::Temporal,
        ) = self.kind()
        {
            self.advance();
        }
        self.declaration()?;
        if self.eat(MEMBER) {
            self.expression()?;
        }
        Ok(())
    }

    /// A whole proof, if one starts here. Steps of all levels follow each other: every step starts with its name,
    /// and no unit does.
    fn proof(&mut self) -> Parsed<()> {
        self.in_proof = true;
        loop {
            match self.kind() {
                TokenKind::Keyword(Keyword::Proof | Keyword::Obvious | Keyword::Omitted) => {
                    self.advance();
                }
                TokenKind::Keyword(Keyword::By) => self.facts()?,
                TokenKind::ProofStep => {
                    self.advance();
                    self.step()?;
                }
                _ => return Ok(()),
            }
        }
    }

    pub(super) fn use_or_hide(&mut self) -> Parsed<()> {
        self.in_proof = true;
        self.facts()?;
        self.in_proof = false;
        Ok(())
    }

    /// `BY ONLY a, MODULE M, <1>2 DEF b, c`; the next token is `BY`, `USE` or `HIDE`.
    fn facts(&mut self) -> Parsed<()> {
        self.advance();
        self.eat_keyword(Keyword::Only);
        if !self.is_keyword(Keyword::Def) {
            self.fact_list()?;
        }
        if self.eat_keyword(Keyword::Def) {
            self.fact_list()?;
        }
        Ok(())
    }

    fn fact_list(&mut self) -> Parsed<()> {
        loop {
            if self.eat_keyword(Keyword::Module) {
                self.name_or_keyword("the name of a module")?;
            } else {
                self.argument()?;
            }
            if !self.eat(TokenKind::Comma) {
                return Ok(());
            }
        }
    }

    /// What follows the name of a step.
    fn step(&mut self) -> Parsed<()> {
        match self.kind() {
            TokenKind::Keyword(Keyword::Qed) => {
                self.advance();
                Ok(())
            }
            TokenKind::Keyword(Keyword::Use | Keyword::Hide) => self.facts(),
            TokenKind::Keyword(Keyword::Instance) => self.instance().map(|_| ()),
            TokenKind::Keyword(Keyword::Define) => {
                self.advance();
                self.step_definitions()
            }
            TokenKind::Keyword(Keyword::Have | Keyword::Case) => {
                self.advance();
                self.expression().map(|_| ())
            }
            TokenKind::Keyword(Keyword::Take) => {
                self.advance();
                self.bounds_or_names()
            }
            TokenKind::Keyword(Keyword::Witness) => {
                self.advance();
                self.fact_list()
            }
            TokenKind::Keyword(Keyword::Pick) => {
                self.advance();
                self.bounds_or_names()?;
                self.expect(TokenKind::Colon, "`:` after what PICK binds")?;
                self.expression().map(|_| ())
            }
            TokenKind::Keyword(Keyword::Suffices) => {
                self.advance();
                self.statement().map(|_| ())
            }
            _ if self.at_definition() => self.step_definitions(),
            _ => self.statement().map(|_| ()),
        }
    }

    fn step_definitions(&mut self) -> Parsed<()> {
        let first = self.position;
        while self.at_definition() {
            let start = self.token().start;
            self.definition(false, start)?;
        }
        if self.position == first {
            return Err(self.unexpected("a definition"));
        }
        Ok(())
    }

    fn bounds_or_names(&mut self) -> Parsed<()> {
        if self.at_bound() {
            return self.bounds().map(|_| ());
        }
        self.names("a name to bind").map(|_| ()).map_err(|Failed| Failed)
    }
}
