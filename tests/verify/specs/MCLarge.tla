---- MODULE MCLarge ----
EXTENDS Large
MCSize == 4
====
