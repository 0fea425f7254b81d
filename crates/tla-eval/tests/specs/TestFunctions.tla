---- MODULE TestFunctions ----
EXTENDS Functions, TLC, Naturals, Sequences

Squares == [x \in 2 .. 4 |-> x * x]
Even(x) == x % 2 = 0

ASSUME Restrict(Squares, {2, 4}) = (2 :> 4) @@ (4 :> 16) /\ Restrict(Squares, {}) = <<>>
ASSUME RestrictDomain(Squares, Even) = (2 :> 4) @@ (4 :> 16)
ASSUME RestrictValues(Squares, LAMBDA y : y > 4) = (3 :> 9) @@ (4 :> 16)
ASSUME IsRestriction([a |-> 1], [a |-> 1, b |-> 2]) /\ ~IsRestriction([a |-> 1], [a |-> 2])
ASSUME ~IsRestriction([a |-> 1, b |-> 2], [a |-> 1])
ASSUME Range(<<5, 1, 5>>) = {1, 5} /\ Range(<<>>) = {} /\ Range([a |-> 1]) = {1}
ASSUME Pointwise(<<1, 2>>, <<3, 4>>, +) = <<4, 6>>
ASSUME Inverse(<<5, 6>>, {1, 2}, {5, 6}) = (5 :> 1) @@ (6 :> 2)
ASSUME AntiFunction(Squares) = (4 :> 2) @@ (9 :> 3) @@ (16 :> 4)
ASSUME IsInjective(<<1, 2>>) /\ ~IsInjective(<<1, 1>>) /\ IsInjective(<<>>)
ASSUME Injection({1, 2}, {3, 4}) = {<<3, 4>>, <<4, 3>>} /\ Injection({1, 2}, {3}) = {}
ASSUME Surjection({1, 2}, {3}) = {<<3, 3>>} /\ Surjection({1}, {3, 4}) = {}
ASSUME Bijection({1, 2}, {3, 4}) = {<<3, 4>>, <<4, 3>>}
ASSUME ExistsInjection({1}, {2, 3}) /\ ~ExistsInjection({1, 2}, {3})
ASSUME ExistsSurjection({1, 2}, {3}) /\ ~ExistsSurjection({1}, {2, 3})
ASSUME ExistsBijection({1}, {3}) /\ ~ExistsBijection({1, 2}, {3})
ASSUME FoldFunction(+, 0, <<1, 2, 3>>) = 6 /\ FoldFunction(+, 4, <<>>) = 4
ASSUME FoldFunction(LAMBDA x, S : {x} \cup S, {}, <<1, 2, 1>>) = {1, 2}
ASSUME FoldFunctionOnSet(+, 0, <<1, 2, 3>>, {1, 3}) = 4
ASSUME SumFunction(<<1, 2, 3>>) = 6 /\ SumFunction(<<>>) = 0
ASSUME SumFunctionOnSet(<<1, 2, 3>>, {2, 3}) = 5
====
