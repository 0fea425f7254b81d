//! Checks the levels of all expressions, and fills in those of definitions.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::resolved::{Builtin, Definition, DefinitionId, Expr, ExprKind, Level, LocalId, OperatorArgument};

use super::errors::Errors;
use super::level_rules::{for_each_operand, level, Operand};
use super::modules::ModuleId;
use super::tables::{Instance, Substitute, Tables};
use super::Resolver;

impl Resolver<'_> {
    pub(super) fn check_levels(&mut self, root: ModuleId) {
        fill_levels(&mut self.tables);
        let limits = ArgumentLimits::of(&self.tables.definitions);
        let checker = Checker { tables: &self.tables, limits: &limits };
        let errors = &mut self.errors;
        for definition in &self.tables.definitions {
            checker.check(&definition.body, errors);
        }
        for &assumption in &self.modules[root.index()].assumptions {
            let body = &self.tables.assumptions[assumption].body;
            if checker.check(body, errors) > Level::Constant {
                let error = Diagnostic::new(Code::Level, body.span, "an assumption must not depend on the state");
                errors.push(error.with_hint("assumptions are about constants; a property of states is an invariant"));
            }
        }
        for instance in self.tables.instances() {
            let constant_module = self.modules[instance.module.index()].variables.is_empty();
            checker.check_instance(instance, constant_module, errors);
        }
    }
}

/// Levels of definitions: the least ones that agree with the bodies.
fn fill_levels(tables: &mut Tables) {
    loop {
        let mut changed = false;
        for index in 0..tables.definitions.len() {
            let found = level_of(&tables.definitions[index].body, &tables.definitions);
            if found != tables.definitions[index].level {
                tables.definitions[index].level = found;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

fn level_of(expr: &Expr, definitions: &[Definition]) -> Level {
    level(expr, &mut |part| level_of(part, definitions), &|definition| definitions[definition.index()].level)
}

/// The highest level that each parameter's argument may have, because of how the body uses it.
struct ArgumentLimits(Vec<Vec<Level>>);

impl ArgumentLimits {
    fn of(definitions: &[Definition]) -> Self {
        let all = definitions.iter().map(|definition| vec![Level::Temporal; definition.parameters.len()]);
        let mut limits = Self(all.collect());
        loop {
            let mut changed = false;
            for (index, definition) in definitions.iter().enumerate() {
                if definition.parameters.is_empty() {
                    continue;
                }
                let mut uses = HashMap::new();
                limits.collect(&definition.body, Level::Temporal, &mut uses);
                for (position, parameter) in definition.parameters.iter().enumerate() {
                    let limit = uses.get(&parameter.local).copied().unwrap_or(Level::Temporal);
                    changed |= limit < limits.0[index][position];
                    limits.0[index][position] = limit.min(limits.0[index][position]);
                }
            }
            if !changed {
                return limits;
            }
        }
    }

    fn allowed(&self, operand: Operand) -> Level {
        match operand {
            Operand::Any => Level::Temporal,
            Operand::Value | Operand::Action => Level::Action,
            Operand::Primed | Operand::Subscript => Level::State,
            Operand::Argument(definition, index) => {
                self.0[definition.index()].get(index).copied().unwrap_or(Level::Temporal)
            }
        }
    }

    fn collect(&self, expr: &Expr, allowed: Level, uses: &mut HashMap<LocalId, Level>) {
        if let ExprKind::Local(local) = expr.kind {
            let limit = uses.entry(local).or_insert(Level::Temporal);
            *limit = allowed.min(*limit);
        }
        for_each_operand(expr, &mut |part, operand| self.collect(part, allowed.min(self.allowed(operand)), uses));
    }
}

struct Checker<'t> {
    tables: &'t Tables,
    limits: &'t ArgumentLimits,
}

impl Checker<'_> {
    /// Reports what is wrong in an expression; its level.
    fn check(&self, expr: &Expr, errors: &mut Errors) -> Level {
        let mut parts = Vec::new();
        for_each_operand(expr, &mut |part, operand| parts.push((part, operand, Level::Constant)));
        for (part, operand, found) in &mut parts {
            *found = self.check(part, errors);
            if *found > self.limits.allowed(*operand) {
                errors.push(self.too_high(part, *operand, *found));
            }
        }
        let own = level_of_parts(expr, &parts, self.tables);
        self.check_actions(expr, own, &parts, errors);
        own
    }

    fn too_high(&self, part: &Expr, operand: Operand, found: Level) -> Diagnostic {
        let (message, hint) = match operand {
            Operand::Primed if found == Level::Action => (
                "an expression with primes is primed again".to_owned(),
                "an action relates two states only; remove one of the primes",
            ),
            Operand::Subscript => {
                ("a subscript must be about one state".to_owned(), "use the variables without primes, as in `[A]_vars`")
            }
            Operand::Argument(definition, index) => {
                let definition = self.tables.definition(definition);
                let parameter = definition.parameters.get(index).map_or("", |parameter| &*parameter.name);
                let given = if found == Level::Temporal { "a temporal formula" } else { "an action" };
                let message = format!(
                    "`{}` cannot take {given} for `{parameter}`: it uses it as {}",
                    definition.name,
                    if self.limits.allowed(operand) == Level::Action { "a value" } else { "a value of one state" }
                );
                (message, "pass an expression without primes and temporal operators")
            }
            _ => (
                "a temporal formula stands where a value or an action is needed".to_owned(),
                "temporal operators can only be combined by logical operators and quantifiers",
            ),
        };
        Diagnostic::new(Code::Level, part.span, message).with_hint(hint)
    }

    /// Temporal operators take actions only as `[A]_v` and `<<A>>_v`: other formulas would not be invariant under
    /// stuttering.
    fn check_actions(&self, expr: &Expr, own: Level, parts: &[(&Expr, Operand, Level)], errors: &mut Errors) {
        let actions = parts.iter().filter(|(_, _, level)| *level == Level::Action).map(|(part, ..)| *part);
        // As SANY, which looks at applications of operators only.
        let naked =
            |part: &&Expr, form: bool| !form && !matches!(part.kind, ExprKind::Let { .. } | ExprKind::Labeled { .. });
        match &expr.kind {
            ExprKind::Builtin(Builtin::Always, _) => {
                let wrong = actions.filter(|part| naked(part, matches!(part.kind, ExprKind::BoxAction { .. })));
                wrong.for_each(|part| errors.push(naked_action(part, "[]", "[][A]_v")));
            }
            ExprKind::Builtin(Builtin::Eventually, _) => {
                let wrong = actions.filter(|part| naked(part, matches!(part.kind, ExprKind::AngleAction { .. })));
                wrong.for_each(|part| errors.push(naked_action(part, "<>", "<><<A>>_v")));
            }
            ExprKind::Builtin(Builtin::LeadsTo | Builtin::PlusArrow | Builtin::Implies | Builtin::Equivalent, _)
            | ExprKind::Conjunction(_)
            | ExprKind::Disjunction(_)
                if own == Level::Temporal =>
            {
                actions.for_each(|part| {
                    let message = "an action is combined with a temporal formula";
                    let error = Diagnostic::new(Code::Level, part.span, message);
                    errors.push(error.with_hint("write `[][A]_v` or `<><<A>>_v` to say when the action happens"));
                });
            }
            ExprKind::Quantified { .. } if own == Level::Temporal => {
                let message = "a temporal formula is quantified over a set that depends on two states";
                actions.for_each(|part| errors.push(Diagnostic::new(Code::Level, part.span, message)));
            }
            _ => {}
        }
    }

    /// A module with variables must get constants for its constants, and any module states for its variables.
    fn check_instance(&self, instance: &Instance, constant_module: bool, errors: &mut Errors) {
        for (&constant, value) in &instance.constants {
            let (found, span) = match value {
                Substitute::Value(value) => (self.check(value, &mut Errors::default()), value.span),
                Substitute::Operator { operator: OperatorArgument::Definition(definition), .. } => {
                    (self.tables.definition(*definition).level, instance.span)
                }
                Substitute::Operator { .. } => (Level::Constant, instance.span),
            };
            if found > Level::Constant && !constant_module {
                let name = &self.tables.constants[constant.index()].name;
                let message = format!("the constant `{name}` is replaced by something that depends on the state");
                let error = Diagnostic::new(Code::Level, span, message);
                errors.push(error.with_hint("a module that has variables needs constants for its constants"));
            }
        }
        for (&variable, value) in &instance.variables {
            if self.check(value, &mut Errors::default()) > Level::State {
                let name = &self.tables.variables[variable.index()].name;
                let message = format!("the variable `{name}` is replaced by something that is not about one state");
                errors.push(Diagnostic::new(Code::Level, value.span, message));
            }
        }
    }
}

fn level_of_parts(expr: &Expr, parts: &[(&Expr, Operand, Level)], tables: &Tables) -> Level {
    let mut part = |part: &Expr| {
        let known = parts.iter().find(|(known, ..)| std::ptr::eq(*known, part));
        known.map_or(Level::Constant, |(_, _, level)| *level)
    };
    level(expr, &mut part, &|definition: DefinitionId| tables.definition(definition).level)
}

fn naked_action(part: &Expr, operator: &str, form: &str) -> Diagnostic {
    let message = format!("`{operator}` is applied to an action");
    let error = Diagnostic::new(Code::Level, part.span, message);
    error.with_hint(format!("an action can only be used as `{form}`"))
}
