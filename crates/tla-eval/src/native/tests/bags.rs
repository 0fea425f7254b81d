use super::{bag, int, seq, set, set_of, show, text, tuple};
use crate::value::Value;

fn call(name: &str, arguments: &[Value]) -> String {
    show("Bags", name, arguments)
}

#[test]
fn can_tell_bags() {
    assert_eq!(call("IsABag", &[bag(&[("a", 2)])]), "TRUE");
    assert_eq!(call("IsABag", &[bag(&[])]), "TRUE");
    assert_eq!(call("IsABag", &[bag(&[("a", 0)])]), "FALSE");
    assert_eq!(call("IsABag", &[int(1)]), "FALSE");
    assert_eq!(call("EmptyBag", &[]), "<<>>");
    assert_eq!(call("BagIn", &[text("a"), bag(&[("a", 2)])]), "TRUE");
    assert_eq!(call("BagIn", &[text("b"), bag(&[("a", 2)])]), "FALSE");
    assert_eq!(call("CopiesIn", &[text("a"), bag(&[("a", 2)])]), "2");
    assert_eq!(call("CopiesIn", &[text("b"), bag(&[("a", 2)])]), "0");
    assert_eq!(call("BagCardinality", &[bag(&[("a", 2), ("b", 3)])]), "5");
}

#[test]
fn can_change_between_bags_and_sets() {
    assert_eq!(call("SetToBag", &[set(&[1, 2])]), "<<1, 1>>");
    assert_eq!(call("SetToBag", &[set_of(&[text("a")])]), "[a |-> 1]");
    assert_eq!(call("BagToSet", &[bag(&[("a", 2), ("b", 1)])]), "{\"a\", \"b\"}");
}

#[test]
fn can_add_and_subtract() {
    let (first, second) = (bag(&[("a", 2), ("b", 1)]), bag(&[("b", 3), ("c", 1)]));
    assert_eq!(call("\\oplus", &[first.clone(), second.clone()]), "[a |-> 2, b |-> 4, c |-> 1]");
    assert_eq!(call("\\ominus", &[first.clone(), second.clone()]), "[a |-> 2]");
    assert_eq!(call("\\ominus", &[first.clone(), first.clone()]), "<<>>");
    assert_eq!(call("BagUnion", &[set_of(&[first.clone(), second])]), "[a |-> 2, b |-> 4, c |-> 1]");
    assert_eq!(call("BagUnion", &[set(&[])]), "<<>>");
    assert_eq!(call("BagUnion", &[set_of(&[first.clone(), first])]), "[a |-> 2, b |-> 1]");
}

#[test]
fn can_compare_bags() {
    let within = |a, b| call("\\sqsubseteq", &[bag(a), bag(b)]);
    assert_eq!(within(&[("a", 1)], &[("a", 2), ("b", 1)]), "TRUE");
    assert_eq!(within(&[("a", 3)], &[("a", 2), ("b", 1)]), "FALSE");
    assert_eq!(within(&[("c", 1)], &[("a", 2)]), "FALSE");
    assert_eq!(within(&[], &[]), "TRUE");
}

#[test]
fn can_list_parts_and_map_elements() {
    assert_eq!(call("SubBag", &[bag(&[("a", 2)])]), "{<<>>, [a |-> 1], [a |-> 2]}");
    assert_eq!(call("SubBag", &[bag(&[])]), "{<<>>}");
    assert_eq!(call("BagOfAll", &[text("half"), seq(&[5, 1, 2])]), "(0 :> 5 @@ 1 :> 3)");
}

#[test]
fn reports_what_is_no_bag() {
    assert_eq!(
        call("\\oplus", &[bag(&[("a", 0)]), bag(&[])]),
        "the left side of \\oplus must be a bag, not the record [a |-> 0]"
    );
    assert!(call("BagCardinality", &[int(3)]).contains("must be a bag"));
    assert!(call("BagUnion", &[set(&[7])]).contains("must be a bag, not the integer 7"));
    assert!(call("SubBag", &[bag(&[("a", i64::MAX)])]).contains("more than"));
    assert!(call("BagCardinality", &[bag(&[("a", i64::MAX), ("b", 1)])]).contains("does not fit"));
}

#[test]
fn can_change_bags_by_one_copy() {
    let ext = |name, arguments: &[Value]| show("BagsExt", name, arguments);
    let start = bag(&[("a", 2), ("b", 1)]);
    assert_eq!(ext("BagAdd", &[start.clone(), text("a")]), "[a |-> 3, b |-> 1]");
    assert_eq!(ext("BagAdd", &[start.clone(), text("c")]), "[a |-> 2, b |-> 1, c |-> 1]");
    assert_eq!(ext("BagRemove", &[start.clone(), text("a")]), "[a |-> 1, b |-> 1]");
    assert_eq!(ext("BagRemove", &[start.clone(), text("b")]), "[a |-> 2]");
    assert_eq!(ext("BagRemove", &[start.clone(), text("c")]), "[a |-> 2, b |-> 1]");
    assert_eq!(ext("BagRemoveAll", &[start, text("a")]), "[b |-> 1]");
    assert_eq!(ext("SumBag", &[seq(&[2, 3])]), "8");
    assert_eq!(ext("ProductBag", &[seq(&[2, 3])]), "8");
    assert_eq!(ext("SumBag", &[tuple(&[])]), "0");
}
