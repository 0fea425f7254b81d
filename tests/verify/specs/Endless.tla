---- MODULE Endless ----
EXTENDS Naturals
VARIABLE x
Init == x = 0
Next == x' = x + 1 \/ x' = x + 2
Slow == \A a \in 1..100000 : \A b \in 1..100000 : a + b > 0
====
