--------------------------- MODULE TransactionCommit ---------------------------
(***************************************************************************)
(* Transaction commit, as databases promise it: everybody commits or       *)
(* everybody aborts. TwoPhaseCommit.tla is one way to have it; that it is  *)
(* one is checked there as the property RefinesTransactionCommit.          *)
(* After Gray and Lamport, "Consensus on Transaction Commit", 2006.        *)
(***************************************************************************)
CONSTANT Participants

VARIABLE progress   \* of each: "working", "prepared", "committed" or "aborted"

Init == progress = [p \in Participants |-> "working"]

Prepare(p) ==
    /\ progress[p] = "working"
    /\ progress' = [progress EXCEPT ![p] = "prepared"]

(* From here on nobody can abort. *)
Commit(p) ==
    /\ progress[p] = "prepared"
    /\ \A q \in Participants : progress[q] \in {"prepared", "committed"}
    /\ progress' = [progress EXCEPT ![p] = "committed"]

(* From here on nobody can commit. *)
Abort(p) ==
    /\ progress[p] \in {"working", "prepared"}
    /\ \A q \in Participants : progress[q] # "committed"
    /\ progress' = [progress EXCEPT ![p] = "aborted"]

Next == \E p \in Participants : Prepare(p) \/ Commit(p) \/ Abort(p)

Spec == Init /\ [][Next]_progress
===============================================================================
