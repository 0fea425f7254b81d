//! Temporal properties, as far as they are invariants: `[]P` for a state predicate `P`.

use tla_syntax::resolved::{Builtin, DefinitionId, Expr, ExprKind, Level, Program};

/// A property of the configuration, and whether checking invariants decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    pub definition: DefinitionId,
    /// Every conjunct is `[]P`: it is checked in full. Otherwise some conjunct is not checked.
    pub is_invariant: bool,
}

/// The predicates under `[]` of all properties, each with the property it is a conjunct of.
pub(super) fn always<'p>(program: &'p Program, properties: &[DefinitionId]) -> Vec<(DefinitionId, &'p Expr)> {
    let mut found = Vec::new();
    for &property in properties {
        each_conjunct(program, &program.definitions[property.index()].body, &mut |conjunct| {
            found.extend(under_always(conjunct).map(|predicate| (property, predicate)));
        });
    }
    found
}

pub(super) fn classified(program: &Program, properties: &[DefinitionId]) -> Vec<Property> {
    let classify = |&definition: &DefinitionId| {
        let mut is_invariant = true;
        each_conjunct(program, &program.definitions[definition.index()].body, &mut |conjunct| {
            is_invariant &= under_always(conjunct).is_some();
        });
        Property { definition, is_invariant }
    };
    properties.iter().map(classify).collect()
}

/// Conjuncts, also those of definitions without parameters.
fn each_conjunct<'p>(program: &'p Program, expr: &'p Expr, visit: &mut dyn FnMut(&'p Expr)) {
    match &expr.kind {
        ExprKind::Conjunction(items) => items.iter().for_each(|item| each_conjunct(program, item, visit)),
        ExprKind::Labeled { body, .. } => each_conjunct(program, body, visit),
        ExprKind::Apply { definition, arguments } if arguments.is_empty() => {
            let definition = &program.definitions[definition.index()];
            if definition.recursive || definition.inner || definition.level < Level::Temporal {
                visit(expr);
            } else {
                each_conjunct(program, &definition.body, visit);
            }
        }
        _ => visit(expr),
    }
}

fn under_always(expr: &Expr) -> Option<&Expr> {
    let ExprKind::Builtin(Builtin::Always, arguments) = &expr.kind else { return None };
    let predicate = &arguments[0];
    (predicate.level <= Level::State).then_some(predicate)
}
