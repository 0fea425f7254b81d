//! Copies of definitions that an instance makes.

use std::collections::HashMap;

use crate::resolved::{
    Argument, ConstantId, Definition, DefinitionId, Expr, ExprKind, LocalId, OperatorArgument, Parameter, VariableId,
};
use crate::source::Span;

use super::context::Symbol;
use super::declarations::DeclarationSet;
use super::rewrite::Rewrite;
use super::tables::{local_value, placeholder, Instance, InstanceId, Substitute, Tables};

impl Tables {
    /// The definition that a symbol stands for, copied if it is seen through an instance.
    pub(super) fn materialise(&mut self, symbol: &Symbol) -> Option<DefinitionId> {
        match symbol {
            Symbol::Definition(definition) => Some(*definition),
            Symbol::Through(instance, inner) => {
                let original = self.materialise(inner)?;
                Some(self.seen_through(*instance, original))
            }
            _ => None,
        }
    }

    /// What a definition of the instantiated module is where the instance stands. Always a definition of its own, as
    /// in SANY, so that a configuration can replace one and not the other.
    fn seen_through(&mut self, instance: InstanceId, original: DefinitionId) -> DefinitionId {
        if self.needs_copy(instance, original) {
            return self.copy(instance, original);
        }
        if let Some(&entry) = self.instance(instance).entries.get(&original) {
            return entry;
        }
        let entry = self.declare_copy(instance, original, false);
        self.instance_mut(instance).entries.insert(original, entry);
        entry
    }

    fn needs_copy(&self, instance: InstanceId, original: DefinitionId) -> bool {
        self.dependencies.intersects(original, &self.instance(instance).substituted)
    }

    /// The copy of a definition that depends on what the instance replaces.
    fn copy(&mut self, instance: InstanceId, original: DefinitionId) -> DefinitionId {
        if let Some(&copy) = self.instance(instance).copies.get(&original) {
            return copy;
        }
        let inner = self.instance(instance).inner;
        let copy = self.declare_copy(instance, original, inner);
        self.instance_mut(instance).copies.insert(original, copy);
        copy
    }

    /// Makes a copy without a body; that follows in [`Self::finish_copies`], or at the end of the LET. The locals of
    /// an inner copy are numbered then too.
    fn declare_copy(&mut self, instance: InstanceId, original: DefinitionId, inner: bool) -> DefinitionId {
        let leading = &self.instance(instance).parameters;
        let count = u32::try_from(leading.len()).unwrap_or(u32::MAX);
        let leading = leading.iter().zip(0..).map(|(parameter, local)| at(parameter, LocalId(local)));
        let from = self.definition(original);
        let own = from.parameters.iter().map(|parameter| at(parameter, LocalId(parameter.local.0 + count)));
        let copy = Definition {
            name: from.name.clone(),
            module: from.module,
            copied_from: Some(original),
            is_substitute: from.is_substitute,
            parameters: leading.chain(own).collect(),
            body: placeholder(from.span),
            recursive: from.recursive,
            inner,
            locals: from.locals + count,
            level: from.level,
            span: from.span,
        };
        let copy = self.add_definition(copy);
        self.add_copy_dependencies(instance, original, copy);
        self.pending.push_back((instance, original, copy));
        copy
    }

    fn add_copy_dependencies(&mut self, instance: InstanceId, original: DefinitionId, copy: DefinitionId) {
        let mut direct = DeclarationSet::default();
        let mut uses = Vec::new();
        match self.dependencies.known(original) {
            Some(depends) => {
                let Instance { constants, variables, .. } = self.instance(instance);
                for constant in depends.constants() {
                    match constants.get(&constant) {
                        None => direct.insert_constant(constant),
                        Some(Substitute::Value(value)) => mentioned(value, &mut direct, &mut uses),
                        Some(Substitute::Operator { operator, .. }) => match operator {
                            OperatorArgument::Definition(definition) => uses.push(*definition),
                            OperatorArgument::Constant(constant) => direct.insert_constant(*constant),
                            _ => {}
                        },
                    }
                }
                for variable in depends.variables() {
                    match variables.get(&variable) {
                        None => direct.insert_variable(variable),
                        Some(value) => mentioned(value, &mut direct, &mut uses),
                    }
                }
            }
            // A copy of something unfinished stays unknown, and is copied wherever it is used.
            None => return,
        }
        self.dependencies.add(copy, direct, uses);
    }

    /// Makes the bodies of all copies outside LETs.
    pub(super) fn finish_copies(&mut self) {
        let mut inner = Vec::new();
        while let Some((instance, original, copy)) = self.pending.pop_front() {
            if self.definition(copy).inner {
                inner.push((instance, original, copy));
            } else {
                let offset = u32::try_from(self.instance(instance).parameters.len()).unwrap_or(u32::MAX);
                let mut next_local = offset + self.definition(original).locals;
                let finished = self.finish_copy(instance, original, copy, offset, &mut next_local);
                for definition in finished {
                    self.definitions[definition.index()].locals = next_local;
                }
            }
        }
        self.pending.extend(inner);
    }

    /// Makes the bodies of the copies that instances of a LET have made. Returns the copies, and those together with
    /// the definitions in their own LETs. `next_local` is the definition's around it.
    pub(super) fn finish_inner_copies(
        &mut self,
        instances: &[InstanceId],
        next_local: &mut u32,
    ) -> (Vec<DefinitionId>, Vec<DefinitionId>) {
        let (mut finished, mut inner) = (Vec::new(), Vec::new());
        loop {
            self.finish_copies();
            let next = self.pending.iter().position(|(instance, ..)| instances.contains(instance));
            let Some((instance, original, copy)) = next.and_then(|index| self.pending.remove(index)) else {
                return (finished, inner);
            };
            let offset = *next_local + u32::try_from(self.instance(instance).parameters.len()).unwrap_or(u32::MAX);
            for parameter in &mut self.definitions[copy.index()].parameters {
                parameter.local.0 += *next_local;
            }
            *next_local = offset + self.definition(original).locals;
            inner.extend(self.finish_copy(instance, original, copy, offset, next_local));
            finished.push(copy);
        }
    }

    fn leading_locals(&self, instance: InstanceId, copy: DefinitionId) -> Vec<LocalId> {
        let count = self.instance(instance).parameters.len();
        self.definition(copy).parameters.iter().take(count).map(|parameter| parameter.local).collect()
    }

    /// Makes the body of a copy; the copy and the definitions in its LETs, whose number of locals is open.
    fn finish_copy(
        &mut self,
        instance: InstanceId,
        original: DefinitionId,
        copy: DefinitionId,
        offset: u32,
        next_local: &mut u32,
    ) -> Vec<DefinitionId> {
        let parameters = self.leading_locals(instance, copy);
        let body = self.definition(original).body.clone();
        let mut copier =
            Copier { tables: self, instance, offset, parameters, inner: HashMap::new(), next_local: *next_local };
        let body = copier.expr(&body);
        *next_local = copier.next_local;
        let mut made: Vec<DefinitionId> = copier.inner.into_values().collect();
        self.definitions[copy.index()].body = body;
        made.push(copy);
        made
    }
}

fn at(parameter: &Parameter, local: LocalId) -> Parameter {
    Parameter { local, ..parameter.clone() }
}

/// What a substituted value names.
fn mentioned(value: &Expr, direct: &mut DeclarationSet, uses: &mut Vec<DefinitionId>) {
    match &value.kind {
        ExprKind::Constant(constant) => direct.insert_constant(*constant),
        ExprKind::Variable(variable) => direct.insert_variable(*variable),
        ExprKind::Apply { definition, .. } => uses.push(*definition),
        _ => {}
    }
}

struct Copier<'t> {
    tables: &'t mut Tables,
    instance: InstanceId,
    /// Added to the original's locals.
    offset: u32,
    /// The copy's own locals for the instance's parameters.
    parameters: Vec<LocalId>,
    /// Copies of the original's LET definitions.
    inner: HashMap<DefinitionId, DefinitionId>,
    next_local: u32,
}

impl Copier<'_> {
    fn instance(&self) -> &Instance {
        self.tables.instance(self.instance)
    }

    /// The instance's parameters, passed on.
    fn leading(&self, span: Span) -> Vec<Argument> {
        let parameters = self.instance().parameters.iter().zip(&self.parameters);
        let pass = |(parameter, &local): (&Parameter, &LocalId)| match parameter.arity {
            0 => Argument::Value(local_value(local, span)),
            _ => Argument::Operator(OperatorArgument::Local(local)),
        };
        parameters.map(pass).collect()
    }

    /// A local of a substitution: an instance's parameter becomes the copy's own.
    fn substituted_local(&self, local: LocalId) -> LocalId {
        let position = self.instance().parameters.iter().position(|parameter| parameter.local == local);
        position.and_then(|index| self.parameters.get(index).copied()).unwrap_or(local)
    }

    fn substituted_value(&self, value: &Expr) -> ExprKind {
        match &value.kind {
            ExprKind::Local(local) => ExprKind::Local(self.substituted_local(*local)),
            ExprKind::Apply { definition, arguments } if !arguments.is_empty() => {
                ExprKind::Apply { definition: *definition, arguments: self.leading(value.span) }
            }
            other => other.clone(),
        }
    }

    /// An operator that takes the instance's parameters first, as one that does not.
    fn partially_applied(&mut self, definition: DefinitionId) -> OperatorArgument {
        let leading = self.parameters.len();
        if leading == 0 {
            return OperatorArgument::Definition(definition);
        }
        let target = self.tables.definition(definition);
        let span = target.span;
        let own: Vec<Parameter> = target.parameters.iter().skip(leading).cloned().collect();
        let parameters: Vec<Parameter> = own
            .iter()
            .map(|parameter| {
                self.next_local += 1;
                at(parameter, LocalId(self.next_local - 1))
            })
            .collect();
        let mut arguments = self.leading(span);
        arguments.extend(parameters.iter().map(|parameter| Argument::Value(local_value(parameter.local, span))));
        let kind = ExprKind::Apply { definition, arguments };
        let body = Box::new(Expr { kind, ..placeholder(span) });
        OperatorArgument::Lambda { parameters, body }
    }
}

impl Rewrite for Copier<'_> {
    fn local(&mut self, local: LocalId) -> LocalId {
        LocalId(local.0 + self.offset)
    }

    fn constant(&mut self, constant: ConstantId) -> ExprKind {
        match self.instance().constants.get(&constant) {
            Some(Substitute::Value(value)) => self.substituted_value(value),
            _ => ExprKind::Constant(constant),
        }
    }

    fn variable(&mut self, variable: VariableId) -> ExprKind {
        match self.instance().variables.get(&variable) {
            Some(value) => self.substituted_value(value),
            None => ExprKind::Variable(variable),
        }
    }

    fn apply(&mut self, definition: DefinitionId, arguments: Vec<Argument>) -> ExprKind {
        if let Some(&inner) = self.inner.get(&definition) {
            return ExprKind::Apply { definition: inner, arguments };
        }
        if !self.tables.needs_copy(self.instance, definition) {
            return ExprKind::Apply { definition, arguments };
        }
        let span = self.tables.definition(definition).span;
        let definition = self.tables.copy(self.instance, definition);
        let mut all = self.leading(span);
        all.extend(arguments);
        ExprKind::Apply { definition, arguments: all }
    }

    fn apply_constant(&mut self, constant: ConstantId, arguments: Vec<Argument>) -> ExprKind {
        let Some(Substitute::Operator { operator, leading }) = self.instance().constants.get(&constant) else {
            return ExprKind::ApplyConstant { operator: constant, arguments };
        };
        match operator {
            OperatorArgument::Definition(definition) => {
                let definition = *definition;
                let mut all = if *leading { self.leading(self.instance().span) } else { Vec::new() };
                all.extend(arguments);
                ExprKind::Apply { definition, arguments: all }
            }
            OperatorArgument::Constant(operator) => ExprKind::ApplyConstant { operator: *operator, arguments },
            OperatorArgument::Local(local) => {
                ExprKind::ApplyLocal { operator: self.substituted_local(*local), arguments }
            }
            OperatorArgument::Builtin(builtin) => {
                let value = |argument| match argument {
                    Argument::Value(value) => Some(value),
                    Argument::Operator(_) => None,
                };
                ExprKind::Builtin(*builtin, arguments.into_iter().filter_map(value).collect())
            }
            OperatorArgument::Lambda { .. } => ExprKind::ApplyConstant { operator: constant, arguments },
        }
    }

    fn definition_operator(&mut self, definition: DefinitionId) -> OperatorArgument {
        if let Some(&inner) = self.inner.get(&definition) {
            return OperatorArgument::Definition(inner);
        }
        if !self.tables.needs_copy(self.instance, definition) {
            return OperatorArgument::Definition(definition);
        }
        let copy = self.tables.copy(self.instance, definition);
        self.partially_applied(copy)
    }

    fn constant_operator(&mut self, constant: ConstantId) -> OperatorArgument {
        match self.instance().constants.get(&constant).cloned() {
            Some(Substitute::Operator { operator: OperatorArgument::Definition(definition), leading: true }) => {
                self.partially_applied(definition)
            }
            Some(Substitute::Operator { operator: OperatorArgument::Local(local), .. }) => {
                OperatorArgument::Local(self.substituted_local(local))
            }
            Some(Substitute::Operator { operator, .. }) => operator,
            _ => OperatorArgument::Constant(constant),
        }
    }

    fn let_definitions(&mut self, definitions: &[DefinitionId]) -> Vec<DefinitionId> {
        let copies: Vec<DefinitionId> = definitions
            .iter()
            .map(|&original| {
                let parameters = self.tables.definition(original).parameters.clone();
                let parameters = self.parameters(&parameters);
                let from = self.tables.definition(original);
                let (name, body) = (from.name.clone(), placeholder(from.span));
                let copy = Definition { name, copied_from: Some(original), parameters, body, ..*from };
                let copy = self.tables.add_definition(copy);
                self.inner.insert(original, copy);
                copy
            })
            .collect();
        for (original, copy) in definitions.iter().zip(&copies) {
            let body = self.tables.definition(*original).body.clone();
            let body = self.expr(&body);
            self.tables.definitions[copy.index()].body = body;
        }
        copies
    }
}
