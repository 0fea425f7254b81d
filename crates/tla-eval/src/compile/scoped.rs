//! Parts of a specification compiled by themselves, in a scope that says what the names around them stand for.

use std::rc::Rc;

use tla_syntax::resolved::{Argument, Bound, DefinitionId, Expr, LocalId, OperatorArgument};

use super::environment::{Binding, ConstantOp, Env, Key, OperatorSource, Source};
use super::{Compiled, Compiler, Mode};
use crate::code::{Action, Binder, Code, Routine};
use crate::value::Value;

/// What the names around a part stand for, outermost first.
#[derive(Clone, Default)]
pub(crate) struct Scope<'p>(Option<Rc<Node<'p>>>);

struct Node<'p> {
    layer: Layer<'p>,
    outer: Scope<'p>,
}

pub(crate) enum Layer<'p> {
    /// A bound name or a parameter with its value.
    Value(LocalId, Value),
    /// A parameter that stands for an argument, which has a scope of its own.
    Argument(LocalId, &'p Argument, Scope<'p>),
    /// The definitions of a LET.
    Definitions(&'p [DefinitionId]),
}

impl<'p> Scope<'p> {
    #[must_use]
    pub(crate) fn with(&self, layer: Layer<'p>) -> Self {
        Self(Some(Rc::new(Node { layer, outer: self.clone() })))
    }

    /// What a parameter stands for, where that is an argument and not a value.
    pub(crate) fn argument(&self, local: LocalId) -> Option<(&'p Argument, Self)> {
        let mut scope = self;
        while let Some(node) = &scope.0 {
            match &node.layer {
                Layer::Argument(known, argument, own) if *known == local => return Some((argument, own.clone())),
                Layer::Value(known, _) if *known == local => return None,
                _ => scope = &node.outer,
            }
        }
        None
    }
}

/// Binders with a predicate over their names.
pub(crate) type Rows = (Box<[Binder]>, Code);

/// Builds in an environment; its result stays with the caller.
type Build<'b, 'p> = &'b mut dyn FnMut(&mut Compiler<'p>, &Env<'p>) -> Compiled<()>;

impl<'p> Compiler<'p> {
    /// An expression as an entry point; both states of a step may be read.
    pub(crate) fn scoped_entry(&mut self, expr: &'p Expr, scope: &Scope<'p>) -> Compiled<Rc<Routine>> {
        let routine = Routine::named("expression");
        self.finish_routine(&routine, Mode::STEP, |compiler| {
            let body = compiler.in_scope(scope, |compiler, env| compiler.code(expr, env))?;
            Ok((body, Box::default()))
        })?;
        Ok(routine)
    }

    /// Bounds and a predicate over their names, in a frame of their own. Returns the frame's size.
    pub(crate) fn scoped_binders(
        &mut self,
        bounds: &'p [Bound],
        body: &'p Expr,
        scope: &Scope<'p>,
    ) -> Compiled<(Rows, u32)> {
        self.in_own_frame(|compiler| {
            compiler.in_mode(Mode::STEP, |compiler| {
                compiler.in_scope(scope, |compiler, env| {
                    compiler.binding(bounds, env, |compiler, inner| compiler.code(body, inner))
                })
            })
        })
    }

    /// Conjuncts read as instructions that choose the next state, each in its scope. Returns the frame's size.
    pub(crate) fn scoped_actions(&mut self, conjuncts: &[(&'p Expr, Scope<'p>)]) -> Compiled<(Action, u32)> {
        self.in_own_frame(|compiler| {
            compiler.in_mode(Mode::NEXT, |compiler| {
                let one = |(expr, scope): &(&'p Expr, Scope<'p>)| {
                    compiler.in_scope(scope, |compiler, env| compiler.action(expr, env))
                };
                Ok(Action::And(conjuncts.iter().map(one).collect::<Compiled<_>>()?))
            })
        })
    }

    fn in_scope<T>(
        &mut self,
        scope: &Scope<'p>,
        build: impl FnOnce(&mut Self, &Env<'p>) -> Compiled<T>,
    ) -> Compiled<T> {
        let mut build = Some(build);
        let mut built = None;
        self.below(scope, &mut |compiler, env| {
            if let Some(build) = build.take() {
                built = Some(build(compiler, env)?);
            }
            Ok(())
        })?;
        match built {
            Some(built) => Ok(built),
            None => self.unsupported(self.program.definitions[0].span, "a scope was left before it was entered"),
        }
    }

    /// Slots of LETs need not be forgotten on entry: each frame is entered once, and is empty then.
    fn below(&mut self, scope: &Scope<'p>, build: Build<'_, 'p>) -> Compiled<()> {
        let Some(node) = &scope.0 else { return build(self, &Env::default()) };
        match &node.layer {
            Layer::Value(local, value) => {
                let constant = Binding::Constant(ConstantOp::Value(value.clone()));
                self.below(&node.outer, &mut |compiler, env| {
                    build(compiler, &env.with(Key::Local(*local), constant.clone()))
                })
            }
            Layer::Definitions(definitions) => self.below(&node.outer, &mut |compiler, env| {
                compiler.with_definitions(definitions, env, |compiler, inner| build(compiler, inner))?;
                Ok(())
            }),
            Layer::Argument(local, argument, own) => self.below(&node.outer, &mut |compiler, env| {
                compiler.below(own, &mut |compiler, there| {
                    let binding = match *argument {
                        Argument::Value(expr) => {
                            Binding::Substitute(Source { expr, env: there.clone(), mode: compiler.mode })
                        }
                        Argument::Operator(OperatorArgument::Local(passed)) => match there.get(Key::Local(*passed)) {
                            Some(binding) => binding.clone(),
                            None => return build(compiler, env),
                        },
                        Argument::Operator(argument) => {
                            Binding::Operator(OperatorSource { argument, env: there.clone() })
                        }
                    };
                    build(compiler, &env.with(Key::Local(*local), binding))
                })
            }),
        }
    }
}
