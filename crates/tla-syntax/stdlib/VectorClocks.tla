----------------------------- MODULE VectorClocks ---------------------------
(***************************************************************************)
(* Logs whose entries carry vector clocks.  A clock is a function from     *)
(* nodes to numbers; a node that it does not know counts as 0.             *)
(***************************************************************************)
EXTENDS Naturals, Sequences, Functions

LOCAL Ticks(c, n) == IF n \in DOMAIN c THEN c[n] ELSE 0

(* The event with clock c does not come after the event with clock d. *)
LOCAL MayPrecede(c, d) ==
  LET Nodes == (DOMAIN c) \cup (DOMAIN d)
  IN  \E n \in Nodes : Ticks(c, n) < Ticks(d, n)

(* No entry comes before one that its clock knows of. *)
IsCausalOrder(log, clock(_)) ==
  \A j \in 1 .. Len(log) : \A i \in 1 .. (j - 1) : MayPrecede(clock(log[i]), clock(log[j]))

(* log in such an order. node and domain give the node of an entry and the *)
(* nodes that a clock knows.                                               *)
CausalOrder(log, clock(_), node(_), domain(_)) ==
  LET Shuffles == {p \in [1 .. Len(log) -> 1 .. Len(log)] : IsInjective(p)}
      Sorted(p) == [i \in 1 .. Len(log) |-> log[p[i]]]
  IN  Sorted(CHOOSE p \in Shuffles : IsCausalOrder(Sorted(p), clock))
=============================================================================
