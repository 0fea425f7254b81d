//! Values that a configuration can write down.

use super::lexer::TokenKind;
use super::reader::{Reader, Step};
use super::ConfigValue;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits;

impl Reader {
    pub(super) fn value(&mut self, depth: usize) -> Step<ConfigValue> {
        if depth > limits::CONFIG_VALUE_DEPTH {
            let message = format!("values nest more than {} deep", limits::CONFIG_VALUE_DEPTH);
            let error = Diagnostic::new(Code::Limit, self.peek().span, message);
            return Err(error.with_hint("define the value in the module and assign it with `<-`"));
        }
        if self.take_symbol("{") {
            return Ok(ConfigValue::Set(self.values_until("}", depth)?));
        }
        if self.take_symbol("<<") {
            return Ok(ConfigValue::Tuple(self.values_until(">>", depth)?));
        }
        if self.take_symbol("[") {
            return self.record(depth);
        }
        let negative = self.take_symbol("-");
        match self.peek().kind.clone() {
            TokenKind::Number(digits) => {
                let sign = if negative { "-" } else { "" };
                let Ok(number) = format!("{sign}{digits}").parse() else {
                    let message = format!("the number {sign}{digits} is larger than 64 bits");
                    return Err(Diagnostic::new(Code::Limit, self.peek().span, message));
                };
                self.take();
                Ok(ConfigValue::Integer(number))
            }
            _ if negative => Err(self.unexpected("expected a number after `-`")),
            TokenKind::String(text) => {
                self.take();
                Ok(ConfigValue::String(text))
            }
            TokenKind::Word(word) => {
                self.take();
                Ok(match word.as_str() {
                    "TRUE" => ConfigValue::Boolean(true),
                    "FALSE" => ConfigValue::Boolean(false),
                    _ => ConfigValue::ModelValue(word),
                })
            }
            _ => Err(self.unexpected("expected a value").with_hint(
                "a value is a number, a string, TRUE, FALSE, a model value, {..}, <<..>> or [field |-> ..]; \
                 for anything else define it in the module and assign it with `<-`",
            )),
        }
    }

    fn values_until(&mut self, close: &str, depth: usize) -> Step<Vec<ConfigValue>> {
        let mut values = Vec::new();
        if self.take_symbol(close) {
            return Ok(values);
        }
        loop {
            values.push(self.value(depth + 1)?);
            if !self.take_symbol(",") {
                self.expect_symbol(close, "or `,` after a value")?;
                return Ok(values);
            }
        }
    }

    fn record(&mut self, depth: usize) -> Step<ConfigValue> {
        let mut fields: Vec<(String, ConfigValue)> = Vec::new();
        loop {
            let TokenKind::Word(field) = self.peek().kind.clone() else {
                return Err(self.unexpected("expected the name of a field after `[`"));
            };
            if fields.iter().any(|(name, _)| *name == field) {
                let message = format!("the field `{field}` is given twice");
                return Err(Diagnostic::new(Code::ConfigSyntax, self.peek().span, message));
            }
            self.take();
            self.expect_symbol("|->", "after the name of a field")?;
            fields.push((field, self.value(depth + 1)?));
            if !self.take_symbol(",") {
                self.expect_symbol("]", "or `,` after the value of a field")?;
                return Ok(ConfigValue::Record(fields));
            }
        }
    }
}
