---- MODULE Explained ----
EXTENDS Naturals, FiniteSets, Sequences
CONSTANTS Clients, None
VARIABLES holder, pc, queue
vars == <<holder, pc, queue>>
TypeOK == /\ holder \in SUBSET Clients
          /\ pc \in [Clients -> {"idle", "waiting", "critical"}]
Init == holder = {} /\ pc = [c \in Clients |-> "idle"] /\ queue = <<>>
Request(c) == /\ pc[c] = "idle"
              /\ pc' = [pc EXCEPT ![c] = "waiting"]
              /\ queue' = Append(queue, c)
              /\ UNCHANGED holder
Acquire(c) ==
  /\ pc[c] = "waiting"
  /\ Len(queue) > 0
  /\ pc' = [pc EXCEPT ![c] = "critical"]
  /\ holder' = holder \cup {c}
  /\ UNCHANGED queue
Next == \E c \in Clients : Request(c) \/ Acquire(c)
Spec == Init /\ [][Next]_vars
Critical(c) == pc[c] = "critical"
Mutex == /\ TypeOK
         /\ \A a, b \in Clients :
              a # b => LET both == Critical(a) /\ Critical(b) IN ~both
Few == Cardinality({c \in Clients : Critical(c)}) <= 1
====
