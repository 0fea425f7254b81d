//! Resolved definitions as text. Locals are `$n`; a definition of the test's own that shares its name with others
//! gets its number.

use tla_syntax::resolved::{
    Argument, Bound, DefinitionId, Expr, ExprKind, OperatorArgument, Parameter, Pattern, Program, UpdateStep,
};

/// `Op($0) == body`, by the name in the scope.
pub(crate) fn printed(program: &Program, name: &str) -> String {
    by_id(program, super::specs::definition(program, name))
}

pub(crate) fn by_id(program: &Program, id: DefinitionId) -> String {
    let definition = &program.definitions[id.index()];
    let head = applied(&called(program, id), definition.parameters.iter().map(parameter).collect());
    format!("{head} == {}", expr(program, &definition.body))
}

fn parameter(parameter: &Parameter) -> String {
    let blanks = vec!["_"; parameter.arity];
    applied(&format!("${}", parameter.local.0), blanks.iter().map(|&blank| blank.to_owned()).collect())
}

fn called(program: &Program, id: DefinitionId) -> String {
    let definition = &program.definitions[id.index()];
    let name = &definition.name;
    let shared = program.definitions.iter().filter(|other| other.name == *name).count() > 1;
    if shared && !program.modules[definition.module as usize].standard {
        format!("{name}#{}", id.0)
    } else {
        name.to_string()
    }
}

fn applied(name: &str, arguments: Vec<String>) -> String {
    if arguments.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", arguments.join(", "))
    }
}

fn list(program: &Program, items: &[Expr]) -> String {
    items.iter().map(|item| expr(program, item)).collect::<Vec<_>>().join(", ")
}

fn arguments(program: &Program, arguments: &[Argument]) -> Vec<String> {
    let argument = |argument: &Argument| match argument {
        Argument::Value(value) => expr(program, value),
        Argument::Operator(OperatorArgument::Definition(id)) => called(program, *id),
        Argument::Operator(OperatorArgument::Constant(id)) => program.constants[id.index()].name.to_string(),
        Argument::Operator(OperatorArgument::Local(local)) => format!("${}", local.0),
        Argument::Operator(OperatorArgument::Builtin(builtin)) => format!("{builtin:?}"),
        Argument::Operator(OperatorArgument::Lambda { parameters, body }) => {
            let parameters: Vec<String> = parameters.iter().map(parameter).collect();
            format!("LAMBDA {} : {}", parameters.join(", "), expr(program, body))
        }
    };
    arguments.iter().map(argument).collect()
}

fn bounds(program: &Program, bounds: &[Bound]) -> String {
    let bound = |bound: &Bound| {
        let (names, tuple) = match &bound.pattern {
            Pattern::Names(names) => (names, false),
            Pattern::Tuple(names) => (names, true),
        };
        let names = names.iter().map(|name| format!("${}", name.local.0)).collect::<Vec<_>>().join(", ");
        let names = if tuple { format!("<<{names}>>") } else { names };
        format!("{names} \\in {}", expr(program, &bound.set))
    };
    bounds.iter().map(bound).collect::<Vec<_>>().join(", ")
}

pub(crate) fn expr(program: &Program, value: &Expr) -> String {
    let one = |value: &Expr| expr(program, value);
    match &value.kind {
        ExprKind::Boolean(value) => value.to_string().to_uppercase(),
        ExprKind::Integer(value) => value.to_string(),
        ExprKind::String(text) => format!("\"{text}\""),
        ExprKind::Constant(id) => program.constants[id.index()].name.to_string(),
        ExprKind::Variable(id) => program.variables[id.index()].name.to_string(),
        ExprKind::Local(local) => format!("${}", local.0),
        ExprKind::ApplyLocal { operator, arguments: given } => {
            applied(&format!("${}", operator.0), arguments(program, given))
        }
        ExprKind::ApplyConstant { operator, arguments: given } => {
            applied(&program.constants[operator.index()].name, arguments(program, given))
        }
        ExprKind::Apply { definition, arguments: given } => {
            applied(&called(program, *definition), arguments(program, given))
        }
        ExprKind::Builtin(builtin, items) => format!("{builtin:?}({})", list(program, items)),
        ExprKind::Conjunction(items) => format!("/\\({})", list(program, items)),
        ExprKind::Disjunction(items) => format!("\\/({})", list(program, items)),
        ExprKind::If { condition, then, otherwise } => {
            format!("IF {} THEN {} ELSE {}", one(condition), one(then), one(otherwise))
        }
        ExprKind::Let { definitions, body } => {
            let definitions: Vec<String> = definitions.iter().map(|id| by_id(program, *id)).collect();
            format!("LET {} IN {}", definitions.join("; "), one(body))
        }
        ExprKind::Quantified { quantifier, bounds: given, body } => {
            format!("{quantifier:?} {} : {}", bounds(program, given), one(body))
        }
        ExprKind::SetEnumeration(items) => format!("{{{}}}", list(program, items)),
        ExprKind::SetFilter { bound, predicate } => {
            format!("{{{} : {}}}", bounds(program, std::slice::from_ref(bound)), one(predicate))
        }
        ExprKind::SetMap { body, bounds: given } => format!("{{{} : {}}}", one(body), bounds(program, given)),
        ExprKind::Function { recursive, bounds: given, body } => {
            let own = recursive.as_ref().map_or(String::new(), |name| format!("${} = ", name.local.0));
            format!("{own}[{} |-> {}]", bounds(program, given), one(body))
        }
        ExprKind::FunctionApplication { function, arguments } => {
            format!("{}[{}]", one(function), list(program, arguments))
        }
        ExprKind::Tuple(items) => format!("<<{}>>", list(program, items)),
        ExprKind::BoxAction { action, subscript } => format!("[{}]_{}", one(action), one(subscript)),
        ExprKind::WeakFairness { subscript, action } => format!("WF_{}({})", one(subscript), one(action)),
        ExprKind::Labeled { label, body } => format!("{label} :: {}", one(body)),
        ExprKind::Except { base, updates } => {
            let update = |update: &tla_syntax::resolved::Update| {
                let path = update.path.iter().map(|step| match step {
                    UpdateStep::Index(indices) => format!("[{}]", list(program, indices)),
                    UpdateStep::Field(field) => format!(".{field}"),
                });
                let path: String = path.collect();
                let at = update.at.map_or(String::new(), |at| format!("${} @ ", at.0));
                format!("{at}!{path} = {}", one(&update.value))
            };
            format!("[{} EXCEPT {}]", one(base), updates.iter().map(update).collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    }
}
