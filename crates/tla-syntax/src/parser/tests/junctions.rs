use super::{expression, expression_error, units};

#[test]
fn can_read_lists_by_column() {
    let text = "
        /\\ a
        /\\ \\/ b
           \\/ c = 1 /\\ d
        /\\ e";
    assert_eq!(expression(text), "(/\\ a (\\/ b (/\\ (Equal c 1) d)) e)");
}

#[test]
fn can_read_a_list_of_one_item_as_the_item() {
    assert_eq!(expression("/\\ a"), "a");
    assert_eq!(expression("\\/ a = 1"), "(Equal a 1)");
}

#[test]
fn can_end_a_list_at_a_bullet_further_left() {
    let text = "
        /\\ a
        /\\ \\/ b
           \\/ c
      /\\ d";
    // The last bullet belongs to no list: it is an infix operator.
    assert_eq!(expression(text), "(/\\ (/\\ a (\\/ b c)) d)");
}

#[test]
fn can_read_a_bullet_further_right_as_an_infix_operator() {
    let text = "
        /\\ a
          /\\ b
        /\\ c";
    assert_eq!(expression(text), "(/\\ (/\\ a b) c)");
}

#[test]
fn can_end_a_list_at_a_token_that_closes_what_is_around_it() {
    assert_eq!(expression("(/\\ a\n /\\ b) => c"), "(Implies (/\\ a b) c)");
    assert_eq!(
        expression("IF /\\ a\n   /\\ b THEN c ELSE \\/ d\n                     \\/ e"),
        "(if (/\\ a b) c (\\/ d e))"
    );
    assert_eq!(expression("{/\\ a\n /\\ b, c}"), "{(/\\ a b) c}");
}

#[test]
fn can_end_a_list_at_an_operator_in_its_column() {
    assert_eq!(expression("/\\ a\n/\\ b\n=> c"), "(Implies (/\\ a b) c)");
    assert_eq!(expression("/\\ a\n\\/ b"), "(\\/ a b)");
}

#[test]
fn can_nest_lists_inside_brackets_and_quantifiers() {
    let text = "
      /\\ \\A x \\in S : /\\ p
                      /\\ q
      /\\ LET y == /\\ r
                  /\\ s
         IN  /\\ y
             /\\ [f EXCEPT ![1] = /\\ t
                                 /\\ u]
      /\\ v";
    let expected = "(/\\ (ForAll x in S : (/\\ p q)) (let y == (/\\ r s) in (/\\ y (except f [1]=(/\\ t u)))) v)";
    assert_eq!(expression(text), expected);
}

#[test]
fn can_count_columns_over_tabs_and_characters_of_several_bytes() {
    assert_eq!(expression("\t/\\ a\n        /\\ b\n/\\ c"), "(/\\ (/\\ a b) c)");
    assert_eq!(expression("(* ∀∃ *) /\\ a\n         /\\ b\n  /\\ c"), "(/\\ (/\\ a b) c)");
    assert_eq!(expression("∧ a\n∧ b"), "(/\\ a b)");
    assert_eq!(
        units("A == \"∀∃\" = x \\/ /\\ p\n                   /\\ q")[0],
        "A == (\\/ (Equal \"∀∃\" x) (/\\ p q))"
    );
}

#[test]
fn reports_a_token_left_of_the_bullet() {
    let error = expression_error("/\\ IF a\nTHEN b ELSE c");
    assert_eq!(error.message, "expected `THEN` or an operator, found `THEN`");
    assert!(error.hint.is_some_and(|hint| hint.contains("not right of the bullet in column 1")));
    assert!(expression_error("/\\ f(a\n) /\\ b").hint.is_some_and(|hint| hint.contains("bullet")));
}

#[test]
fn can_end_the_last_list_at_the_next_unit() {
    assert_eq!(units("A == /\\ a\n     /\\ b\nB == c"), ["A == (/\\ a b)", "B == c"]);
}
