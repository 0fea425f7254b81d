---------------------------- MODULE BagsTheorems ----------------------------
(***************************************************************************)
(* Proofs about bags extend this module.  Model checking uses no theorems: *)
(* only the names of the modules it extends matter here.                   *)
(***************************************************************************)
EXTENDS Bags
=============================================================================
