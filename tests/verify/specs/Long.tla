---- MODULE Long ----
EXTENDS Naturals
VARIABLE members
Init == members = {[name |-> "a long name of a member", number |-> n, friends |-> {n + 1, n + 2}] : n \in 1..4}
Next == UNCHANGED members
Never == members = {}
====
