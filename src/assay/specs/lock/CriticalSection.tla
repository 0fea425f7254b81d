---------------------------- MODULE CriticalSection ----------------------------
(***************************************************************************)
(* The critical section, as textbooks define it: at most one process is    *)
(* inside. Lock.tla is one way to have it; that it is one is checked there *)
(* as the property RefinesCriticalSection.                                 *)
(***************************************************************************)
CONSTANT Processes

VARIABLE stage      \* of each process: "outside", "waiting" or "inside"

Init == stage = [p \in Processes |-> "outside"]

Move(p, from, to) == stage[p] = from /\ stage' = [stage EXCEPT ![p] = to]

Ask(p) == Move(p, "outside", "waiting")

Enter(p) ==
    /\ \A q \in Processes : stage[q] # "inside"
    /\ Move(p, "waiting", "inside")

Leave(p) == Move(p, "inside", "outside")

(* It crashed while it waited. *)
Withdraw(p) == Move(p, "waiting", "outside")

Next == \E p \in Processes : Ask(p) \/ Enter(p) \/ Leave(p) \/ Withdraw(p)

Spec == Init /\ [][Next]_stage
===============================================================================
