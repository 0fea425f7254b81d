---- MODULE Counters ----
\* As many states as one likes: each of four counters goes round by itself.
EXTENDS Naturals
CONSTANT Size
VARIABLES a, b, c, d
Init == a = 0 /\ b = 0 /\ c = 0 /\ d = 0
Round(n) == (n + 1) % Size
Next ==
    \/ a' = Round(a) /\ UNCHANGED <<b, c, d>>
    \/ b' = Round(b) /\ UNCHANGED <<a, c, d>>
    \/ c' = Round(c) /\ UNCHANGED <<a, b, d>>
    \/ d' = Round(d) /\ UNCHANGED <<a, b, c>>
Within == a < Size /\ b < Size /\ c < Size /\ d < Size
====
