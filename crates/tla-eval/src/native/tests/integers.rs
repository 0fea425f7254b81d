use super::{apply, int, show, text};
use crate::error::ErrorKind;

fn compute(name: &str, a: i64, b: i64) -> String {
    show("Naturals", name, &[int(a), int(b)])
}

#[test]
fn can_compute() {
    assert_eq!(compute("+", 2, 3), "5");
    assert_eq!(compute("-", 2, 3), "-1");
    assert_eq!(compute("*", -2, 3), "-6");
    assert_eq!(compute("^", 2, 10), "1024");
    assert_eq!(compute("^", -1, i64::MAX), "-1");
    assert_eq!(compute("^", 7, 0), "1");
    assert_eq!(show("Integers", "-.", &[int(4)]), "-4");
    assert_eq!(show("Reals", "/", &[int(6), int(-3)]), "-2");
}

#[test]
fn rounds_quotients_down() {
    assert_eq!(compute("\\div", 7, 2), "3");
    assert_eq!(compute("\\div", -7, 2), "-4");
    assert_eq!(compute("\\div", 7, -2), "-4");
    assert_eq!(compute("\\div", -7, -2), "3");
    assert_eq!(compute("\\div", -8, 2), "-4");
    assert_eq!(compute("%", -7, 2), "1");
    assert_eq!(compute("%", 7, 2), "1");
}

#[test]
fn can_compare() {
    assert_eq!(compute("<", 1, 2), "TRUE");
    assert_eq!(compute(">", 1, 2), "FALSE");
    assert_eq!(compute("\\leq", 2, 2), "TRUE");
    assert_eq!(compute("\\geq", 1, 2), "FALSE");
}

#[test]
fn can_make_intervals_and_infinite_sets() {
    assert_eq!(compute("..", -1, 2), "-1..2");
    assert_eq!(compute("..", 2, 1), "{}");
    for (module, name) in [("Naturals", "Nat"), ("Integers", "Int"), ("Reals", "Real")] {
        assert_eq!(show(module, name, &[]), name);
    }
}

#[test]
fn never_wraps() {
    let cases = [("+", i64::MAX, 1), ("-", i64::MIN, 1), ("*", i64::MAX, 2), ("^", 10, 19), ("\\div", i64::MIN, -1)];
    for (name, a, b) in cases {
        let error = apply("Naturals", name, &[int(a), int(b)]).expect_err("an overflow");
        assert_eq!(error.kind(), ErrorKind::Overflow, "{name}");
        assert!(error.to_string().ends_with("does not fit in a 64-bit integer"), "{error}");
    }
    let error = apply("Integers", "-.", &[int(i64::MIN)]).expect_err("an overflow");
    assert_eq!(error.kind(), ErrorKind::Overflow);
    let error = apply("Naturals", "..", &[int(0), int(1 << 40)]).expect_err("an overflow");
    assert_eq!(error.kind(), ErrorKind::Overflow);
}

#[test]
fn reports_what_has_no_value() {
    assert_eq!(compute("\\div", 1, 0), "1 \\div 0: division by zero");
    assert_eq!(compute("%", 1, 0), "the right side of % must be a positive number, not the integer 0");
    assert_eq!(compute("%", 1, -2), "the right side of % must be a positive number, not the integer -2");
    assert_eq!(compute("^", 2, -1), "the right side of ^ must be a natural number, not the integer -1");
    assert_eq!(compute("^", 0, 0), "0 ^ 0 is undefined");
    assert!(show("Reals", "/", &[int(1), int(2)]).contains("is not a whole number"));
    assert!(show("Reals", "Infinity", &[]).contains("only whole numbers"));
    let message = show("Naturals", "+", &[text("a"), int(1)]);
    assert_eq!(message, "the left side of + must be an integer, not the string \"a\"");
    let message = show("Integers", "-.", &[text("a")]);
    assert_eq!(message, "the argument of - must be an integer, not the string \"a\"");
}

#[test]
fn can_work_on_bits() {
    assert_eq!(show("Bitwise", "&", &[int(12), int(10)]), "8");
    assert_eq!(show("Bitwise", "|", &[int(12), int(10)]), "14");
    assert_eq!(show("Bitwise", "^^", &[int(12), int(10)]), "6");
    assert_eq!(show("Bitwise", "Not", &[int(5)]), "2");
    assert_eq!(show("Bitwise", "Not", &[int(0)]), "0");
    assert_eq!(show("Bitwise", "Not", &[int(i64::MAX)]), "0");
    assert_eq!(show("Bitwise", "shiftR", &[int(13), int(2)]), "3");
    assert_eq!(show("Bitwise", "shiftR", &[int(13), int(70)]), "0");
    assert!(show("Bitwise", "&", &[int(-1), int(1)]).contains("a natural number"));
}

#[test]
fn can_choose_without_large_factorials() {
    let choose = |n, k| show("Combinatorics", "choose", &[int(n), int(k)]);
    assert_eq!(choose(5, 2), "10");
    assert_eq!(choose(5, 0), "1");
    assert_eq!(choose(2, 5), "0");
    assert_eq!(choose(60, 30), "118264581564861424");
    assert!(choose(100, 50).contains("does not fit"));
}
