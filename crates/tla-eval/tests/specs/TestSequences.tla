---- MODULE TestSequences ----
EXTENDS Sequences, Naturals

ASSUME <<>> \in Seq({}) /\ <<1, 2>> \in Seq({1, 2}) /\ <<1, 3>> \notin Seq({1, 2})
ASSUME <<1, 2>> \in Seq(Nat)
ASSUME [i \in 1 .. 3 |-> i * i] \in Seq(Nat)
ASSUME Seq({}) = {<<>>}
ASSUME Len(<<>>) = 0 /\ Len(<<"a", "b">>) = 2 /\ Len("abc") = 3 /\ Len("") = 0
ASSUME Len([i \in 1 .. 4 |-> 0]) = 4
ASSUME <<1>> \o <<2, 3>> = <<1, 2, 3>> /\ <<>> \o <<>> = <<>> /\ <<1>> \circ <<>> = <<1>>
ASSUME "ab" \o "c" = "abc" /\ "" \o "" = ""
ASSUME Append(<<>>, 1) = <<1>> /\ Append(<<1>>, <<2>>) = <<1, <<2>>>>
ASSUME Append([i \in 1 .. 2 |-> i], 3) = <<1, 2, 3>>
ASSUME SubSeq(<<1, 2, 3>>, 2, 3) = <<2, 3>>
ASSUME SubSeq(<<1, 2, 3>>, 1, 3) = <<1, 2, 3>>
ASSUME SubSeq(<<1, 2, 3>>, 3, 2) = <<>> /\ SubSeq(<<>>, 1, 0) = <<>>
ASSUME SubSeq("abc", 2, 3) = "bc"
ASSUME Head(<<4, 5>>) = 4
ASSUME Tail(<<4, 5>>) = <<5>> /\ Tail(<<4>>) = <<>>
ASSUME SelectSeq(<<1, 2, 3, 4>>, LAMBDA x : x % 2 = 0) = <<2, 4>>
ASSUME SelectSeq(<<>>, LAMBDA x : FALSE) = <<>>
ASSUME LET Small(x) == x < 3 IN SelectSeq(<<5, 1, 2>>, Small) = <<1, 2>>
ASSUME \A s \in {<<1>>, <<1, 2>>, <<3, 1, 2>>} : <<Head(s)>> \o Tail(s) = s
====
