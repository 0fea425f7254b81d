---- MODULE Recursion ----
EXTENDS Integers
VARIABLE x
RECURSIVE Down(_)
Down(n) == IF n = -1 THEN 0 ELSE Down(n + 1)
Init == x = Down(0)
Next == UNCHANGED x
====
