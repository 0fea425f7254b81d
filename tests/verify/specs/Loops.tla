---- MODULE Loops ----
\* Clients ask, and are served while the light is green. Whether all of them are depends on fairness.
EXTENDS Naturals, FiniteSets

CONSTANT Clients
VARIABLES waiting, light
vars == <<waiting, light>>

Init == waiting = {} /\ light = "red"

Request(c) == /\ c \notin waiting
              /\ waiting' = waiting \cup {c}
              /\ UNCHANGED light

Serve(c) == /\ light = "green"
            /\ c \in waiting
            /\ waiting' = waiting \ {c}
            /\ UNCHANGED light

Switch == light' = (IF light = "red" THEN "green" ELSE "red") /\ UNCHANGED waiting

Next == Switch \/ \E c \in Clients : Request(c) \/ Serve(c)

Unfair == Init /\ [][Next]_vars
Weak == Unfair /\ WF_vars(Switch) /\ \A c \in Clients : WF_vars(Serve(c))
Strong == Unfair /\ WF_vars(Switch) /\ \A c \in Clients : SF_vars(Serve(c))
Idle == Unfair /\ \A c \in Clients : SF_vars(Serve(c))

Served == \A c \in Clients : c \in waiting ~> c \notin waiting

Patient == [][\A c \in Clients : c \in waiting => c \in waiting']_waiting
EachPatient == \A c \in Clients : [][c \in waiting => c \in waiting']_vars
FirstGreen == light = "green"

Counted == INSTANCE LoopsCounted WITH count <- Cardinality(waiting)
OneAtATime == Counted!Spec
====
