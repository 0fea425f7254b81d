//! Whether every step of an action is one of the next-state relation, as far as the text shows it.
//!
//! Then ENABLED need not be searched for: the action is enabled where one of the successors is reached by a step of it.

use tla_syntax::resolved::{Argument, Bound, Builtin, Expr, ExprKind, Level, OperatorArgument, Pattern, Quantifier};

use super::formulas::Through;
use super::sameness::{Placed, Solution, SYMBOLS};
use super::TemporalCompiler;
use crate::code::SlotIndex;
use crate::compile::environment::{Binding, Env, Key, Place};
use crate::compile::{Compiled, Mode};
use crate::value::Value;

/// Disjuncts of the next-state relation that are looked at.
const MOST_DISJUNCTS: usize = 2_000;
/// How deep an action is taken apart.
const DEEPEST: u32 = 40;

/// The next-state relation and its disjuncts, the disjuncts of those and so on.
#[derive(Default)]
pub(super) struct NextDisjuncts<'p> {
    relation: Option<&'p Expr>,
    known: Vec<Disjunct<'p>>,
    symbols: Vec<Symbol<'p>>,
    collected: bool,
}

struct Disjunct<'p> {
    expr: &'p Expr,
    env: Env<'p>,
    /// Names bound around it.
    symbols: Vec<SlotIndex>,
}

/// A name that `\E` binds.
struct Symbol<'p> {
    set: &'p Expr,
    env: Env<'p>,
    /// Where that is known before any state is.
    elements: Option<Option<Value>>,
}

impl<'p> NextDisjuncts<'p> {
    pub(super) fn of(relation: Option<&'p Expr>) -> Self {
        Self { relation, ..Self::default() }
    }
}

impl<'p> TemporalCompiler<'_, 'p> {
    /// Whether each step of the action certainly is one of the next-state relation.
    pub(super) fn is_covered(&mut self, action: &'p Expr, env: &Env<'p>) -> Compiled<bool> {
        if !self.next.collected {
            self.next.collected = true;
            if let Some(relation) = self.next.relation {
                self.collect(relation, &Env::default(), &mut Vec::new(), 0)?;
            }
        }
        self.covered(action, env, 0)
    }

    /// Whether the action is the next-state relation itself: every step that is ever made is one of it.
    pub(super) fn is_next_relation(&mut self, action: &'p Expr, env: &Env<'p>) -> Compiled<bool> {
        let Some(relation) = self.next.relation else { return Ok(false) };
        let (mut action, mut env) = (action, env.clone());
        for _ in 0..DEEPEST {
            if self.are_same((relation, &Env::default()), (action, &env)) {
                return Ok(true);
            }
            match self.through(action, &env)? {
                Through::Expr(inner, inner_env) => (action, env) = (inner, inner_env),
                _ => break,
            }
        }
        Ok(false)
    }

    fn collect(&mut self, expr: &'p Expr, env: &Env<'p>, around: &mut Vec<SlotIndex>, depth: u32) -> Compiled<()> {
        if self.next.known.len() >= MOST_DISJUNCTS || depth > DEEPEST {
            return Ok(());
        }
        self.next.known.push(Disjunct { expr, env: env.clone(), symbols: around.clone() });
        match &expr.kind {
            ExprKind::Disjunction(items) => {
                items.iter().try_for_each(|item| self.collect(item, env, around, depth + 1))
            }
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                let outer = around.len();
                let inner = self.with_symbols(bounds, env, around);
                let collected = match inner {
                    Some(inner) => self.collect(body, &inner, around, depth + 1),
                    None => Ok(()),
                };
                around.truncate(outer);
                collected
            }
            _ => match self.through(expr, env)? {
                Through::Expr(inner, env) => self.collect(inner, &env, around, depth + 1),
                _ => Ok(()),
            },
        }
    }

    fn with_symbols(&mut self, bounds: &'p [Bound], env: &Env<'p>, around: &mut Vec<SlotIndex>) -> Option<Env<'p>> {
        let mut inner = env.clone();
        for bound in bounds {
            let Pattern::Names(names) = &bound.pattern else { return None };
            for name in names {
                let slot = self.next.symbols.len() as SlotIndex;
                self.next.symbols.push(Symbol { set: &bound.set, env: env.clone(), elements: None });
                around.push(slot);
                let place = Place { frame: SYMBOLS, slot, depth: 0 };
                inner = inner.with(Key::Local(name.local), Binding::Slot(place));
            }
        }
        Some(inner)
    }

    fn covered(&mut self, action: &'p Expr, env: &Env<'p>, depth: u32) -> Compiled<bool> {
        if depth > DEEPEST {
            return Ok(false);
        }
        if self.is_disjunct((action, env))? {
            return Ok(true);
        }
        match &action.kind {
            ExprKind::Disjunction(items) => {
                for item in items {
                    if !self.covered(item, env, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            // A step of all conjuncts is one of each.
            ExprKind::Conjunction(items) => {
                for item in items {
                    if self.level(item, env) == Level::Action && self.covered(item, env, depth + 1)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                if bounds.iter().any(|bound| self.level(&bound.set, env) > Level::Constant) {
                    return Ok(false);
                }
                let Ok(rows) = self.rows(bounds, env) else { return Ok(false) };
                for row in rows {
                    if !self.covered(body, &row.env, depth + 1)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            _ => match self.through(action, env)? {
                Through::Expr(inner, env) => self.covered(inner, &env, depth + 1),
                _ => Ok(false),
            },
        }
    }

    fn is_disjunct(&mut self, action: Placed<'_, 'p>) -> Compiled<bool> {
        for index in 0..self.next.known.len() {
            let disjunct = &self.next.known[index];
            let mut solution = Solution::new();
            if !self.solved((disjunct.expr, &disjunct.env), action, &mut solution) {
                continue;
            }
            let symbols = disjunct.symbols.clone();
            let mut possible = true;
            for symbol in symbols {
                let value = solution.iter().find(|(solved, _)| *solved == symbol).map(|(_, value)| value.clone());
                possible = possible
                    && (self.can_be(symbol, value.as_ref())? || self.demands(action, symbol, value.as_ref(), 0)?);
            }
            if possible {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the set of a symbol holds the value, or anything.
    fn can_be(&mut self, symbol: SlotIndex, value: Option<&Value>) -> Compiled<bool> {
        let index = symbol as usize;
        let known = &self.next.symbols[index];
        let (set, env) = (known.set, known.env.clone());
        let elements = match known.elements.clone() {
            Some(elements) => elements,
            None => {
                let elements = if self.is_known_before(set, &env) {
                    let routine = self.compiler.entry_in("bound", set, &env, Mode::STEP)?;
                    self.evaluator.make_room(self.compiler.memo_count(), self.compiler.global_count());
                    self.evaluator.run_routine(&routine).ok()
                } else {
                    None
                };
                self.next.symbols[index].elements = Some(elements.clone());
                elements
            }
        };
        let Some(elements) = elements else { return Ok(false) };
        Ok(match value {
            Some(value) => elements.contains(value).unwrap_or(false),
            None => elements.elements().is_ok_and(|mut elements| elements.next().is_some()),
        })
    }

    /// Whether the action has a conjunct that says of the value that it is in the symbol's set, which then is no demand
    /// of the quantifier's alone.
    fn demands(
        &mut self,
        (action, env): Placed<'_, 'p>,
        symbol: SlotIndex,
        value: Option<&Value>,
        depth: u32,
    ) -> Compiled<bool> {
        let Some(value) = value.filter(|_| depth <= DEEPEST) else { return Ok(false) };
        match &action.kind {
            ExprKind::Conjunction(items) => {
                for item in items {
                    if self.demands((item, env), symbol, Some(value), depth + 1)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            ExprKind::Builtin(Builtin::In, operands) => {
                let known = &self.next.symbols[symbol as usize];
                let [element, set] = operands.as_slice() else { return Ok(false) };
                Ok(self.is_value((element, env), value) && self.are_same((set, env), (known.set, &known.env)))
            }
            _ => match self.through(action, env)? {
                Through::Expr(inner, env) => self.demands((inner, &env), symbol, Some(value), depth + 1),
                _ => Ok(false),
            },
        }
    }

    fn is_known_before(&self, expr: &'p Expr, env: &Env<'p>) -> bool {
        self.level(expr, env) == Level::Constant && !self.mentions_symbols(expr, env)
    }

    fn mentions_symbols(&self, expr: &'p Expr, env: &Env<'p>) -> bool {
        if env.is_empty() {
            return false;
        }
        let named = |key: Key| match env.get(key) {
            Some(Binding::Slot(_)) => true,
            Some(Binding::Substitute(source)) => self.mentions_symbols(source.expr, &source.env),
            // Lambdas and definitions of LETs are not looked into.
            Some(Binding::Operator(_) | Binding::Inline | Binding::Routine { .. }) => true,
            _ => false,
        };
        let mut found = match &expr.kind {
            ExprKind::Local(local) => named(Key::Local(*local)),
            ExprKind::ApplyLocal { operator, .. } => named(Key::Local(*operator)),
            ExprKind::Apply { definition, arguments } => {
                let operator = |argument: &Argument| matches!(argument, Argument::Operator(OperatorArgument::Local(local)) if named(Key::Local(*local)));
                named(Key::Definition(*definition)) || arguments.iter().any(operator)
            }
            // The definitions may mention anything.
            ExprKind::Let { .. } => true,
            _ => false,
        };
        expr.for_each_child(&mut |part| found = found || self.mentions_symbols(part, env));
        found
    }
}
