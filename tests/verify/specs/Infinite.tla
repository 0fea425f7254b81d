---- MODULE Infinite ----
EXTENDS Naturals
VARIABLE x
Init == x \in Nat
Next == UNCHANGED x
====
