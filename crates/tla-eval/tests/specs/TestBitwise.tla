---- MODULE TestBitwise ----
EXTENDS Bitwise, Naturals

ASSUME 12 & 10 = 8 /\ 0 & 7 = 0
ASSUME 12 | 10 = 14 /\ 0 | 7 = 7
ASSUME 12 ^^ 10 = 6 /\ 7 ^^ 7 = 0
ASSUME Not(5) = 2 /\ Not(0) = 0
ASSUME shiftR(13, 2) = 3 /\ shiftR(13, 0) = 13 /\ shiftR(13, 5) = 0
====
