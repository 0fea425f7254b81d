//! The end of resolving: what the root module can reach, numbered anew.

use std::collections::{BTreeMap, HashMap};

use crate::resolved::{
    Assumption, ConstantId, Declaration, Definition, DefinitionId, Entity, Expr, ExprKind, Level, Program, VariableId,
};

use super::level_rules;
use super::modules::ResolvedModule;
use super::rewrite::Rewrite;
use super::tables::Tables;

pub(super) fn compact(name: String, tables: Tables, root: ResolvedModule, scope: BTreeMap<String, Entity>) -> Program {
    let reachable = reachable(&tables, &root, &scope);
    let numbers: HashMap<DefinitionId, DefinitionId> =
        reachable.iter().zip(0..).map(|(&old, new)| (old, DefinitionId(new))).collect();
    let mut renumber = Renumber {
        tables: &tables,
        definitions: numbers,
        constants: Numbers::new(root.constants),
        variables: Numbers::new(root.variables),
    };
    let definitions = reachable.iter().map(|&id| renumber.definition(tables.definition(id))).collect();
    let mut assumption = |index: &usize| {
        let Assumption { name, body, locals, span } = &tables.assumptions[*index];
        Assumption { name: name.clone(), body: renumber.expr(body), locals: *locals, span: *span }
    };
    let assumptions = root.assumptions.iter().map(&mut assumption).collect();
    let scope = scope.into_iter().map(|(name, entity)| (name, renumber.entity(entity))).collect();
    let declared = |declaration: &Declaration| Declaration { name: declaration.name.clone(), ..*declaration };
    let constants = renumber.constants.order.iter().map(|id| declared(&tables.constants[id.index()])).collect();
    let variables = renumber.variables.order.iter().map(|id| declared(&tables.variables[id.index()])).collect();
    Program { name, modules: tables.modules, definitions, constants, variables, assumptions, scope }
}

/// The definitions that the scope and the assumptions use, in the order of the table.
fn reachable(tables: &Tables, root: &ResolvedModule, scope: &BTreeMap<String, Entity>) -> Vec<DefinitionId> {
    let mut found = vec![false; tables.definitions.len()];
    let mut open: Vec<DefinitionId> = Vec::new();
    let mut add = |id: DefinitionId, open: &mut Vec<DefinitionId>| {
        if !std::mem::replace(&mut found[id.index()], true) {
            open.push(id);
        }
    };
    for entity in scope.values() {
        if let Entity::Definition(id) = entity {
            add(*id, &mut open);
        }
    }
    for &index in &root.assumptions {
        each_use(&tables.assumptions[index].body, &mut |id| add(id, &mut open));
    }
    while let Some(id) = open.pop() {
        each_use(&tables.definition(id).body, &mut |used| add(used, &mut open));
    }
    (0..).zip(found).filter(|&(_, found)| found).map(|(index, _)| DefinitionId(index)).collect()
}

fn each_use(expr: &Expr, visit: &mut dyn FnMut(DefinitionId)) {
    expr.for_each_definition(visit);
    expr.for_each_child(&mut |child| each_use(child, visit));
}

/// New numbers for constants or variables, in the order of the root module's declarations.
struct Numbers<T> {
    order: Vec<T>,
}

impl<T: Copy + PartialEq> Numbers<T> {
    fn new(order: Vec<T>) -> Self {
        Self { order }
    }

    fn of(&mut self, old: T) -> u32 {
        let index = self.order.iter().position(|&known| known == old).unwrap_or_else(|| {
            self.order.push(old);
            self.order.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }
}

struct Renumber<'t> {
    tables: &'t Tables,
    definitions: HashMap<DefinitionId, DefinitionId>,
    constants: Numbers<ConstantId>,
    variables: Numbers<VariableId>,
}

impl Renumber<'_> {
    fn variable_id(&mut self, old: VariableId) -> VariableId {
        let old = self.tables.same_variables.get(&old).copied().unwrap_or(old);
        VariableId(self.variables.of(old))
    }

    fn entity(&mut self, entity: Entity) -> Entity {
        match entity {
            Entity::Definition(definition) => Entity::Definition(self.definition_id(definition)),
            Entity::Constant(constant) => Entity::Constant(self.constant_id(constant)),
            Entity::Variable(variable) => Entity::Variable(self.variable_id(variable)),
        }
    }

    fn definition(&mut self, old: &Definition) -> Definition {
        let body = self.expr(&old.body);
        let copied_from = old.copied_from.and_then(|original| self.definitions.get(&original).copied());
        Definition { name: old.name.clone(), parameters: old.parameters.clone(), body, copied_from, ..*old }
    }
}

impl Rewrite for Renumber<'_> {
    /// Levels are filled in on the way: the parts of an expression have theirs already.
    fn expr(&mut self, expr: &Expr) -> Expr {
        let mut new = Expr { kind: self.kind(&expr.kind), span: expr.span, level: Level::Constant };
        // Definitions are named by their new numbers in `new` and by their old ones in `expr`.
        let mut used = Level::Constant;
        if !matches!(expr.kind, ExprKind::Let { .. }) {
            expr.for_each_definition(&mut |old| used = used.max(self.tables.definition(old).level));
        }
        new.level = level_rules::level(&new, &mut |part| part.level, &|_| used);
        new
    }

    fn definition_id(&mut self, definition: DefinitionId) -> DefinitionId {
        self.definitions.get(&definition).copied().unwrap_or(definition)
    }

    fn constant_id(&mut self, old: ConstantId) -> ConstantId {
        let old = self.tables.same_constants.get(&old).copied().unwrap_or(old);
        ConstantId(self.constants.of(old))
    }

    fn variable(&mut self, variable: VariableId) -> ExprKind {
        ExprKind::Variable(self.variable_id(variable))
    }
}
