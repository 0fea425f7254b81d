use super::units;

#[test]
fn can_read_theorems_without_proofs() {
    assert_eq!(
        units("THEOREM T == Spec => []Inv\nLEMMA []Inv\nCOROLLARY ASSUME NEW x \\in S, P(x) PROVE Q(x)\nA == 1"),
        ["theorem T (Implies Spec (Always Inv))", "theorem _ (Always Inv)", "theorem _ -", "A == 1"]
    );
}

#[test]
fn can_skip_short_proofs() {
    let body = "
THEOREM A OBVIOUS
THEOREM B PROOF OMITTED
THEOREM C BY A, B DEF +, D
THEOREM D
  PROOF BY ONLY A, MODULE M, 1 + 1 = 2 DEF D, I!E
E == 1";
    assert_eq!(units(body), ["theorem _ A", "theorem _ B", "theorem _ C", "theorem _ D", "E == 1"]);
}

#[test]
fn can_skip_structured_proofs() {
    let body = "
THEOREM T == Spec => []Inv
<1>1. Init => Inv
  BY DEF Init, Inv
<1> DEFINE P(x) == x > 0
           Q == P(1)
<1>2. ASSUME NEW CONSTANT y \\in S, NEW VARIABLE v, NEW Op(_), ASSUME P(y) PROVE Q, l:: y = 1
      PROVE  /\\ P(y)
             /\\ Q
  PROOF
  <2>1. CASE y = 1
    <3>1. QED OBVIOUS
  <2>a. SUFFICES ASSUME P(1) PROVE Q
    OBVIOUS
  <2> TAKE z \\in S
  <2> HAVE y = 1
  <2> WITNESS 1 \\in S, 2
  <2> USE <1>1 DEF P
  <2> HIDE DEF P
  <2>b. PICK w \\in S : P(w) BY <2>1
  <2>c. PICK v, w : P(w) BY <2>1
  <2> R == 1
  <2> INSTANCE N
  <2>* 1 = 2
  <2>q. QED BY <2>1, <2>a
<1> QED
  BY <1>1, <1>2, PTL
Next == 1
THEOREM U == TRUE
PROOF
<*>1. QED
V == 2";
    assert_eq!(units(body), ["theorem T (Implies Spec (Always Inv))", "Next == 1", "theorem U true", "V == 2",]);
}

#[test]
fn can_skip_a_proof_it_cannot_read() {
    let body = "
THEOREM T == TRUE
<1>1. NONSENSE == == [ <<
<1>2. QED BY ) ( DEF
  B == 1
A == 1";
    assert_eq!(units(body), ["theorem T true", "A == 1"]);
}
