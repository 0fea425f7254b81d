-------------------------------- MODULE Folds -------------------------------
(***************************************************************************)
(* Folding an operator over the elements of a finite set.                  *)
(***************************************************************************)

(* op(f(x1), op(f(x2), ... op(f(xn), base))), where x1 is choose(S), x2 is *)
(* what choose takes from the rest, and so on.                             *)
MapThenFoldSet(op(_, _), base, f(_), choose(_), S) ==
  LET Fold[T \in SUBSET S] ==
        IF T = {} THEN base
        ELSE LET x == choose(T) IN op(f(x), Fold[T \ {x}])
  IN  Fold[S]
=============================================================================
