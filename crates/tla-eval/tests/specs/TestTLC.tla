---- MODULE TestTLC ----
EXTENDS TLC, Naturals, Sequences, FiniteSets

ASSUME Print("Print gives its second argument", 3) = 3
ASSUME PrintT(<<"PrintT", "is true">>)
ASSUME Assert(TRUE, "never printed")
ASSUME JavaTime \in 0 .. 2147483647
ASSUME TLCSet(1, 5) /\ TLCGet(1) = 5
ASSUME TLCSet(1, <<2>>) /\ TLCGet(1) = <<2>>
ASSUME 3 :> 4 = [x \in {3} |-> 4] /\ "a" :> 1 = [a |-> 1] /\ 1 :> 2 = <<2>>
ASSUME (1 :> "x") @@ (1 :> "y") @@ (2 :> "z") = <<"x", "z">>
ASSUME [a |-> 1] @@ [a |-> 2, b |-> 3] = [a |-> 1, b |-> 3]
ASSUME <<>> @@ [a |-> 2] = [a |-> 2] /\ [a |-> 2] @@ <<>> = [a |-> 2]
ASSUME Permutations({1, 2}) = {<<1, 2>>, <<2, 1>>}
ASSUME Permutations({}) = {<<>>} /\ Cardinality(Permutations({"a", "b", "c"})) = 6
ASSUME \A p \in Permutations({5, 6, 7}) : {p[x] : x \in {5, 6, 7}} = {5, 6, 7}
ASSUME SortSeq(<<3, 1, 2>>, <) = <<1, 2, 3>> /\ SortSeq(<<3, 1, 2>>, >) = <<3, 2, 1>>
ASSUME SortSeq(<<>>, <) = <<>>
ASSUME SortSeq(<<"bb", "a", "ccc">>, LAMBDA x, y : Len(x) < Len(y)) = <<"a", "bb", "ccc">>
ASSUME ToString(1) = "1" /\ ToString(<<1, {2}>>) = "<<1, {2}>>" /\ ToString(TRUE) = "TRUE"
ASSUME ToString("a") = "\"a\"" /\ ToString([a |-> 1]) = "[a |-> 1]"
ASSUME RandomElement({1, 2, 3}) \in {1, 2, 3} /\ RandomElement({7}) = 7
ASSUME RandomElement([{1, 2} -> {3, 4}]) \in [{1, 2} -> {3, 4}]
ASSUME RandomElement(SUBSET {1, 2}) \subseteq {1, 2}
ASSUME 1 \in Any /\ "a" \in Any /\ {} \in Any
ASSUME TLCEval({x \in 1 .. 3 : x > 1}) = {2, 3} /\ TLCEval([x \in 1 .. 2 |-> x]) = <<1, 2>>
====
