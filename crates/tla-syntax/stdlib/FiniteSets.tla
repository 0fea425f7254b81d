----------------------------- MODULE FiniteSets -----------------------------
(***************************************************************************)
(* Finite sets and the number of their elements.                           *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences

(* Some sequence lists all elements of S. *)
IsFiniteSet(S) == \E s \in Seq(S) : \A x \in S : \E i \in 1 .. Len(s) : s[i] = x

(* The number of elements of the finite set S. *)
Cardinality(S) ==
  LET Count[T \in SUBSET S] ==
        IF T = {} THEN 0 ELSE 1 + Count[T \ {CHOOSE x \in T : TRUE}]
  IN  Count[S]
=============================================================================
