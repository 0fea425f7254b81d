//! ENABLED of actions that an INSTANCE copied.
//!
//! In `I!A` with `I == INSTANCE M WITH x <- e`, the action says `e'` where M says `x'`. But `ENABLED I!A` asks for any next
//! value of `x`, not for one that `e` can have (*Specifying Systems*, section 17.8). So where the copy has `e'`, an ENABLED
//! chooses the next value of a variable of its own, which stands in for `x'`.

use tla_syntax::resolved::{Argument, DefinitionId, Expr, ExprKind};

use super::environment::{Binding, ConstantOp, Env, Key};
use super::Compiler;
use crate::code::VariableIndex;

/// What `x` was replaced by: a definition, and the parameters of the instance.
type Replaced = (DefinitionId, Vec<String>);

/// The variables that one ENABLED has of its own.
#[derive(Default)]
pub(super) struct StandIns(Vec<Replaced>);

impl StandIns {
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }
}

impl<'p> Compiler<'p> {
    /// The variable that stands in for the next value of `expr`, if an instance put that in the place of a variable.
    pub(super) fn stand_in(&mut self, expr: &'p Expr, env: &Env<'p>) -> Option<VariableIndex> {
        self.stand_ins.as_ref()?;
        let replaced = self.replaced_variable(expr, env)?;
        let variables = self.program.variables.len();
        let known = &mut self.stand_ins.as_mut()?.0;
        let position = known.iter().position(|other| *other == replaced).unwrap_or_else(|| {
            known.push(replaced);
            known.len() - 1
        });
        VariableIndex::try_from(variables + position).ok()
    }

    fn replaced_variable(&self, expr: &'p Expr, env: &Env<'p>) -> Option<Replaced> {
        let ExprKind::Apply { definition, arguments } = &expr.kind else { return None };
        if !self.program.definitions[definition.index()].is_substitute {
            return None;
        }
        let parameters: Option<Vec<String>> = arguments.iter().map(|argument| told_apart(argument, env)).collect();
        Some((*definition, parameters?))
    }
}

/// What an argument is, as far as that is known; arguments that look different are taken for different ones.
fn told_apart(argument: &Argument, env: &Env<'_>) -> Option<String> {
    let Argument::Value(Expr { kind: ExprKind::Local(local), span, .. }) = argument else { return None };
    Some(match env.get(Key::Local(*local))? {
        Binding::Slot(place) | Binding::Lazy { place, .. } => format!("slot {}", place.slot),
        Binding::Constant(ConstantOp::Value(value)) => value.to_string(),
        Binding::Substitute(source) => format!("{:?}", source.expr.span),
        _ => format!("{span:?}"),
    })
}
