---- MODULE TestVectorClocks ----
EXTENDS VectorClocks

Send == [node |-> "a", clock |-> [a |-> 1, b |-> 0]]
Receive == [node |-> "b", clock |-> [a |-> 1, b |-> 1]]
Later == [node |-> "a", clock |-> [a |-> 2, b |-> 1]]

Clock(line) == line.clock

ASSUME IsCausalOrder(<<Send, Receive, Later>>, Clock) /\ ~IsCausalOrder(<<Receive, Send>>, Clock)
ASSUME CausalOrder(<<Later, Receive, Send>>, Clock, LAMBDA line : line.node, LAMBDA c : DOMAIN c)
         = <<Send, Receive, Later>>
====
