---- MODULE Circle ----
EXTENDS Round
====
