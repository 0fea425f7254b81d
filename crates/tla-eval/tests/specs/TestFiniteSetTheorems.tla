---- MODULE TestFiniteSetTheorems ----
EXTENDS FiniteSetTheorems
ASSUME FiniteSubsetsOf({1, 2}) = SUBSET {1, 2}
ASSUME StrictSubsetOrdering({1}) = {<<{}, {1}>>}
====
