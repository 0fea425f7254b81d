//! Configurations bound to programs.

use tla_syntax::config::{Behaviour, ConfigValue, ConstantBinding, Model, Specification};
use tla_syntax::resolved::{ConstantId, Entity, Program};

use super::printed::expr;
use super::specs::{bound, definition};

const SPEC: &str = "EXTENDS Naturals\nCONSTANTS N, Op(_)\nVARIABLE x\nInit == x = N\nNext == x' = x + Op(1)\nvars == <<x>>\n\
                    Live == WF_vars(Next)\nSpec == Init /\\ [][Next]_vars /\\ Live\nInv == x > 0\nAct == x' > x\nThree == 3\n\
                    Same(a) == a\nProp == []Inv\nPerms == {}";
const CONSTANTS: &str = "CONSTANT N = 3 Op <- Same\n";

fn model(config: &str) -> (Program, Model) {
    let (program, model) = bound(&[("M", SPEC)], &format!("{CONSTANTS}{config}"));
    (program, model.unwrap_or_else(|errors| panic!("{}", errors.join("\n"))))
}

fn errors(config: &str) -> Vec<String> {
    bound(&[("M", SPEC)], &format!("{CONSTANTS}{config}")).1.expect_err("this configuration is wrong")
}

fn specification(model: Model) -> Specification {
    match model.behaviour {
        Some(Behaviour::Specification(specification)) => specification,
        other => panic!("{other:?}"),
    }
}

#[test]
fn can_bind_constants_and_roles() {
    let (program, model) = model("INIT Init NEXT Next INVARIANT Inv CONSTRAINT Inv ACTION_CONSTRAINT Act\nPROPERTY Prop SYMMETRY Perms VIEW vars");
    let Entity::Constant(n) = program.scope["N"] else { panic!("N") };
    assert!(matches!(&model.constants[&n], ConstantBinding::Value(ConfigValue::Integer(3))));
    let Entity::Constant(op) = program.scope["Op"] else { panic!("Op") };
    assert_eq!(model.constant_operators[&op], definition(&program, "Same"));
    assert_eq!(model.invariants, [definition(&program, "Inv")]);
    assert_eq!(model.view, Some(definition(&program, "vars")));
    assert!(matches!(model.behaviour, Some(Behaviour::InitNext { .. })));
    assert!(model.check_deadlock);
}

#[test]
fn can_check_assumptions_only() {
    let (_, model) = model("");
    assert!(model.behaviour.is_none());
}

#[test]
fn can_take_a_specification_apart() {
    let (program, model) = model("SPECIFICATION Spec");
    let parts = specification(model);
    assert_eq!(parts.init.iter().map(|init| expr(&program, init)).collect::<Vec<_>>(), ["Init"]);
    assert_eq!(parts.next.as_ref().map(|next| expr(&program, next)).as_deref(), Some("Next"));
    assert_eq!(parts.subscript.as_ref().map(|vars| expr(&program, vars)).as_deref(), Some("vars"));
    assert_eq!(parts.fairness.iter().map(|part| expr(&program, part)).collect::<Vec<_>>(), ["WF_vars(Next)"]);
}

#[test]
fn can_take_apart_lets_quantified_fairness_and_replaced_parts() {
    let spec = "VARIABLE x\nInit == x = 0\nOther == x = 1\nNext(p) == x' = p\nSpec == LET all == {1, 2} IN\n\
                /\\ Init\n/\\ lab:: [][\\E p \\in all : Next(p)]_x\n/\\ \\A p \\in all : WF_x(Next(p))";
    let (program, model) = bound(&[("M", spec)], "SPECIFICATION Spec CONSTANT Init <- Other");
    let parts = specification(model.expect("it binds"));
    assert_eq!(expr(&program, &parts.init[0]), "LET all == {1, 2} IN Init");
    assert_eq!(
        parts.next.as_ref().map(|next| expr(&program, next)).as_deref(),
        Some("LET all == {1, 2} IN Exists $0 \\in all : Next($0)")
    );
    assert_eq!(expr(&program, &parts.fairness[0]), "LET all == {1, 2} IN ForAll $1 \\in all : WF_x(Next($1))");
    assert_eq!(parts.locals, 2);
}

#[test]
fn can_take_apart_specifications_of_instances() {
    let inner = ("Inner", "EXTENDS Naturals\nVARIABLE v\nInit == v = 0\nNext == v' = v + 1\nSpec == Init /\\ [][Next]_v /\\ (\\A i \\in {1} : <>(v > i))");
    let root = "VARIABLE x\nI == INSTANCE Inner WITH v <- x\nJ(v) == INSTANCE Inner\nPlain == I!Spec\nParametrised == J(x)!Spec";
    let (program, model) = bound(&[("M", root), inner], "SPECIFICATION Plain");
    let parts = specification(model.expect("it binds"));
    assert!(expr(&program, &parts.init[0]).starts_with("Init"));
    let (program, model) = bound(&[("M", root), inner], "SPECIFICATION Parametrised");
    let parts = specification(model.expect("it binds"));
    let next = expr(&program, parts.next.as_ref().expect("a next-state relation"));
    assert!(next.starts_with("Next") && next.ends_with("(x)"), "{next}");
    assert_eq!(parts.subscript.as_ref().map(|vars| expr(&program, vars)).as_deref(), Some("x"));
    assert!(expr(&program, &parts.fairness[0]).starts_with("ForAll $1 \\in {1}"));
    assert_eq!(parts.locals, 2);
}

#[test]
fn reports_specifications_that_cannot_be_run() {
    let spec =
        "VARIABLE x\nInit == x = 0\nNext == x' = 1\nTwo == Init /\\ [][Next]_x /\\ [][Next]_x\nNone == [][Next]_x\n\
                Always == Init /\\ []Init /\\ [][Next]_x\nHidden == Init /\\ (\\EE y : [][Next]_x)";
    let messages = [
        ("Two", "a specification with more than one `[][Next]_v` cannot be run"),
        ("None", "the specification `None` does not say how behaviours begin"),
        ("Always", "a specification cannot demand that a state predicate holds always"),
        ("Hidden", "a specification that hides variables cannot be run"),
    ];
    for (name, message) in messages {
        let found = bound(&[("M", spec)], &format!("SPECIFICATION {name}")).1.expect_err(name);
        assert!(found.len() == 1 && found[0].contains(message), "{found:?}");
    }
}

#[test]
fn can_replace_definitions() {
    let (program, model) = model("CONSTANT Three = 4 Inv <- Prop");
    assert_eq!(model.replaced_by_value[&definition(&program, "Three")], ConfigValue::Integer(4));
    assert_eq!(model.replaced[&definition(&program, "Inv")], definition(&program, "Prop"));
}

#[test]
fn can_replace_a_constant_by_a_definition() {
    let (program, model) = bound(&[("M", SPEC)], "CONSTANT N <- Three Op <- Same");
    let model = model.expect("it binds");
    let Entity::Constant(n) = program.scope["N"] else { panic!("N") };
    assert!(
        matches!(model.constants[&n], ConstantBinding::Definition(three) if three == definition(&program, "Three"))
    );
    assert_eq!(model.constant_operators[&n], definition(&program, "Three"));
}

#[test]
fn can_replace_what_one_module_defines_and_its_copies() {
    let library = ("Lib", "CONSTANT C\nNone == CHOOSE v : v # C\nUse == None");
    let root =
        "I == INSTANCE Lib WITH C <- 1\nJ == INSTANCE Lib WITH C <- 2\nA == I!Use /\\ J!Use\nNone == 5\nMine == 6";
    let (program, model) = bound(&[("M", root), library], "CONSTANT None = [Lib]null");
    let model = model.expect("it binds");
    assert_eq!(model.replaced_by_value.len(), 2);
    assert!(!model.replaced_by_value.contains_key(&definition(&program, "None")));
    let (program, model) = bound(&[("M", root), library], "CONSTANT None <- [Lib]Mine");
    let model = model.expect("it binds");
    assert!(model.replaced.len() == 2 && !model.replaced.contains_key(&definition(&program, "None")));
    let (_, model) = bound(&[("M", root), library], "CONSTANT None <- [Lub]Mine");
    assert_eq!(
        model.expect_err("no such module"),
        ["M.cfg:1:10 config: the specification has no module `Lub` (did you mean `Lib`?)"]
    );
}

#[test]
fn can_name_operators_by_any_spelling() {
    let root = "EXTENDS Naturals\nLess(a, b) == TRUE";
    let (program, model) = bound(&[("M", root)], "CONSTANT <= <- Less");
    assert!(model.expect("it binds").replaced.contains_key(&definition(&program, "\\leq")));
}

#[test]
fn reports_constants_without_value() {
    let (_, model) = bound(&[("M", SPEC)], "CONSTANT M = 3");
    assert_eq!(
        model.expect_err("N and Op have none"),
        [
            "M.tla:3:11 undefined-constant: the constant `N` has no value (add `CONSTANT N = 3` to the configuration, or \
             pass `--constant N=3`)",
            "M.tla:3:14 undefined-constant: the constant `Op` has no value (add `CONSTANT Op <- SomeDefinition` to the \
             configuration)",
        ]
    );
    let (_, model) = bound(&[("M", "CONSTANT Server")], "CONSTANT Servers = {a}");
    let found = model.expect_err("Server has none");
    assert!(found[0].contains("the configuration sets `Servers`; did you mean `Server`?"), "{found:?}");
}

#[test]
fn reports_names_that_do_not_fit() {
    let cases = [
        ("INVARIANT Inx INIT Init NEXT Next", "the module `M` does not define `Inx` (did you mean `Inv`?)"),
        ("INVARIANT Act INIT Init NEXT Next", "level: `Act` is an action, but an invariant must be about one state"),
        ("INVARIANT x INIT Init NEXT Next", "an invariant must be a definition, but `x` is declared"),
        ("INVARIANT Same INIT Init NEXT Next", "an invariant takes no arguments, but `Same` takes 1"),
        ("PROPERTY Act INIT Init NEXT Next", "`Act` is an action, but a property must be a temporal formula"),
        ("INIT Next NEXT Next", "`Next` is an action, but the initial predicate must be about one state"),
        ("INIT Init", "NEXT is missing"),
        (
            "INIT Init NEXT Next SPECIFICATION Spec",
            "a configuration has either SPECIFICATION or INIT and NEXT, not both",
        ),
        ("INVARIANT Inv", "there are no states to check `Inv` on"),
        ("CONSTANT Three <- Same", "`Three` takes 0 arguments, but what replaces it takes 1"),
        ("CONSTANT x = 3", "`x` is a variable; only constants and definitions can be given a value"),
        ("CONSTANT Nat <- Three Three <- N", "`Three` is replaced itself, so it cannot replace `Nat`"),
    ];
    for (config, message) in cases {
        let found = errors(config);
        assert!(found.iter().any(|error| error.contains(message)), "{config}: {found:?}");
    }
}

#[test]
fn warns_of_values_for_nothing() {
    let (_, first) = model("CONSTANT Unknown = 3");
    assert_eq!(first.warnings.len(), 1);
    let (program, second) = model("CONSTANT s1 = s1 N = {s1}");
    assert_eq!(second.warnings.len(), 1, "N is given twice");
    let value = &second.constants[&ConstantId(0)];
    assert!(matches!(value, ConstantBinding::Value(ConfigValue::Set(_))), "{value:?}");
    assert_eq!(&*program.constants[0].name, "N");
}
