---- MODULE TestBagsTheorems ----
EXTENDS BagsTheorems
ASSUME EmptyBag = <<>>
====
