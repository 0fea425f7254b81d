---- MODULE Assumption ----
EXTENDS Naturals
CONSTANT N
ASSUME Positive == N > 0
ASSUME N < 10
====
