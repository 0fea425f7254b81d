------------------------------ MODULE Naturals ------------------------------
(***************************************************************************)
(* The natural numbers and their arithmetic.                               *)
(*                                                                         *)
(* Numbers are built into the checker.  Where arithmetic is primitive the  *)
(* definition leaves the value open (CHOOSE v : TRUE), so that nothing     *)
(* false follows from it; the checker's own implementation is used.        *)
(***************************************************************************)

Nat == CHOOSE S : 0 \in S

a + b == CHOOSE v : TRUE
a - b == CHOOSE v : v + b = a
a * b == CHOOSE v : TRUE
a ^ b == CHOOSE v : TRUE

a \leq b == CHOOSE v \in BOOLEAN : TRUE
a \geq b == b \leq a
a < b == a \leq b /\ a # b
a > b == b < a

(* The numbers from a to b; none if a > b. *)
a .. b == CHOOSE S : \A n : n \in S <=> a \leq n /\ n \leq b

(* The quotient, rounded down, and the remainder in 0 .. b-1; b is positive. *)
a \div b == CHOOSE q : q * b \leq a /\ a < (q + 1) * b
a % b == a - b * (a \div b)
=============================================================================
