//! What names mean at the end of the root module, for configurations.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::resolved::Entity;

use super::context::{Entry, Symbol};
use super::modules::ModuleId;
use super::Resolver;

/// How many instances may be chained in a name, as in `I!J!Op`.
const CHAIN: usize = 4;
/// Names of the scope; past them, definitions of instances cannot be named in a configuration.
const NAMES: usize = 20_000;

impl Resolver<'_> {
    /// Every name of the root module, and `I!Op` for the definitions of named instances without parameters.
    pub(super) fn root_scope(&mut self, root: ModuleId) -> BTreeMap<String, Entity> {
        let names = &self.module(root).context.names;
        let mut names: Vec<(Arc<str>, Entry)> =
            names.iter().map(|(name, entry)| (name.clone(), entry.clone())).collect();
        names.sort_by(|one, other| one.0.cmp(&other.0));
        let mut scope = BTreeMap::new();
        for (name, entry) in names {
            self.add_to_scope(&mut scope, name.to_string(), &entry.symbol, CHAIN);
        }
        scope
    }

    fn add_to_scope(&mut self, scope: &mut BTreeMap<String, Entity>, name: String, symbol: &Symbol, chain: usize) {
        let entity = match symbol {
            Symbol::Constant(constant) => Some(Entity::Constant(*constant)),
            Symbol::Variable(variable) => Some(Entity::Variable(*variable)),
            Symbol::Local(..) | Symbol::Statement => None,
            Symbol::Definition(_) | Symbol::Instance(_) | Symbol::Through(..) => {
                self.tables.materialise(symbol).map(Entity::Definition)
            }
        };
        if let Some(entity) = entity {
            scope.insert(name, entity);
            return;
        }
        if chain == 0 {
            return;
        }
        for (member, symbol) in self.plain_members(symbol) {
            if scope.len() >= NAMES {
                return;
            }
            self.add_to_scope(scope, format!("{name}!{member}"), &symbol, chain - 1);
        }
    }

    /// Definitions of a named instance that has no parameters.
    fn plain_members(&self, symbol: &Symbol) -> Vec<(Arc<str>, Symbol)> {
        match symbol {
            Symbol::Instance(id) if self.tables.instance(*id).parameters.is_empty() => {
                let exported = self.module(self.tables.instance(*id).module).context.exported();
                let members = exported.into_iter().filter_map(|(name, entry)| match entry.symbol {
                    Symbol::Constant(_) | Symbol::Variable(_) => None,
                    symbol => Some((name, Symbol::Through(*id, Rc::new(symbol)))),
                });
                members.collect()
            }
            Symbol::Through(id, inner) => {
                let members = self.plain_members(inner).into_iter();
                members.map(|(name, symbol)| (name, Symbol::Through(*id, Rc::new(symbol)))).collect()
            }
            _ => Vec::new(),
        }
    }
}
