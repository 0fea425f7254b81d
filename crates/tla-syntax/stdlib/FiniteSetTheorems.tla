-------------------------- MODULE FiniteSetTheorems -------------------------
(***************************************************************************)
(* Definitions for proofs about finite sets.                               *)
(*                                                                         *)
(* Model checking uses no theorems; proofs, which may cite those that the  *)
(* proof system's module of this name has, are skipped.                    *)
(***************************************************************************)
EXTENDS FiniteSets, Integers, Functions, WellFoundedInduction

FiniteSubsetsOf(S) == {T \in SUBSET S : IsFiniteSet(T)}

StrictSubsetOrdering(S) ==
  {pair \in (SUBSET S) \X (SUBSET S) : pair[1] \subseteq pair[2] /\ pair[1] # pair[2]}
=============================================================================
