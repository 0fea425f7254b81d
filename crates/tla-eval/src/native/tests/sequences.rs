use super::{int, seq, set, show, text};

fn call(name: &str, arguments: &[crate::value::Value]) -> String {
    show("Sequences", name, arguments)
}

#[test]
fn can_take_sequences_apart() {
    assert_eq!(call("Len", &[seq(&[])]), "0");
    assert_eq!(call("Len", &[seq(&[4, 5])]), "2");
    assert_eq!(call("Head", &[seq(&[4, 5])]), "4");
    assert_eq!(call("Tail", &[seq(&[4, 5])]), "<<5>>");
    assert_eq!(call("Tail", &[seq(&[4])]), "<<>>");
    assert_eq!(call("SubSeq", &[seq(&[4, 5, 6]), int(2), int(3)]), "<<5, 6>>");
    assert_eq!(call("SubSeq", &[seq(&[4, 5, 6]), int(1), int(3)]), "<<4, 5, 6>>");
    assert_eq!(call("SubSeq", &[seq(&[]), int(1), int(0)]), "<<>>");
    assert_eq!(call("SubSeq", &[seq(&[4]), int(9), int(3)]), "<<>>");
}

#[test]
fn can_make_sequences() {
    assert_eq!(call("Append", &[seq(&[]), int(1)]), "<<1>>");
    assert_eq!(call("\\o", &[seq(&[1]), seq(&[2, 3])]), "<<1, 2, 3>>");
    assert_eq!(call("\\o", &[seq(&[]), seq(&[])]), "<<>>");
    assert_eq!(call("SelectSeq", &[seq(&[1, 2, 3, 4]), text("even")]), "<<2, 4>>");
    assert_eq!(call("Seq", &[set(&[1])]), "Seq({1})");
}

#[test]
fn can_take_strings_as_sequences_of_characters() {
    assert_eq!(call("Len", &[text("añb")]), "3");
    assert_eq!(call("\\o", &[text("ab"), text("c")]), "\"abc\"");
    assert_eq!(call("SubSeq", &[text("añb"), int(2), int(3)]), "\"ñb\"");
    assert_eq!(call("SubSeq", &[text("ab"), int(2), int(1)]), "\"\"");
    assert_eq!(call("Tail", &[text("añb")]), "\"ñb\"");
}

#[test]
fn reports_what_has_no_value() {
    assert_eq!(call("Head", &[seq(&[])]), "Head is undefined for the empty sequence");
    assert_eq!(call("Tail", &[seq(&[])]), "Tail is undefined for the empty sequence");
    assert_eq!(call("Tail", &[text("")]), "Tail is undefined for the empty sequence");
    assert_eq!(call("Head", &[text("a")]), "the argument of Head must be a sequence, not the string \"a\"");
    assert_eq!(
        call("SubSeq", &[seq(&[4, 5]), int(0), int(1)]),
        "the second argument of SubSeq is 0, which is no position in the tuple <<4, 5>>"
    );
    assert_eq!(
        call("SubSeq", &[seq(&[4, 5]), int(1), int(3)]),
        "the third argument of SubSeq is 3, which is no position in the tuple <<4, 5>>"
    );
    assert_eq!(
        call("Append", &[set(&[1]), int(1)]),
        "the first argument of Append must be a sequence, not the set {1}"
    );
    assert_eq!(call("\\o", &[text("a"), seq(&[])]), "the right side of \\o must be a string, not the tuple <<>>");
    assert_eq!(
        call("SelectSeq", &[seq(&[1]), text("half")]),
        "the second argument of SelectSeq must be an operator with a boolean value, not the integer 0"
    );
    assert!(call("Seq", &[int(1)]).contains("must be a set"));
}
