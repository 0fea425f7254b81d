---- MODULE UsesLibrary ----
EXTENDS Shelf
ASSUME Kept = 7
====
