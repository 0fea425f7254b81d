---- MODULE Round ----
EXTENDS Circle
====
