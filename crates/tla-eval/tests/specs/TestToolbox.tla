---- MODULE TestToolbox ----
EXTENDS Naturals
(* A model replaces the trace; without one only its users can be named. *)
T == INSTANCE Toolbox
Position == T!_TEPosition
Explored == T!_TETrace
ASSUME TRUE
====
