---- MODULE Usual ----
EXTENDS Naturals
CONSTANT Limit
VARIABLE x
TypeOK == x \in 0..Limit
Init == x = 0
Next == x' = (x + 1) % (Limit + 1)
Spec == Init /\ [][Next]_x
====
