//! Quantifiers around temporal formulas, written out: one formula for each value.

use tla_syntax::resolved::{Bound, Expr, Level, Named, Pattern};

use super::{refused, with_value, Bound as BoundName, TemporalCompiler};
use crate::compile::environment::Env;
use crate::compile::{Compiled, Mode};
use crate::value::Value;

/// One way to give the names of a quantifier values.
pub(super) struct Row<'p> {
    pub(super) env: Env<'p>,
    pub(super) names: Vec<BoundName>,
}

impl<'p> TemporalCompiler<'_, 'p> {
    /// Every way to give the bound names values. The sets must be known before any state is.
    pub(super) fn rows(&mut self, bounds: &'p [Bound], env: &Env<'p>) -> Compiled<Vec<Row<'p>>> {
        let mut rows = vec![Row { env: env.clone(), names: Vec::new() }];
        for bound in bounds {
            let elements = self.elements(&bound.set, env)?;
            match &bound.pattern {
                Pattern::Names(names) => {
                    for name in names {
                        rows = self.multiplied(&rows, &elements, bound, |row, value| Some(one(row, name, value)))?;
                    }
                }
                Pattern::Tuple(names) => {
                    rows = self.multiplied(&rows, &elements, bound, |row, value| taken_apart(row, names, value))?;
                }
            }
        }
        Ok(rows)
    }

    fn multiplied(
        &mut self,
        rows: &[Row<'p>],
        elements: &[Value],
        bound: &'p Bound,
        mut with: impl FnMut(&Row<'p>, &Value) -> Option<Row<'p>>,
    ) -> Compiled<Vec<Row<'p>>> {
        let mut all = Vec::new();
        for row in rows {
            for element in elements {
                self.deeper(bound.set.span, |_| Ok(()))?;
                let Some(row) = with(row, element) else {
                    let message = format!("an element of this set does not fit the pattern: {element}");
                    return Err(refused(
                        bound.set.span,
                        message,
                        "bind a single name and take it apart in the formula",
                    ));
                };
                all.push(row);
            }
        }
        Ok(all)
    }

    /// The elements of a constant set, in the order in which every worker finds them.
    fn elements(&mut self, set: &'p Expr, env: &Env<'p>) -> Compiled<Vec<Value>> {
        if self.level(set, env) > Level::Constant {
            return Err(refused(
                set.span,
                "a temporal formula is quantified over a set that depends on the state",
                "quantify over a constant set and make membership part of the formula: \\A x \\in Constant : [](x \\in set => ...)",
            ));
        }
        let routine = self.compiler.entry_in("bound", set, env, Mode::STEP)?;
        self.evaluator.make_room(self.compiler.memo_count(), self.compiler.global_count());
        let listed = self.evaluator.run_routine(&routine).and_then(|value| {
            value
                .elements()?
                .map(|element| match element {
                    Value::Lazy(lazy) => lazy.explicit(),
                    element => Ok(element),
                })
                .collect()
        });
        listed.map_err(|error| {
            let message = format!("the set of this quantifier cannot be listed: {}", error.message());
            refused(set.span, message, "a quantifier around a temporal formula needs a finite constant set")
        })
    }
}

fn one<'p>(row: &Row<'p>, name: &Named, value: &Value) -> Row<'p> {
    let mut names = row.names.clone();
    names.push((name.name.clone(), value.clone()));
    Row { env: with_value(&row.env, name.local, value.clone()), names }
}

fn taken_apart<'p>(row: &Row<'p>, names: &[Named], value: &Value) -> Option<Row<'p>> {
    let Value::Tuple(items) = value else { return None };
    if items.len() != names.len() {
        return None;
    }
    let start = Row { env: row.env.clone(), names: row.names.clone() };
    Some(names.iter().zip(items.iter()).fold(start, |row, (name, item)| one(&row, name, item)))
}
