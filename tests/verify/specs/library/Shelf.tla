---- MODULE Shelf ----
Kept == 7
====
