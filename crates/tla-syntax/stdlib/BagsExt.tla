------------------------------- MODULE BagsExt ------------------------------
(***************************************************************************)
(* More operators on bags.                                                 *)
(***************************************************************************)
LOCAL INSTANCE Bags
LOCAL INSTANCE Integers
LOCAL INSTANCE Folds

(* One copy of x more, one less, and none left. *)
BagAdd(B, x) == B \oplus SetToBag({x})
BagRemove(B, x) == B \ominus SetToBag({x})
BagRemoveAll(B, x) == [e \in (DOMAIN B) \ {x} |-> B[e]]

(* op over f(e) for each copy of an element e, starting with base. choose  *)
(* says which element comes next; its copies come one after the other.     *)
MapThenFoldBag(op(_, _), base, f(_), choose(_), B) ==
  LET Fold[D \in SUBSET DOMAIN B] ==
        IF D = {} THEN base
        ELSE LET x == choose(D)
                 Repeat[n \in 0 .. B[x]] ==
                   IF n = 0 THEN Fold[D \ {x}] ELSE op(f(x), Repeat[n - 1])
             IN  Repeat[B[x]]
  IN  Fold[DOMAIN B]

FoldBag(op(_, _), base, B) ==
  MapThenFoldBag(op, base, LAMBDA x : x, LAMBDA S : CHOOSE x \in S : TRUE, B)

(* Sum and product of all copies. *)
SumBag(B) == FoldBag(+, 0, B)
ProductBag(B) == FoldBag( *, 1, B)
=============================================================================
