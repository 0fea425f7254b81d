use super::{module, names_of, parse_module, show, units, SOURCE};

#[test]
fn can_parse_a_module_with_text_around_it() {
    let text = "notes \"\n  ---- MODULE M ----\nEXTENDS Naturals, Sequences\nA == 1\n====\nmore \" ---- notes (*";
    let module = parse_module(SOURCE, text).expect("valid");
    assert_eq!(module.name.text, "M");
    let extends: Vec<&str> = module.extends.iter().map(|name| name.text.as_str()).collect();
    assert_eq!(extends, ["Naturals", "Sequences"]);
    assert_eq!(names_of(&module.units), ["A"]);
    assert_eq!(&text[module.span.start as usize..module.span.end as usize][..8], "---- MOD");
}

#[test]
fn can_read_nested_modules() {
    let body = "A == 1\n---- MODULE Inner ----\nB == 2\n---- MODULE Deep ----\n====\n====\nC == 3";
    assert_eq!(units(body), ["A == 1", "module Inner [B == 2; module Deep []]", "C == 3"]);
}

#[test]
fn can_read_declarations() {
    assert_eq!(
        units(
            "CONSTANTS N, Op(_, _), _ \\prec _, -. _, _ ^+\nCONSTANT M\nVARIABLES x, y\nVARIABLE z\nRECURSIVE f(_), g"
        ),
        ["constants N Op/2 \\prec/2 -./1 ^+/1", "constants M", "variables x y", "variables z", "recursive f/1 g"]
    );
}

#[test]
fn can_read_definitions_of_all_shapes() {
    let body = "
A == 1
B(x, F(_, _), _ + _, _^*) == F(x, x)
f[x \\in S, <<y, z>> \\in T] == x
a \\prec b == a
a ** b == a
a^+ == a
-. a == a
LOCAL C == 2
LOCAL g[x \\in S] == x
I(x) == INSTANCE M WITH c <- x, + <- Plus, d <- LAMBDA y : y, e <- -
J == INSTANCE N
LOCAL INSTANCE N
INSTANCE M WITH c <- 1
--------
AXIOM Ax == TRUE
ASSUME N > 0
ASSUMPTION FALSE";
    let expected = [
        "A == 1",
        "B(x F/2 +/2 ^*/1) == F(x x)",
        "f[x in S <<y,z>> in T] == x",
        "\\prec(a b) == a",
        "**(a b) == a",
        "^+(a) == a",
        "-.(a) == a",
        "local C == 2",
        "local g[x in S] == x",
        "I(x) == instance M c<-x +<-Plus d<-(lambda y : y) e<--",
        "J == instance N",
        "local instance N",
        "instance M c<-1",
        "assume Ax true",
        "assume _ >(N 0)",
        "assume _ false",
    ];
    assert_eq!(units(body), expected);
}

#[test]
fn can_tell_where_a_definition_ends_without_a_line_break() {
    assert_eq!(
        units("A == 1 B == 2 f[x \\in S] == x a ++ b == a"),
        ["A == 1", "B == 2", "f[x in S] == x", "++(a b) == a"]
    );
    assert_eq!(units("A == x\n-. a == a"), ["A == x", "-.(a) == a"]);
}

#[test]
fn can_skip_pluscal() {
    assert_eq!(units("(*--algorithm A { variables x = 1; { x := 2 } }*)\nVARIABLE x"), ["variables x"]);
}

#[test]
fn can_read_use_and_hide() {
    assert_eq!(units("USE A, MODULE M DEF B, I!C\nHIDE DEF D\nA == 1"), ["A == 1"]);
}

#[test]
fn can_give_every_node_the_span_of_its_text() {
    let body = "Abc(x) == IF x > 1 THEN {x, y} ELSE f[x + 1]'";
    let text = format!("---- MODULE M ----\n{body}\n====\n");
    let module = parse_module(SOURCE, &text).expect("valid");
    let crate::ast::Unit::Definition(definition) = &module.units[0] else { panic!("no definition") };
    let slice = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(slice(definition.span), body);
    assert_eq!(slice(definition.name.span), "Abc");
    let crate::ast::DefinitionKind::Operator { body, .. } = &definition.kind else { panic!("no operator") };
    let crate::ast::ExprKind::If { condition, then, otherwise } = &body.kind else { panic!("no IF") };
    assert_eq!(slice(condition.span), "x > 1");
    assert_eq!(slice(then.span), "{x, y}");
    assert_eq!(slice(otherwise.span), "f[x + 1]'");
}

#[test]
fn can_read_line_ends_of_all_systems() {
    for end in ["\r\n", "\r", "\n"] {
        let text = ["---- MODULE M ----", "A == /\\ a \\* comment", "     /\\ b", "===="].join(end);
        let module = parse_module(SOURCE, &text).expect("valid");
        assert_eq!(show::unit(&module.units[0]), "A == (/\\ a b)", "{end:?}");
    }
    assert_eq!(module("").units.len(), 0);
}
