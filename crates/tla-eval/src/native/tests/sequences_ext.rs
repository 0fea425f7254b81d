use super::{int, seq, set, set_of, show, text, tuple};
use crate::value::Value;

fn ext(name: &str, arguments: &[Value]) -> String {
    show("SequencesExt", name, arguments)
}

#[test]
fn can_change_between_sequences_and_sets() {
    assert_eq!(ext("ToSet", &[seq(&[2, 1, 2])]), "{1, 2}");
    assert_eq!(ext("ToBag", &[seq(&[2, 1, 2])]), "<<1, 2>>");
    assert_eq!(ext("SetToSeq", &[set(&[3, 1])]), "<<1, 3>>");
    assert_eq!(ext("SetToSeqs", &[set(&[3, 1])]), "{<<1, 3>>, <<3, 1>>}");
    assert_eq!(ext("SetToSeqs", &[set(&[])]), "{<<>>}");
    assert_eq!(ext("SetToSortSeq", &[set(&[3, 1, 2]), text(">")]), "<<3, 2, 1>>");
}

#[test]
fn can_find_elements() {
    assert_eq!(ext("Contains", &[seq(&[2, 1]), int(1)]), "TRUE");
    assert_eq!(ext("Contains", &[seq(&[]), int(1)]), "FALSE");
    assert_eq!(ext("SelectInSeq", &[seq(&[1, 2, 4]), text("even")]), "2");
    assert_eq!(ext("SelectLastInSeq", &[seq(&[1, 2, 4]), text("even")]), "3");
    assert_eq!(ext("SelectInSeq", &[seq(&[1]), text("even")]), "0");
    assert_eq!(ext("Last", &[seq(&[1, 2])]), "2");
    assert!(ext("Last", &[seq(&[])]).contains("empty sequence"));
}

#[test]
fn can_change_sequences() {
    assert_eq!(ext("Reverse", &[seq(&[1, 2, 3])]), "<<3, 2, 1>>");
    assert_eq!(ext("Remove", &[seq(&[1, 2, 1]), int(1)]), "<<2>>");
    assert_eq!(ext("ReplaceAll", &[seq(&[1, 2, 1]), int(1), int(9)]), "<<9, 2, 9>>");
    assert_eq!(ext("InsertAt", &[seq(&[1, 2]), int(2), int(9)]), "<<1, 9, 2>>");
    assert_eq!(ext("InsertAt", &[seq(&[1, 2]), int(3), int(9)]), "<<1, 2, 9>>");
    assert_eq!(ext("RemoveAt", &[seq(&[1, 2]), int(1)]), "<<2>>");
    assert_eq!(ext("Cons", &[int(0), seq(&[1])]), "<<0, 1>>");
    assert_eq!(ext("Snoc", &[int(0), seq(&[1])]), "<<1, 0>>");
    assert_eq!(ext("Front", &[seq(&[1, 2])]), "<<1>>");
    assert_eq!(ext("Front", &[seq(&[])]), "<<>>");
}

#[test]
fn reports_positions_outside() {
    assert_eq!(
        ext("RemoveAt", &[seq(&[1, 2]), int(3)]),
        "the second argument of RemoveAt must be a position from 1 to 2, not the integer 3"
    );
    assert!(ext("InsertAt", &[seq(&[1, 2]), int(0), int(9)]).contains("a position from 1 to 3"));
    assert!(ext("RemoveAt", &[seq(&[]), int(1)]).contains("a position from 1 to 0"));
}

#[test]
fn can_compare_prefixes_and_suffixes() {
    let asks = |name, a: &[i64], b: &[i64]| ext(name, &[seq(a), seq(b)]);
    assert_eq!(asks("IsPrefix", &[1], &[1, 2]), "TRUE");
    assert_eq!(asks("IsPrefix", &[1, 2], &[1, 2]), "TRUE");
    assert_eq!(asks("IsPrefix", &[2], &[1, 2]), "FALSE");
    assert_eq!(asks("IsPrefix", &[1, 2, 3], &[1, 2]), "FALSE");
    assert_eq!(asks("IsStrictPrefix", &[1, 2], &[1, 2]), "FALSE");
    assert_eq!(asks("IsStrictPrefix", &[], &[1, 2]), "TRUE");
    assert_eq!(asks("IsSuffix", &[2], &[1, 2]), "TRUE");
    assert_eq!(asks("IsSuffix", &[1], &[1, 2]), "FALSE");
    assert_eq!(asks("IsStrictSuffix", &[1, 2], &[1, 2]), "FALSE");
    assert_eq!(asks("IsStrictSuffix", &[2], &[1, 2]), "TRUE");
    let several = set_of(&[seq(&[1, 2, 3]), seq(&[1, 2]), seq(&[1, 2, 4])]);
    assert_eq!(ext("LongestCommonPrefix", &[several]), "<<1, 2>>");
    assert!(ext("LongestCommonPrefix", &[set(&[])]).contains("not empty"));
}

#[test]
fn can_fold_from_both_ends() {
    let pair = text("pair");
    assert_eq!(ext("FoldLeft", &[pair.clone(), int(0), seq(&[3, 1])]), "<<<<0, 3>>, 1>>");
    assert_eq!(ext("FoldRight", &[pair.clone(), seq(&[3, 1]), int(0)]), "<<3, <<1, 0>>>>");
    assert_eq!(ext("FoldSeq", &[text("+"), int(0), seq(&[3, 1])]), "4");
    assert_eq!(ext("FoldLeftDomain", &[pair.clone(), int(0), seq(&[7, 8])]), "<<<<0, 1>>, 2>>");
    assert_eq!(ext("FoldRightDomain", &[pair, seq(&[7, 8]), int(0)]), "<<1, <<2, 0>>>>");
    assert_eq!(ext("FoldLeft", &[text("+"), int(5), seq(&[])]), "5");
}

#[test]
fn can_join_sequences() {
    assert_eq!(ext("FlattenSeq", &[tuple(&[seq(&[1, 2]), seq(&[]), seq(&[1])])]), "<<1, 2, 1>>");
    assert_eq!(ext("FlattenSeq", &[tuple(&[text("a"), text("b")])]), "\"ab\"");
    assert_eq!(ext("FlattenSeq", &[seq(&[])]), "<<>>");
    assert!(ext("FlattenSeq", &[seq(&[1])]).contains("must be a sequence"));
    assert_eq!(ext("Zip", &[seq(&[1, 2, 3]), seq(&[4, 5])]), "<<<<1, 4>>, <<2, 5>>>>");
}

#[test]
fn can_replace_parts() {
    let all = |r: &[i64], s: &[i64], t: &[i64]| ext("ReplaceAllSubSeqs", &[seq(r), seq(s), seq(t)]);
    assert_eq!(all(&[], &[], &[]), "<<>>");
    assert_eq!(all(&[4], &[], &[]), "<<4>>");
    assert_eq!(all(&[2], &[3], &[1, 3]), "<<1, 2>>");
    assert_eq!(all(&[2, 2], &[1, 1], &[1, 1, 1]), "<<2, 2, 1>>");
    assert_eq!(all(&[9], &[], &[1, 2]), "<<9, 1, 9, 2>>");
    assert_eq!(all(&[9], &[7], &[1, 2]), "<<1, 2>>");
    assert_eq!(all(&[9], &[1, 2], &[1, 2, 1, 2]), "<<9, 9>>");
    let first = |r: &[i64], s: &[i64], t: &[i64]| ext("ReplaceFirstSubSeq", &[seq(r), seq(s), seq(t)]);
    assert_eq!(first(&[9], &[1], &[3, 1, 1]), "<<3, 9, 1>>");
    assert_eq!(first(&[9], &[7], &[3, 1]), "<<3, 1>>");
    assert_eq!(ext("ReplaceFirstSubSeq", &[text("x"), text("%a%"), text("<%a%>%a%")]), "\"<x>%a%\"");
    assert_eq!(ext("ReplaceAllSubSeqs", &[text("x"), text("b"), text("abcb")]), "\"axcx\"");
}
