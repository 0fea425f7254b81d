---- MODULE TestIntegers ----
EXTENDS Integers

ASSUME -1 \in Int /\ 1 \in Int
ASSUME -1 \notin Nat
ASSUME Nat \subseteq Int
ASSUME 2 - 3 = -1
ASSUME -(-4) = 4 /\ -0 = 0
ASSUME (-7) \div 2 = -4 /\ -7 \div 2 = -3 /\ (-7) % 2 = 1
ASSUME 7 \div (-2) = -4 /\ (-7) \div (-2) = 3
ASSUME (-2) ^ 3 = -8
ASSUME -2 .. 1 = {-2, -1, 0, 1}
ASSUME -3 < -2 /\ (-2) * (-3) = 6
ASSUME \A a \in -9 .. 9, b \in 1 .. 4 : a = b * (a \div b) + (a % b)
====
