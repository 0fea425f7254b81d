//! Formulas read as instructions: initial predicates and next-state relations.
//!
//! The reading is TLC's (*Specifying Systems*, section 14.2.6): conjuncts from left to right, the first equation or
//! membership for a variable that has no value chooses it, every other formula is a test. Disjunctions and existential
//! quantifiers branch, also where they only test: TLC counts each way to a successor, and so do we.

use std::rc::Rc;

use tla_syntax::resolved::{Argument, Builtin, DefinitionId, Expr, ExprKind, Level, Quantifier};
use tla_syntax::source::Span;

use super::environment::{Binding, Env, Key};
use super::leaves::Naming;
use super::{ActionInfo, Compiled, Compiler, Mode};
use crate::code::{Action, Changed, Code, Op, SlotIndex, VariableIndex};

impl<'p> Compiler<'p> {
    /// The next-state relation, split into named actions.
    pub(crate) fn next_relation(&mut self, name: &str, expr: &'p Expr) -> Compiled<Action> {
        self.in_mode(Mode::NEXT, |compiler| compiler.branch(expr, &Env::default(), &Naming::new(name)))
    }

    pub(crate) fn initial_predicate(&mut self, expr: &'p Expr) -> Compiled<Action> {
        self.in_mode(Mode::INITIAL, |compiler| compiler.action(expr, &Env::default()))
    }

    /// The same for definitions, which the configuration may have replaced.
    pub(crate) fn next_definition(&mut self, name: &str, id: DefinitionId) -> Compiled<Action> {
        let id = self.model.replaced.get(&id).copied().unwrap_or(id);
        self.next_relation(name, &self.program.definitions[id.index()].body)
    }

    pub(crate) fn initial_definition(&mut self, id: DefinitionId) -> Compiled<Action> {
        let id = self.model.replaced.get(&id).copied().unwrap_or(id);
        self.initial_predicate(&self.program.definitions[id.index()].body)
    }

    /// A part that is reached through disjunctions, quantifiers and definitions only: it may be an action by itself.
    fn branch(&mut self, expr: &'p Expr, env: &Env<'p>, naming: &Naming) -> Compiled<Action> {
        match &expr.kind {
            ExprKind::Disjunction(items) => Ok(Action::Or(
                items.iter().map(|item| self.branch(item, env, naming).map(Rc::new)).collect::<Compiled<_>>()?,
            )),
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                let naming = naming.with_bounds(bounds);
                let (binders, body) =
                    self.binding(bounds, env, |compiler, inner| compiler.branch(body, inner, &naming))?;
                Ok(Action::Exists { binders: binders.into(), body: Rc::new(body) })
            }
            ExprKind::Let { definitions, body } => {
                self.action_let(definitions, env, |compiler, inner| compiler.branch(body, inner, naming))
            }
            ExprKind::Labeled { body, .. } => self.branch(body, env, naming),
            ExprKind::Apply { .. } | ExprKind::ApplyConstant { .. } => {
                let Some((definition, arguments)) = self.applied_definition(expr)? else {
                    return self.leaf(expr, env, naming);
                };
                let info = &self.program.definitions[definition.index()];
                let naming = Naming::of(info);
                if info.level < Level::Action {
                    return self.leaf(expr, env, &naming);
                }
                match self.action_definition(definition, arguments, env, |compiler, body, inner| {
                    compiler.branch(body, inner, &naming)
                })? {
                    Some(action) => Ok(action),
                    None => self.leaf(expr, env, &naming),
                }
            }
            _ => self.leaf(expr, env, naming),
        }
    }

    fn leaf(&mut self, expr: &'p Expr, env: &Env<'p>, naming: &Naming) -> Compiled<Action> {
        let info = ActionInfo { name: naming.name.clone(), span: expr.span };
        let index = match self.actions.iter().position(|known| *known == info) {
            Some(index) => index,
            None => {
                self.actions.push(info);
                self.actions.len() - 1
            }
        };
        let action = self.marked_leaf(index, naming, env, expr.span) as u32;
        let body = Rc::new(self.action(expr, env)?);
        Ok(Action::Named { action, body })
    }

    pub(super) fn action(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Action> {
        match &expr.kind {
            ExprKind::Conjunction(items) => {
                Ok(Action::And(items.iter().map(|item| self.action(item, env)).collect::<Compiled<_>>()?))
            }
            ExprKind::Disjunction(items) => {
                Ok(Action::Or(items.iter().map(|item| self.action(item, env).map(Rc::new)).collect::<Compiled<_>>()?))
            }
            ExprKind::If { condition, then, otherwise } => Ok(Action::If {
                condition: Rc::new(self.remembered_code(condition, env)?),
                then: Rc::new(self.action(then, env)?),
                otherwise: Rc::new(self.action(otherwise, env)?),
            }),
            ExprKind::Case { arms, other } => Ok(Action::Case {
                arms: arms
                    .iter()
                    .map(|(guard, value)| Ok((self.code(guard, env)?, self.action(value, env)?)))
                    .collect::<Compiled<_>>()?,
                other: other.as_ref().map(|value| self.action(value, env)).transpose()?.map(Box::new),
                span: expr.span,
            }),
            ExprKind::Let { definitions, body } => {
                self.action_let(definitions, env, |compiler, inner| compiler.action(body, inner))
            }
            ExprKind::Labeled { body, .. } => self.action(body, env),
            ExprKind::Quantified { quantifier: Quantifier::Exists, bounds, body } => {
                let (binders, body) = self.binding(bounds, env, |compiler, inner| compiler.action(body, inner))?;
                Ok(Action::Exists { binders: binders.into(), body: Rc::new(body) })
            }
            // What only tests need not be read as instructions, unless TLC would count branches.
            ExprKind::Quantified { quantifier: Quantifier::ForAll, .. }
                if !self.mode.initial && expr.level < Level::Action && !may_branch(expr) =>
            {
                self.test(expr, env)
            }
            ExprKind::Quantified { quantifier: Quantifier::ForAll, bounds, body } => {
                let (binders, body) = self.binding(bounds, env, |compiler, inner| compiler.action(body, inner))?;
                Ok(Action::ForAll { binders, body: Box::new(body) })
            }
            ExprKind::Builtin(builtin, arguments) => self.action_builtin(*builtin, arguments, expr, env),
            ExprKind::BoxAction { action, subscript } => {
                let action = self.action(action, env)?;
                let stutters = self.unchanged_action(subscript, env, expr.span)?;
                Ok(Action::Or(Box::new([Rc::new(action), Rc::new(stutters)])))
            }
            ExprKind::AngleAction { action, subscript } => {
                let action = self.action(action, env)?;
                let same = self.unchanged(subscript, env, expr.span)?;
                let changed = Code { op: Op::Not(Box::new(same)), span: expr.span };
                Ok(Action::And(Box::new([action, Action::Test(changed)])))
            }
            ExprKind::Local(local) => match env.get(Key::Local(*local)).cloned() {
                Some(Binding::Substitute(source) | Binding::Lazy { source, .. }) => {
                    self.action(source.expr, &source.env)
                }
                _ => self.test(expr, env),
            },
            ExprKind::ApplyLocal { operator, arguments } => self.action_apply_local(*operator, arguments, expr, env),
            ExprKind::Apply { .. } | ExprKind::ApplyConstant { .. } => {
                let Some((definition, arguments)) = self.applied_definition(expr)? else {
                    return self.test(expr, env);
                };
                let action = self.action_definition(definition, arguments, env, |compiler, body, inner| {
                    compiler.action(body, inner)
                })?;
                match action {
                    Some(action) => Ok(action),
                    None => self.test(expr, env),
                }
            }
            _ => self.test(expr, env),
        }
    }

    fn remembered_code(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Code> {
        let code = self.code(expr, env)?;
        Ok(self.remembered(code))
    }

    fn test(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Action> {
        Ok(Action::Test(self.remembered_code(expr, env)?))
    }

    fn action_builtin(
        &mut self,
        builtin: Builtin,
        arguments: &'p [Expr],
        expr: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Action> {
        match (builtin, arguments) {
            (Builtin::Equal, [target, value]) => match self.chosen_variable(target, env) {
                // `x' = x` depends on nothing that `x` is.
                Some(variable)
                    if !self.general && !self.mode.primed && self.variable_named(value, env) == Some(variable) =>
                {
                    self.mentioned.add(variable);
                    Ok(Action::Unchanged(Box::new([variable])))
                }
                Some(variable) => Ok(Action::Assign { variable, value: self.remembered_code(value, env)? }),
                None => self.test(expr, env),
            },
            (Builtin::In, [target, set]) => match self.chosen_variable(target, env) {
                Some(variable) => Ok(Action::Choose { variable, set: self.code(set, env)? }),
                None => self.test(expr, env),
            },
            (Builtin::Unchanged, [inner]) => self.unchanged_action(inner, env, expr.span),
            (Builtin::Implies, [condition, then]) => Ok(Action::If {
                condition: Rc::new(self.code(condition, env)?),
                then: Rc::new(self.action(then, env)?),
                otherwise: Rc::new(Action::And(Box::default())),
            }),
            _ => self.test(expr, env),
        }
    }

    /// The variable whose next value the left side of an equation names: `x'`, or `x` in an initial predicate.
    fn chosen_variable(&mut self, target: &'p Expr, env: &Env<'p>) -> Option<VariableIndex> {
        match &target.kind {
            ExprKind::Builtin(Builtin::Prime, arguments) if !self.mode.initial => {
                self.variable_named(&arguments[0], env).or_else(|| self.stand_in(&arguments[0], env))
            }
            _ if self.mode.initial => self.variable_named(target, env),
            // `x'` may have been passed as an argument.
            ExprKind::Local(local) => match env.get(Key::Local(*local)).cloned()? {
                Binding::Substitute(source) | Binding::Lazy { source, .. } => {
                    self.chosen_variable(source.expr, &source.env)
                }
                _ => None,
            },
            _ => None,
        }
    }

    pub(super) fn variable_named(&self, expr: &'p Expr, env: &Env<'p>) -> Option<VariableIndex> {
        match &expr.kind {
            ExprKind::Variable(id) => Some(id.0),
            ExprKind::Local(local) => match env.get(Key::Local(*local))? {
                Binding::Substitute(source) | Binding::Lazy { source, .. } => {
                    self.variable_named(source.expr, &source.env)
                }
                _ => None,
            },
            ExprKind::Labeled { body, .. } => self.variable_named(body, env),
            ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
                let definition = self.inlined_alone(*definition)?;
                self.variable_named(&definition.body, &Env::default())
            }
            _ => None,
        }
    }

    /// `UNCHANGED e`: keeps the variables that `e` is a tuple of; anything else is a test.
    fn unchanged_action(&mut self, expr: &'p Expr, env: &Env<'p>, span: Span) -> Compiled<Action> {
        let Changed { variables, stand_ins, unchanged } = self.parts_of(expr, env, span)?;
        let kept = Action::Unchanged(variables);
        if stand_ins.is_empty() && unchanged.is_empty() {
            return Ok(kept);
        }
        let chosen = stand_ins.into_vec().into_iter().map(|(variable, value)| Action::Assign { variable, value });
        let tested = unchanged.into_vec().into_iter().map(Action::Test);
        Ok(Action::And(std::iter::once(kept).chain(chosen).chain(tested).collect()))
    }

    /// The parts of `v` whose change makes a step one of `<<A>>_v`.
    pub(super) fn changed(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Changed> {
        self.parts_of(expr, env, expr.span)
    }

    fn parts_of(&mut self, expr: &'p Expr, env: &Env<'p>, span: Span) -> Compiled<Changed> {
        let mut parts = Parts::default();
        self.unchanged_parts(expr, env, span, &mut parts)?;
        Ok(Changed {
            variables: parts.variables.into(),
            stand_ins: parts.stand_ins.into(),
            unchanged: parts.tests.into(),
        })
    }

    fn unchanged_parts(&mut self, expr: &'p Expr, env: &Env<'p>, span: Span, parts: &mut Parts) -> Compiled<()> {
        if let Some(variable) = self.variable_named(expr, env) {
            parts.variables.push(variable);
            return Ok(());
        }
        if let Some(variable) = self.stand_in(expr, env) {
            let value = self.code(expr, env)?;
            parts.stand_ins.push((variable, value));
            return Ok(());
        }
        match &expr.kind {
            ExprKind::Tuple(items) => {
                return items.iter().try_for_each(|item| self.unchanged_parts(item, env, span, parts));
            }
            ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
                if let Some(definition) = self.inlined_alone(*definition) {
                    return self.unchanged_parts(&definition.body, &Env::default(), span, parts);
                }
            }
            ExprKind::Local(local) => {
                if let Some(Binding::Substitute(source) | Binding::Lazy { source, .. }) =
                    env.get(Key::Local(*local)).cloned()
                {
                    return self.unchanged_parts(source.expr, &source.env, span, parts);
                }
            }
            ExprKind::Labeled { body, .. } => return self.unchanged_parts(body, env, span, parts),
            _ => {}
        }
        parts.tests.push(self.unchanged(expr, env, span)?);
        Ok(())
    }

    fn action_let(
        &mut self,
        definitions: &'p [tla_syntax::resolved::DefinitionId],
        env: &Env<'p>,
        build: impl FnOnce(&mut Self, &Env<'p>) -> Compiled<Action>,
    ) -> Compiled<Action> {
        let (body, slots) = self.with_definitions(definitions, env, build)?;
        Ok(forgetting(slots, body))
    }

    /// The definition that an application means after the configuration's replacements.
    fn applied_definition(&self, expr: &'p Expr) -> Compiled<Option<(DefinitionId, &'p [Argument])>> {
        let (id, arguments) = match &expr.kind {
            ExprKind::Apply { definition, arguments } => (*definition, arguments),
            ExprKind::ApplyConstant { operator, arguments } => {
                (self.constant_operator(*operator, expr.span)?, arguments)
            }
            _ => return Ok(None),
        };
        Ok(Some((self.model.replaced.get(&id).copied().unwrap_or(id), arguments)))
    }

    /// A definition to be read as an action; `None` where it can only be evaluated.
    fn action_definition(
        &mut self,
        id: tla_syntax::resolved::DefinitionId,
        arguments: &'p [Argument],
        env: &Env<'p>,
        build: impl FnOnce(&mut Self, &'p Expr, &Env<'p>) -> Compiled<Action>,
    ) -> Compiled<Option<Action>> {
        let definition = &self.program.definitions[id.index()];
        let constant = definition.level == Level::Constant && definition.parameters.is_empty();
        if definition.recursive || constant || self.model.replaced_by_value.contains_key(&id) {
            return Ok(None);
        }
        if !definition.inner && self.native(definition).is_some() {
            return Ok(None);
        }
        let mut base = Env::default();
        if definition.inner {
            base = match env.get(Key::Definition(id)).cloned() {
                Some(Binding::Lazy { source, .. } | Binding::Substitute(source)) => source.env,
                Some(Binding::Inline) | None => env.clone(),
                Some(_) => return Ok(None),
            };
        }
        let usage: Vec<_> = self.analysis.usage(id).to_vec();
        let (inner, slots) =
            self.bind_arguments(&definition.parameters, arguments, env, base, &mut usage.into_iter())?;
        self.depth += 1;
        let body = build(self, &definition.body, &inner);
        self.depth -= 1;
        Ok(Some(forgetting(slots, body?)))
    }

    fn action_apply_local(
        &mut self,
        operator: tla_syntax::resolved::LocalId,
        arguments: &'p [Argument],
        expr: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Action> {
        use tla_syntax::resolved::OperatorArgument;
        let Some(Binding::Operator(source)) = env.get(Key::Local(operator)).cloned() else {
            return self.test(expr, env);
        };
        let (parameters, body, base) = match source.argument {
            OperatorArgument::Lambda { parameters, body } => (parameters, &**body, source.env.clone()),
            OperatorArgument::Definition(id) => {
                let definition = &self.program.definitions[id.index()];
                if definition.recursive || self.native(definition).is_some() {
                    return self.test(expr, env);
                }
                let base = if definition.inner { source.env.clone() } else { Env::default() };
                (&definition.parameters, &definition.body, base)
            }
            _ => return self.test(expr, env),
        };
        let usage: Vec<_> = parameters.iter().map(|parameter| self.analysis.usage_in(body, parameter.local)).collect();
        let (inner, slots) = self.bind_arguments(parameters, arguments, env, base, &mut usage.into_iter())?;
        self.depth += 1;
        let body = self.action(body, &inner);
        self.depth -= 1;
        Ok(forgetting(slots, body?))
    }
}

/// What a state function is made of.
#[derive(Default)]
struct Parts {
    variables: Vec<VariableIndex>,
    stand_ins: Vec<(VariableIndex, Code)>,
    tests: Vec<Code>,
}

fn forgetting(slots: Vec<SlotIndex>, body: Action) -> Action {
    if slots.is_empty() {
        body
    } else {
        Action::Let { slots: slots.into(), body: Box::new(body) }
    }
}

/// Whether reading the formula as instructions could find more than one way to satisfy it, or choose something.
fn may_branch(expr: &Expr) -> bool {
    let mut found = matches!(
        expr.kind,
        ExprKind::Disjunction(_)
            | ExprKind::Let { .. }
            | ExprKind::Local(_)
            | ExprKind::ApplyLocal { .. }
            | ExprKind::Quantified { quantifier: Quantifier::Exists, .. }
    );
    match &expr.kind {
        ExprKind::Conjunction(items) => found |= items.iter().any(may_branch),
        ExprKind::Quantified { quantifier: Quantifier::ForAll, body, .. } => found |= may_branch(body),
        ExprKind::If { then, otherwise, .. } => found |= may_branch(then) || may_branch(otherwise),
        ExprKind::Apply { .. } | ExprKind::ApplyConstant { .. } | ExprKind::Case { .. } => found = true,
        _ => {}
    }
    found
}
