use super::{expression, expression_error};
use crate::diagnostic::Code;

#[test]
fn can_order_operators_by_precedence() {
    assert_eq!(expression("a + b * c"), "+(a *(b c))");
    assert_eq!(expression("a * b + c - d"), "+(*(a b) -(c d))");
    assert_eq!(expression("a - b - c"), "-(-(a b) c)");
    assert_eq!(expression("x = y + 1 /\\ z \\in S => p"), "(Implies (/\\ (Equal x +(y 1)) (In z S)) p)");
    assert_eq!(expression("a .. b + 1"), "..(a +(b 1))");
}

#[test]
fn can_apply_prefix_operators() {
    assert_eq!(expression("~a /\\ b"), "(/\\ (Not a) b)");
    assert_eq!(expression("~a = b"), "(Not (Equal a b))");
    assert_eq!(expression("~ ~ a"), "(Not (Not a))");
    assert_eq!(expression("[]<>a => b"), "(Implies (Always (Eventually a)) b)");
    assert_eq!(expression("SUBSET S \\cup T"), "(Union (Powerset S) T)");
    assert_eq!(expression("DOMAIN f = UNION S"), "(Equal (Domain f) (BigUnion S))");
    assert_eq!(expression("ENABLED A /\\ UNCHANGED <<x, y>>"), "(/\\ (Enabled A) (Unchanged <<x y>>))");
}

#[test]
fn can_tell_unary_from_binary_minus() {
    assert_eq!(expression("-a"), "-.(a)");
    assert_eq!(expression("- a - - b"), "-(-.(a) -.(b))");
    assert_eq!(expression("-a * b"), "-.(*(a b))");
    assert_eq!(expression("a \\in -1 .. 1"), "(In a ..(-.(1) 1))");
    assert_eq!(expression("a * -b + c"), "+(*(a -.(b)) c)");
    assert_eq!(expression("-. x ^ 2"), "-.(^(x 2))");
    assert_eq!(expression("-(a, b + 1) - -(c)"), "-(-(a +(b 1)) -.(c))");
    assert_eq!(expression_error("a / -b * c").code, Code::Precedence);
    assert_eq!(expression_error("x - (a, b)").hint.as_deref(), Some("a tuple is written `<<a, b>>`"));
    assert_eq!(expression_error("~(a, b)").hint.as_deref(), Some("a tuple is written `<<a, b>>`"));
}

#[test]
fn can_apply_postfix_operators_fields_and_arguments() {
    assert_eq!(expression("x' = f[x].g[1, 2]'"), "(Equal (Prime x) (Prime (@ (. (@ f x) g) 1 2)))");
    assert_eq!(expression("R^+ \\cup R^* \\cup R^#"), "(Union (Union ^+(R) ^*(R)) ^#(R))");
    assert_eq!(expression("-x.y"), "-.((. x y))");
    assert_eq!(expression("x'.y"), "(. (Prime x) y)");
    assert_eq!(expression("r.IF.UNION"), "(. (. r IF) UNION)");
}

#[test]
fn can_read_chains_as_flat_lists() {
    assert_eq!(expression("a /\\ b /\\ c"), "(/\\ a b c)");
    assert_eq!(expression("a \\/ b \\lor c"), "(\\/ a b c)");
    assert_eq!(expression("A \\X B \\times C"), "(\\X A B C)");
    assert_eq!(expression("(A \\X B) \\X C"), "(\\X (\\X A B) C)");
    assert_eq!(expression("A \\X (B \\X C)"), "(\\X A (\\X B C))");
    assert_eq!(expression("(a /\\ b) /\\ c"), "(/\\ (/\\ a b) c)");
}

#[test]
fn reports_operators_that_need_parentheses() {
    let conflicts = [
        ("a \\cup b \\cap c", "`\\cup` and `\\cap` next to each other need parentheses: neither binds tighter"),
        ("a = b = c", "`=` does not associate: `a = b = c` needs parentheses"),
        ("a => b => c", "`=>` does not associate: `a => b => c` needs parentheses"),
        ("a /\\ b \\/ c", "`/\\` and `\\/` next to each other need parentheses: neither binds tighter"),
        ("a \\in b \\in c", "`\\in` does not associate: `a \\in b \\in c` needs parentheses"),
        ("a ^ b ^ c", "`^` does not associate: `a ^ b ^ c` needs parentheses"),
        ("[]a = b", "`[]` and `=` next to each other need parentheses: neither binds tighter"),
        ("SUBSET a \\X b", "`SUBSET` and `\\X` next to each other need parentheses: neither binds tighter"),
        ("UNCHANGED x'", "`UNCHANGED` and `'` next to each other need parentheses: neither binds tighter"),
        ("a % b * c + d", "`%` and `+` next to each other need parentheses: neither binds tighter"),
    ];
    for (text, message) in conflicts {
        let error = expression_error(text);
        assert_eq!((error.code, error.message.as_str()), (Code::Precedence, message), "{text}");
    }
}

#[test]
fn can_read_every_spelling_as_one_canonical_name() {
    for text in ["a \\leq b", "a <= b", "a =< b", "a ≤ b"] {
        assert_eq!(expression(text), "\\leq(a b)");
    }
    for text in ["a \\o b", "a \\circ b", "a ∘ b"] {
        assert_eq!(expression(text), "\\o(a b)");
    }
    for text in ["a \\cup b", "a \\union b", "a ∪ b"] {
        assert_eq!(expression(text), "(Union a b)");
    }
    for text in ["~a", "\\lnot a", "\\neg a", "¬a"] {
        assert_eq!(expression(text), "(Not a)");
    }
    for text in ["a # b", "a /= b", "a ≠ b"] {
        assert_eq!(expression(text), "(NotEqual a b)");
    }
    assert_eq!(expression("a (+) b \\oplus c ⊕ d"), "\\oplus(\\oplus(\\oplus(a b) c) d)");
}

#[test]
fn can_read_unicode_symbols() {
    assert_eq!(expression("∀ x ∈ S : x′ ≥ 1 ∧ □p"), expression("\\A x \\in S : x' >= 1 /\\ []p"));
    assert_eq!(expression("⟨a, b⟩ ∉ ℕ × ℤ"), expression("<<a, b>> \\notin Nat \\X Int"));
    assert_eq!(expression("[x ∈ S ↦ ∃ y : ⟨A⟩_v]"), expression("[x \\in S |-> \\E y : <<A>>_v]"));
    assert_eq!(expression("[S → T] ⇒ ◇q ≡ r"), expression("[S -> T] => <>q <=> r"));
}

#[test]
fn can_read_every_operator_between_operands() {
    for facts in crate::operators::OPERATORS {
        for spelling in std::iter::once(&facts.name).chain(facts.synonyms) {
            let text = match facts.fixity {
                crate::operators::Fixity::Prefix if *spelling == "-." => "-. (a)".to_owned(),
                crate::operators::Fixity::Prefix => format!("{spelling} a"),
                crate::operators::Fixity::Infix => format!("a {spelling} b"),
                crate::operators::Fixity::Postfix => format!("a{spelling}"),
            };
            let tree = expression(&text);
            assert!(tree.contains('a') && tree.len() > 1, "{text} gave {tree}");
        }
    }
}

#[test]
fn can_apply_an_operator_symbol_like_a_function() {
    assert_eq!(expression("+(a, b)"), "+(a b)");
    assert_eq!(expression("\\cup(a, b)"), "(Union a b)");
    assert_eq!(expression_error("+(a)").code, Code::Arity);
}
