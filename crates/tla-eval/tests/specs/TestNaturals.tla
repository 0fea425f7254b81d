---- MODULE TestNaturals ----
EXTENDS Naturals

ASSUME 0 \in Nat /\ 7 \in Nat
ASSUME {0, 1} \subseteq Nat
ASSUME 2 + 3 = 5
ASSUME 3 - 2 = 1
ASSUME 4 * 5 = 20
ASSUME 2 ^ 10 = 1024 /\ 7 ^ 0 = 1 /\ 0 ^ 5 = 0
ASSUME 1 < 2 /\ ~(2 < 2)
ASSUME 2 > 1 /\ ~(2 > 2)
ASSUME 1 <= 2 /\ 2 =< 2 /\ 2 \leq 2 /\ ~(3 <= 2)
ASSUME 2 >= 1 /\ 2 \geq 2 /\ ~(1 >= 2)
ASSUME 1 .. 3 = {1, 2, 3} /\ 2 .. 1 = {} /\ 2 .. 2 = {2}
ASSUME 7 \div 2 = 3 /\ 6 \div 2 = 3 /\ 0 \div 5 = 0
ASSUME 7 % 2 = 1 /\ 6 % 2 = 0
ASSUME \A a \in 0 .. 20, b \in 1 .. 5 : a = b * (a \div b) + (a % b) /\ a % b \in 0 .. (b - 1)
====
