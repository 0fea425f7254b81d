---- MODULE TestBags ----
EXTENDS Bags, Naturals, TLC

AB == ("a" :> 2) @@ ("b" :> 1)
BC == ("b" :> 3) @@ ("c" :> 1)

ASSUME IsABag(AB) /\ IsABag(EmptyBag) /\ IsABag(<<1, 2>>)
ASSUME ~IsABag("a" :> 0) /\ ~IsABag("a" :> "b")
ASSUME BagToSet(AB) = {"a", "b"} /\ BagToSet(EmptyBag) = {}
ASSUME SetToBag({"a", "b"}) = [x \in {"a", "b"} |-> 1] /\ SetToBag({}) = EmptyBag
ASSUME BagIn("a", AB) /\ ~BagIn("c", AB) /\ ~BagIn("a", EmptyBag)
ASSUME EmptyBag = <<>>
ASSUME AB (+) BC = ("a" :> 2) @@ ("b" :> 4) @@ ("c" :> 1)
ASSUME AB (+) EmptyBag = AB /\ AB \oplus BC = BC (+) AB
ASSUME AB (-) BC = ("a" :> 2) /\ AB (-) AB = EmptyBag /\ AB \ominus EmptyBag = AB
ASSUME BagUnion({AB, BC}) = AB (+) BC /\ BagUnion({AB}) = AB /\ BagUnion({}) = EmptyBag
ASSUME "a" :> 1 \sqsubseteq AB /\ AB \sqsubseteq AB /\ ~(BC \sqsubseteq AB)
ASSUME SubBag("a" :> 2) = {EmptyBag, "a" :> 1, "a" :> 2}
ASSUME SubBag(EmptyBag) = {EmptyBag}
ASSUME \A B \in SubBag(AB) : B \sqsubseteq AB
ASSUME BagOfAll(LAMBDA x : x \div 2, (2 :> 1) @@ (3 :> 4) @@ (4 :> 2)) = (1 :> 5) @@ (2 :> 2)
ASSUME BagCardinality(AB) = 3 /\ BagCardinality(EmptyBag) = 0
ASSUME CopiesIn("a", AB) = 2 /\ CopiesIn("c", AB) = 0
====
