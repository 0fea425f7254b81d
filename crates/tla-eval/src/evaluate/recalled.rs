//! Expressions of actions whose values are remembered under what they depend on.

use super::recall::table::Table;
use super::recall::tally::Tally;
use super::states::NONE;
use super::Evaluator;
use crate::code::{Code, Op, Path, Recalled, VariableIndex};
use crate::error::Result;
use crate::value::hash::{combine, share};
use crate::value::Value;

/// Of one expression: what its values were.
#[derive(Default)]
pub(super) struct Answers {
    table: Table,
    tally: Tally,
}

/// A value of a slot counts differently from the same value of a variable.
const SLOT: u64 = 0x5107_5107_5107_5107;
const PART: u64 = 0x7A87_7A87_7A87_7A87;

impl Evaluator {
    /// What the expression depends on as one number; `None` where something is not known yet, or is an operator.
    #[inline]
    fn dependencies(&self, recalled: &Recalled) -> Option<u64> {
        let mut sum: u64 = 0;
        for &variable in &recalled.current {
            sum = sum.wrapping_add(self.states.shares[variable as usize]);
        }
        for &variable in &recalled.next {
            if let Value::Unset = self.next[variable as usize] {
                return None;
            }
            sum = sum.wrapping_add(self.next_share(variable as usize).rotate_left(29));
        }
        for &slot in &recalled.slots {
            let hash = match self.slot(slot) {
                Value::Unset | Value::Closure(_) | Value::Lazy(_) => return None,
                // Its hash as a set would take its elements one by one.
                Value::Interval(low, high) => combine(*low as u64, *high as u64),
                value => value.hash(),
            };
            sum = sum.wrapping_add(combine(SLOT ^ u64::from(slot), hash));
        }
        for (index, path) in recalled.paths.iter().enumerate() {
            let part = self.follow(path)?;
            sum = sum.wrapping_add(combine(PART.wrapping_add(index as u64), part.hash()));
        }
        Some(sum)
    }

    /// A part of the current state; `None` where it is not known yet or something is wrong.
    pub(crate) fn part<'a>(&'a self, path: &'a Path) -> Option<&'a Value> {
        self.follow(path)
    }

    /// What the next value of a variable adds to the fingerprint.
    #[inline]
    pub(crate) fn next_share(&self, variable: usize) -> u64 {
        if self.kept >> (variable & 63) & 1 == 1 {
            return self.states.shares[variable];
        }
        match self.states.known(variable, self.next_numbers[variable]) {
            Some(known) => known.share,
            None => share(variable, self.next[variable].hash()),
        }
    }

    #[inline]
    fn observe_dependencies(&self, recalled: &Recalled) {
        self.observe(recalled.reads | (recalled.reads_next & self.kept), recalled.reads_next);
    }

    /// Looks the expression up. The outer `None` says that it should simply be evaluated; else the key is given, and the
    /// answer if there is one.
    #[inline]
    fn look_up(&mut self, recalled: &Recalled) -> Option<(u64, Option<u32>)> {
        if (recalled.of_state && !self.recalls)
            || self.answers.len() <= recalled.index
            || self.answers[recalled.index].tally.rests()
        {
            return None;
        }
        let key = self.dependencies(recalled)?;
        let Answers { table, tally } = &mut self.answers[recalled.index];
        let answer = table.get(key);
        if !tally.count(answer.is_some()) {
            self.answer_bytes -= table.bytes();
            table.clear();
        }
        Some((key, answer))
    }

    fn write_down(&mut self, recalled: &Recalled, key: u64, answer: u32) {
        let Answers { table, tally } = &mut self.answers[recalled.index];
        if !tally.is_resting() {
            let before = table.bytes();
            table.insert(key, answer);
            self.answer_bytes += table.bytes() - before;
        }
    }

    pub(super) fn eval_recalled(&mut self, recalled: &Recalled) -> Result<Value> {
        let Some((key, answer)) = self.look_up(recalled) else { return self.eval(&recalled.code) };
        if let Some(value) = answer.and_then(|answer| self.recalled_values.get(answer as usize)).cloned() {
            self.observe_dependencies(recalled);
            return Ok(value);
        }
        let value = self.eval(&recalled.code)?;
        self.write_down(recalled, key, self.recalled_values.len() as u32);
        self.recalled_values.push(value.clone());
        Ok(value)
    }

    pub(super) fn test_recalled(&mut self, recalled: &Recalled) -> Result<bool> {
        let Some((key, answer)) = self.look_up(recalled) else { return self.test(&recalled.code) };
        if let Some(answer) = answer {
            self.observe_dependencies(recalled);
            return Ok(answer == 1);
        }
        let holds = self.test(&recalled.code)?;
        self.write_down(recalled, key, u32::from(holds));
        Ok(holds)
    }

    /// Evaluates the right side of `x' = e` and gives it to `x'`. Returns whether it agrees with the value that `x'` had.
    pub(super) fn assign_value(&mut self, variable: VariableIndex, code: &Code) -> Result<bool> {
        // An ENABLED chooses next values of its own, also of variables that no state has.
        let (Op::Recalled(recalled), true) = (&code.op, self.recalls) else {
            return match &code.op {
                Op::Counted(index, inner) => {
                    self.counted(*index, inner, |evaluator, inner| evaluator.assign_value(variable, inner))
                }
                _ => self.assign_plainly(variable, code),
            };
        };
        let Some((key, answer)) = self.look_up(recalled) else { return self.assign_plainly(variable, &recalled.code) };
        let number = match answer {
            Some(number) => {
                self.observe_dependencies(recalled);
                number
            }
            None => {
                let value = self.chosen_value(&recalled.code)?;
                let number = self.states.number_of(variable as usize, &value);
                self.write_down(recalled, key, number);
                number
            }
        };
        let Some(known) = self.states.known(variable as usize, number) else {
            return self.assign_plainly(variable, &recalled.code);
        };
        let value = known.value.clone();
        let is_new = matches!(self.next[variable as usize], Value::Unset);
        let agrees = self.assign(variable, value).map_err(|error| error.at_first(code.span))?;
        if is_new {
            self.next_numbers[variable as usize] = number;
        }
        Ok(agrees)
    }

    fn assign_plainly(&mut self, variable: VariableIndex, code: &Code) -> Result<bool> {
        let chosen = self.chosen_value(code)?;
        self.assign(variable, chosen).map_err(|error| error.at_first(code.span))
    }

    /// The number of a variable's next value, if that is known: it may have been kept, or recalled.
    #[inline]
    pub(crate) fn next_number(&self, variable: usize) -> u32 {
        if self.kept >> (variable & 63) & 1 == 1 {
            return self.states.loaded_number(variable);
        }
        self.next_numbers[variable]
    }

    /// Makes the encoded state the current one.
    pub(crate) fn load(&mut self, state: &[u8]) {
        self.states.load(state, &mut self.current);
    }

    pub(crate) fn forget_answers(&mut self) {
        self.answers.iter_mut().for_each(|answers| *answers = Answers::default());
        self.recalled_values = Vec::new();
        self.answer_bytes = 0;
        self.next_numbers.fill(NONE);
    }

    /// An estimate of the memory that the answers take.
    pub(crate) fn answer_bytes(&self) -> usize {
        const BYTES_PER_VALUE: usize = 256;
        self.answer_bytes + self.recalled_values.len() * BYTES_PER_VALUE
    }

    /// Makes room for the answers of so many expressions.
    pub(crate) fn expect_recalled(&mut self, expressions: usize) {
        self.answers.resize_with(expressions, Answers::default);
    }
}
