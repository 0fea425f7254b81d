------------------------------ MODULE Relation ------------------------------
(***************************************************************************)
(* Relations on a set S as functions R, where R[x, y] is TRUE or FALSE.    *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

IsReflexive(R, S) == \A x \in S : R[x, x]
IsIrreflexive(R, S) == \A x \in S : ~R[x, x]
IsSymmetric(R, S) == \A x, y \in S : R[x, y] <=> R[y, x]
IsAntiSymmetric(R, S) == \A x, y \in S : R[x, y] /\ R[y, x] => x = y
IsAsymmetric(R, S) == \A x, y \in S : ~(R[x, y] /\ R[y, x])
IsTransitive(R, S) == \A x, y, z \in S : R[x, y] /\ R[y, z] => R[x, z]

(* Warshall's algorithm: paths whose inner elements lie in T. *)
TransitiveClosure(R, S) ==
  LET Reach[T \in SUBSET S] ==
        IF T = {} THEN [x, y \in S |-> R[x, y]]
        ELSE LET z == CHOOSE e \in T : TRUE
                 Before == Reach[T \ {z}]
             IN  [x, y \in S |-> Before[x, y] \/ (Before[x, z] /\ Before[z, y])]
  IN  Reach[S]

ReflexiveTransitiveClosure(R, S) ==
  LET Closure == TransitiveClosure(R, S)
  IN  [x, y \in S |-> x = y \/ Closure[x, y]]

(* Each element of S is related to each, directly or through others. *)
IsConnected(R, S) ==
  LET Closure == ReflexiveTransitiveClosure(R, S)
  IN  \A x, y \in S : Closure[x, y]
=============================================================================
