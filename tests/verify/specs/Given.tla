---- MODULE Given ----
EXTENDS Naturals, FiniteSets
CONSTANTS Set, Text, Pair
ASSUME Cardinality(Set) = 2 /\ Text = "x" /\ Pair[1] = 1 /\ Pair[2]
====
