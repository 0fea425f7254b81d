--------------------------------- MODULE TLC --------------------------------
(***************************************************************************)
(* Operators that talk to the model checker: printing, assertions,         *)
(* registers, and functions that are handy in models.                      *)
(*                                                                         *)
(* What a checker does beside computing a value cannot be written in TLA+; *)
(* the definitions say which value the operator has.                       *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE FiniteSets

(* Prints out and val; the value is val. *)
Print(out, val) == val

(* Prints out; the value is TRUE. *)
PrintT(out) == TRUE

(* An error with the message out where val is not TRUE. *)
Assert(val, out) == IF val = TRUE THEN TRUE ELSE CHOOSE v : TRUE

(* Milliseconds since 1 January 1970, the lowest 31 bits of them. *)
JavaTime == CHOOSE n \in Nat : TRUE

(* Registers.  Number i, or a text that names something the checker knows. *)
TLCGet(i) == CHOOSE v : TRUE
TLCSet(i, v) == TRUE

(* The function that maps d to e and nothing else. *)
d :> e == [x \in {d} |-> e]

(* Both functions together; f where both are defined. *)
f @@ g ==
  [x \in (DOMAIN f) \cup (DOMAIN g) |-> IF x \in DOMAIN f THEN f[x] ELSE g[x]]

(* All bijections from S to itself. *)
Permutations(S) == {f \in [S -> S] : {f[x] : x \in S} = S}

(* s sorted by Op, which is a total order. *)
SortSeq(s, Op(_, _)) ==
  LET Order == CHOOSE p \in Permutations(1 .. Len(s)) :
                 \A i, j \in 1 .. Len(s) :
                   i < j => Op(s[p[i]], s[p[j]]) \/ s[p[i]] = s[p[j]]
  IN  [i \in 1 .. Len(s) |-> s[Order[i]]]

(* The text with which v is printed. *)
ToString(v) == (CHOOSE r \in [value : {v}, text : STRING] : TRUE).text

(* An element of s chosen at random. *)
RandomElement(s) == CHOOSE x \in s : TRUE

(* Everything is an element of Any. *)
Any == CHOOSE S : TRUE

(* v, evaluated at once and not element by element later. *)
TLCEval(v) == v
=============================================================================
