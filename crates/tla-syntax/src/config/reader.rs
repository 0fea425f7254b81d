//! From the text of a configuration to a [`Config`].

use super::keyword::Keyword;
use super::lexer::{self, Token, TokenKind};
use super::{AssignedValue, Config, ConfigName, ConstantAssignment};
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;
use crate::source::{SourceId, Span};

/// Reads a `.cfg` file.
///
/// # Errors
/// Everything that is wrong with the text, in its order, at most [`limits::ERRORS`] of them.
pub fn parse_config(source: SourceId, text: &str) -> Result<Config, Vec<Diagnostic>> {
    if text.len() > limits::FILE_BYTES {
        return Err(vec![limits::file_too_large(Span::new(source, 0, 0), text.len())]);
    }
    let (tokens, errors) = lexer::tokens(source, text);
    let mut reader = Reader { tokens, next: 0, config: Config::default(), errors };
    reader.sections();
    if reader.errors.is_empty() {
        return Ok(reader.config);
    }
    reader.errors.sort_by_key(|error| error.span);
    reader.errors.truncate(limits::ERRORS);
    Err(reader.errors)
}

/// Reads one assignment such as `N = 3` or `N <- Other`, as the command line gives it.
///
/// # Errors
/// What is wrong with the text.
pub fn parse_assignment(source: SourceId, text: &str) -> Result<ConstantAssignment, Vec<Diagnostic>> {
    let (tokens, errors) = lexer::tokens(source, text);
    let mut reader = Reader { tokens, next: 0, config: Config::default(), errors };
    let assignment = reader.assignment().and_then(|assignment| match reader.at_end() {
        true => Ok(assignment),
        false => Err(reader.unexpected("expected nothing more after the value")),
    });
    match assignment {
        Ok(assignment) if reader.errors.is_empty() => Ok(assignment),
        Ok(_) => Err(reader.errors),
        Err(error) => {
            reader.errors.push(error);
            Err(reader.errors)
        }
    }
}

pub(super) struct Reader {
    tokens: Vec<Token>,
    next: usize,
    config: Config,
    errors: Vec<Diagnostic>,
}

pub(super) type Step<T> = Result<T, Diagnostic>;

impl Reader {
    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    fn peek_after(&self, distance: usize) -> &Token {
        &self.tokens[(self.next + distance).min(self.tokens.len() - 1)]
    }

    pub(super) fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    pub(super) fn take_symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_symbol(symbol);
        if found {
            self.take();
        }
        found
    }

    pub(super) fn expect_symbol(&mut self, symbol: &str, after: &str) -> Step<Span> {
        if self.peek().is_symbol(symbol) {
            return Ok(self.take().span);
        }
        Err(self.unexpected(&format!("expected `{symbol}` {after}")))
    }

    pub(super) fn unexpected(&self, wanted: &str) -> Diagnostic {
        let token = self.peek();
        Diagnostic::new(Code::ConfigSyntax, token.span, format!("{wanted}, found {}", token.described()))
    }

    fn keyword(&self) -> Option<Keyword> {
        match &self.peek().kind {
            TokenKind::Word(word) => Keyword::from_word(word),
            _ => None,
        }
    }

    fn at_end(&self) -> bool {
        self.peek().kind == TokenKind::End
    }

    fn sections(&mut self) {
        while !self.at_end() {
            let read = match self.keyword() {
                Some(keyword) => self.section(keyword),
                None => Err(self.not_a_keyword()),
            };
            if let Err(error) = read {
                self.errors.push(error);
                while !self.at_end() && self.keyword().is_none() {
                    self.take();
                }
            }
        }
    }

    fn not_a_keyword(&self) -> Diagnostic {
        let error = self.unexpected("expected a keyword such as SPECIFICATION, INVARIANT or CONSTANT");
        let TokenKind::Word(word) = &self.peek().kind else { return error };
        match Keyword::meant_by(word) {
            Some(meant) => error.with_hint(format!("did you mean `{meant}`?")),
            None => error,
        }
    }

    fn section(&mut self, keyword: Keyword) -> Step<()> {
        let word = self.take();
        match keyword {
            Keyword::Constants => return self.constants(),
            Keyword::Invariants => {
                let names = self.names()?;
                self.config.invariants.extend(names);
            }
            Keyword::Properties => {
                let names = self.names()?;
                self.config.properties.extend(names);
            }
            Keyword::Constraints => {
                let names = self.names()?;
                self.config.constraints.extend(names);
            }
            Keyword::ActionConstraints => {
                let names = self.names()?;
                self.config.action_constraints.extend(names);
            }
            Keyword::CheckDeadlock => return self.check_deadlock(&word),
            Keyword::Ignored => {
                self.name(&word)?;
                let message = format!("{} is ignored", word.described());
                self.config.warnings.push(Diagnostic::new(Code::Unsupported, word.span, message));
            }
            _ => return self.single(keyword, &word),
        }
        Ok(())
    }

    fn single(&mut self, keyword: Keyword, word: &Token) -> Step<()> {
        let name = self.name(word)?;
        let place = match keyword {
            Keyword::Init => &mut self.config.init,
            Keyword::Next => &mut self.config.next,
            Keyword::Specification => &mut self.config.specification,
            Keyword::Symmetry => &mut self.config.symmetry,
            Keyword::View => &mut self.config.view,
            Keyword::Alias => &mut self.config.alias,
            _ => &mut self.config.postcondition,
        };
        if let Some(earlier) = place {
            let message = format!("{} is given a second time", word.described());
            let hint = format!("it is `{}` already; keep one of them", earlier.text);
            self.errors.push(Diagnostic::new(Code::ConfigSyntax, word.span, message).with_hint(hint));
        } else {
            *place = Some(name);
        }
        Ok(())
    }

    fn check_deadlock(&mut self, word: &Token) -> Step<()> {
        let value = match &self.peek().kind {
            TokenKind::Word(text) if text == "TRUE" => true,
            TokenKind::Word(text) if text == "FALSE" => false,
            _ => return Err(self.unexpected("expected TRUE or FALSE after CHECK_DEADLOCK")),
        };
        self.take();
        if self.config.check_deadlock.replace(value).is_some() {
            let message = "`CHECK_DEADLOCK` is given a second time";
            self.errors.push(Diagnostic::new(Code::ConfigSyntax, word.span, message));
        }
        Ok(())
    }

    /// The names after a keyword, up to the next keyword.
    fn names(&mut self) -> Step<Vec<ConfigName>> {
        let mut names = Vec::new();
        while !self.at_end() && self.keyword().is_none() {
            if self.take_symbol(",") {
                continue;
            }
            let name = self.operator_name("expected the name of a definition")?;
            self.warn_if_nearly_keyword(&name);
            names.push(name);
        }
        Ok(names)
    }

    /// `INVARAINT Foo` after a list of names reads as two more names; what is meant is nearly always the keyword.
    fn warn_if_nearly_keyword(&mut self, name: &ConfigName) {
        let shouted =
            name.text.len() > 3 && name.text.chars().all(|character| character.is_uppercase() || character == '_');
        if let (true, Some(meant)) = (shouted, Keyword::meant_by(&name.text)) {
            let message = format!("`{}` is read as the name of a definition", name.text);
            let warning = Diagnostic::new(Code::ConfigSyntax, name.span, message);
            self.config.warnings.push(warning.with_hint(format!("did you mean the keyword `{meant}`?")));
        }
    }

    fn name(&mut self, keyword: &Token) -> Step<ConfigName> {
        if self.keyword().is_some() {
            return Err(self.unexpected(&format!("expected a name after {}", keyword.described())));
        }
        self.operator_name(&format!("expected a name after {}", keyword.described()))
    }

    /// `Op`, `I!Op`, or an operator symbol.
    pub(super) fn operator_name(&mut self, wanted: &str) -> Step<ConfigName> {
        let mut name = self.simple_name(wanted)?;
        while self.take_symbol("!") {
            let part = self.simple_name("expected a name after `!`")?;
            name.text = format!("{}!{}", name.text, part.text);
            name.span = name.span.to(part.span);
        }
        Ok(name)
    }

    fn simple_name(&mut self, wanted: &str) -> Step<ConfigName> {
        const NOT_NAMES: [&str; 12] = ["{", "}", "[", "]", "(", ")", ",", "!", "=", "<-", "<<", ">>"];
        let text = match &self.peek().kind {
            TokenKind::Word(text) => text.clone(),
            TokenKind::Symbol(text) if !NOT_NAMES.contains(&text.as_str()) => text.clone(),
            _ => return Err(self.unexpected(wanted)),
        };
        let span = self.take().span;
        Ok(ConfigName { text, span })
    }

    fn constants(&mut self) -> Step<()> {
        while !self.at_end() && self.keyword().is_none() {
            if self.take_symbol(",") {
                continue;
            }
            let assignment = self.assignment()?;
            self.config.constants.push(assignment);
        }
        Ok(())
    }

    fn assignment(&mut self) -> Step<ConstantAssignment> {
        let name = self.operator_name("expected the name of a constant")?;
        if self.take_symbol("<-") {
            let module = self.module_qualifier();
            let operator = self.operator_name("expected the name of a definition after `<-`")?;
            return Ok(ConstantAssignment { name, value: AssignedValue::Replacement { module, operator } });
        }
        if self.peek().is_symbol("(") {
            let error = self.unexpected("expected `=` or `<-` after the name of a constant");
            let error = Diagnostic { code: Code::Unsupported, ..error };
            return Err(error.with_hint(format!("define an operator and write `{} <- ThatOperator`", name.text)));
        }
        if !self.take_symbol("=") {
            let error = self.unexpected("expected `=` or `<-` after the name of a constant");
            return Err(match Keyword::meant_by(&name.text) {
                Some(meant) => Diagnostic { span: Some(name.span), ..error }
                    .with_hint(format!("did `{}` mean the keyword `{meant}`?", name.text)),
                None => error,
            });
        }
        let module = self.module_qualifier();
        let value = self.value(0)?;
        let value = match module {
            Some(module) => AssignedValue::ModuleValue { module, value },
            None => AssignedValue::Value(value),
        };
        Ok(ConstantAssignment { name, value })
    }

    /// `[Module]`, which cannot be mistaken for a record: that has `|->` after its first word.
    fn module_qualifier(&mut self) -> Option<String> {
        let TokenKind::Word(module) = self.peek_after(1).kind.clone() else { return None };
        if !self.peek().is_symbol("[") || !self.peek_after(2).is_symbol("]") {
            return None;
        }
        self.next += 3;
        Some(module)
    }
}
