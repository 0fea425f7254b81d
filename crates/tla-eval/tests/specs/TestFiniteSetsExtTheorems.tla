---- MODULE TestFiniteSetsExtTheorems ----
EXTENDS FiniteSetsExtTheorems
ASSUME SumSet({1, 2}) = 3 /\ Cardinality({}) = 0
====
