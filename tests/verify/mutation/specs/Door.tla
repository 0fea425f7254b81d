---- MODULE Door ----
\* Nothing but its type is claimed of a door, so hardly anything is noticed.
EXTENDS Naturals
VARIABLES open, opened
vars == <<open, opened>>
Init == open = FALSE /\ opened = 0
Open ==
    /\ ~open
    /\ opened < 4
    /\ open' = TRUE
    /\ opened' = opened + 1
Shut == open /\ open' = FALSE /\ UNCHANGED opened
Next == Open \/ Shut
Spec == Init /\ [][Next]_vars /\ WF_vars(Shut)
TypeOK == open \in BOOLEAN /\ opened \in Nat
Closed == open = FALSE
AtMostFour == opened <= 4
====
