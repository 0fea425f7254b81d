---- MODULE Nameless ----
EXTENDS Naturals
VARIABLE x
Start == x = 0
Go == x' = 1 - x
====
