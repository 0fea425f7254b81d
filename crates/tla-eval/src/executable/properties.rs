//! The configuration's temporal properties: which parts of each are checked how.

use tla_check::temporal::Temporal;
use tla_syntax::config::Model as Configuration;
use tla_syntax::resolved::{Builtin, DefinitionId, Expr, ExprKind, Level, Program};

use super::temporal::{conjuncts, Conjunct};
use crate::compile::temporal::{FairnessSource, FormulaSource, TemporalCode};

/// A property of the configuration and its parts. It holds if all of them do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub definition: DefinitionId,
    /// Conjuncts that are decided while states are made, by the index that violations have.
    pub conjuncts: Vec<usize>,
    /// Conjuncts that need the state graph, by their index in [`Temporal::properties`].
    pub formulas: Vec<usize>,
}

/// What is the same for all workers.
#[derive(Default)]
pub(super) struct Properties {
    pub(super) conjuncts: Vec<Conjunct>,
    /// Where something needs the state graph.
    pub(super) temporal: Option<Temporal>,
    pub(super) formula_sources: Vec<FormulaSource>,
    pub(super) fairness_sources: Vec<FairnessSource>,
}

impl Properties {
    pub(super) fn of(code: &TemporalCode<'_>) -> Self {
        Self {
            conjuncts: conjuncts(code),
            temporal: (!code.temporal.properties.is_empty()).then(|| code.temporal.clone()),
            formula_sources: code.formula_sources.clone(),
            fairness_sources: code.fairness_sources.clone(),
        }
    }

    pub(super) fn all(&self, configuration: &Configuration) -> Vec<Property> {
        let invariants = configuration.invariants.len();
        let of_property = |definition: DefinitionId| Property {
            definition,
            conjuncts: positions(&self.conjuncts, |conjunct| conjunct.property == definition)
                .map(|index| invariants + index)
                .collect(),
            formulas: positions(&self.formula_sources, |source| source.property == definition).collect(),
        };
        configuration.properties.iter().map(|&definition| of_property(definition)).collect()
    }
}

fn positions<'a, T>(all: &'a [T], wanted: impl Fn(&T) -> bool + 'a) -> impl Iterator<Item = usize> + 'a {
    all.iter().enumerate().filter(move |(_, item)| wanted(item)).map(|(index, _)| index)
}

/// The predicate of a conjunct `[]P` whose names need no explanation: it is reached through definitions without parameters
/// only.
pub(super) fn predicate(program: &Program, conjunct: Conjunct) -> Option<&Expr> {
    let mut waiting = vec![&program.definitions[conjunct.property.index()].body];
    while let Some(expr) = waiting.pop() {
        match &expr.kind {
            ExprKind::Conjunction(items) => waiting.extend(items),
            ExprKind::Labeled { body, .. } => waiting.push(body),
            ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
                let definition = &program.definitions[definition.index()];
                if !definition.recursive && !definition.inner && definition.level == Level::Temporal {
                    waiting.push(&definition.body);
                }
            }
            ExprKind::Builtin(Builtin::Always, operands) => {
                let found = operands.first().filter(|operand| Some(operand.span) == conjunct.predicate);
                if found.is_some() {
                    return found;
                }
            }
            _ => {}
        }
    }
    None
}
