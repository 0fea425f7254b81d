---- MODULE Messages ----
\* Strings, records and sets, so that a checkpoint has symbols to keep.
EXTENDS Naturals, TLC
VARIABLES sent, counts
Kinds == {"request", "grant", "release", "timeout"}
Init == sent = {} /\ counts = [kind \in Kinds |-> 0]
Send(kind) ==
    /\ counts[kind] < 6
    /\ counts' = [counts EXCEPT ![kind] = @ + 1]
    /\ sent' = sent \cup {[kind |-> kind, text |-> ToString(counts[kind])]}
Reset == counts["timeout"] = 6 /\ counts' = [counts EXCEPT !["timeout"] = 0] /\ UNCHANGED sent
Next == Reset \/ \E kind \in Kinds : Send(kind)
Sound == \A message \in sent : message.kind \in Kinds
====
