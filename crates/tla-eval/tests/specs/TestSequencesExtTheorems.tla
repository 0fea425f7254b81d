---- MODULE TestSequencesExtTheorems ----
EXTENDS SequencesExtTheorems
(* Statements about all functions are for proofs: their names are checked, not their values. *)
Named(Def(_, _)) == StrictPrefixesDetermineDef({1}, Def) /\ StrictSuffixesDetermineDef({1}, Def)
ASSUME Reverse(<<1, 2>>) = <<2, 1>> /\ -1 \in Int
====
