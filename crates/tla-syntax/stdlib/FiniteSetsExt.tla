---------------------------- MODULE FiniteSetsExt ---------------------------
(***************************************************************************)
(* More operators on finite sets.                                          *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, Folds, Functions

(* op over the elements of set, in no particular order, starting with base. *)
FoldSet(op(_, _), base, set) ==
  MapThenFoldSet(op, base, LAMBDA x : x, LAMBDA S : CHOOSE x \in S : TRUE, set)

SumSet(set) == FoldSet(+, 0, set)
ProductSet(set) == FoldSet( *, 1, set)

(* An older name of FoldSet. *)
ReduceSet(op(_, _), set, acc) == FoldSet(op, acc, set)

(* The sum of op(x) over the elements x of set. *)
MapThenSumSet(op(_), set) ==
  MapThenFoldSet(+, 0, op, LAMBDA S : CHOOSE x \in S : TRUE, set)

(* The union of the sets in S. *)
FlattenSet(S) == UNION S

(* What is in one of the sets only. *)
SymDiff(A, B) == (A \ B) \cup (B \ A)

(* The number of elements of S that satisfy P. *)
Quantify(S, P(_)) == Cardinality({x \in S : P(x)})

(* The subsets of S with k elements. *)
kSubset(k, S) == {T \in SUBSET S : Cardinality(T) = k}

(* The largest and the smallest number in S. *)
Max(S) == CHOOSE x \in S : \A y \in S : y \leq x
Min(S) == CHOOSE x \in S : \A y \in S : x \leq y

(* All sets made by picking an element of each set in Sets. *)
Choices(Sets) ==
  {Range(f) : f \in {g \in [Sets -> UNION Sets] : \A T \in Sets : g[T] \in T}}

(* The element of S that satisfies P; an error unless there is exactly one. *)
ChooseUnique(S, P(_)) == CHOOSE x \in S : P(x) /\ \A y \in S : P(y) => y = x
=============================================================================
