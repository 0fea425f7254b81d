---- MODULE Large ----
\* Checked as MCLarge.
EXTENDS Naturals
CONSTANT Size
VARIABLE x
Init == x = 0
Next == x' = (x + 1) % Size
====
