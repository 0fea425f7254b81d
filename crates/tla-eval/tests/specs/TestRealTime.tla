---- MODULE TestRealTime ----
EXTENDS RealTime
(* Temporal formulas have no value in a state; their names and levels are what is checked here. *)
VARIABLE x
Spec == RTnow(x) /\ RTBound(x' = x + 1, x, 1, 2)
ASSUME TRUE
====
