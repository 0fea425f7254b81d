//! Expressions of the user's that are no part of any module, such as those to be evaluated on a counterexample.

use std::path::Path;

use crate::ast::{self, Unit};
use crate::loader;
use crate::parser;

use super::Resolver;

/// An expression to be read in the scope of the root module.
#[derive(Clone, Debug)]
pub struct ExtraExpression {
    /// How errors call its text, and under which name the program's scope has it: something like `--eval 1`.
    pub name: String,
    pub text: String,
}

impl Resolver<'_> {
    /// Puts the expressions at the end of the root module, each as the body of a definition of its name.
    pub(super) fn add_expressions(&mut self, module: &mut ast::Module) {
        for expression in self.expressions {
            let bytes = expression.text.as_bytes().to_vec();
            let parsed = loader::add_source(self.sources, Path::new(&expression.name), bytes)
                .map_err(|error| vec![error])
                .and_then(|source| parser::parse_expression(source, &expression.text));
            match parsed {
                Ok(body) => module.units.push(definition(&expression.name, body)),
                Err(errors) => self.errors.extend(errors),
            }
        }
    }
}

fn definition(name: &str, body: ast::Expr) -> Unit {
    let span = body.span;
    Unit::Definition(ast::Definition {
        local: true,
        name: ast::Name { text: name.to_owned(), span },
        kind: ast::DefinitionKind::Operator { parameters: Vec::new(), body },
        span,
    })
}
