---- MODULE Deadlock ----
\* Two philosophers take their forks in the same order and wait for each other.
EXTENDS Naturals, Sequences
VARIABLES held, log

Init == held = [fork \in 1..2 |-> 0] /\ log = <<>>
Take(who, fork) ==
    /\ held[fork] = 0
    /\ held' = [held EXCEPT ![fork] = who]
    /\ log' = Append(log, [who |-> who, fork |-> fork])
Next == Take(1, 1) \/ Take(2, 2)
====
