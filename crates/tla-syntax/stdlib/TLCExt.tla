------------------------------- MODULE TLCExt -------------------------------
(***************************************************************************)
(* More operators that talk to the model checker.                          *)
(***************************************************************************)
LOCAL INSTANCE TLC
LOCAL INSTANCE Integers

(* a = b, and where that is false both are printed. *)
AssertEq(a, b) ==
  IF a = b THEN TRUE
  ELSE PrintT("Assertion failed") /\ PrintT(a) /\ PrintT(b) /\ FALSE

(* TRUE if evaluating exp fails with the message err. *)
AssertError(err, exp) == CHOOSE b \in BOOLEAN : TRUE

(* The register key, or defaultVal where it was never set. *)
TLCGetOrDefault(key, defaultVal) == CHOOSE v : TRUE

(* Sets the register key to Op(its value, val); the value is the old one. *)
TLCGetAndSet(key, Op(_, _), val, defaultVal) ==
  LET old == TLCGetOrDefault(key, defaultVal)
  IN  IF TLCSet(key, Op(old, val)) THEN old ELSE old

(* The states from an initial state to this one, each a record of variables. *)
Trace == CHOOSE s : TRUE

(* In a POSTCONDITION: the states and actions of the counterexample found. *)
CounterExample == CHOOSE r : TRUE

(* The states of a counterexample as a sequence of records. *)
ToTrace(CE) == CHOOSE s : TRUE

(* The model value with this name. *)
TLCModelValue(str) == CHOOSE v : ToString(v) = str

(* TRUE; expression is evaluated later, for states that are kept. *)
TLCDefer(expression) == TRUE

TLCNoOp(val) == val

(* exp, or what a person decides where it is FALSE. *)
PickSuccessor(exp) == IF exp THEN TRUE ELSE CHOOSE b \in BOOLEAN : TRUE

(* expression; a checker may keep its value while closure does not change. *)
TLCCache(expression, closure) == expression

(* The lower 32 bits of the fingerprint of var. *)
TLCFP(var) == CHOOSE n \in Int : TRUE

(* The value of the definition with this name. *)
TLCEvalDefinition(definitionName) == CHOOSE v : TRUE
=============================================================================
