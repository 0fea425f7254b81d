---- MODULE LoopsCounted ----
EXTENDS Naturals
VARIABLE count

Init == count = 0
Up == count < 1 /\ count' = count + 1
Down == count > 0 /\ count' = count - 1
Next == Up \/ Down
Spec == Init /\ [][Next]_count
====
