---- MODULE TestFolds ----
EXTENDS Folds, Naturals, Sequences

Any1(S) == CHOOSE x \in S : TRUE
Largest(S) == CHOOSE x \in S : \A y \in S : y <= x

ASSUME MapThenFoldSet(+, 0, LAMBDA x : x * x, Any1, 1 .. 3) = 14
ASSUME MapThenFoldSet(+, 7, LAMBDA x : x, Any1, {}) = 7
ASSUME MapThenFoldSet(\cup, {}, LAMBDA x : {{x}}, Any1, {1, 2}) = {{1}, {2}}
ASSUME MapThenFoldSet(LAMBDA x, acc : <<x>> \o acc, <<>>, LAMBDA x : x, Largest, 1 .. 3) = <<3, 2, 1>>
====
