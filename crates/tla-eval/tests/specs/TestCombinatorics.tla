---- MODULE TestCombinatorics ----
EXTENDS Combinatorics

ASSUME factorial[0] = 1 /\ factorial[5] = 120 /\ factorial[20] = 2432902008176640000
ASSUME choose(5, 2) = 10 /\ choose(5, 0) = 1 /\ choose(5, 5) = 1
ASSUME choose(20, 10) = 184756
====
