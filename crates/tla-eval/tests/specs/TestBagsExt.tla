---- MODULE TestBagsExt ----
EXTENDS BagsExt, Bags, TLC, Naturals, Sequences

AB == ("a" :> 2) @@ ("b" :> 1)

ASSUME BagAdd(AB, "a") = ("a" :> 3) @@ ("b" :> 1) /\ BagAdd(EmptyBag, "a") = ("a" :> 1)
ASSUME BagRemove(AB, "a") = ("a" :> 1) @@ ("b" :> 1) /\ BagRemove(AB, "b") = ("a" :> 2)
ASSUME BagRemove(AB, "c") = AB
ASSUME BagRemoveAll(AB, "a") = ("b" :> 1)
ASSUME MapThenFoldBag(+, 0, LAMBDA x : 1, LAMBDA S : CHOOSE x \in S : TRUE, <<2, 1, 3>>) = 6
ASSUME MapThenFoldBag(LAMBDA x, s : x \o s, <<>>, LAMBDA x : <<x>>,
                      LAMBDA S : CHOOSE x \in S : \A y \in S : x <= y, <<2, 1, 3>>)
         = <<1, 1, 2, 3, 3, 3>>
ASSUME FoldBag(+, 0, <<2, 1, 3>>) = 13
ASSUME SumBag(<<2, 1, 3>>) = 13 /\ SumBag(EmptyBag) = 0
ASSUME ProductBag(<<2, 1, 3>>) = 54 /\ ProductBag(EmptyBag) = 1
====
