//! Running code that was compiled after the evaluator was made.

use super::Evaluator;
use crate::code::{Binder, Code};
use crate::error::Result;
use crate::value::Value;

impl Evaluator {
    /// Makes room for the constants of code that was compiled meanwhile, and forgets what an error left behind.
    pub(crate) fn make_room(&mut self, memos: usize, globals: usize) {
        self.stack.clear();
        self.base = 0;
        self.trail.clear();
        self.memos.resize(memos.max(self.memos.len()), None);
        self.globals.resize(globals.max(self.globals.len()), None);
    }

    /// Calls `visit` with each row of values of the binders' names, until it returns false.
    pub(crate) fn each_row(
        &mut self,
        frame: u32,
        binders: &[Binder],
        visit: &mut dyn FnMut(&mut Self, Vec<Value>) -> Result<bool>,
    ) -> Result<()> {
        let outer = self.enter(frame)?;
        let result = self.each_combination(binders, &mut |evaluator| {
            let slots = binders.iter().flat_map(|binder| binder.slots.iter());
            let row = slots.map(|&slot| evaluator.slot(slot).clone()).collect();
            visit(evaluator, row)
        });
        self.leave(outer);
        result.map(|_| ())
    }

    /// The values of parameters where a step was just found: in the frame that found it.
    pub(crate) fn parameter(&mut self, code: &Code) -> Result<Value> {
        self.eval(code)
    }
}
