------------------------------ MODULE Toolbox -------------------------------
(***************************************************************************)
(* What the TLA+ Toolbox adds to models that explore a trace.              *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE FiniteSets
LOCAL INSTANCE TLC

(* The trace explored: a model replaces this definition with its own. *)
_TETrace == CHOOSE f \in [Nat \ {0} -> STRING] : TRUE

LOCAL _TETraceLength == Cardinality(DOMAIN _TETrace)

(* The position in the trace, from 1 to its length. *)
_TEPosition ==
  LET level == TLCGet("level")
  IN  IF level \geq _TETraceLength THEN _TETraceLength
      ELSE IF level = 0 THEN 1 ELSE level
=============================================================================
