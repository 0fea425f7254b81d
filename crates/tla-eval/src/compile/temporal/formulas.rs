//! From expressions to formulas over atoms.

use tla_check::temporal::{Enabled, Fairness, Formula};
use tla_syntax::resolved::{
    Argument, Builtin, DefinitionId, Expr, ExprKind, Level, OperatorArgument, Parameter, Quantifier,
};

use super::{refused, standing_for, FairnessSource, TemporalCompiler};
use crate::code::Routine;
use crate::compile::environment::{Binding, Env, Key, OperatorSource};
use crate::compile::{Compiled, Mode};

/// What an expression stands for after one step of looking through names.
pub(super) enum Through<'p> {
    Expr(&'p Expr, Env<'p>),
    /// The configuration gives it a truth value.
    Constant(bool),
    /// It is what it is.
    Nothing,
}

impl<'p> TemporalCompiler<'_, 'p> {
    /// A conjunct of what the specification demands of behaviours.
    pub(super) fn demand(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<()> {
        self.deeper(expr.span, |building| match &expr.kind {
            ExprKind::Conjunction(items) => items.iter().try_for_each(|item| building.demand(item, env)),
            ExprKind::Quantified { quantifier: Quantifier::ForAll, bounds, body }
                if building.level(body, env) == Level::Temporal =>
            {
                building.for_each_row(bounds, env, |building, env| building.demand(body, env))
            }
            ExprKind::WeakFairness { subscript, action } => building.demand_fairness(false, action, subscript, env),
            ExprKind::StrongFairness { subscript, action } => building.demand_fairness(true, action, subscript, env),
            _ => match building.through(expr, env)? {
                Through::Expr(expr, env) => building.demand(expr, &env),
                Through::Constant(true) => Ok(()),
                Through::Constant(false) | Through::Nothing => {
                    let formula = building.formula(expr, env)?;
                    building.assume(formula);
                    Ok(())
                }
            },
        })
    }

    fn demand_fairness(&mut self, strong: bool, action: &'p Expr, subscript: &'p Expr, env: &Env<'p>) -> Compiled<()> {
        let taken = self.step_atom(action, subscript, env, true)?;
        let enabled = if self.is_covered(action, env)? {
            Enabled::BySteps
        } else {
            Enabled::Atom(self.enabled_atom(action, subscript, env)?)
        };
        let source = FairnessSource { strong, span: action.span };
        self.require(Fairness { strong, enabled, taken }, source);
        Ok(())
    }

    /// Runs `build` for each way to give the bound names values.
    pub(super) fn for_each_row(
        &mut self,
        bounds: &'p [tla_syntax::resolved::Bound],
        env: &Env<'p>,
        mut build: impl FnMut(&mut Self, &Env<'p>) -> Compiled<()>,
    ) -> Compiled<()> {
        let outer = self.bound.len();
        for row in self.rows(bounds, env)? {
            self.bound.extend(row.names);
            let built = build(self, &row.env);
            self.bound.truncate(outer);
            built?;
        }
        Ok(())
    }

    pub(super) fn formula(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Formula> {
        self.deeper(expr.span, |building| match building.level(expr, env) {
            Level::Constant | Level::State => building.state_formula(expr, env),
            Level::Action => building.step_formula(expr, env),
            Level::Temporal => building.temporal_formula(expr, env),
        })
    }

    fn state_formula(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Formula> {
        if let ExprKind::Boolean(value) = expr.kind {
            return Ok(Formula::Constant(value));
        }
        Ok(Formula::State(self.state_atom(expr, env)?))
    }

    fn step_formula(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Formula> {
        match &expr.kind {
            ExprKind::BoxAction { action, subscript } => {
                Ok(Formula::Step(self.step_atom(action, subscript, env, false)?))
            }
            ExprKind::AngleAction { action, subscript } => {
                Ok(Formula::Step(self.step_atom(action, subscript, env, true)?))
            }
            _ => match self.through(expr, env)? {
                Through::Expr(inner, env) => self.formula(inner, &env),
                Through::Constant(value) => Ok(Formula::Constant(value)),
                Through::Nothing => self.plain_action(expr, env),
            },
        }
    }

    /// An action that is neither `[A]_v` nor `<<A>>_v`: of a step that stutters it may be true or not, depending on the
    /// state.
    fn plain_action(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Formula> {
        let moves = self.moving_atom(expr, env)?;
        let anything = self.any_move_atom(expr.span)?;
        let rests = self.resting_atom(expr, env)?;
        let stutters = Formula::Not(Box::new(Formula::Step(anything)));
        Ok(Formula::Or(vec![Formula::Step(moves), Formula::And(vec![stutters, Formula::State(rests)])]))
    }

    fn temporal_formula(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Formula> {
        match &expr.kind {
            ExprKind::Conjunction(items) => Ok(Formula::And(self.formulas(items, env)?)),
            ExprKind::Disjunction(items) => Ok(Formula::Or(self.formulas(items, env)?)),
            ExprKind::Builtin(builtin, operands) => self.builtin_formula(*builtin, operands, expr, env),
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.formula(condition, env)?;
                let (then, otherwise) = (self.formula(then, env)?, self.formula(otherwise, env)?);
                Ok(either(condition, then, otherwise))
            }
            ExprKind::Case { arms, other } => self.case(arms, other.as_deref(), env),
            ExprKind::Quantified { quantifier, bounds, body } => {
                let mut each = Vec::new();
                self.for_each_row(bounds, env, |building, env| {
                    each.push(building.formula(body, env)?);
                    Ok(())
                })?;
                match quantifier {
                    Quantifier::ForAll => Ok(Formula::And(each)),
                    Quantifier::Exists => Ok(Formula::Or(each)),
                    _ => Err(hidden(expr)),
                }
            }
            ExprKind::UnboundedQuantified {
                quantifier: Quantifier::TemporalForAll | Quantifier::TemporalExists, ..
            } => Err(hidden(expr)),
            ExprKind::UnboundedQuantified { .. } => Err(refused(
                expr.span,
                "a temporal formula is quantified over everything there is",
                "quantify over a finite constant set: \\A x \\in S : ...",
            )),
            ExprKind::WeakFairness { subscript, action } => self.fair(false, action, subscript, env),
            ExprKind::StrongFairness { subscript, action } => self.fair(true, action, subscript, env),
            _ => match self.through(expr, env)? {
                Through::Expr(inner, env) => self.formula(inner, &env),
                Through::Constant(value) => Ok(Formula::Constant(value)),
                Through::Nothing => Err(refused(
                    expr.span,
                    "a temporal formula stands where it cannot be taken apart",
                    "temporal operators can only be combined by logical operators, quantifiers and definitions that are not recursive",
                )),
            },
        }
    }

    fn formulas(&mut self, items: &'p [Expr], env: &Env<'p>) -> Compiled<Vec<Formula>> {
        items.iter().map(|item| self.formula(item, env)).collect()
    }

    fn builtin_formula(
        &mut self,
        builtin: Builtin,
        operands: &'p [Expr],
        expr: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Formula> {
        let mut formulas = self.formulas(operands, env)?.into_iter();
        match (builtin, formulas.next(), formulas.next()) {
            (Builtin::Not, Some(inner), None) => Ok(not(inner)),
            (Builtin::Always, Some(inner), None) => Ok(Formula::Always(Box::new(inner))),
            (Builtin::Eventually, Some(inner), None) => Ok(Formula::Eventually(Box::new(inner))),
            (Builtin::Implies, Some(first), Some(second)) => Ok(Formula::Or(vec![not(first), second])),
            (Builtin::Equivalent, Some(first), Some(second)) => Ok(either(first, second.clone(), not(second))),
            (Builtin::LeadsTo, Some(first), Some(second)) => Ok(leads_to(first, second)),
            (Builtin::PlusArrow, ..) => Err(refused(
                expr.span,
                "`-+->` cannot be checked",
                "check the guarantee of a specification that includes the assumptions about its surroundings",
            )),
            _ => Err(refused(
                expr.span,
                "this operator cannot be applied to temporal formulas",
                "temporal operators can only be combined by logical operators and quantifiers",
            )),
        }
    }

    fn case(&mut self, arms: &'p [(Expr, Expr)], other: Option<&'p Expr>, env: &Env<'p>) -> Compiled<Formula> {
        // Without a true guard the value is not specified; that nothing holds then is at least noticed.
        let mut formula = match other {
            Some(other) => self.formula(other, env)?,
            None => Formula::Constant(false),
        };
        for (guard, value) in arms.iter().rev() {
            let (guard, value) = (self.formula(guard, env)?, self.formula(value, env)?);
            formula = either(guard, value, formula);
        }
        Ok(formula)
    }

    /// `WF_v(A)` is `[]<>(~ENABLED <<A>>_v \/ <<A>>_v)`, and `SF_v(A)` is `<>[]~ENABLED <<A>>_v \/ []<><<A>>_v`.
    fn fair(&mut self, strong: bool, action: &'p Expr, subscript: &'p Expr, env: &Env<'p>) -> Compiled<Formula> {
        let enabled = Formula::State(self.enabled_atom(action, subscript, env)?);
        let taken = Formula::Step(self.step_atom(action, subscript, env, true)?);
        let again_and_again = |formula| Formula::Always(Box::new(Formula::Eventually(Box::new(formula))));
        if strong {
            let in_the_end_never = Formula::Eventually(Box::new(Formula::Always(Box::new(not(enabled)))));
            return Ok(Formula::Or(vec![in_the_end_never, again_and_again(taken)]));
        }
        Ok(again_and_again(Formula::Or(vec![not(enabled), taken])))
    }

    /// Looks through one name, LET or label.
    pub(super) fn through(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Through<'p>> {
        match &expr.kind {
            ExprKind::Labeled { body, .. } => Ok(Through::Expr(body, env.clone())),
            ExprKind::Let { definitions, body } => {
                let inner = self.with_definitions(definitions, env)?;
                Ok(Through::Expr(body, inner))
            }
            ExprKind::Local(local) => Ok(Self::name(Key::Local(*local), env)),
            ExprKind::Apply { definition, arguments } => self.application(*definition, arguments, env),
            ExprKind::ApplyConstant { operator, arguments } => {
                let definition = self.compiler.constant_operator(*operator, expr.span)?;
                self.application(definition, arguments, env)
            }
            ExprKind::ApplyLocal { operator, arguments } => Ok(self.operator(*operator, arguments, env)),
            _ => Ok(Through::Nothing),
        }
    }

    fn name(key: Key, env: &Env<'p>) -> Through<'p> {
        match env.get(key) {
            Some(Binding::Substitute(source)) => Through::Expr(source.expr, source.env.clone()),
            _ => Through::Nothing,
        }
    }

    fn application(&mut self, id: DefinitionId, arguments: &'p [Argument], env: &Env<'p>) -> Compiled<Through<'p>> {
        use tla_syntax::config::ConfigValue;
        let model = self.compiler.model;
        let id = model.replaced.get(&id).copied().unwrap_or(id);
        match model.replaced_by_value.get(&id) {
            Some(ConfigValue::Boolean(value)) => return Ok(Through::Constant(*value)),
            Some(_) => return Ok(Through::Nothing),
            None => {}
        }
        let definition = &self.compiler.program.definitions[id.index()];
        if definition.recursive || (!definition.inner && self.compiler.native(definition).is_some()) {
            return Ok(Through::Nothing);
        }
        if definition.inner && definition.parameters.is_empty() {
            return Ok(Self::name(Key::Definition(id), env));
        }
        let base = if definition.inner { env.clone() } else { Env::default() };
        Ok(Through::Expr(&definition.body, bound(&definition.parameters, arguments, env, base)))
    }

    fn operator(
        &mut self,
        operator: tla_syntax::resolved::LocalId,
        arguments: &'p [Argument],
        env: &Env<'p>,
    ) -> Through<'p> {
        let Some(Binding::Operator(source)) = env.get(Key::Local(operator)) else { return Through::Nothing };
        match source.argument {
            OperatorArgument::Lambda { parameters, body } => {
                Through::Expr(body, bound(parameters, arguments, env, source.env.clone()))
            }
            OperatorArgument::Definition(id) => {
                let definition = &self.compiler.program.definitions[id.index()];
                if definition.recursive || (!definition.inner && self.compiler.native(definition).is_some()) {
                    return Through::Nothing;
                }
                let base = if definition.inner { source.env.clone() } else { Env::default() };
                Through::Expr(&definition.body, bound(&definition.parameters, arguments, env, base))
            }
            _ => Through::Nothing,
        }
    }

    /// The definitions of a LET above atoms. Each atom has a frame of its own, so they stand for what they are defined as.
    fn with_definitions(&mut self, definitions: &'p [DefinitionId], env: &Env<'p>) -> Compiled<Env<'p>> {
        let program = self.compiler.program;
        let mut inner = env.clone();
        for &id in definitions {
            let definition = &program.definitions[id.index()];
            let binding = if definition.recursive {
                let routine = Routine::named(&definition.name);
                Binding::Routine { routine, needs: [].into(), mode: Mode::STEP }
            } else if definition.parameters.is_empty() {
                standing_for(&definition.body, &inner)
            } else {
                Binding::Inline
            };
            inner = inner.with(Key::Definition(id), binding);
        }
        for &id in definitions {
            if program.definitions[id.index()].recursive {
                self.compiler.finish_inner_routine(id, &inner)?;
            }
        }
        Ok(inner)
    }
}

fn bound<'p>(parameters: &'p [Parameter], arguments: &'p [Argument], env: &Env<'p>, mut inner: Env<'p>) -> Env<'p> {
    for (parameter, argument) in parameters.iter().zip(arguments) {
        let key = Key::Local(parameter.local);
        let binding = match argument {
            Argument::Operator(OperatorArgument::Local(local)) => match env.get(Key::Local(*local)) {
                Some(binding) => binding.clone(),
                None => continue,
            },
            Argument::Operator(argument) => Binding::Operator(OperatorSource { argument, env: env.clone() }),
            Argument::Value(value) => match &value.kind {
                // A name that has a value already is that value.
                ExprKind::Local(local) => match env.get(Key::Local(*local)) {
                    Some(binding) => binding.clone(),
                    None => standing_for(value, env),
                },
                _ => standing_for(value, env),
            },
        };
        inner = inner.with(key, binding);
    }
    inner
}

fn hidden(expr: &Expr) -> Box<tla_syntax::diagnostic::Diagnostic> {
    refused(
        expr.span,
        "a formula that hides variables (\\AA, \\EE) cannot be checked",
        "define the hidden variables and give a refinement mapping: INSTANCE Other WITH hidden <- ...",
    )
}

pub(super) fn not(formula: Formula) -> Formula {
    Formula::Not(Box::new(formula))
}

fn either(condition: Formula, then: Formula, otherwise: Formula) -> Formula {
    Formula::Or(vec![Formula::And(vec![condition.clone(), then]), Formula::And(vec![not(condition), otherwise])])
}

pub(super) fn leads_to(first: Formula, second: Formula) -> Formula {
    Formula::Always(Box::new(Formula::Or(vec![not(first), Formula::Eventually(Box::new(second))])))
}
