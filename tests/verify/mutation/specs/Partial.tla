---- MODULE Partial ----
\* Past the end of the function there is nothing to evaluate.
EXTENDS Naturals
VARIABLE place
Length == [n \in 1 .. 3 |-> n]
Init == place = 1
Next == place < 3 /\ Length[place] = place /\ place' = place + 1
Spec == Init /\ [][Next]_place
====
