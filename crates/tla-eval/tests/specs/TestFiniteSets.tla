---- MODULE TestFiniteSets ----
EXTENDS FiniteSets, Naturals

ASSUME IsFiniteSet({}) /\ IsFiniteSet(1 .. 10) /\ IsFiniteSet(SUBSET {1, 2})
ASSUME ~IsFiniteSet(Nat) /\ ~IsFiniteSet(SUBSET Nat) /\ ~IsFiniteSet([{1} -> Nat])
ASSUME Cardinality({}) = 0 /\ Cardinality({1, 1, 2}) = 2 /\ Cardinality({{}}) = 1
ASSUME Cardinality(3 .. 7) = 5 /\ Cardinality(SUBSET (1 .. 10)) = 1024
ASSUME Cardinality([{1, 2} -> {1, 2, 3}]) = 9 /\ Cardinality({1, 2} \X {1, 2, 3}) = 6
ASSUME Cardinality([a : {1, 2}, b : BOOLEAN]) = 4
ASSUME Cardinality({x \in 1 .. 10 : x % 3 = 0}) = 3
====
