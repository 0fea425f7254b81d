---- MODULE Turns ----
\* Clients ask, are served, and are forgotten.
EXTENDS FiniteSets, Naturals, TLC
CONSTANTS Clients, Nobody
VARIABLES waiting, served
vars == <<waiting, served>>

Init == waiting = {} /\ served = {}
Ask(c) == c \notin waiting \cup served /\ waiting' = waiting \cup {c} /\ UNCHANGED served
Serve(c) == c \in waiting /\ waiting' = waiting \ {c} /\ served' = served \cup {c}
Forget(c) == c \in served /\ served' = served \ {c} /\ UNCHANGED waiting
Next == \E c \in Clients : Ask(c) \/ Serve(c) \/ Forget(c)

Unfair == Init /\ [][Next]_vars
Fair == Unfair /\ \A c \in Clients : WF_vars(Serve(c))
Vain == Fair /\ WF_vars(Serve(Nobody))
Leap == waiting' = Clients /\ served' = Clients
Impossible == Fair /\ WF_vars(Leap)

Served == \A c \in Clients : c \in waiting ~> c \in served
NobodyServed == Nobody \in waiting ~> Nobody \in served
Rests == <>[](waiting = {})
Remembered == [][\A c \in served : c \in served']_served
BeginsServed == served # {}
EnabledWhileWaiting == [](waiting # {} <=> \E c \in Clients : ENABLED <<Serve(c)>>_vars)

AlwaysIdle == [](served = {})
Hidden == \A c \in waiting : <>(c \in served)

OneWaits == Cardinality(waiting) < 2
Symmetric == Permutations(Clients)
View == Cardinality(waiting)
====
