----------------------------- MODULE BreakerStates -----------------------------
(* The three states of a circuit breaker and the four ways between them, as every
   textbook draws them. CircuitBreaker must not know any other way.             *)

VARIABLE state

Init == state = "closed"

Trip == state = "closed" /\ state' = "open"
Probe == state = "open" /\ state' = "halfOpen"
ProbeSucceeds == state = "halfOpen" /\ state' = "closed"
ProbeEndsOtherwise == state = "halfOpen" /\ state' = "open"

Next == Trip \/ Probe \/ ProbeSucceeds \/ ProbeEndsOtherwise

Spec == Init /\ [][Next]_state
===============================================================================
