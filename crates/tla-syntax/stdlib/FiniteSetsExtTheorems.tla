------------------------ MODULE FiniteSetsExtTheorems -----------------------
(***************************************************************************)
(* Proofs about the operators of FiniteSetsExt extend this module.  Model  *)
(* checking uses no theorems: only the names of the modules matter here.   *)
(***************************************************************************)
EXTENDS FiniteSetsExt, FiniteSets, Integers
=============================================================================
