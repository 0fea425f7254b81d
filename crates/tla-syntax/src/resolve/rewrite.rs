//! Copies of expressions in which names mean something else.

use crate::resolved::{
    Argument, Bound, ConstantId, DefinitionId, Expr, ExprKind, LocalId, Named, OperatorArgument, Parameter, Pattern,
    Update, UpdateStep, VariableId,
};

/// A copy of an expression, with a say in what each name becomes; by default all stay what they are. Arguments are copied before they are handed over.
pub(crate) trait Rewrite {
    /// Binders, and by default uses, of a parameter or bound name.
    fn local(&mut self, local: LocalId) -> LocalId {
        local
    }

    /// By default, wherever a definition is used.
    fn definition_id(&mut self, definition: DefinitionId) -> DefinitionId {
        definition
    }

    /// By default, wherever a constant is used.
    fn constant_id(&mut self, constant: ConstantId) -> ConstantId {
        constant
    }

    fn local_value(&mut self, local: LocalId) -> ExprKind {
        ExprKind::Local(self.local(local))
    }

    fn constant(&mut self, constant: ConstantId) -> ExprKind {
        ExprKind::Constant(self.constant_id(constant))
    }

    fn variable(&mut self, variable: VariableId) -> ExprKind {
        ExprKind::Variable(variable)
    }

    fn apply(&mut self, definition: DefinitionId, arguments: Vec<Argument>) -> ExprKind {
        ExprKind::Apply { definition: self.definition_id(definition), arguments }
    }

    fn apply_constant(&mut self, constant: ConstantId, arguments: Vec<Argument>) -> ExprKind {
        ExprKind::ApplyConstant { operator: self.constant_id(constant), arguments }
    }

    /// A definition passed as an argument.
    fn definition_operator(&mut self, definition: DefinitionId) -> OperatorArgument {
        OperatorArgument::Definition(self.definition_id(definition))
    }

    /// A constant operator passed as an argument.
    fn constant_operator(&mut self, constant: ConstantId) -> OperatorArgument {
        OperatorArgument::Constant(self.constant_id(constant))
    }

    /// The definitions of a LET, before anything that uses them is copied.
    fn let_definitions(&mut self, definitions: &[DefinitionId]) -> Vec<DefinitionId> {
        definitions.iter().map(|&definition| self.definition_id(definition)).collect()
    }

    fn expr(&mut self, expr: &Expr) -> Expr {
        Expr { kind: self.kind(&expr.kind), span: expr.span, level: expr.level }
    }

    fn boxed(&mut self, expr: &Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Vec<Expr> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn named(&mut self, named: &Named) -> Named {
        Named { local: self.local(named.local), name: named.name.clone() }
    }

    fn pattern(&mut self, pattern: &Pattern) -> Pattern {
        match pattern {
            Pattern::Names(names) => Pattern::Names(names.iter().map(|name| self.named(name)).collect()),
            Pattern::Tuple(names) => Pattern::Tuple(names.iter().map(|name| self.named(name)).collect()),
        }
    }

    fn bound(&mut self, bound: &Bound) -> Bound {
        Bound { pattern: self.pattern(&bound.pattern), set: self.expr(&bound.set) }
    }

    fn bounds(&mut self, bounds: &[Bound]) -> Vec<Bound> {
        bounds.iter().map(|bound| self.bound(bound)).collect()
    }

    fn parameters(&mut self, parameters: &[Parameter]) -> Vec<Parameter> {
        let copy = |parameter: &Parameter| Parameter { local: self.local(parameter.local), ..parameter.clone() };
        parameters.iter().map(copy).collect()
    }

    fn arguments(&mut self, arguments: &[Argument]) -> Vec<Argument> {
        let copy = |argument: &Argument| match argument {
            Argument::Value(value) => Argument::Value(self.expr(value)),
            Argument::Operator(operator) => Argument::Operator(self.operator(operator)),
        };
        arguments.iter().map(copy).collect()
    }

    fn operator(&mut self, operator: &OperatorArgument) -> OperatorArgument {
        match operator {
            OperatorArgument::Definition(definition) => self.definition_operator(*definition),
            OperatorArgument::Constant(constant) => self.constant_operator(*constant),
            OperatorArgument::Local(local) => OperatorArgument::Local(self.local(*local)),
            OperatorArgument::Builtin(builtin) => OperatorArgument::Builtin(*builtin),
            OperatorArgument::Lambda { parameters, body } => {
                OperatorArgument::Lambda { parameters: self.parameters(parameters), body: self.boxed(body) }
            }
        }
    }

    fn update(&mut self, update: &Update) -> Update {
        let path = update.path.iter().map(|step| match step {
            UpdateStep::Index(indices) => UpdateStep::Index(self.exprs(indices)),
            UpdateStep::Field(field) => UpdateStep::Field(field.clone()),
        });
        let path = path.collect();
        let at = update.at.map(|at| self.local(at));
        Update { path, value: self.expr(&update.value), at, span: update.span }
    }

    fn kind(&mut self, kind: &ExprKind) -> ExprKind {
        match kind {
            ExprKind::Boolean(_) | ExprKind::Integer(_) | ExprKind::String(_) => kind.clone(),
            ExprKind::Constant(constant) => self.constant(*constant),
            ExprKind::Variable(variable) => self.variable(*variable),
            ExprKind::Local(local) => self.local_value(*local),
            ExprKind::ApplyLocal { operator, arguments } => {
                ExprKind::ApplyLocal { operator: self.local(*operator), arguments: self.arguments(arguments) }
            }
            ExprKind::ApplyConstant { operator, arguments } => {
                let arguments = self.arguments(arguments);
                self.apply_constant(*operator, arguments)
            }
            ExprKind::Apply { definition, arguments } => {
                let arguments = self.arguments(arguments);
                self.apply(*definition, arguments)
            }
            ExprKind::Let { definitions, body } => {
                let definitions = self.let_definitions(definitions);
                ExprKind::Let { definitions, body: self.boxed(body) }
            }
            ExprKind::Quantified { .. }
            | ExprKind::UnboundedQuantified { .. }
            | ExprKind::Choose { .. }
            | ExprKind::SetFilter { .. }
            | ExprKind::SetMap { .. }
            | ExprKind::Function { .. } => self.binder(kind),
            _ => self.compound(kind),
        }
    }

    /// Expressions that bind names.
    fn binder(&mut self, kind: &ExprKind) -> ExprKind {
        match kind {
            ExprKind::Quantified { quantifier, bounds, body } => {
                ExprKind::Quantified { quantifier: *quantifier, bounds: self.bounds(bounds), body: self.boxed(body) }
            }
            ExprKind::UnboundedQuantified { quantifier, names, body } => {
                let names = names.iter().map(|name| self.named(name)).collect();
                ExprKind::UnboundedQuantified { quantifier: *quantifier, names, body: self.boxed(body) }
            }
            ExprKind::Choose { pattern, set, body } => {
                let set = set.as_ref().map(|set| self.boxed(set));
                ExprKind::Choose { pattern: self.pattern(pattern), set, body: self.boxed(body) }
            }
            ExprKind::SetFilter { bound, predicate } => {
                ExprKind::SetFilter { bound: Box::new(self.bound(bound)), predicate: self.boxed(predicate) }
            }
            ExprKind::SetMap { body, bounds } => {
                let bounds = self.bounds(bounds);
                ExprKind::SetMap { body: self.boxed(body), bounds }
            }
            ExprKind::Function { recursive, bounds, body } => {
                let recursive = recursive.as_ref().map(|name| self.named(name));
                ExprKind::Function { recursive, bounds: self.bounds(bounds), body: self.boxed(body) }
            }
            _ => self.compound(kind),
        }
    }

    /// Expressions that only hold others.
    fn compound(&mut self, kind: &ExprKind) -> ExprKind {
        match kind {
            ExprKind::Builtin(builtin, operands) => ExprKind::Builtin(*builtin, self.exprs(operands)),
            ExprKind::Conjunction(items) => ExprKind::Conjunction(self.exprs(items)),
            ExprKind::Disjunction(items) => ExprKind::Disjunction(self.exprs(items)),
            ExprKind::If { condition, then, otherwise } => ExprKind::If {
                condition: self.boxed(condition),
                then: self.boxed(then),
                otherwise: self.boxed(otherwise),
            },
            ExprKind::Case { arms, other } => {
                let arms = arms.iter().map(|(guard, value)| (self.expr(guard), self.expr(value))).collect();
                ExprKind::Case { arms, other: other.as_ref().map(|other| self.boxed(other)) }
            }
            ExprKind::SetEnumeration(items) => ExprKind::SetEnumeration(self.exprs(items)),
            ExprKind::FunctionApplication { function, arguments } => {
                ExprKind::FunctionApplication { function: self.boxed(function), arguments: self.exprs(arguments) }
            }
            ExprKind::FunctionSet { domain, range } => {
                ExprKind::FunctionSet { domain: self.boxed(domain), range: self.boxed(range) }
            }
            ExprKind::Record(fields) => {
                ExprKind::Record(fields.iter().map(|(name, value)| (name.clone(), self.expr(value))).collect())
            }
            ExprKind::RecordSet(fields) => {
                ExprKind::RecordSet(fields.iter().map(|(name, set)| (name.clone(), self.expr(set))).collect())
            }
            ExprKind::Field { record, field } => ExprKind::Field { record: self.boxed(record), field: field.clone() },
            ExprKind::Except { base, updates } => {
                let base = self.boxed(base);
                ExprKind::Except { base, updates: updates.iter().map(|update| self.update(update)).collect() }
            }
            ExprKind::Tuple(items) => ExprKind::Tuple(self.exprs(items)),
            ExprKind::Product(items) => ExprKind::Product(self.exprs(items)),
            ExprKind::BoxAction { action, subscript } => {
                ExprKind::BoxAction { action: self.boxed(action), subscript: self.boxed(subscript) }
            }
            ExprKind::AngleAction { action, subscript } => {
                ExprKind::AngleAction { action: self.boxed(action), subscript: self.boxed(subscript) }
            }
            ExprKind::WeakFairness { subscript, action } => {
                ExprKind::WeakFairness { subscript: self.boxed(subscript), action: self.boxed(action) }
            }
            ExprKind::StrongFairness { subscript, action } => {
                ExprKind::StrongFairness { subscript: self.boxed(subscript), action: self.boxed(action) }
            }
            ExprKind::Labeled { label, body } => ExprKind::Labeled { label: label.clone(), body: self.boxed(body) },
            _ => kind.clone(),
        }
    }
}
