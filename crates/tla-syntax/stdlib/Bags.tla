-------------------------------- MODULE Bags --------------------------------
(***************************************************************************)
(* Bags (multisets).  A bag is a function from its elements to the number  *)
(* of copies of each, a positive number.                                   *)
(***************************************************************************)
LOCAL INSTANCE Naturals

LOCAL Copies(e, B) == IF e \in DOMAIN B THEN B[e] ELSE 0

LOCAL Total(f) ==
  LET SumOver[S \in SUBSET DOMAIN f] ==
        IF S = {} THEN 0
        ELSE LET e == CHOOSE x \in S : TRUE IN f[e] + SumOver[S \ {e}]
  IN  SumOver[DOMAIN f]

IsABag(B) == B \in [DOMAIN B -> Nat \ {0}]

BagToSet(B) == DOMAIN B

(* One copy of each element of S. *)
SetToBag(S) == [e \in S |-> 1]

BagIn(e, B) == e \in BagToSet(B)

EmptyBag == SetToBag({})

(* The copies of both bags. *)
B1 \oplus B2 ==
  [e \in (DOMAIN B1) \cup (DOMAIN B2) |-> Copies(e, B1) + Copies(e, B2)]

(* For each copy in B2, one copy less than B1 has. *)
B1 \ominus B2 ==
  LET Kept == {e \in DOMAIN B1 : B1[e] > Copies(e, B2)}
  IN  [e \in Kept |-> B1[e] - Copies(e, B2)]

(* The copies of all bags in the set S. *)
BagUnion(S) ==
  [e \in UNION {BagToSet(B) : B \in S} |-> Total([B \in S |-> Copies(e, B)])]

(* B2 has at least the copies that B1 has. *)
B1 \sqsubseteq B2 ==
  /\ DOMAIN B1 \subseteq DOMAIN B2
  /\ \A e \in DOMAIN B1 : B1[e] \leq B2[e]

(* The set of all bags contained in B. *)
SubBag(B) ==
  UNION {{C \in [D -> 1 .. Total(B)] : \A e \in D : C[e] \leq B[e]} : D \in SUBSET DOMAIN B}

(* The bag of F(e) for every copy of an element e of B. *)
BagOfAll(F(_), B) ==
  [v \in {F(e) : e \in DOMAIN B} |->
     Total([e \in {d \in DOMAIN B : F(d) = v} |-> B[e]])]

(* The number of all copies in B. *)
BagCardinality(B) == Total(B)

CopiesIn(e, B) == Copies(e, B)
=============================================================================
