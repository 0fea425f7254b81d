-------------------------------- MODULE Reals -------------------------------
(***************************************************************************)
(* The real numbers.  The checker computes with whole numbers only: a      *)
(* specification that needs another real number is reported as an error.   *)
(***************************************************************************)
EXTENDS Integers

Real == CHOOSE S : Int \subseteq S

a / b == CHOOSE c \in Real : c * b = a

Infinity == CHOOSE i : i \notin Real /\ \A r \in Real : r < i
=============================================================================
