use super::{apply, apply_at, function, int, record, seq, set, set_of, show, text, tuple, Desk};
use crate::error::ErrorKind;
use crate::value::{LazyKind, LazySet, Value};

fn call(name: &str, arguments: &[Value]) -> String {
    show("TLC", name, arguments)
}

#[test]
fn can_print() {
    let mut desk = Desk::default();
    let value = apply_at(&mut desk, "TLC", "Print", &[text("x is"), seq(&[1])]).expect("Print has a value");
    assert_eq!(value.to_string(), "<<1>>");
    apply_at(&mut desk, "TLC", "PrintT", &[int(3)]).expect("PrintT has a value");
    let equal = apply_at(&mut desk, "TLCExt", "AssertEq", &[int(3), int(4)]).expect("a boolean");
    assert_eq!(equal.to_string(), "FALSE");
    assert_eq!(desk.printed, ["\"x is\"  <<1>>", "3", "\"Assertion failed\"", "3", "4"]);
}

#[test]
fn reports_failed_assertions() {
    assert_eq!(call("Assert", &[Value::Bool(true), text("no")]), "TRUE");
    for failing in [Value::Bool(false), int(1)] {
        let error = apply("TLC", "Assert", &[failing, text("balance is negative")]).expect_err("it fails");
        assert_eq!((error.kind(), error.message()), (ErrorKind::Assertion, "assertion failed: balance is negative"));
    }
}

#[test]
fn can_keep_registers() {
    let mut desk = Desk::default();
    assert!(apply_at(&mut desk, "TLC", "TLCGet", &[int(1)]).is_err());
    let mut show_at = |module: &str, name: &str, arguments: &[Value]| {
        apply_at(&mut desk, module, name, arguments).map_or_else(|error| error.to_string(), |value| value.to_string())
    };
    assert_eq!(show_at("TLCExt", "TLCGetOrDefault", &[int(1), text("none")]), "\"none\"");
    assert_eq!(show_at("TLC", "TLCSet", &[int(1), int(5)]), "TRUE");
    assert_eq!(show_at("TLC", "TLCGet", &[int(1)]), "5");
    assert_eq!(show_at("TLCExt", "TLCGetAndSet", &[int(1), text("+"), int(2), int(0)]), "5");
    assert_eq!(show_at("TLC", "TLCGet", &[int(1)]), "7");
    assert_eq!(show_at("TLCExt", "TLCGetAndSet", &[int(2), text("+"), int(2), int(0)]), "0");
    assert_eq!(show_at("TLC", "TLCGet", &[text("stats")]), "<<>>");
    assert_eq!(show_at("TLC", "TLCSet", &[text("distinct"), int(5)]), "TRUE");
    assert_eq!(show_at("TLC", "TLCGet", &[text("stats")]), "[distinct |-> 5]");
    assert!(show_at("TLC", "TLCGet", &[int(-1)]).contains("a natural number or the name"));
}

#[test]
fn can_make_functions() {
    assert_eq!(call(":>", &[int(3), int(4)]), "(3 :> 4)");
    assert_eq!(call(":>", &[int(1), int(4)]), "<<4>>");
    assert_eq!(call(":>", &[text("a"), int(4)]), "[a |-> 4]");
    let (first, second) = (record(&[("a", int(1))]), record(&[("a", int(2)), ("b", int(3))]));
    assert_eq!(call("@@", &[first, second]), "[a |-> 1, b |-> 3]");
    assert_eq!(call("@@", &[seq(&[7]), function(&[(int(2), int(8))])]), "<<7, 8>>");
    assert_eq!(call("@@", &[seq(&[]), function(&[(int(0), int(8))])]), "(0 :> 8)");
    assert!(call("@@", &[int(1), seq(&[])]).contains("the left side of @@ must be a function"));
    assert!(call("@@", &[seq(&[1]), record(&[("a", int(1))])]).contains("cannot compare"));
}

#[test]
fn can_list_permutations_in_order() {
    assert_eq!(call("Permutations", &[set(&[1, 2])]), "{<<1, 2>>, <<2, 1>>}");
    assert_eq!(call("Permutations", &[set(&[])]), "{<<>>}");
    let all = apply("TLC", "Permutations", &[set(&[3, 5, 7, 9])]).expect("a set");
    let elements: Vec<Value> = all.elements().expect("a set").collect();
    assert_eq!(elements.len(), 24);
    assert!(Value::set(elements).expect("comparable").equals(&all).expect("comparable"));
    let many = Value::interval(1, 11).expect("a small interval");
    assert_eq!(apply("TLC", "Permutations", &[many]).expect_err("too many").kind(), ErrorKind::Limit);
}

#[test]
fn can_sort() {
    assert_eq!(call("SortSeq", &[seq(&[3, 1, 2]), text("<")]), "<<1, 2, 3>>");
    assert_eq!(call("SortSeq", &[seq(&[]), text("<")]), "<<>>");
    let long: Vec<i64> = (0..100).map(|number| number * 37 % 100).collect();
    let sorted: Vec<i64> = (0..100).rev().collect();
    assert_eq!(call("SortSeq", &[seq(&long), text("\\geq")]), seq(&sorted).to_string());
    assert!(call("SortSeq", &[seq(&[1, 2]), text("+")]).contains("an operator with a boolean value"));
}

#[test]
fn can_write_values_as_text() {
    assert_eq!(call("ToString", &[int(1)]), "\"1\"");
    assert_eq!(call("ToString", &[text("a")]), "\"\\\"a\\\"\"");
    assert_eq!(call("ToString", &[set_of(&[seq(&[1, 2])])]), "\"{<<1, 2>>}\"");
}

#[test]
fn can_choose_at_random() {
    let mut desk = Desk::default();
    let base = Value::interval(1, 3).expect("a small interval");
    let sets = [
        base.clone(),
        set(&[4, 9]),
        LazySet::value(LazyKind::Subset(base.clone())),
        LazySet::value(LazyKind::Functions { domain: base.clone(), range: base.clone() }),
        LazySet::value(LazyKind::Product(vec![base.clone(), base.clone()])),
    ];
    for set in sets {
        let mut seen = Vec::new();
        for _ in 0..200 {
            let element = apply_at(&mut desk, "TLC", "RandomElement", std::slice::from_ref(&set)).expect("an element");
            assert!(set.contains(&element).expect("comparable"), "{element} in {set}");
            seen.push(element);
        }
        let different = Value::set(seen).expect("comparable").cardinality().expect("finite");
        assert!(different >= set.cardinality().expect("finite").min(8), "{set}: {different}");
    }
    assert!(call("RandomElement", &[set(&[])]).contains("no element"));
    assert!(call("RandomElement", &[LazySet::value(LazyKind::Naturals)]).contains("infinite"));
}

#[test]
fn can_draw_subsets() {
    let hundred = Value::interval(1, 100).expect("a small interval");
    let drawn = apply("Randomization", "RandomSubset", &[int(10), hundred.clone()]).expect("a set");
    assert_eq!(drawn.cardinality().expect("finite"), 10);
    assert!(drawn.is_subset(&hundred).expect("comparable"));
    assert_eq!(show("Randomization", "RandomSubset", &[int(5), set(&[1, 2])]), "{1, 2}");
    // 3^100 functions cannot be listed.
    let huge = LazySet::value(LazyKind::Functions { domain: hundred.clone(), range: set(&[1, 2, 3]) });
    let drawn = apply("Randomization", "RandomSubset", &[int(7), huge]).expect("a set");
    assert_eq!(drawn.cardinality().expect("finite"), 7);
    let sets = apply("Randomization", "RandomSetOfSubsets", &[int(20), int(30), hundred.clone()]).expect("a set");
    let average: i64 = sets.elements().expect("a set").map(|set| set.cardinality().expect("finite")).sum::<i64>() / 20;
    assert!((15..45).contains(&average), "{average}");
    assert!(show("Randomization", "RandomSetOfSubsets", &[int(5), int(1), set(&[1, 2])]).contains("has only 4 subsets"));
    assert!(show("Randomization", "RandomSetOfSubsets", &[int(1), int(3), set(&[1, 2])]).contains("at most 2"));
    assert!(show("Randomization", "RandomSubset", &[int(-1), set(&[1])]).contains("a natural number"));
}

#[test]
fn can_evaluate_sets_at_once() {
    let lazy = LazySet::value(LazyKind::Subset(set(&[1])));
    assert_eq!(call("TLCEval", &[lazy]), "{{}, {1}}");
    assert_eq!(call("TLCEval", &[LazySet::value(LazyKind::Naturals)]), "Nat");
    assert_eq!(call("Any", &[]), "Any");
}

#[test]
fn can_tell_the_time() {
    let time = apply("TLC", "JavaTime", &[]).expect("a number").as_int("time").expect("a number");
    assert!((0..=0x7FFF_FFFF).contains(&time));
}

#[test]
fn can_do_what_is_special_to_tlc() {
    assert_eq!(show("TLCExt", "TLCModelValue", &[text("m1")]), "m1");
    assert_eq!(show("TLCExt", "TLCNoOp", &[int(2)]), "2");
    assert_eq!(show("TLCExt", "TLCCache", &[int(2), seq(&[])]), "2");
    assert_eq!(show("TLCExt", "TLCDefer", &[int(2)]), "TRUE");
    assert_eq!(show("TLCExt", "PickSuccessor", &[Value::Bool(true)]), "TRUE");
    assert!(show("TLCExt", "PickSuccessor", &[Value::Bool(false)]).contains("ask a person"));
    assert!(show("TLCExt", "TLCEvalDefinition", &[text("Init")]).contains("not available"));
    let counterexample = record(&[("state", set_of(&[tuple(&[int(1), record(&[("x", int(7))])])]))]);
    assert_eq!(show("TLCExt", "ToTrace", &[counterexample]), "<<[x |-> 7]>>");
    let fingerprint = apply("TLCExt", "TLCFP", &[int(1)]).expect("a number").as_int("it").expect("a number");
    assert!(i32::try_from(fingerprint).is_ok());
}
