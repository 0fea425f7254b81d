---- MODULE TestSequenceTheorems ----
EXTENDS SequenceTheorems
ASSUME Range(<<1>>) = {1} /\ Len(<<>>) = 0
====
