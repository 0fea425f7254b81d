------------------------ MODULE SequencesExtTheorems ------------------------
(***************************************************************************)
(* Definitions for proofs about the operators of SequencesExt.  Model      *)
(* checking uses no theorems, so none is stated.                           *)
(***************************************************************************)
EXTENDS Sequences, SequencesExt, Functions, Integers

(* Def(g, seq) depends only on the values of g for shorter prefixes, or    *)
(* suffixes, of seq.                                                       *)
StrictPrefixesDetermineDef(S, Def(_, _)) ==
  \A g, h : \A seq \in Seq(S) :
    (\A p \in Seq(S) : IsStrictPrefix(p, seq) => g[p] = h[p]) => Def(g, seq) = Def(h, seq)

StrictSuffixesDetermineDef(S, Def(_, _)) ==
  \A g, h : \A seq \in Seq(S) :
    (\A p \in Seq(S) : IsStrictSuffix(p, seq) => g[p] = h[p]) => Def(g, seq) = Def(h, seq)
=============================================================================
