---- MODULE Profiled ----
\* One expression takes nearly all the time, in an action that finds nothing new.
EXTENDS Naturals, FiniteSets

CONSTANT Limit
VARIABLES count, colour

Init == count = 0 /\ colour = "red"

Costly(n) == Cardinality({s \in SUBSET (0 .. 9) : (Cardinality(s) + n) % 7 = 3})

Count == count < Limit /\ count' = count + 1 /\ UNCHANGED colour
Paint == colour' \in {"red", "green"} /\ UNCHANGED count
Look == /\ Costly(count) > 1000000
        /\ UNCHANGED <<count, colour>>
Glance == /\ Costly(count + 1) >= 0
          /\ UNCHANGED <<count, colour>>

Next == Count \/ Paint \/ Look \/ Glance

TypeOK == count \in 0 .. Limit /\ colour \in {"red", "green"}
Near == count <= Limit
====
