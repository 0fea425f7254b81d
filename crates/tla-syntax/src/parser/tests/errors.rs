use super::{expression_error, module_errors, parse_module, SOURCE};
use crate::diagnostic::Code;

#[test]
fn reports_the_errors_of_several_units() {
    let errors = module_errors("A == 1 +\nB == (2\nC == 3\nf[x \\in S == 1\nD == [a |-> ]\nVARIABLES x,\nE == 1");
    let places: Vec<(&str, &str)> =
        errors.iter().map(|(_, message, place)| (message.as_str(), place.as_str())).collect();
    let expected = [
        ("expected an expression, found the definition of `B`", "B"),
        ("expected `)` or an operator, found the definition of `C`", "C"),
        ("expected `,` or `]` after the bounds of a function, found `==`", "=="),
        ("expected an expression, found `]`", "]"),
        ("expected the name of a variable, found the definition of `E`", "E"),
    ];
    assert_eq!(places, expected);
}

#[test]
fn reports_one_error_for_a_bad_definition_with_let() {
    let body = "A ==\n  LET x == (1\n      y == 2\n  IN x\nB == 1 1\nC == 2";
    let errors = module_errors(body);
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(errors[0].1, "expected `)` or an operator, found the definition of `y`");
    assert_eq!(errors[1].1, "expected a definition, a declaration or the end of the module, found `1`");
}

#[test]
fn explains_an_equals_sign_that_should_define() {
    let text = "---- MODULE M ----\nA = 1\n====\n";
    let errors = parse_module(SOURCE, text).expect_err("invalid");
    assert_eq!(errors[0].message, "expected `==` and a definition after `A`, found `=`");
    assert_eq!(errors[0].hint.as_deref(), Some("to define, write `A == …`; `=` compares"));
    assert_eq!(errors.len(), 1);
}

#[test]
fn explains_a_definition_sign_that_should_compare() {
    let error = expression_error("IF x == 1 THEN 2 ELSE 3");
    assert_eq!(error.message, "expected `THEN` or an operator, found `==`");
    assert_eq!(error.hint.as_deref(), Some("`==` defines; to compare, write `=`"));
}

#[test]
fn explains_a_missing_end_of_the_module() {
    let errors = parse_module(SOURCE, "---- MODULE M ----\nA == 1\n").expect_err("invalid");
    assert_eq!(errors[0].message, "expected `====`, the end of the module, found the end of the text");
    assert!(errors[0].hint.as_deref().is_some_and(|hint| hint.contains("four `=`")));
    assert_eq!(errors.len(), 1);
}

#[test]
fn explains_bullets_that_do_not_match() {
    let error = expression_error("  /\\ a\n  \\/ b\n  /\\ c");
    assert_eq!(error.code, Code::Precedence);
    assert!(error.hint.is_some_and(|hint| hint.contains("bullets of one list")));
}

#[test]
fn explains_symbols_that_run_together() {
    assert!(expression_error("a<-1").hint.is_some_and(|hint| hint.contains("`< -`")));
    assert!(expression_error("a=<<1>>").hint.is_some_and(|hint| hint.contains("`= <<`")));
}

#[test]
fn explains_a_reserved_word_that_is_no_name() {
    let errors = module_errors("VARIABLES x, NEW");
    assert_eq!(errors[0].1, "expected the name of a variable, found `NEW`");
    assert!(expression_error("\\A IF \\in S : p").hint.is_some_and(|hint| hint.contains("reserved")));
}

#[test]
fn explains_a_let_without_in() {
    let error = expression_error("LET x == 1\n y + 2");
    assert_eq!(error.message, "expected a definition or `IN`, found `y`");
}

#[test]
fn reports_a_comment_without_end_once() {
    let errors = module_errors("A == 1 (* comment");
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert_eq!(errors[0].0, Code::Lexical);
}

#[test]
fn reports_the_missing_end_of_nested_modules_once() {
    let errors = parse_module(SOURCE, "---- MODULE M ----\n---- MODULE N ----\nA == 1\n").expect_err("invalid");
    assert_eq!(errors.len(), 1, "{errors:?}");
}

#[test]
fn explains_habits_from_elsewhere() {
    let hints = [
        ("\\A x in S : p", "write `\\in`"),
        ("[a = 1, b = 2]", "a record is written `[a |-> 1, b |-> 2]`"),
        ("{x \\in S | x > 1}", "a subset is written `{x \\in S : P}`"),
        ("IF a then b ELSE c", "keywords are written in capitals: `THEN`"),
        ("(a, b)", "a tuple is written `<<a, b>>`"),
    ];
    for (text, hint) in hints {
        assert_eq!(expression_error(text).hint.as_deref(), Some(hint), "{text}");
    }
}

#[test]
fn reports_names_without_a_comma_between_them() {
    let errors = module_errors("EXTENDS A B\nVARIABLES x y\nCONSTANT N M\nInit = 1");
    let places: Vec<&str> = errors.iter().map(|(_, _, place)| place.as_str()).collect();
    assert_eq!(places, ["B", "y", "M", "="]);
    assert_eq!(errors[0].1, "expected `,` before another name, found `B`");
}

#[test]
fn explains_a_missing_header() {
    let errors = parse_module(SOURCE, "A == 1\n").expect_err("invalid");
    assert!(errors[0].message.contains("found no header"));
}

#[test]
fn explains_operators_of_other_languages() {
    for (text, meant) in [("a \\and b", "/\\"), ("a \\or b", "\\/"), ("\\not a", "~"), ("a \\neq b", "#")] {
        let error = expression_error(text);
        assert_eq!(error.code, Code::Lexical, "{text}");
        assert!(error.hint.is_some_and(|hint| hint.contains(meant)), "{text}");
    }
    assert_eq!(expression_error("a != b").message, "`!=` is not an operator of TLA+");
}

#[test]
fn reports_texts_that_are_no_tokens() {
    assert_eq!(expression_error("\"abc").message, "this string has no end");
    assert_eq!(expression_error("\"a\\qb\"").message, "`\\q` is not an escape");
    assert_eq!(expression_error("(* abc").message, "this comment has no end `*)`");
    assert!(expression_error("Fold(*, 1)").hint.is_some_and(|hint| hint.contains("`( *`")));
    assert_eq!(expression_error("a ? b").message, "`?` is not TLA+");
    assert_eq!(expression_error("a ; b").message, "`;` is not TLA+");
    assert_eq!(expression_error("\"a\\\nb\"").code, Code::Lexical);
}

#[test]
fn reports_what_follows_an_expression() {
    assert_eq!(expression_error("a b").message, "expected an operator or the end of the expression, found `b`");
    assert_eq!(expression_error("").message, "expected an expression, found the end of the text");
}

#[test]
fn reports_at_most_twenty_errors() {
    let body = "A == )\n".repeat(100);
    assert_eq!(module_errors(&body).len(), 20);
}
