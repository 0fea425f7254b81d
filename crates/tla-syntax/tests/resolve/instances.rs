//! INSTANCE, as copies of definitions.

use tla_syntax::resolved::{DefinitionId, Entity};

use super::printed::{by_id, printed};
use super::specs::{definition, errors, program};

const COUNTER: (&str, &str) = (
    "Counter",
    "EXTENDS Naturals\nCONSTANT Max\nVARIABLE n\nInit == n = 0\nBelow(k) == n < k\nNext == Below(Max) /\\ n' = n + 1\n\
     Fixed == 7",
);

#[test]
fn can_substitute_by_name() {
    let program = program(&[("M", "CONSTANT Max\nVARIABLE n\nI == INSTANCE Counter"), COUNTER]);
    assert_eq!(printed(&program, "I!Next"), "Next == /\\(Below(Max), Equal(Prime(n), +(n, 1)))");
    assert_eq!(program.variables.len(), 1);
    assert_eq!(program.constants.len(), 1);
}

#[test]
fn can_substitute_expressions() {
    let root = "EXTENDS Naturals\nVARIABLES x, y\nI == INSTANCE Counter WITH n <- x, Max <- 3\n\
                J == INSTANCE Counter WITH n <- x + y, Max <- 4\nK == J!Init /\\ I!Init";
    let program = program(&[("M", root), COUNTER]);
    assert!(printed(&program, "I!Init").ends_with("== Equal(x, 0)"));
    // An expression that is more than a name is a definition of its own, so that copies do not repeat it.
    assert!(printed(&program, "J!Init").ends_with("== Equal(n, 0)"));
    let held = program.definitions.iter().position(|definition| &*definition.name == "n").expect("n <- x + y");
    assert_eq!(by_id(&program, DefinitionId(held as u32)), "n == +(x, y)");
}

#[test]
fn shares_copies_within_an_instance() {
    let root = "VARIABLE n\nI == INSTANCE Counter WITH Max <- 3\nA == I!Below(1)\nB == I!Below(2) /\\ I!Next";
    let program = program(&[("M", root), COUNTER]);
    assert_eq!(program.definitions.iter().filter(|definition| &*definition.name == "Below").count(), 1);
}

#[test]
fn can_instantiate_with_parameters() {
    let root = "VARIABLES x, y\nI(n, Max) == INSTANCE Counter\nA == I(x, 5)!Next /\\ I(y, 6)!Below(2)";
    let program = program(&[("M", root), COUNTER]);
    assert_eq!(printed(&program, "A"), "A == /\\(Next(x, 5), Below(y, 6, 2))");
    let next = program.definitions.iter().position(|definition| &*definition.name == "Next").expect("a copy of Next");
    assert_eq!(
        by_id(&program, DefinitionId(next as u32)),
        "Next($0, $1) == /\\(Below($0, $1, $1), Equal(Prime($0), +($0, 1)))"
    );
}

#[test]
fn can_substitute_expressions_with_parameters() {
    let root = "EXTENDS Naturals\nVARIABLE x\nI(a, b) == INSTANCE Counter WITH n <- x[a], Max <- b\nA == I(1, 2)!Next";
    let program = program(&[("M", root), COUNTER]);
    let by_name = |name: &str| {
        let index = program.definitions.iter().position(|definition| &*definition.name == name).expect(name);
        by_id(&program, DefinitionId(index as u32))
    };
    assert_eq!(by_name("n"), "n($0, $1) == x[$0]");
    assert_eq!(by_name("Below"), "Below($0, $1, $2) == <(n($0, $1), $2)");
    assert_eq!(by_name("A"), "A == Next(1, 2)");
}

#[test]
fn can_instantiate_unnamed_and_local() {
    let root = "CONSTANT Max\nVARIABLE n\nINSTANCE Counter\nA == Next";
    let program = program(&[("M", root), COUNTER, ("L", "LOCAL INSTANCE Counter")]);
    assert_eq!(printed(&program, "A"), "A == Next");
    assert!(matches!(program.scope["Init"], Entity::Definition(_)));
    // Naturals is extended by Counter, so it comes along.
    assert!(program.scope.contains_key("+"));
}

#[test]
fn can_instantiate_inside_instantiated_modules() {
    let root = "VARIABLE z\nO == INSTANCE Outer WITH y <- z\nA == O!I!Init /\\ O!Both";
    let outer =
        "EXTENDS Naturals\nVARIABLE y\nI == INSTANCE Counter WITH n <- y, Max <- 9\nBoth == I!Next /\\ I!Fixed = 7";
    let program = program(&[("M", root), ("Outer", outer), COUNTER]);
    assert_eq!(printed(&program, "O!I!Init"), "Init == Equal(z, 0)");
    assert!(program.scope.contains_key("O!I!Next"));
    assert_eq!(program.variables.len(), 1);
}

#[test]
fn can_instantiate_modules_inside() {
    let root = "EXTENDS Naturals\nCONSTANT N\nVARIABLE x\nBase == x + N\n---- MODULE Inner ----\nVARIABLE t\n\
                Tick == t' = t + Base\n====\nI(t) == INSTANCE Inner\nA == I(x)!Tick";
    let program = program(&[("M", root)]);
    let tick = program.definitions.iter().position(|definition| &*definition.name == "Tick").expect("Tick");
    assert_eq!(by_id(&program, DefinitionId(tick as u32)), "Tick($0) == Equal(Prime($0), +($0, Base))");
    assert_eq!(program.variables.len(), 1);
}

#[test]
fn can_instantiate_in_let() {
    let root =
        "EXTENDS Naturals\nVARIABLE x\nF(p) == \\E q \\in {1} : LET C == INSTANCE Counter WITH n <- x[p], Max <- q \
                IN C!Next /\\ C!Fixed = 7";
    let program = program(&[("M", root), COUNTER]);
    assert_eq!(
        printed(&program, "F"),
        "F($0) == Exists $1 \\in {1} : LET n == x[$0]; Next == /\\(Below($1), Equal(Prime(n), +(n, 1))); \
         Below($2) == <(n, $2) IN /\\(Next, Equal(Fixed, 7))"
    );
    let inner = program.definitions.iter().filter(|definition| definition.inner);
    assert!(inner.clone().count() == 3 && inner.clone().all(|definition| definition.locals == 3));
}

#[test]
fn can_copy_lets_and_recursive_operators() {
    let library = "EXTENDS Naturals\nCONSTANT C\nRECURSIVE Sum(_)\nSum(k) == IF k = 0 THEN C ELSE Sum(k - 1)\n\
                   Twice(a) == LET b == a + C\n f[i \\in {1}] == IF i = 0 THEN b ELSE f[i] IN Sum(b) + f[1]";
    let program = program(&[
        ("M", "I == INSTANCE Lib WITH C <- 5\nJ(q) == INSTANCE Lib WITH C <- q\nA == J(2)!Twice(1)"),
        ("Lib", library),
    ]);
    let twice = printed(&program, "I!Twice");
    assert!(twice.contains("($0) == LET b"), "{twice}");
    assert!(twice.contains("== +($0, 5)"), "{twice}");
    let all = (0..program.definitions.len()).map(|index| by_id(&program, DefinitionId(index as u32)));
    let parametrised = all.filter(|text| text.contains("($0, $1) == LET b")).collect::<String>();
    assert!(parametrised.contains("== +($1, $0)"), "{parametrised}");
    assert!(parametrised.contains("[$3 \\in {1} |->"), "{parametrised}");
}

#[test]
fn can_substitute_operators() {
    let library = "EXTENDS Naturals\nCONSTANT Op(_, _)\nApply(F(_, _), a) == F(a, a)\nUse(a) == Op(a, 1)\nPass == Apply(Op, 2)\nMine(a, b) == Op(b, a)\nDeep == Apply(Mine, 3)";
    let root =
        "EXTENDS Naturals\nPlus(a, b) == a\nD == INSTANCE Lib WITH Op <- Plus\nB == INSTANCE Lib WITH Op <- \\cup\n\
                S == INSTANCE Lib WITH Op <- +\nL(z) == INSTANCE Lib WITH Op <- LAMBDA p, q : <<p, q, z>>\n\
                A == <<D!Use(1), D!Pass, B!Use(1), B!Pass, S!Use(1), L(9)!Use(1), L(9)!Pass, L(9)!Deep>>";
    let program = program(&[("M", root), ("Lib", library)]);
    assert!(printed(&program, "D!Use").ends_with("($0) == Plus($0, 1)"));
    assert!(printed(&program, "B!Use").ends_with("($0) == Union($0, 1)"));
    assert!(printed(&program, "B!Pass").contains("(Union, 2)"));
    let lambda: Vec<String> = (0..program.definitions.len())
        .map(|index| by_id(&program, DefinitionId(index as u32)))
        .filter(|text| text.contains("LAMBDA") || text.contains("<<$1, $2, $0>>"))
        .collect();
    assert!(lambda.iter().any(|text| text.ends_with("Op($0, $1, $2) == <<$1, $2, $0>>")), "{lambda:?}");
    assert!(lambda.iter().any(|text| text.contains("(LAMBDA $1, $2 : Op($0, $1, $2), 2)")), "{lambda:?}");
    assert!(lambda.iter().any(|text| text.contains("($0, $1, $2), 3)")), "{lambda:?}");
}

#[test]
fn can_pass_operators_of_instances() {
    let root = "EXTENDS Naturals\nVARIABLE x\nApply(F(_), a) == F(a)\nI == INSTANCE Counter WITH n <- x, Max <- 1\n\
                J(n) == INSTANCE Counter WITH Max <- 1\nA == Apply(I!Below, 2)\nB == Apply(J(x)!Below, 3)";
    let program = program(&[("M", root), COUNTER]);
    assert!(printed(&program, "A").starts_with("A == Apply(Below#"));
    let partial = printed(&program, "B");
    assert!(partial.contains("Apply(LAMBDA $0 : Below#") && partial.ends_with("(x, $0), 3)"), "{partial}");
}

#[test]
fn does_not_explode_on_instances_of_instances() {
    let mut modules = vec![("M".to_owned(), "VARIABLE v\nA == INSTANCE M0 WITH x <- v + 1\nB == A!Go".to_owned())];
    for level in 0..12 {
        let next = level + 1;
        let text = format!(
            "EXTENDS Naturals\nVARIABLE x\nL == INSTANCE M{next} WITH x <- x + x\nR == INSTANCE M{next} WITH x <- x * x\n\
             Go == L!Go /\\ R!Leaf"
        );
        modules.push((format!("M{level}"), text + "\nLeaf == x = 0"));
    }
    modules.push(("M12".to_owned(), "VARIABLE x\nGo == x = 1\nLeaf == x = 2".to_owned()));
    modules[0].1 = format!("EXTENDS Naturals\n{}", modules[0].1);
    let modules: Vec<(&str, &str)> = modules.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let program = program(&modules);
    assert!(program.definitions.len() < 2000, "{}", program.definitions.len());
    assert!(program.scope.contains_key("A!Go"));
}

#[test]
fn copies_remember_the_module_of_their_text() {
    let program = program(&[("M", "VARIABLE n\nI == INSTANCE Counter WITH Max <- 3"), COUNTER]);
    let copy = &program.definitions[definition(&program, "I!Init").index()];
    assert_eq!(program.modules[copy.module as usize].name, "Counter");
    let plus = &program.definitions[definition(&program, "I!+").index()];
    assert_eq!(program.modules[plus.module as usize].name, "Naturals");
}

#[test]
fn reports_missing_substitutions() {
    assert_eq!(
        errors(&[("M", "VARIABLE x\nI == INSTANCE Counter WITH n <- x"), COUNTER]),
        ["error[undefined-name]: the instance of `Counter` does not say what its constant `Max` is\n --> M.tla:3:6\n  |\n\
          3 | I == INSTANCE Counter WITH n <- x\n  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n  \
          hint: add `WITH Max <- ..`, or declare `Max` before the instance"]
    );
}

#[test]
fn reports_substitutions_for_what_the_module_does_not_declare() {
    let found = errors(&[("M", "VARIABLE n\nI == INSTANCE Counter WITH Mux <- 3, Max <- 3"), COUNTER]);
    assert!(found[0].contains("the module `Counter` declares no constant or variable `Mux`"), "{found:?}");
    assert!(found[0].contains("did you mean `Max`?"), "{found:?}");
}

#[test]
fn reports_names_that_an_instance_does_not_have() {
    let found = errors(&[("M", "VARIABLE n\nI == INSTANCE Counter WITH Max <- 3\nA == I!Nxet"), COUNTER]);
    assert!(found[0].contains("the module `Counter` exports no definition `Nxet`"), "{found:?}");
    assert!(found[0].contains("did you mean `Next`?"), "{found:?}");
    let found = errors(&[("M", "I == 3\nA == I!Next")]);
    assert!(found[0].contains("`I` is not an instance of a module"), "{found:?}");
}

#[test]
fn shares_what_an_instance_leaves_as_it_is() {
    let base = ("Base", "CONSTANT C\nVARIABLE v\nInit == v = C\nPlain == C");
    let program = program(&[
        ("M", "EXTENDS Base\nI == INSTANCE Other WITH w <- v\nA == I!Use"),
        base,
        ("Other", "EXTENDS Base\nVARIABLE w\nUse == Init /\\ w = Plain"),
    ]);
    let copies = program.definitions.iter().filter(|definition| &*definition.name == "Init").count();
    // The one of Base, and `I!Init`, which a configuration can name.
    assert_eq!(copies, 2);
    let original = definition(&program, "Init");
    let used = &program.definitions[definition(&program, "I!Use").index()];
    let mut uses = Vec::new();
    used.body.for_each_child(&mut |part| part.for_each_definition(&mut |id| uses.push(id)));
    assert!(uses.contains(&original), "{uses:?}");
}
