use std::time::{Duration, Instant};

use super::{parse_expression, parse_module, SOURCE};
use crate::diagnostic::Code;
use crate::limits;

/// What starts a construct, what stands inside, and what ends it.
const NESTS: &[(&str, &str, &str)] = &[
    ("(", "x", ")"),
    ("[", "x", " -> x]"),
    ("<<", "x", ">>"),
    ("{", "x", "}"),
    ("{x \\in ", "S", " : x}"),
    ("[x \\in ", "S", " |-> x]"),
    ("[a |-> ", "x", "]"),
    ("[f EXCEPT ![1] = ", "x", "]"),
    ("f[", "x", "]"),
    ("F(", "x", ")"),
    ("F(LAMBDA x : ", "x", ")"),
    ("IF ", "x", " THEN x ELSE x"),
    ("IF x THEN x ELSE ", "x", ""),
    ("CASE x -> ", "x", ""),
    ("LET a == ", "x", " IN a"),
    ("\\A x \\in S : ", "x", ""),
    ("CHOOSE x : ", "x", ""),
    ("WF_", "v", "(A)"),
    ("[A]_<<", "v", ">>"),
    ("l :: ", "x", ""),
    ("/\\ ", "x", ""),
    ("1 + (", "x", ")"),
    ("~ (", "x", ")"),
];

fn nested(count: usize, (open, inner, close): (&str, &str, &str)) -> String {
    format!("{}{inner}{}", open.repeat(count), close.repeat(count))
}

/// Runs on a thread with the stack that test threads and workers have.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(work).expect("a thread starts");
    thread.join().expect("the work does not panic");
}

#[test]
fn can_read_nesting_up_to_the_limit_on_a_small_stack() {
    on_small_stack(|| {
        for &nest in NESTS {
            let text = nested(limits::TEXT_NESTING / 2 - 2, nest);
            if nest.0 != "WF_" {
                assert!(parse_expression(SOURCE, &text).is_ok(), "{}", nest.0);
            }
            let text = nested(limits::TEXT_NESTING - 1, nest);
            drop(parse_expression(SOURCE, &text));
        }
    });
}

#[test]
fn reports_nesting_beyond_the_limit() {
    on_small_stack(|| {
        for &nest in NESTS {
            if nest.0 == "WF_" {
                continue;
            }
            let errors = parse_expression(SOURCE, &nested(limits::TEXT_NESTING * 40, nest)).expect_err(nest.0);
            assert_eq!(errors[0].code, Code::Limit, "{}: {}", nest.0, errors[0].message);
        }
    });
}

#[test]
fn reports_modules_nested_beyond_the_limit() {
    let text = format!("{}{}", "---- MODULE M ----\n".repeat(5000), "====\n".repeat(5000));
    on_small_stack(move || {
        let errors = parse_module(SOURCE, &text).expect_err("too deep");
        assert_eq!(errors[0].code, Code::Limit);
    });
}

#[test]
fn reports_chains_beyond_the_limit() {
    on_small_stack(|| {
        let limit = limits::EXPRESSION_DEPTH;
        for link in [" + x", " \\cup x", "[x]", ".x", "'"] {
            assert!(parse_expression(SOURCE, &format!("x{}", link.repeat(limit - 2))).is_ok(), "{link}");
            let errors = parse_expression(SOURCE, &format!("x{}", link.repeat(limit + 1))).expect_err(link);
            assert_eq!(errors[0].code, Code::Limit, "{link}");
        }
        let errors = parse_expression(SOURCE, &format!("{} x", "~".repeat(limit + 1))).expect_err("prefix");
        assert_eq!(errors[0].code, Code::Limit);
    });
}

#[test]
fn can_read_flat_lists_of_any_length() {
    for link in [" /\\ x", " \\/ x", " \\X x", "\n"] {
        assert!(parse_expression(SOURCE, &format!("x{}", link.repeat(20_000))).is_ok(), "{link}");
    }
    assert!(parse_expression(SOURCE, &"/\\ x\n".repeat(20_000)).is_ok());
    assert!(parse_expression(SOURCE, &format!("{{x{}}}", ", x".repeat(20_000))).is_ok());
}

#[test]
fn reports_a_text_beyond_the_limit() {
    let errors = parse_module(SOURCE, &" ".repeat(limits::FILE_BYTES + 1)).expect_err("too long");
    assert_eq!(errors[0].code, Code::Limit);
}

#[test]
fn can_reject_unclosed_brackets_in_linear_time() {
    let start = Instant::now();
    on_small_stack(|| {
        for &(open, ..) in NESTS {
            let text = format!("---- MODULE M ----\nA == {}\n====\n", open.repeat(100_000));
            assert!(parse_module(SOURCE, &text).is_err(), "{open}");
            let lines = format!("A == {open}\n").repeat(10_000);
            let text = format!("---- MODULE M ----\n{lines}====\n");
            drop(parse_module(SOURCE, &text));
        }
    });
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
