//! What natives may ask: applying operators, chance, registers, printing.

use std::sync::atomic::Ordering;

use tla_syntax::source::Span;

use super::Evaluator;
use crate::error::{EvalError, Result};
use crate::native::Context;
use crate::value::hash::mix;
use crate::value::Value;

pub(super) struct Call<'a> {
    pub(super) evaluator: &'a mut Evaluator,
    pub(super) span: Span,
}

impl Context for Call<'_> {
    fn call(&mut self, operator: &Value, arguments: &[Value]) -> Result<Value> {
        self.evaluator.call_operator(operator, arguments.to_vec())
    }

    fn random(&mut self) -> u64 {
        self.evaluator.observe_outside();
        // SplitMix64: a counter, mixed.
        self.evaluator.random = self.evaluator.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.evaluator.random)
    }

    fn register(&mut self, key: &Value) -> Result<Value> {
        self.evaluator.observe_outside();
        match key {
            Value::Int(register) => self.evaluator.registers.get(register).cloned().ok_or_else(|| {
                EvalError::undefined(format!(
                    "TLCGet({register}) is asked for before TLCSet({register}, ...) gave it a value"
                ))
            }),
            // As in TLC, of the state that is explored, also where a constraint is evaluated on its successor.
            Value::String(name) if name.text() == "level" && self.evaluator.level > 0 => {
                Ok(Value::Int(self.evaluator.level.into()))
            }
            Value::String(name) => {
                let fact = self.evaluator.facts.as_ref().and_then(|facts| facts(name.text()));
                fact.map(|fact| fact.value())
                    .ok_or_else(|| EvalError::undefined(format!("TLCGet(\"{}\") is not known here", name.text())))
            }
            other => Err(EvalError::undefined(format!("TLCGet needs a number or a string, not {}", other.described()))),
        }
    }

    fn set_register(&mut self, key: &Value, value: Value) -> Result<()> {
        self.evaluator.observe_outside();
        match key {
            Value::Int(register) => {
                self.evaluator.registers.insert(*register, value);
                Ok(())
            }
            Value::String(name) if name.text() == "exit" => {
                if let Value::Bool(true) = value {
                    self.evaluator.asked_to_end.store(true, Ordering::Relaxed);
                    self.evaluator.stop.store(true, Ordering::Relaxed);
                }
                Ok(())
            }
            // Nobody is there to end the pause.
            Value::String(name) if name.text() == "pause" => Ok(()),
            other => Err(EvalError::undefined(format!(
                "TLCSet needs a register number, \"exit\" or \"pause\", not {}",
                other.described()
            ))),
        }
    }

    fn print(&mut self, line: &str) {
        self.evaluator.observe_outside();
        if let Some(printer) = &self.evaluator.printer {
            printer(line);
        }
    }

    fn place(&self) -> Option<Span> {
        Some(self.span)
    }
}
