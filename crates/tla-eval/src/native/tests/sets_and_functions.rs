use super::{function, int, record, seq, set, set_of, show, text};
use crate::value::{LazyKind, LazySet, Value};

#[test]
fn can_count_sets() {
    assert_eq!(show("FiniteSets", "Cardinality", &[set(&[1, 4])]), "2");
    assert_eq!(show("FiniteSets", "Cardinality", &[LazySet::value(LazyKind::Subset(set(&[1, 4, 6])))]), "8");
    let naturals = LazySet::value(LazyKind::Naturals);
    assert_eq!(show("FiniteSets", "IsFiniteSet", &[set(&[])]), "TRUE");
    assert_eq!(show("FiniteSets", "IsFiniteSet", std::slice::from_ref(&naturals)), "FALSE");
    assert!(show("FiniteSets", "Cardinality", &[naturals]).contains("infinite"));
    assert!(show("FiniteSets", "Cardinality", &[int(1)]).contains("must be a set"));
}

fn ext(name: &str, arguments: &[Value]) -> String {
    show("FiniteSetsExt", name, arguments)
}

#[test]
fn can_fold_sets() {
    assert_eq!(ext("FoldSet", &[text("+"), int(0), set(&[1, 2, 3])]), "6");
    // TLC's order: the smallest element first, the accumulated value on the right.
    assert_eq!(ext("FoldSet", &[text("pair"), int(0), set(&[1, 2])]), "<<2, <<1, 0>>>>");
    assert_eq!(ext("ReduceSet", &[text("+"), set(&[1, 2, 3]), int(10)]), "16");
    assert_eq!(ext("SumSet", &[set(&[1, 2, 3])]), "6");
    assert_eq!(ext("SumSet", &[set(&[])]), "0");
    assert_eq!(ext("ProductSet", &[set(&[2, 3, 4])]), "24");
    assert_eq!(ext("MapThenSumSet", &[text("half"), set(&[2, 3, 4])]), "4");
    let folded =
        |choose| show("Folds", "MapThenFoldSet", &[text("pair"), int(0), text("half"), text(choose), set(&[2, 8])]);
    assert_eq!(folded("first"), "<<1, <<4, 0>>>>");
    assert_eq!(folded("last"), "<<4, <<1, 0>>>>");
}

#[test]
fn can_pick_from_sets() {
    assert_eq!(ext("Quantify", &[set(&[1, 2, 4]), text("even")]), "2");
    assert_eq!(ext("kSubset", &[int(2), set(&[1, 2, 3])]), "{{1, 2}, {1, 3}, {2, 3}}");
    assert_eq!(ext("kSubset", &[int(0), set(&[1])]), "{{}}");
    assert_eq!(ext("kSubset", &[int(2), set(&[1])]), "{}");
    assert_eq!(ext("kSubset", &[int(-1), set(&[1])]), "{}");
    assert_eq!(ext("Max", &[set(&[3, 1, 2])]), "3");
    assert_eq!(ext("Min", &[set(&[3, 1, 2])]), "1");
    assert_eq!(ext("ChooseUnique", &[set(&[1, 2, 3]), text("even")]), "2");
}

#[test]
fn reports_sets_that_do_not_fit() {
    assert_eq!(ext("Max", &[set(&[])]), "the argument of Max must be a set that is not empty, not the set {}");
    assert!(ext("Max", &[set_of(&[text("a")])]).contains("must be an integer"));
    assert!(ext("ChooseUnique", &[set(&[2, 4]), text("even")]).contains("more than one element: 2 and 4"));
    assert!(ext("ChooseUnique", &[set(&[1]), text("even")]).contains("no element"));
    let many = Value::interval(1, 60).expect("a small interval");
    assert!(ext("kSubset", &[int(30), many]).contains("more than the"));
    assert!(ext("SumSet", &[set(&[i64::MAX, 1])]).contains("does not fit"));
    let stuck = [text("pair"), int(0), text("same"), text("same"), set_of(&[set(&[1, 2])])];
    assert!(show("Folds", "MapThenFoldSet", &stuck).contains("an operator that picks an element"));
}

fn of_function(name: &str, arguments: &[Value]) -> String {
    show("Functions", name, arguments)
}

#[test]
fn can_restrict_functions() {
    let squares = function(&[(int(2), int(4)), (int(3), int(9)), (int(4), int(16))]);
    assert_eq!(of_function("Restrict", &[squares.clone(), set(&[2, 4])]), "(2 :> 4 @@ 4 :> 16)");
    assert_eq!(of_function("RestrictDomain", &[squares.clone(), text("even")]), "(2 :> 4 @@ 4 :> 16)");
    assert_eq!(of_function("RestrictValues", &[squares.clone(), text("even")]), "(2 :> 4 @@ 4 :> 16)");
    assert!(of_function("Restrict", &[squares, set(&[7])]).contains("not in its domain"));
    assert_eq!(of_function("Restrict", &[record(&[("a", int(1)), ("b", int(2))]), set_of(&[text("b")])]), "[b |-> 2]");
    assert_eq!(of_function("Restrict", &[seq(&[5, 6, 7]), set(&[1, 2])]), "<<5, 6>>");
}

#[test]
fn can_tell_ranges_and_injections() {
    assert_eq!(of_function("Range", &[seq(&[5, 1, 5])]), "{1, 5}");
    assert_eq!(of_function("IsInjective", &[seq(&[5, 1, 5])]), "FALSE");
    assert_eq!(of_function("IsInjective", &[seq(&[5, 1])]), "TRUE");
    assert_eq!(of_function("IsInjective", &[seq(&[])]), "TRUE");
    assert!(of_function("Range", &[set(&[1])]).contains("must be a function"));
}

#[test]
fn can_fold_functions() {
    assert_eq!(of_function("FoldFunction", &[text("+"), int(0), seq(&[5, 1, 5])]), "11");
    assert_eq!(of_function("FoldFunction", &[text("snoc"), seq(&[]), seq(&[5, 1])]), "<<5, 1>>");
    assert_eq!(of_function("FoldFunctionOnSet", &[text("+"), int(0), seq(&[5, 1, 7]), set(&[1, 3])]), "12");
    assert_eq!(of_function("SumFunction", &[seq(&[5, 1, 5])]), "11");
    assert_eq!(of_function("SumFunctionOnSet", &[seq(&[5, 1, 7]), set(&[1, 3])]), "12");
    assert!(of_function("SumFunction", &[Value::tuple(vec![text("a")])]).contains("must be an integer"));
}
