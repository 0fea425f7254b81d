---- MODULE TestTLCExt ----
EXTENDS TLCExt, TLC, Naturals, Sequences

(* Known to the explorer only, at the end of a check and in states. *)
Afterwards == <<CounterExample, Trace>>

ASSUME AssertEq(1, 1) /\ ~AssertEq(1, 2)
ASSUME AssertError("assertion failed: no", Assert(FALSE, "no"))
ASSUME ~AssertError("assertion failed: no", TRUE) /\ ~AssertError("other", Assert(FALSE, "no"))
ASSUME AssertError("TLCEvalDefinition is not available: write the name of the definition instead",
                   TLCEvalDefinition("Init"))
ASSUME TLCGetOrDefault(91, "none") = "none"
ASSUME TLCSet(91, 1) /\ TLCGetOrDefault(91, "none") = 1
ASSUME TLCGetAndSet(92, LAMBDA old, new : old + new, 5, 10) = 10 /\ TLCGet(92) = 15
ASSUME TLCModelValue("someone") = TLCModelValue("someone")
ASSUME TLCModelValue("someone") # TLCModelValue("somebody")
ASSUME TLCDefer(TRUE)
ASSUME TLCNoOp(<<1>>) = <<1>>
ASSUME PickSuccessor(TRUE)
ASSUME TLCCache(3, <<>>) = 3
ASSUME TLCFP(1) = TLCFP(2 - 1)
ASSUME ToTrace([state |-> {<<1, [x |-> 7]>>, <<2, [x |-> 8]>>}, action |-> {}])
         = <<[x |-> 7], [x |-> 8]>>
====
