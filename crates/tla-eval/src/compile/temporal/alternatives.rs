//! An action that is tested of finished steps, taken apart into its disjuncts, and those into their conjuncts: each reads
//! less than all of them, so that what was found out about one holds of more steps.

use tla_syntax::resolved::{Builtin, Expr, ExprKind, Level, Quantifier};

use super::formulas::Through;
use super::{StepPart, TemporalCompiler};
use crate::compile::environment::Env;
use crate::compile::{Compiled, Mode};

/// An action with more alternatives is tested as a whole: asking so many of each step takes time too.
const MOST_ALTERNATIVES: usize = 64;
/// How deep an action is taken apart.
const DEEPEST: u32 = 40;

impl<'p> TemporalCompiler<'_, 'p> {
    /// The alternatives of an action in the order in which they are evaluated, each with its conjuncts in theirs: a step
    /// of the action is one of them.
    pub(super) fn alternatives(&mut self, action: &'p Expr, env: &Env<'p>) -> Compiled<Box<[Box<[StepPart]>]>> {
        if self.compiler.general || self.compiler.counted.is_some() {
            let whole = self.compiler.entry_in("action", action, env, Mode::STEP)?;
            return Ok(Box::new([Box::new([StepPart::Holds(whole)])]));
        }
        let mut found = Vec::new();
        self.take_apart(action, env, 0, &mut found)?;
        if found.len() > MOST_ALTERNATIVES {
            found = vec![(action, env.clone())];
        }
        let mut alternatives = Vec::new();
        for (part, env) in found {
            let mut conjuncts = Vec::new();
            self.conjuncts(part, &env, 0, &mut conjuncts)?;
            alternatives.push(conjuncts.into());
        }
        Ok(alternatives.into())
    }

    fn take_apart(
        &mut self,
        action: &'p Expr,
        env: &Env<'p>,
        depth: u32,
        found: &mut Vec<(&'p Expr, Env<'p>)>,
    ) -> Compiled<()> {
        if found.len() > MOST_ALTERNATIVES {
            return Ok(());
        }
        if depth <= DEEPEST && self.level(action, env) == Level::Action {
            match &action.kind {
                ExprKind::Disjunction(items) => {
                    return items.iter().try_for_each(|item| self.take_apart(item, env, depth + 1, found));
                }
                ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                    if let Ok(rows) = self.rows(bounds, env) {
                        return rows.iter().try_for_each(|row| self.take_apart(body, &row.env, depth + 1, found));
                    }
                }
                _ => {
                    if let Through::Expr(inner, env) = self.through(action, env)? {
                        return self.take_apart(inner, &env, depth + 1, found);
                    }
                }
            }
        }
        found.push((action, env.clone()));
        Ok(())
    }

    fn conjuncts(&mut self, action: &'p Expr, env: &Env<'p>, depth: u32, found: &mut Vec<StepPart>) -> Compiled<()> {
        if depth <= DEEPEST && self.level(action, env) == Level::Action {
            match &action.kind {
                ExprKind::Conjunction(items) => {
                    return items.iter().try_for_each(|item| self.conjuncts(item, env, depth + 1, found));
                }
                ExprKind::Builtin(Builtin::Unchanged, operands) => {
                    return operands.iter().try_for_each(|operand| self.unchanged_parts(operand, env, found));
                }
                _ => {
                    if let Through::Expr(inner, env) = self.through(action, env)? {
                        return self.conjuncts(inner, &env, depth + 1, found);
                    }
                }
            }
        }
        found.push(StepPart::Holds(self.compiler.entry_in("action", action, env, Mode::STEP)?));
        Ok(())
    }
}
