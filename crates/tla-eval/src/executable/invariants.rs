//! Invariants, conjunct by conjunct.
//!
//! A state is explored only after all invariants were found to hold in it. A conjunct that mentions only variables which a
//! step leaves as they were therefore holds in the next state too, and need not be evaluated again. Most conjuncts of a type
//! invariant mention one variable.

use std::cell::RefCell;
use std::rc::Rc;

use tla_syntax::config::Model as Configuration;
use tla_syntax::resolved::{Expr, ExprKind, Program};

use super::candidate::Found;
use crate::code::Routine;
use crate::compile::{Compiled, Compiler, Env, Mentioned, Mode};
use crate::error::Result;
use crate::evaluate::recall::{Recall, Shares};
use crate::evaluate::Reading;

pub(super) struct Invariant {
    conjuncts: Vec<Conjunct>,
}

struct Conjunct {
    routine: Rc<Routine>,
    mentions: Mentioned,
    /// Values for which it was found to hold.
    known: RefCell<Recall>,
}

impl Invariant {
    /// The invariants of the configuration.
    pub(super) fn all<'p>(
        compiler: &mut Compiler<'p>,
        program: &'p Program,
        configuration: &'p Configuration,
    ) -> Compiled<Vec<Self>> {
        let mut invariants = Vec::new();
        for &id in &configuration.invariants {
            let id = configuration.replaced.get(&id).copied().unwrap_or(id);
            let body = &program.definitions[id.index()].body;
            invariants.push(Self::new(compiler, program, configuration, body, &Env::default())?);
        }
        Ok(invariants)
    }

    /// `env` gives the names that `body` uses a meaning.
    pub(super) fn new<'p>(
        compiler: &mut Compiler<'p>,
        program: &'p Program,
        configuration: &Configuration,
        body: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Self> {
        let mut parts = Vec::new();
        split(program, configuration, (body, env), &mut parts);
        let mut conjuncts = Vec::new();
        for (part, env) in parts {
            compiler.mentioned = Mentioned::default();
            let routine = compiler.entry_in("invariant", part, &env, Mode::CANDIDATE)?;
            conjuncts.push(Conjunct { routine, mentions: compiler.mentioned, known: RefCell::default() });
        }
        Ok(Self { conjuncts })
    }

    /// `changed` are the variables that differ from a state in which the invariant is known to hold.
    pub(super) fn holds(&self, found: &mut Found<'_>, changed: Mentioned, shares: Shares<'_>) -> Result<bool> {
        for conjunct in &self.conjuncts {
            // Without variables it is constant, and false ones must be found once: in the initial states.
            if conjunct.mentions.0 & changed.0 == 0 && changed != Mentioned::ALL {
                continue;
            }
            if !conjunct.holds(found, shares)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn forget(&self) {
        self.conjuncts.iter().for_each(|conjunct| conjunct.known.borrow_mut().forget());
    }

    /// The memory that is taken by what is remembered.
    pub(super) fn bytes(&self) -> usize {
        self.conjuncts.iter().map(|conjunct| conjunct.known.borrow().bytes()).sum()
    }
}

impl Conjunct {
    fn holds(&self, found: &mut Found<'_>, shares: Shares<'_>) -> Result<bool> {
        if !found.recalls {
            return found.evaluator().test_routine(&self.routine);
        }
        if self.known.borrow_mut().find(shares).is_some() {
            return Ok(true);
        }
        let evaluator = found.evaluator();
        evaluator.take_reading();
        let outer = std::mem::replace(&mut evaluator.recalls, true);
        let holds = evaluator.test_routine(&self.routine);
        evaluator.recalls = outer;
        let reading = evaluator.take_reading();
        let holds = holds?;
        if holds {
            // Plain variables mean the next state here: nothing is read of the current one.
            self.known.borrow_mut().keep(Reading { current: 0, ..reading }, shares, 0);
        }
        Ok(holds)
    }
}

fn split<'p>(
    program: &'p Program,
    configuration: &Configuration,
    (expr, env): (&'p Expr, &Env<'p>),
    parts: &mut Vec<(&'p Expr, Env<'p>)>,
) {
    match &expr.kind {
        ExprKind::Conjunction(items) => {
            items.iter().for_each(|item| split(program, configuration, (item, env), parts));
        }
        ExprKind::Labeled { body, .. } => split(program, configuration, (body, env), parts),
        ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
            let id = configuration.replaced.get(definition).copied().unwrap_or(*definition);
            let definition = &program.definitions[id.index()];
            let plain =
                !definition.recursive && !definition.inner && !configuration.replaced_by_value.contains_key(&id);
            match &definition.body.kind {
                ExprKind::Conjunction(_) if plain => {
                    split(program, configuration, (&definition.body, &Env::default()), parts);
                }
                _ => parts.push((expr, env.clone())),
            }
        }
        _ => parts.push((expr, env.clone())),
    }
}
