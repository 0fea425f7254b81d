//! Everything that binds names: quantifiers, CHOOSE, set and function constructors.

use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::resolved::{Bound, Expr, ExprKind, Named, Pattern, Quantifier};

use super::analysis::Usage;
use super::environment::{Binding, Env, Key};
use super::frame::forgetting;
use super::{Compiled, Compiler};
use crate::code::{Binder, Code, Comprehension, LambdaKind, Op};

impl<'p> Compiler<'p> {
    /// Compiles bounds, then `build` in the environment that has their names.
    pub(super) fn binding<T>(
        &mut self,
        bounds: &'p [Bound],
        env: &Env<'p>,
        build: impl FnOnce(&mut Self, &Env<'p>) -> Compiled<T>,
    ) -> Compiled<(Box<[Binder]>, T)> {
        let mut inner = env.clone();
        let mut binders = Vec::new();
        // No set may use a name of the same list, so the depth rises once, for all of them.
        for bound in bounds {
            match &bound.pattern {
                Pattern::Names(names) => {
                    for name in names {
                        binders.push(self.binder(std::slice::from_ref(name), false, &bound.set, env, &mut inner)?);
                    }
                }
                Pattern::Tuple(names) => binders.push(self.binder(names, true, &bound.set, env, &mut inner)?),
            }
        }
        self.depth += 1;
        let built = build(self, &inner);
        self.depth -= 1;
        Ok((binders.into(), built?))
    }

    fn binder(
        &mut self,
        names: &'p [Named],
        tuple: bool,
        set: &'p Expr,
        env: &Env<'p>,
        inner: &mut Env<'p>,
    ) -> Compiled<Binder> {
        let set = gone_through(self.code(set, env)?);
        let mut slots = Vec::new();
        for name in names {
            let place = self.slot();
            *inner = inner.with(Key::Local(name.local), Binding::Slot(place));
            slots.push(place.slot);
        }
        Ok(Binder { slots: slots.into(), tuple, set })
    }

    pub(super) fn comprehension(
        &mut self,
        bounds: &'p [Bound],
        body: &'p Expr,
        env: &Env<'p>,
        make: impl FnOnce(Box<Comprehension>) -> Op,
    ) -> Compiled<Op> {
        let depth = self.depth;
        let (binders, (body, moved)) = self.binding(bounds, env, |compiler, inner| {
            compiler.in_loop_at(depth, |compiler| compiler.code(body, inner))
        })?;
        let span = body.span;
        Ok(forgetting(moved, Code { op: make(Box::new(Comprehension { binders, body })), span }))
    }

    pub(super) fn quantified(
        &mut self,
        quantifier: Quantifier,
        bounds: &'p [Bound],
        body: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Op> {
        match quantifier {
            Quantifier::ForAll => self.comprehension(bounds, body, env, Op::ForAll),
            Quantifier::Exists => self.comprehension(bounds, body, env, Op::Exists),
            Quantifier::TemporalForAll | Quantifier::TemporalExists => {
                Ok(Op::Refused("temporal quantifiers (\\AA, \\EE) cannot be evaluated".to_owned()))
            }
        }
    }

    pub(super) fn choose(
        &mut self,
        pattern: &'p Pattern,
        set: Option<&'p Expr>,
        body: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Op> {
        let Some(set) = set else {
            return Ok(Op::Refused(
                "CHOOSE without a set has no value here: give the definition a model value in the configuration"
                    .to_owned(),
            ));
        };
        let mut inner = env.clone();
        let (names, tuple) = match pattern {
            Pattern::Names(names) => (names, false),
            Pattern::Tuple(names) => (names, true),
        };
        let binder = self.binder(names, tuple, set, env, &mut inner)?;
        let depth = self.depth;
        self.depth += 1;
        let body = self.in_loop_at(depth, |compiler| compiler.code(body, &inner));
        self.depth -= 1;
        let (body, moved) = body?;
        let span = body.span;
        let op = Op::Choose(Box::new(Comprehension { binders: Box::new([binder]), body }));
        Ok(forgetting(moved, Code { op, span }))
    }

    /// A function constructor as a closure; `None` where the expression is something else.
    pub(super) fn function_closure(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Option<Op>> {
        match &expr.kind {
            ExprKind::Labeled { body, .. } => self.function_closure(body, env),
            ExprKind::Function { recursive, bounds, body } => {
                self.function_lambda(self.recursion(recursive.as_ref(), body), bounds, body, env).map(Some)
            }
            ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
                match self.inlined_alone(*definition) {
                    Some(definition) => self.function_closure(&definition.body, &Env::default()),
                    None => Ok(None),
                }
            }
            _ => Ok(None),
        }
    }

    /// The name of a function that is defined by itself: `f[x \in S] == e` need not mention `f`.
    pub(super) fn recursion(&self, name: Option<&'p Named>, body: &'p Expr) -> Option<&'p Named> {
        name.filter(|name| self.analysis.usage_in(body, name.local) != Usage::Never)
    }

    pub(super) fn function_lambda(
        &mut self,
        recursive: Option<&'p Named>,
        bounds: &'p [Bound],
        body: &'p Expr,
        env: &Env<'p>,
    ) -> Compiled<Op> {
        let lambda = self.lambda(|compiler| {
            let mut inner = env.clone();
            let mut own = None;
            if let Some(name) = recursive {
                let place = compiler.slot();
                inner = inner.with(Key::Local(name.local), Binding::Slot(place));
                own = Some(place.slot);
            }
            compiler.depth += 1;
            let built = compiler.binding(bounds, &inner, |compiler, inside| compiler.code(body, inside));
            compiler.depth -= 1;
            let (binders, body) = built?;
            Ok((LambdaKind::Function { binders, own }, Box::default(), body))
        })?;
        Ok(Op::Closure(lambda))
    }

    /// `f[a]`, `f[a, b]`
    pub(super) fn function_application(
        &mut self,
        function: &'p Expr,
        arguments: &'p [Expr],
        env: &Env<'p>,
    ) -> Compiled<Op> {
        let argument = match arguments {
            [single] => self.code(single, env)?,
            several => {
                let items = self.codes(several, env)?;
                let span = items.first().map_or(function.span, |first| first.span);
                Code { op: Op::Tuple(items), span }
            }
        };
        if let Some((bounds, body, inner)) = self.visible_function(function, env) {
            let (binders, body) = self.binding(bounds, &inner, |compiler, inside| compiler.code(body, inside))?;
            return Ok(Op::Beta(Box::new((Comprehension { binders, body }, argument))));
        }
        Ok(Op::Apply(Box::new((self.lazily(function, env)?, argument))))
    }

    /// The bounds and body of a function that is written out, or of a definition that is inlined and is one.
    fn visible_function(&self, expr: &'p Expr, env: &Env<'p>) -> Option<(&'p [Bound], &'p Expr, Env<'p>)> {
        match &expr.kind {
            ExprKind::Function { recursive, bounds, body } if self.recursion(recursive.as_ref(), body).is_none() => {
                Some((bounds, body, env.clone()))
            }
            ExprKind::Labeled { body, .. } => self.visible_function(body, env),
            ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
                let definition = self.inlined_alone(*definition)?;
                self.visible_function(&definition.body, &Env::default())
            }
            _ => None,
        }
    }

    pub(super) fn refused(&self, what: &str) -> Op {
        Op::Refused(format!("{what} is a temporal formula: it has no value in a state"))
    }

    pub(super) fn let_in(
        &mut self,
        definitions: &'p [tla_syntax::resolved::DefinitionId],
        env: &Env<'p>,
        build: impl FnOnce(&mut Self, &Env<'p>) -> Compiled<Code>,
    ) -> Compiled<Op> {
        let (body, slots) = self.with_definitions(definitions, env, build)?;
        Ok(forgetting(slots, body))
    }

    pub(super) fn unsupported<T>(&self, span: tla_syntax::source::Span, message: impl Into<String>) -> Compiled<T> {
        Err(Box::new(Diagnostic::new(tla_syntax::diagnostic::Code::Unsupported, span, message)))
    }
}

/// A filter that is gone through need not be listed; it is not remembered either.
fn gone_through(set: Code) -> Code {
    match set.op {
        Op::Recalled(recalled) if matches!(recalled.code.op, Op::Filter(_)) => recalled.code,
        Op::Counted(index, inner) => Code { op: Op::Counted(index, Box::new(gone_through(*inner))), span: set.span },
        _ => set,
    }
}
