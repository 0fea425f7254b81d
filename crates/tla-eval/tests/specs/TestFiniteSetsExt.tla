---- MODULE TestFiniteSetsExt ----
EXTENDS FiniteSetsExt, Naturals, FiniteSets

ASSUME FoldSet(+, 0, 0 .. 10) = 55 /\ FoldSet(+, 3, {}) = 3
ASSUME FoldSet(LAMBDA x, S : {x} \cup S, {}, {1, 2}) = {1, 2}
ASSUME SumSet(0 .. 10) = 55 /\ SumSet({}) = 0
ASSUME ProductSet(1 .. 4) = 24 /\ ProductSet({}) = 1
ASSUME ReduceSet(+, {1, 2}, 10) = 13
ASSUME MapThenSumSet(LAMBDA x : x * x, 1 .. 3) = 14
ASSUME FlattenSet({{1}, {2, 3}, {}}) = {1, 2, 3}
ASSUME SymDiff({1, 2}, {2, 3}) = {1, 3}
ASSUME Quantify(1 .. 9, LAMBDA n : n % 2 = 0) = 4 /\ Quantify({}, LAMBDA n : TRUE) = 0
ASSUME kSubset(2, 1 .. 3) = {{1, 2}, {1, 3}, {2, 3}} /\ kSubset(0, {1}) = {{}} /\ kSubset(4, {1}) = {}
ASSUME \A k \in 0 .. 5 : kSubset(k, 1 .. 5) = {s \in SUBSET (1 .. 5) : Cardinality(s) = k}
ASSUME Max({3, 1, 2}) = 3 /\ Min({3, 1, 2}) = 1 /\ Max(2 .. 5) = 5
ASSUME Choices({{1, 2}, {2, 3}, {5}}) = {{2, 5}, {1, 2, 5}, {1, 3, 5}, {2, 3, 5}}
ASSUME ChooseUnique({2, 3, 4, 5}, LAMBDA x : x % 3 = 1) = 4
====
