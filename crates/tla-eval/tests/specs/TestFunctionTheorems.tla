---- MODULE TestFunctionTheorems ----
EXTENDS FunctionTheorems
ASSUME Range(<<1>>) = {1} /\ -1 \in Int
====
