//! Why a behaviour can go on for ever as it does: what could be done in its loop and never is, and how the loop satisfies
//! what is assumed of behaviours.
//!
//! `WF_v(A)` forbids a loop in whose states `<<A>>_v` is always enabled and in which it is never taken; `SF_v(A)` forbids one
//! in which it is enabled somewhere and never taken (*Specifying Systems*, chapter 8).

use std::cmp::Reverse;
use std::sync::atomic::Ordering;

use tla_syntax::config::Behaviour;
use tla_syntax::resolved::{Expr, ExprKind, Quantifier};
use tla_syntax::source::Span;

use super::super::explorer::{is_stopped, names, same, Explorer, Instance};
use super::Explanation;
use crate::compile::{Layer, Scope};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::Value;

/// States of a loop that are looked at.
const STATES: usize = 500;
/// Successors of each.
const SUCCESSORS: usize = 2000;
/// Ways to take actions that are told apart.
const INSTANCES: usize = 2000;
/// Fairness conditions that are looked at.
const CONDITIONS: usize = 100;
/// Conditions times states: each costs compiling and evaluating an action three times.
const QUESTIONS: usize = 5000;
/// Next states of one action among which one is sought that changes something.
const NEXT_STATES: usize = 500;

/// What is known of a loop. States are told by their position in it, steps by that of the state they begin in.
#[derive(Clone, Debug)]
pub struct Circle {
    /// Ways to take actions that are enabled in the loop, and are never taken; those that are enabled most come first.
    pub untaken: Vec<Untaken>,
    /// The fairness conditions that the specification assumes.
    pub assumed: Vec<Assumed>,
    /// The `vars` of the specification's `[][Next]_vars`.
    pub subscript: Option<Span>,
    /// Whether states, actions or conditions were left out because there are too many.
    pub truncated: bool,
}

#[derive(Clone, Debug)]
pub struct Untaken {
    pub instance: Instance,
    pub enabled: Vec<usize>,
    /// A weak condition on just this is assumed, which demands nothing as it is not enabled everywhere in the loop.
    pub weakly_fair: bool,
}

/// `WF_v(A)`, or `SF_v(A)` where it is strong.
#[derive(Clone, Debug)]
pub struct Assumed {
    pub strong: bool,
    pub action: Span,
    pub subscript: Span,
    /// Names that quantifiers and parameters gave values.
    pub bindings: Vec<(String, Value)>,
    pub enabled: Vec<usize>,
    pub taken: Vec<usize>,
}

/// A condition where it stands.
struct Condition<'p> {
    strong: bool,
    action: &'p Expr,
    subscript: &'p Expr,
    scope: Scope<'p>,
    bindings: Vec<(String, Value)>,
    /// The definition that it is about, where it names one.
    name: Option<&'p str>,
}

/// The states of a loop.
#[derive(Clone, Copy)]
struct Loop<'a> {
    states: &'a [Vec<Value>],
    stutters: bool,
}

impl<'a> Loop<'a> {
    /// Each state that is looked at, with its position and the one that follows; none follows where nothing happens.
    fn steps(self) -> impl Iterator<Item = (usize, &'a [Value], Option<&'a [Value]>)> {
        let Self { states, stutters } = self;
        states.iter().enumerate().take(STATES).map(move |(index, state)| {
            let next = &states[(index + 1) % states.len()];
            (index, state.as_slice(), (!stutters).then_some(next.as_slice()))
        })
    }
}

impl<'p> Explorer<'p> {
    /// What is to be said of a behaviour that repeats `states`, in their order; or that stays in the only one for ever,
    /// where it `stutters`.
    ///
    /// # Errors
    /// Where evaluation was told to stop, or the next-state relation has no value.
    pub fn why_repeated(&mut self, states: &[Vec<Value>], stutters: bool) -> Result<Circle> {
        let around = Loop { states, stutters };
        let mut circle = Circle {
            untaken: Vec::new(),
            assumed: Vec::new(),
            subscript: self.subscript(),
            truncated: states.len() > STATES,
        };
        self.find_untaken(around, &mut circle)?;
        let conditions = self.conditions(&mut circle)?;
        let room = (QUESTIONS / states.len().clamp(1, STATES)).max(1);
        circle.truncated |= conditions.len() > room;
        for condition in conditions.into_iter().take(room) {
            let Some(assumed) = self.assumed(&condition, around)? else { continue };
            for untaken in &mut circle.untaken {
                let names_it = condition.name == Some(untaken.instance.name.as_str());
                let demands_nothing = !assumed.strong && assumed.taken.is_empty();
                untaken.weakly_fair |= names_it && demands_nothing && assumed.enabled == untaken.enabled;
            }
            circle.assumed.push(assumed);
        }
        Ok(circle)
    }

    fn subscript(&self) -> Option<Span> {
        match self.executable.configuration.behaviour.as_ref()? {
            Behaviour::Specification(specification) => specification.subscript.as_ref().map(|subscript| subscript.span),
            Behaviour::InitNext { .. } => None,
        }
    }

    /// Looks at steps that change something, since that is what fairness is about.
    fn find_untaken(&mut self, around: Loop<'_>, circle: &mut Circle) -> Result<()> {
        let mut all: Vec<(Untaken, bool)> = Vec::new();
        for (index, state, next) in around.steps() {
            self.go_on()?;
            let (successors, more) = self.successors(state, SUCCESSORS)?;
            circle.truncated |= more;
            for mut successor in successors {
                if successor.instance.bound {
                    // No fairness condition can name what a quantifier inside of the action binds.
                    successor.instance.parameters.clear();
                }
                if same(&successor.state, state) {
                    continue;
                }
                let taken = next.is_some_and(|next| same(next, &successor.state));
                let room = all.len() < INSTANCES;
                match all.iter_mut().find(|(known, _)| is_same_instance(&known.instance, &successor.instance)) {
                    Some((known, ever)) => {
                        if known.enabled.last() != Some(&index) {
                            known.enabled.push(index);
                        }
                        *ever |= taken;
                    }
                    None if !room => circle.truncated = true,
                    None => {
                        let instance = successor.instance;
                        all.push((Untaken { instance, enabled: vec![index], weakly_fair: false }, taken));
                    }
                }
            }
        }
        circle.untaken = all.into_iter().filter(|(_, taken)| !taken).map(|(untaken, _)| untaken).collect();
        circle.untaken.sort_by_key(|untaken| Reverse(untaken.enabled.len()));
        Ok(())
    }

    /// The conditions of the specification, with quantifiers written out.
    fn conditions(&mut self, circle: &mut Circle) -> Result<Vec<Condition<'p>>> {
        let executable = self.executable;
        let Some(Behaviour::Specification(specification)) = &executable.configuration.behaviour else {
            return Ok(Vec::new());
        };
        let explanation = Explanation { explorer: self, findings: 0, depth: 0 };
        let mut demands = Demands { explanation, found: Vec::new(), truncated: false };
        for conjunct in &specification.fairness {
            demands.conjunct(conjunct, &Scope::default(), &[])?;
        }
        circle.truncated |= demands.truncated;
        Ok(demands.found)
    }

    /// How the loop satisfies a condition; `None` where that cannot be evaluated.
    fn assumed(&mut self, condition: &Condition<'p>, around: Loop<'_>) -> Result<Option<Assumed>> {
        let (mut enabled, mut taken) = (Vec::new(), Vec::new());
        for (index, state, next) in around.steps() {
            self.go_on()?;
            let answers = self.is_enabled(condition, state).and_then(|enabled| {
                let taken = next.map_or(Ok(false), |next| self.is_taken(condition, state, next))?;
                Ok((enabled, taken))
            });
            match answers {
                Ok((is_enabled, is_taken)) => {
                    enabled.extend(is_enabled.then_some(index));
                    taken.extend(is_taken.then_some(index));
                }
                Err(error) if is_stopped(&error) => return Err(error),
                Err(_) => return Ok(None),
            }
        }
        let Condition { strong, action, subscript, bindings, .. } = condition;
        let bindings = bindings.clone();
        Ok(Some(Assumed { strong: *strong, action: action.span, subscript: subscript.span, bindings, enabled, taken }))
    }

    /// Fails where evaluation was told to stop.
    fn go_on(&self) -> Result<()> {
        if self.executable.stop_flag().load(Ordering::Relaxed) {
            return Err(EvalError::new(ErrorKind::Stopped, "stopped"));
        }
        Ok(())
    }

    /// `ENABLED <<A>>_v`
    fn is_enabled(&mut self, condition: &Condition<'p>, state: &[Value]) -> Result<bool> {
        self.look_at(state, None);
        for next in self.next_states(&[(condition.action, condition.scope.clone())], NEXT_STATES)? {
            // What the action says nothing of may change.
            let open = next.iter().any(|value| matches!(value, Value::Unset));
            if open || self.changes(condition, state, &next)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_taken(&mut self, condition: &Condition<'p>, state: &[Value], next: &[Value]) -> Result<bool> {
        if !self.changes(condition, state, next)? {
            return Ok(false);
        }
        self.look_at(state, Some(next));
        self.test(condition.action, &condition.scope)
    }

    /// Whether a step changes the condition's subscript.
    fn changes(&mut self, condition: &Condition<'p>, state: &[Value], next: &[Value]) -> Result<bool> {
        self.look_at(state, None);
        let before = self.value(condition.subscript, &condition.scope)?;
        self.look_at(next, None);
        let after = self.value(condition.subscript, &condition.scope)?;
        Ok(!before.equals(&after)?)
    }
}

fn is_same_instance(one: &Instance, other: &Instance) -> bool {
    one.span == other.span
        && one.name == other.name
        && one.parameters.len() == other.parameters.len()
        && one.parameters.iter().zip(&other.parameters).all(|((_, a), (_, b))| a.equals(b).unwrap_or(false))
}

/// Looks for fairness conditions in what a specification demands.
struct Demands<'e, 'p> {
    explanation: Explanation<'e, 'p>,
    found: Vec<Condition<'p>>,
    truncated: bool,
}

impl<'p> Demands<'_, 'p> {
    fn conjunct(&mut self, expr: &'p Expr, scope: &Scope<'p>, bindings: &[(String, Value)]) -> Result<()> {
        match &expr.kind {
            ExprKind::Conjunction(items) => items.iter().try_for_each(|item| self.conjunct(item, scope, bindings)),
            ExprKind::Labeled { body, .. } => self.conjunct(body, scope, bindings),
            ExprKind::Let { definitions, body } => {
                self.conjunct(body, &scope.with(Layer::Definitions(definitions)), bindings)
            }
            ExprKind::Quantified { quantifier: Quantifier::ForAll, bounds, body } => {
                let (rows, more) = self.explanation.explorer.rows(bounds, None, scope, CONDITIONS)?;
                self.truncated |= more;
                for row in rows {
                    let (mut inner, mut known) = (scope.clone(), bindings.to_vec());
                    for (name, value) in names(bounds).zip(row) {
                        inner = inner.with(Layer::Value(name.local, value.clone()));
                        known.push((name.name.to_string(), value));
                    }
                    self.conjunct(body, &inner, &known)?;
                }
                Ok(())
            }
            ExprKind::WeakFairness { subscript, action } => {
                self.keep(false, (action, subscript), scope, bindings);
                Ok(())
            }
            ExprKind::StrongFairness { subscript, action } => {
                self.keep(true, (action, subscript), scope, bindings);
                Ok(())
            }
            _ => match self.explanation.opened(expr, scope)? {
                Some(opened) => {
                    let mut known = bindings.to_vec();
                    known.extend(opened.bindings);
                    self.conjunct(opened.body, &opened.scope, &known)
                }
                None => Ok(()),
            },
        }
    }

    fn keep(
        &mut self,
        strong: bool,
        (action, subscript): (&'p Expr, &'p Expr),
        scope: &Scope<'p>,
        bindings: &[(String, Value)],
    ) {
        if self.found.len() >= CONDITIONS {
            self.truncated = true;
            return;
        }
        let program = &self.explanation.explorer.executable.program;
        let name = match &action.kind {
            ExprKind::Apply { definition, .. } => Some(&*program.definitions[definition.index()].name),
            _ => None,
        };
        let (scope, bindings) = (scope.clone(), bindings.to_vec());
        self.found.push(Condition { strong, action, subscript, scope, bindings, name });
    }
}
