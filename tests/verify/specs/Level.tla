---- MODULE Level ----
\* Endless, but for the constraint.
EXTENDS Naturals, TLC
VARIABLE x
Init == x = 0
Next == x' = x + 1
Near == TLCGet("level") < 5
Deep == TLCGet("level") = 5 /\ TLCGet("distinct") = 5
====
