---- MODULE TestSequencesExt ----
EXTENDS SequencesExt, Integers

Even(x) == x % 2 = 0

ASSUME ToSet(<<2, 1, 2>>) = {1, 2} /\ ToSet(<<>>) = {}
ASSUME ToBag(<<"a", "b", "a">>) = ("a" :> 2) @@ ("b" :> 1)
ASSUME LET s == SetToSeq({"a", "b", "c"}) IN Len(s) = 3 /\ ToSet(s) = {"a", "b", "c"}
ASSUME SetToSeq({}) = <<>>
ASSUME SetToSeqs({"t", "l"}) = {<<"t", "l">>, <<"l", "t">>} /\ SetToSeqs({}) = {<<>>}
ASSUME SetToSortSeq({3, 1, 2}, <) = <<1, 2, 3>>
ASSUME SetToAllKPermutations({"a", "b"}) = {<<>>, <<"a">>, <<"b">>, <<"a", "b">>, <<"b", "a">>}
ASSUME TupleOf({1, 2}, 2) = {<<1, 1>>, <<1, 2>>, <<2, 1>>, <<2, 2>>}
ASSUME SeqOf({1}, 2) = {<<>>, <<1>>, <<1, 1>>} /\ BoundedSeq({1}, 1) = {<<>>, <<1>>}
ASSUME Contains(<<1, 2>>, 2) /\ ~Contains(<<1, 2>>, 3) /\ ~Contains(<<>>, 3)
ASSUME IsSorted(<<1, 2, 3>>, <) /\ ~IsSorted(<<1, 2, 2>>, <) /\ IsSorted(<<1, 2, 2>>, <=)
ASSUME IsSorted(<<>>, <)
ASSUME SelectInSeq(<<1, 2, 4>>, Even) = 2 /\ SelectInSeq(<<1>>, Even) = 0
ASSUME SelectLastInSeq(<<1, 2, 4>>, Even) = 3 /\ SelectLastInSeq(<<>>, Even) = 0
ASSUME SelectInSubSeq(<<2, 1, 4>>, 2, 3, Even) = 2
ASSUME SelectLastInSubSeq(<<2, 1, 4, 6>>, 2, 4, Even) = 3
ASSUME Reverse(<<1, 2, 3>>) = <<3, 2, 1>> /\ Reverse(<<>>) = <<>>
ASSUME Remove(<<1, 2, 1>>, 1) = <<2>> /\ Remove(<<>>, 1) = <<>>
ASSUME ReplaceAll(<<1, 2, 1>>, 1, 9) = <<9, 2, 9>>
ASSUME InsertAt(<<1, 2>>, 2, 9) = <<1, 9, 2>> /\ InsertAt(<<1, 2>>, 3, 9) = <<1, 2, 9>>
ASSUME ReplaceAt(<<1, 2>>, 1, 9) = <<9, 2>>
ASSUME RemoveAt(<<1, 2, 3>>, 2) = <<1, 3>>
ASSUME RemoveFirst(<<1, 2, 1>>, 1) = <<2, 1>> /\ RemoveFirst(<<2>>, 1) = <<2>>
ASSUME RemoveFirstMatch(<<1, 2, 4>>, Even) = <<1, 4>>
ASSUME Cons(0, <<1>>) = <<0, 1>> /\ Snoc(0, <<1>>) = <<1, 0>>
ASSUME Front(<<1, 2>>) = <<1>> /\ Front(<<>>) = <<>>
ASSUME Last(<<1, 2>>) = 2
ASSUME IsPrefix(<<1>>, <<1, 2>>) /\ IsPrefix(<<>>, <<>>) /\ ~IsPrefix(<<2>>, <<1, 2>>)
ASSUME IsStrictPrefix(<<1>>, <<1, 2>>) /\ ~IsStrictPrefix(<<1>>, <<1>>)
ASSUME IsSuffix(<<2>>, <<1, 2>>) /\ ~IsSuffix(<<1>>, <<1, 2>>)
ASSUME IsStrictSuffix(<<2>>, <<1, 2>>) /\ ~IsStrictSuffix(<<2>>, <<2>>)
ASSUME Prefixes(<<1, 2>>) = {<<>>, <<1>>, <<1, 2>>} /\ Prefixes(<<>>) = {<<>>}
ASSUME Suffixes(<<1, 2>>) = {<<>>, <<2>>, <<1, 2>>}
ASSUME CommonPrefixes({<<1, 2>>, <<1, 3>>}) = {<<>>, <<1>>}
ASSUME LongestCommonPrefix({<<1, 2, 3>>, <<1, 2>>, <<1, 2, 4>>}) = <<1, 2>>
ASSUME SeqMod(4, 3) = 1 /\ SeqMod(3, 3) = 3
ASSUME FoldSeq(+, 0, <<1, 2>>) = 3
ASSUME FoldLeft(LAMBDA x, y : <<x, y>>, 0, <<3, 1>>) = <<<<0, 3>>, 1>>
ASSUME FoldRight(LAMBDA x, y : <<x, y>>, <<3, 1>>, 0) = <<3, <<1, 0>>>>
ASSUME FoldLeftDomain(LAMBDA x, y : <<x, y>>, 0, <<7, 8>>) = <<<<0, 1>>, 2>>
ASSUME FoldRightDomain(LAMBDA x, y : <<x, y>>, <<7, 8>>, 0) = <<1, <<2, 0>>>>
ASSUME FlattenSeq(<<<<1, 2>>, <<1>>>>) = <<1, 2, 1>> /\ FlattenSeq(<<"a", "b">>) = "ab"
ASSUME FlattenSeq(<<>>) = <<>>
ASSUME Zip(<<1, 2, 3>>, <<4, 5>>) = <<<<1, 4>>, <<2, 5>>>> /\ Zip(<<>>, <<1>>) = <<>>
ASSUME Interleave(<<1, 3>>, <<2, 4>>) = <<<<1>>, <<2>>, <<3>>, <<4>>>> /\ Interleave(<<>>, <<>>) = <<>>
ASSUME SubSeqs(<<1, 2>>) = {<<>>, <<1>>, <<2>>, <<1, 2>>}
ASSUME AllSubSeqs(<<1, 2, 3>>)
         = {<<>>, <<1>>, <<2>>, <<3>>, <<1, 2>>, <<1, 3>>, <<2, 3>>, <<1, 2, 3>>}
ASSUME IndexFirstSubSeq(<<1>>, <<1, 1, 1>>) = 1 /\ IndexFirstSubSeq(<<2, 3>>, <<1, 2, 3>>) = 2
ASSUME ReplaceSubSeqAt(2, <<9>>, <<2, 3>>, <<1, 2, 3, 4>>) = <<1, 9, 4>>
ASSUME ReplaceFirstSubSeq(<<9>>, <<1>>, <<3, 1, 1>>) = <<3, 9, 1>>
ASSUME ReplaceFirstSubSeq("x", "%a%", "<%a%>") = "<x>"
ASSUME ReplaceAllSubSeqs(<<2, 2>>, <<1, 1>>, <<1, 1, 1>>) = <<2, 2, 1>>
ASSUME ReplaceAllSubSeqs(<<4>>, <<>>, <<>>) = <<4>>
====
