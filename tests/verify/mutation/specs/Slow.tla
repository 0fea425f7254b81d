---- MODULE Slow ----
\* Without its guard it evaluates what takes very long.
EXTENDS Naturals
VARIABLE done
Init == done = TRUE
Next == ~done /\ done' = (\A x, y, z \in 1 .. 2000 : x * y * z < 0 \/ x > 0)
Spec == Init /\ [][Next]_done
====
