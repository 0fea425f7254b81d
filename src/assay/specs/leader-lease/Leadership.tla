------------------------------ MODULE Leadership ------------------------------
(* What those who rely on a leader may expect, and all they need to know: there is
   one leader or none, leadership never passes from one to the other without a
   time in between in which nobody leads, and there is a leader again and again. *)

CONSTANTS Candidates, Nobody

VARIABLE leader

Init == leader = Nobody

Elect == leader = Nobody /\ leader' \in Candidates
End == leader # Nobody /\ leader' = Nobody

Spec == Init /\ [][Elect \/ End]_leader
===============================================================================
