//! Levels of expressions where they stand. The level that the resolver gives takes parameters as constants; here it is known
//! what they stand for.

use tla_syntax::resolved::{Argument, Builtin, DefinitionId, Expr, ExprKind, Level, OperatorArgument};

use super::TemporalCompiler;
use crate::compile::environment::{Binding, Env, Key};

impl<'p> TemporalCompiler<'_, 'p> {
    pub(super) fn level(&self, expr: &'p Expr, env: &Env<'p>) -> Level {
        if expr.level == Level::Temporal || env.is_empty() {
            return expr.level;
        }
        let mut level = expr.level;
        match &expr.kind {
            ExprKind::Local(local) => level = level.max(self.level_of_name(Key::Local(*local), env)),
            ExprKind::ApplyLocal { operator, .. } => level = level.max(self.level_of_name(Key::Local(*operator), env)),
            ExprKind::Apply { definition, .. } => {
                let inner = &self.compiler.program.definitions[definition.index()];
                if inner.inner && !inner.recursive {
                    level = level.max(self.level_of_inner(*definition, env));
                }
            }
            ExprKind::Let { definitions, .. } => {
                for definition in definitions {
                    level = level.max(self.level_of_inner(*definition, env));
                }
            }
            _ => {}
        }
        if let ExprKind::Apply { arguments, .. }
        | ExprKind::ApplyLocal { arguments, .. }
        | ExprKind::ApplyConstant { arguments, .. } = &expr.kind
        {
            for argument in arguments {
                if let Argument::Operator(OperatorArgument::Local(local)) = argument {
                    level = level.max(self.level_of_name(Key::Local(*local), env));
                }
            }
        }
        let mut parts = Vec::new();
        expr.for_each_child(&mut |child| parts.push(child));
        for part in parts {
            level = level.max(self.level(part, env));
        }
        match &expr.kind {
            ExprKind::Builtin(Builtin::Enabled, _) => Level::State,
            ExprKind::Builtin(Builtin::Prime | Builtin::Unchanged, _) if level == Level::State => Level::Action,
            _ => level,
        }
    }

    fn level_of_inner(&self, id: DefinitionId, env: &Env<'p>) -> Level {
        match env.get(Key::Definition(id)) {
            Some(Binding::Substitute(source) | Binding::Lazy { source, .. }) => self.level(source.expr, &source.env),
            _ => self.level(&self.compiler.program.definitions[id.index()].body, env),
        }
    }

    fn level_of_name(&self, key: Key, env: &Env<'p>) -> Level {
        match env.get(key) {
            Some(Binding::Substitute(source) | Binding::Lazy { source, .. }) => self.level(source.expr, &source.env),
            Some(Binding::Operator(source)) => match source.argument {
                OperatorArgument::Lambda { body, .. } => self.level(body, &source.env),
                OperatorArgument::Definition(id) => {
                    let definition = &self.compiler.program.definitions[id.index()];
                    if definition.inner && !definition.recursive {
                        self.level(&definition.body, &source.env)
                    } else {
                        definition.level
                    }
                }
                _ => Level::Constant,
            },
            _ => Level::Constant,
        }
    }
}
