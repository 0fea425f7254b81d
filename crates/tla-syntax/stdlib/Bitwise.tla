------------------------------- MODULE Bitwise ------------------------------
(***************************************************************************)
(* Natural numbers as sequences of bits.                                   *)
(***************************************************************************)
LOCAL INSTANCE Integers

(* Combines the bits of x and y with Op, from the lowest up. *)
LOCAL Combine(x, y, Op(_, _)) ==
  LET Bits[n, m \in Nat] ==
        IF n = 0 /\ m = 0 THEN 0 ELSE Op(n % 2, m % 2) + 2 * Bits[n \div 2, m \div 2]
  IN  Bits[x, y]

x & y == Combine(x, y, LAMBDA a, b : a * b)
x | y == Combine(x, y, LAMBDA a, b : a + b - a * b)
x ^^ y == Combine(x, y, LAMBDA a, b : (a + b) % 2)

(* Each bit of a turned round, up to the highest that is set. *)
Not(a) == Combine(a, 0, LAMBDA p, q : 1 - p)

(* n shifted right by pos bits. *)
shiftR(n, pos) == n \div (2 ^ pos)
=============================================================================
