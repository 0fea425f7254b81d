------------------------------ MODULE Sequences -----------------------------
(***************************************************************************)
(* Finite sequences.  A sequence of n elements is a function over 1 .. n.  *)
(***************************************************************************)
LOCAL INSTANCE Naturals

(* All sequences of elements of S. *)
Seq(S) == UNION {[1 .. n -> S] : n \in Nat}

Len(s) == CHOOSE n \in Nat : DOMAIN s = 1 .. n

(* s followed by t *)
s \o t ==
  [i \in 1 .. (Len(s) + Len(t)) |->
     IF i \leq Len(s) THEN s[i] ELSE t[i - Len(s)]]

Append(s, e) == s \o <<e>>

(* The elements at positions m to n; empty if m > n. *)
SubSeq(s, m, n) == [i \in 1 .. (1 + n - m) |-> s[m + i - 1]]

Head(s) == s[1]

(* All but the first element; s must not be empty. *)
Tail(s) ==
  CASE s # <<>> -> [i \in 1 .. (Len(s) - 1) |-> s[i + 1]]

(* The elements that satisfy Test, in the order they have in s. *)
SelectSeq(s, Test(_)) ==
  LET Selected[n \in 0 .. Len(s)] ==
        IF n = 0 THEN <<>>
        ELSE IF Test(s[n]) THEN Append(Selected[n - 1], s[n])
             ELSE Selected[n - 1]
  IN  Selected[Len(s)]
=============================================================================
