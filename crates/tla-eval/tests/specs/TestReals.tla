---- MODULE TestReals ----
EXTENDS Reals, TLCExt

ASSUME 1 \in Real /\ -1 \in Real
ASSUME Int \subseteq Real
ASSUME AssertError("Infinity cannot be computed with: only whole numbers can", 1 < Infinity)
ASSUME AssertError("1 / 2 is not a whole number, and only those can be computed with", 1 / 2)
ASSUME 6 / 3 = 2 /\ -6 / 2 = -3
====
