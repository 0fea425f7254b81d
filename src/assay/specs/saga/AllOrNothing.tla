------------------------------ MODULE AllOrNothing ------------------------------
(***************************************************************************)
(* What somebody outside sees of a saga: how many of its steps have their  *)
(* effect. It climbs one by one to the top, or turns back before the pivot *)
(* and descends one by one. Saga.tla is one way to have it; that it is one *)
(* is checked there as the property RefinesAllOrNothing.                   *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS Steps, Pivot

VARIABLES
    level,      \* how many steps have their effect
    turned      \* whether it is on its way back

Init == level = 0 /\ turned = FALSE

Climb == ~turned /\ level < Steps /\ level' = level + 1 /\ UNCHANGED turned

(* The first step back may be a refusal, which takes nothing away. *)
Descend == level < Pivot /\ turned' = TRUE /\ level' \in {level, level - 1} /\ level' >= 0

Next == Climb \/ Descend

Spec == Init /\ [][Next]_<<level, turned>>
===============================================================================
