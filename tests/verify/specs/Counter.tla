---- MODULE Counter ----
\* Counts to a limit and begins again.
EXTENDS Naturals
CONSTANT Limit
VARIABLE count

TypeOK == count \in 0..Limit
Small == count < 3

Init == count = 0
Increment == count < Limit /\ count' = count + 1
Restart == count = Limit /\ count' = 0
Next == Increment \/ Restart
Spec == Init /\ [][Next]_count /\ WF_count(Next)

Returns == []<>(count = 0)
====
