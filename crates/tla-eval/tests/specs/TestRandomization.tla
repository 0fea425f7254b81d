---- MODULE TestRandomization ----
EXTENDS Randomization, Naturals, FiniteSets

ASSUME RandomSubset(2, 1 .. 5) \subseteq 1 .. 5 /\ Cardinality(RandomSubset(2, 1 .. 5)) = 2
ASSUME RandomSubset(0, {1}) = {}
ASSUME LET T == RandomSubset(3, [1 .. 50 -> 1 .. 9]) IN Cardinality(T) = 3
ASSUME LET T == RandomSetOfSubsets(10, 2, 1 .. 5)
       IN  T \subseteq SUBSET (1 .. 5) /\ Cardinality(T) <= 10
ASSUME LET sizes == TestRandomSetOfSubsets(10, 2, 1 .. 5)
       IN  DOMAIN sizes = 1 .. 5 /\ \A i \in 1 .. 5 : sizes[i] \in 1 .. 10
====
