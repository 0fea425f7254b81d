------------------------------ MODULE LeaderLease ------------------------------
(***************************************************************************)
(* Leader election by lease: of several equal processes one leads, for as  *)
(* long as it can renew a lease that a store keeps for it.                 *)
(*                                                                         *)
(* The real thing: Kubernetes controllers with their Lease objects, etcd   *)
(* and Consul sessions, a row with a time in a database, DynamoDB's lock   *)
(* client. Gray and Cheriton, "Leases", SOSP 1989.                         *)
(*                                                                         *)
(* Modelled: clocks that drift, messages that are lost, late, repeated or  *)
(* overtaken by others, candidates that crash and come back, a store that  *)
(* crashes and comes back, requests that time out and are sent again.      *)
(* Not modelled: a leader that is paused between looking at its clock and  *)
(* acting, for which there are fencing tokens (see ../lock); giving the    *)
(* lease back early; a store of several servers (see ../raft).             *)
(*                                                                         *)
(* Time is counted in ticks of the store's clock. A candidate's clock may  *)
(* show up to MaxDrift ticks more or less since it sent a request, so what *)
(* it does by its clock may happen at any moment within these bounds.      *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
    Candidates,
    Nobody,         \* in place of a candidate that has the lease
    Duration,       \* ticks for which the store grants the lease
    MaxDrift,       \* ticks by which two clocks differ after such a time, at most
    MaxMessages     \* bound of the model: a candidate's messages on their way

(* What a correct system does. Each model of a broken one sets one to FALSE. *)
CONSTANTS
    AllowForDrift,      \* a leader stops MaxDrift before its lease is over
    CountFromRequest,   \* it counts from when it asked, not from the answer
    CheckHolder,        \* the store gives a lease that runs to nobody else
    ExpireLease,        \* the store takes a lease back that was not renewed
    PersistLease,       \* the store still knows the lease after a restart
    RetryRequests       \* who gets no answer asks again

ASSUME MaxDrift \in Nat /\ Duration \in Nat /\ Duration > 2 * MaxDrift

VARIABLES
    candidate,  \* what each candidate is and knows; all of it in memory only
    store,      \* whether the store is up
    holder,     \* on the store's disk: who has the lease
    left,       \* in the store's memory: ticks until the lease is over
    network     \* messages on their way, in no order

variables == <<candidate, store, holder, left, network>>

(* By its own clock, a leader leads for so long after the request. *)
Term == IF AllowForDrift THEN Duration - MaxDrift ELSE Duration

(* Ticks after which every clock within the bounds shows that this time is over,
   and the first at which some clock may.                                      *)
Latest == Term + MaxDrift
Earliest == Term - MaxDrift

Message == [type : {"request", "answer"}, candidate : Candidates, age : 0 .. Latest - 1]

TypeOK ==
    /\ candidate \in [Candidates -> [state : {"down", "follower", "leader"},
                                     waiting : BOOLEAN,         \* for an answer
                                     age : 0 .. Latest - 1]]    \* ticks since it asked
    /\ store \in {"up", "down"}
    /\ holder \in Candidates \union {Nobody}
    /\ left \in 0 .. Duration
    /\ network \subseteq Message

Follower == [state |-> "follower", waiting |-> FALSE, age |-> 0]
Down == [Follower EXCEPT !.state = "down"]

Up(c) == candidate[c].state # "down"
Leads(c) == candidate[c].state = "leader"

Init ==
    /\ candidate = [c \in Candidates |-> Follower]
    /\ store = "up"
    /\ holder = Nobody
    /\ left = 0
    /\ network = {}

-------------------------------------------------------------------------------
(* The network. *)

Room(c) == Cardinality({m \in network : m.candidate = c}) < MaxMessages

(* A message that was received leaves the network, or stays and comes again; and
   another one may go out in answer.                                           *)
Receive(m, answers) ==
    \E rest \in {network, network \ {m}} :
        network' = rest \union answers

Lose(m) ==
    /\ network' = network \ {m}
    /\ UNCHANGED <<candidate, store, holder, left>>

-------------------------------------------------------------------------------
(* The candidates. *)

(* A follower asks for the lease, a leader asks for more of it. *)
SendRequest(c) ==
    /\ Up(c)
    /\ ~candidate[c].waiting
    /\ Room(c)
    /\ candidate' = [candidate EXCEPT ![c].waiting = TRUE]
    /\ network' = network \union {[type |-> "request", candidate |-> c, age |-> 0]}
    /\ UNCHANGED <<store, holder, left>>

(* It has waited long enough for an answer, and may ask again. *)
Timeout(c) ==
    /\ RetryRequests
    /\ candidate[c].waiting
    /\ candidate' = [candidate EXCEPT ![c].waiting = FALSE]
    /\ UNCHANGED <<store, holder, left, network>>

Min(a, b) == IF a < b THEN a ELSE b

(* The lease was granted. The time of the leader runs from its request: nobody
   knows when the store granted it, only that it was not before.              *)
ReceiveAnswer(m) ==
    LET c == m.candidate
        age == IF CountFromRequest THEN m.age ELSE 0
    IN
    /\ m.type = "answer"
    /\ Up(c)
    /\ candidate' = [candidate EXCEPT ![c] =
           [state |-> "leader",
            waiting |-> FALSE,
            age |-> IF Leads(c) THEN Min(@.age, age) ELSE age]]
    /\ Receive(m, {})
    /\ UNCHANGED <<store, holder, left>>

(* By its own clock, the leader's time is over. Tick says when it is at the latest. *)
StepDown(c) ==
    /\ Leads(c)
    /\ candidate[c].age >= Earliest
    /\ candidate' = [candidate EXCEPT ![c] = [@ EXCEPT !.state = "follower", !.age = 0]]
    /\ UNCHANGED <<store, holder, left, network>>

Crash(c) ==
    /\ Up(c)
    /\ candidate' = [candidate EXCEPT ![c] = Down]
    /\ UNCHANGED <<store, holder, left, network>>

Restart(c) ==
    /\ ~Up(c)
    /\ candidate' = [candidate EXCEPT ![c] = Follower]
    /\ UNCHANGED <<store, holder, left, network>>

-------------------------------------------------------------------------------
(* The store. *)

Answer(m) == [m EXCEPT !.type = "answer"]

(* The lease is free, or the candidate has it already. *)
Grant(m) ==
    /\ store = "up"
    /\ m.type = "request"
    /\ holder \in {Nobody, m.candidate} \/ ~CheckHolder
    /\ holder' = m.candidate
    /\ left' = Duration
    /\ Receive(m, {Answer(m)})
    /\ UNCHANGED <<candidate, store>>

(* Another one has the lease. No answer is needed: the candidate will ask again. *)
Refuse(m) ==
    /\ store = "up"
    /\ m.type = "request"
    /\ holder \notin {Nobody, m.candidate}
    /\ CheckHolder
    /\ Receive(m, {})
    /\ UNCHANGED <<candidate, store, holder, left>>

CrashStore ==
    /\ store = "up"
    /\ store' = "down"
    /\ UNCHANGED <<candidate, holder, left, network>>

(* The store knows who has the lease, but not for how long it was down itself, so
   it lets the whole time of the lease pass once more.                          *)
RestartStore ==
    /\ store = "down"
    /\ store' = "up"
    /\ holder' = IF PersistLease THEN holder ELSE Nobody
    /\ left' = IF holder' = Nobody THEN 0 ELSE Duration
    /\ UNCHANGED <<candidate, network>>

-------------------------------------------------------------------------------
(* A tick of the store's clock. A leader whose time is over by every clock does not
   lead any longer; a message that is as old as that is of no use, and dropped.   *)

Older(c) ==
    IF ~Leads(c) THEN candidate[c]
    ELSE IF candidate[c].age + 1 < Latest THEN [candidate[c] EXCEPT !.age = @ + 1]
    ELSE [candidate[c] EXCEPT !.state = "follower", !.age = 0]

Tick ==
    /\ candidate' = [c \in Candidates |-> Older(c)]
    /\ network' = {[m EXCEPT !.age = @ + 1] : m \in {n \in network : n.age + 1 < Latest}}
    /\ IF store = "up" /\ holder # Nobody /\ ExpireLease
       THEN left' = left - 1 /\ holder' = IF left = 1 THEN Nobody ELSE holder
       ELSE UNCHANGED <<holder, left>>
    /\ UNCHANGED store

Next ==
    \/ Tick \/ CrashStore \/ RestartStore
    \/ \E c \in Candidates :
           SendRequest(c) \/ Timeout(c) \/ StepDown(c) \/ Crash(c) \/ Restart(c)
    \/ \E m \in network :
           Grant(m) \/ Refuse(m) \/ ReceiveAnswer(m) \/ Lose(m)

ReceiveRequestOf(c) == \E m \in network : m.candidate = c /\ (Grant(m) \/ Refuse(m))
ReceiveAnswerOf(c) == \E m \in network : m.candidate = c /\ ReceiveAnswer(m)

(* Time goes on, and who is up asks again and again. The network may lose any
   number of messages, but of those that are sent again and again not all.     *)
Fairness ==
    /\ WF_variables(Tick)
    /\ \A c \in Candidates :
           /\ WF_variables(SendRequest(c))
           /\ WF_variables(Timeout(c))
           /\ SF_variables(ReceiveRequestOf(c))
           /\ SF_variables(ReceiveAnswerOf(c))

Safety == Init /\ [][Next]_variables
Spec == Safety /\ Fairness

-------------------------------------------------------------------------------
(* Safety. *)

(* At most one candidate believes that it leads, and acts as a leader. *)
OneLeader == Cardinality({c \in Candidates : Leads(c)}) <= 1

(* Who leads has the lease, and not for a moment longer. *)
LeaderHasLease == \A c \in Candidates : Leads(c) => holder = c

(* A lease that nobody has does not run, and one that somebody has is not over. By
   the candidates' clocks only the time of a leader runs.                        *)
LeaseRuns ==
    /\ (holder = Nobody) = (left = 0)
    /\ \A c \in Candidates : Leads(c) \/ candidate[c].age = 0

(* Who leads goes on until its clock may show that its time is over, unless it crashes. *)
LeadsWhileItMay ==
    [][\A c \in Candidates : Leads(c) /\ ~Leads(c)' =>
           \/ ~Up(c)'
           \/ candidate[c].age >= Earliest
           \/ candidate[c].age + 1 = Latest]_variables

(* Who has asked waits, and asks again only when it has an answer or waits no longer. *)
AsksOnce ==
    LET Asked(c) == [type |-> "request", candidate |-> c, age |-> 0] IN
    [][\A c \in Candidates :
           Asked(c) \in network' \ network => ~candidate[c].waiting /\ candidate'[c].waiting]_variables

(* Who is down neither leads nor answers, and its time stands still. *)
DownDoesNothing ==
    [][/\ store = "down" /\ store' = "down" => UNCHANGED <<holder, left>>
       /\ \A c \in Candidates : ~Up(c) => candidate'[c] \in {candidate[c], Follower}]_variables

(* The lease goes to who asks for it, and who leads was told so. *)
ActsOnMessages ==
    LET Arrived(type, c) == \E m \in network : m.type = type /\ m.candidate = c IN
    [][/\ store = "up" /\ (left' > left \/ (holder' # holder /\ holder' # Nobody)) =>
              Arrived("request", holder')
       /\ \A c \in Candidates : ~Leads(c) /\ Leads(c)' => Arrived("answer", c)]_variables

(* For those who rely on the leader the whole system is no more than Leadership. *)
Leader == IF \E c \in Candidates : Leads(c) THEN CHOOSE c \in Candidates : Leads(c) ELSE Nobody
Abstract == INSTANCE Leadership WITH leader <- Leader
NoDirectHandover == Abstract!Spec

-------------------------------------------------------------------------------
(* Liveness. *)

(* From some time on the store is up, nobody crashes and nobody comes back, and not
   all candidates are down.                                                        *)
CrashesEnd ==
    /\ <>[](store = "up")
    /\ \A c \in Candidates : <>[]Up(c) \/ <>[]~Up(c)
    /\ \E c \in Candidates : <>[]Up(c)

(* Then, whoever led before and crashed, there is a leader again and again. *)
LeaderElected == CrashesEnd => []<>(\E c \in Candidates : Leads(c))

(* Once the store stays up, a lease whose holder is dead is free again in the end. *)
DeadHolderLosesLease ==
    <>[](store = "up") =>
        \A c \in Candidates : (holder = c /\ ~Up(c)) ~> (holder # c \/ Up(c))
===============================================================================
