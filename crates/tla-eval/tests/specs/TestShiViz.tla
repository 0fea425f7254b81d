---- MODULE TestShiViz ----
EXTENDS Naturals
(* Both need a trace, which a model of the Toolbox brings. *)
V == INSTANCE ShiViz
Names == <<V!Host, V!Clock>>
ASSUME TRUE
====
