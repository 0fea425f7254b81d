---------------------------- MODULE SequencesExt ----------------------------
(***************************************************************************)
(* More operators on sequences.                                            *)
(***************************************************************************)
EXTENDS Sequences, Naturals, FiniteSets, FiniteSetsExt, Folds, Functions, Bags, TLC

-----------------------------------------------------------------------------
(* Sequences, sets and bags *)

ToSet(s) == {s[i] : i \in DOMAIN s}

(* The bag of the elements of s. *)
ToBag(s) == [e \in ToSet(s) |-> Cardinality({i \in DOMAIN s : s[i] = e})]

(* A sequence that lists each element of S once. *)
SetToSeq(S) == CHOOSE f \in [1 .. Cardinality(S) -> S] : IsInjective(f)

(* All such sequences. *)
SetToSeqs(S) == {f \in [1 .. Cardinality(S) -> S] : IsInjective(f)}

(* The elements of S in the order op. *)
SetToSortSeq(S, op(_, _)) == SortSeq(SetToSeq(S), op)

(* All sequences without repetition over S, of any length. *)
SetToAllKPermutations(S) == UNION {SetToSeqs(T) : T \in SUBSET S}

(* Sequences of exactly n, and of at most n, elements of set. *)
TupleOf(set, n) == [1 .. n -> set]
SeqOf(set, n) == UNION {[1 .. m -> set] : m \in 0 .. n}
BoundedSeq(S, n) == SeqOf(S, n)

-----------------------------------------------------------------------------
(* Looking for elements *)

Contains(s, e) == \E i \in 1 .. Len(s) : s[i] = e

(* op holds between each element and all that follow it. *)
IsSorted(s, op(_, _)) == \A i, j \in 1 .. Len(s) : i < j => op(s[i], s[j])

(* The first, and the last, position with Test; 0 if there is none. *)
SelectInSeq(seq, Test(_)) ==
  LET Positions == {i \in 1 .. Len(seq) : Test(seq[i])}
  IN  IF Positions = {} THEN 0 ELSE Min(Positions)
SelectLastInSeq(seq, Test(_)) ==
  LET Positions == {i \in 1 .. Len(seq) : Test(seq[i])}
  IN  IF Positions = {} THEN 0 ELSE Max(Positions)

(* The same in SubSeq(seq, from, to). *)
SelectInSubSeq(seq, from, to, Test(_)) == SelectInSeq(SubSeq(seq, from, to), Test)
SelectLastInSubSeq(seq, from, to, Test(_)) ==
  SelectLastInSeq(SubSeq(seq, from, to), Test)

-----------------------------------------------------------------------------
(* Changed sequences *)

Reverse(s) == [i \in 1 .. Len(s) |-> s[Len(s) + 1 - i]]

(* s without any e, and s with new for each old. *)
Remove(s, e) == SelectSeq(s, LAMBDA x : x # e)
ReplaceAll(s, old, new) == [i \in 1 .. Len(s) |-> IF s[i] = old THEN new ELSE s[i]]

(* e put before the i-th element, in its place, and the i-th taken away. *)
InsertAt(s, i, e) == SubSeq(s, 1, i - 1) \o <<e>> \o SubSeq(s, i, Len(s))
ReplaceAt(s, i, e) == [s EXCEPT ![i] = e]
RemoveAt(s, i) == SubSeq(s, 1, i - 1) \o SubSeq(s, i + 1, Len(s))

(* s without its first element that satisfies Test, or that equals e. *)
RemoveFirstMatch(s, Test(_)) ==
  LET i == SelectInSeq(s, Test) IN IF i = 0 THEN s ELSE RemoveAt(s, i)
RemoveFirst(s, e) == RemoveFirstMatch(s, LAMBDA x : x = e)

Cons(elt, seq) == <<elt>> \o seq
Snoc(elt, seq) == Append(seq, elt)

(* All but the last element, and the last one. *)
Front(s) == SubSeq(s, 1, Len(s) - 1)
Last(s) == s[Len(s)]

-----------------------------------------------------------------------------
(* Prefixes and suffixes *)

IsPrefix(s, t) == Len(s) \leq Len(t) /\ SubSeq(s, 1, Len(s)) = SubSeq(t, 1, Len(s))
IsStrictPrefix(s, t) == IsPrefix(s, t) /\ s # t
IsSuffix(s, t) == IsPrefix(Reverse(s), Reverse(t))
IsStrictSuffix(s, t) == IsSuffix(s, t) /\ s # t

Prefixes(s) == {SubSeq(s, 1, n) : n \in 0 .. Len(s)}
Suffixes(s) == {SubSeq(s, n, Len(s)) : n \in 1 .. Len(s)} \cup {<<>>}

(* The prefixes that all sequences in S share, and the longest of them. *)
CommonPrefixes(S) ==
  {p \in UNION {Prefixes(s) : s \in S} : \A s \in S : IsPrefix(p, s)}
LongestCommonPrefix(S) ==
  CHOOSE p \in CommonPrefixes(S) : \A q \in CommonPrefixes(S) : Len(q) \leq Len(p)

-----------------------------------------------------------------------------
(* Folds *)

(* a modulo b, in 1 .. b. *)
SeqMod(a, b) == IF a % b = 0 THEN b ELSE a % b

(* op over the elements, in no particular order. *)
FoldSeq(op(_, _), base, seq) == FoldFunction(op, base, seq)

(* op(... op(op(base, s1), s2) ..., sn) *)
FoldLeft(op(_, _), base, seq) ==
  MapThenFoldSet(LAMBDA x, acc : op(acc, x), base, LAMBDA i : seq[i], Max, DOMAIN seq)

(* op(s1, op(s2, ... op(sn, base))) *)
FoldRight(op(_, _), seq, base) ==
  MapThenFoldSet(op, base, LAMBDA i : seq[i], Min, DOMAIN seq)

(* The same over the positions instead of the elements. *)
FoldLeftDomain(op(_, _), base, seq) == FoldLeft(op, base, [i \in DOMAIN seq |-> i])
FoldRightDomain(op(_, _), seq, base) == FoldRight(op, [i \in DOMAIN seq |-> i], base)

-----------------------------------------------------------------------------
(* Sequences of sequences *)

(* All the sequences (or texts) in seqs, one after the other. *)
FlattenSeq(seqs) ==
  LET Flat[i \in 1 .. Len(seqs)] ==
        IF i = 1 THEN seqs[1] ELSE Flat[i - 1] \o seqs[i]
  IN  IF Len(seqs) = 0 THEN seqs ELSE Flat[Len(seqs)]

(* Pairs of the elements at the same position, as far as both go. *)
Zip(s, t) ==
  [i \in 1 .. (IF Len(s) \leq Len(t) THEN Len(s) ELSE Len(t)) |-> <<s[i], t[i]>>]

(* <<s1>>, <<t1>>, <<s2>>, <<t2>>, ...; an error unless the lengths agree. *)
Interleave(s, t) ==
  CASE Len(s) = Len(t) ->
         [i \in 1 .. (2 * Len(s)) |->
            IF i % 2 = 1 THEN <<s[(i + 1) \div 2]>> ELSE <<t[i \div 2]>>]

-----------------------------------------------------------------------------
(* Parts of sequences *)

(* Runs of consecutive elements, the empty one too. *)
SubSeqs(s) == {SubSeq(s, i + 1, j) : i, j \in 0 .. Len(s)}

(* s with any of its elements left out. *)
AllSubSeqs(s) ==
  LET Keep(D) == FoldLeft(LAMBDA acc, i : IF i \in D THEN Append(acc, s[i]) ELSE acc,
                          <<>>, [i \in 1 .. Len(s) |-> i])
  IN  {Keep(D) : D \in SUBSET DOMAIN s}

(* Where s begins in t for the first time. *)
IndexFirstSubSeq(s, t) ==
  LET Starts == {i \in 1 .. (Len(t) + 1 - Len(s)) : SubSeq(t, i, i + Len(s) - 1) = s}
  IN  CHOOSE i \in Starts : \A j \in Starts : i \leq j

(* t with r for the s that begins at i, for the first s, and for each s. *)
ReplaceSubSeqAt(i, r, s, t) ==
  SubSeq(t, 1, i - 1) \o r \o SubSeq(t, i + Len(s), Len(t))
ReplaceFirstSubSeq(r, s, t) ==
  IF s \in SubSeqs(t) THEN ReplaceSubSeqAt(IndexFirstSubSeq(s, t), r, s, t) ELSE t

(* Matches are taken from the left and do not overlap; where s is empty, r *)
(* is put before each element of t.                                        *)
ReplaceAllSubSeqs(r, s, t) ==
  LET At(i) == i + Len(s) - 1 \leq Len(t) /\ SubSeq(t, i, i + Len(s) - 1) = s
      From[i \in 1 .. (Len(t) + 1)] ==
        IF i > Len(t) THEN <<>>
        ELSE IF Len(s) > 0 /\ At(i) THEN r \o From[i + Len(s)]
        ELSE IF Len(s) = 0 THEN r \o <<t[i]>> \o From[i + 1]
        ELSE <<t[i]>> \o From[i + 1]
  IN  IF s = t THEN r ELSE From[1]
=============================================================================
