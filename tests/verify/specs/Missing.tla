---- MODULE Missing ----
EXTENDS Naturals, Elsewhere
====
