---- MODULE Turns ----
\* Two processes take turns; a property about each kind of mistake, but none about how far `count` goes.
EXTENDS Naturals
VARIABLES turn, count
vars == <<turn, count>>
Init == turn = 0 /\ count = 0
Take ==
    /\ turn \in {0, 1}
    /\ turn' = 1 - turn
    /\ count' = IF count < 3 THEN count + 1 ELSE 0
Rest ==
    /\ count > 2
    /\ UNCHANGED vars
Next == Take \/ Rest
Spec == Init /\ [][Next]_vars
TurnsFit == turn = count % 2
====
