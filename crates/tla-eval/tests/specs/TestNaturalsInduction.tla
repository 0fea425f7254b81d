---- MODULE TestNaturalsInduction ----
EXTENDS NaturalsInduction
Twice(v, n) == v + n
(* Functions over all of Nat and CHOOSE without a set are for proofs: their names are checked, not their values. *)
Named(f) == NatInductiveDefHypothesis(f, 0, Twice) /\ NatInductiveDefConclusion(f, 0, Twice)
            /\ FiniteNatInductiveDefHypothesis(f, 0, Twice, 1, 3)
ASSUME FiniteNatInductiveDefConclusion(<<5, 7, 10>>, 5, Twice, 1, 3)
====
