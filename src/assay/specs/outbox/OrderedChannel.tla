---------------------------- MODULE OrderedChannel ----------------------------
(***************************************************************************)
(* A channel for each key that loses nothing, repeats nothing and keeps    *)
(* the order, so that it is enough to count. Outbox.tla is one way to have *)
(* it; that it is one is checked there as RefinesOrderedChannel.           *)
(***************************************************************************)
EXTENDS Naturals

CONSTANT Keys

VARIABLES sends, receives   \* of each key: how many

Init ==
    /\ sends = [k \in Keys |-> 0]
    /\ receives = [k \in Keys |-> 0]

Send(k) ==
    /\ sends' = [sends EXCEPT ![k] = @ + 1]
    /\ UNCHANGED receives

Receive(k) ==
    /\ receives[k] < sends[k]
    /\ receives' = [receives EXCEPT ![k] = @ + 1]
    /\ UNCHANGED sends

Next == \E k \in Keys : Send(k) \/ Receive(k)

Spec == Init /\ [][Next]_<<sends, receives>>
===============================================================================
