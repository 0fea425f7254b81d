---- MODULE TestRelation ----
EXTENDS Relation

S == 1 .. 3
Less == [x, y \in S |-> x < y]
Next == [x, y \in S |-> y = x + 1]
Same == [x, y \in S |-> x = y]
All == [x, y \in S |-> TRUE]

ASSUME IsReflexive(Same, S) /\ ~IsReflexive(Less, S)
ASSUME IsIrreflexive(Less, S) /\ ~IsIrreflexive(Same, S)
ASSUME IsSymmetric(All, S) /\ ~IsSymmetric(Less, S)
ASSUME IsAntiSymmetric(Less, S) /\ ~IsAntiSymmetric(All, S)
ASSUME IsAsymmetric(Less, S) /\ ~IsAsymmetric(Same, S)
ASSUME IsTransitive(Less, S) /\ ~IsTransitive(Next, S)
ASSUME TransitiveClosure(Next, S) = Less
ASSUME ReflexiveTransitiveClosure(Next, S) = [x, y \in S |-> x <= y]
ASSUME IsConnected(All, S) /\ ~IsConnected(Less, S)
====
