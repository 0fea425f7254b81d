--------------------------------- MODULE Lock ---------------------------------
(***************************************************************************)
(* A distributed lock: a lock service lends a lease, the holder writes to  *)
(* a shared resource, and the resource checks a fencing token.             *)
(*                                                                         *)
(* The real thing: etcd, ZooKeeper, Consul or Redis (`SET key id NX PX`)   *)
(* as the lock service; a bucket, a table or a disk as the resource.       *)
(*                                                                         *)
(* Modelled: leases that run out, clocks that run slow, clients that pause *)
(* at any moment and for any time, crash and come back, requests that time *)
(* out and are sent again, messages that are lost, late, repeated or       *)
(* overtaken by others, a lock service that restarts.                      *)
(* Not modelled: renewal of a lease, a lock service that is itself a       *)
(* group of servers (see ../raft), a resource that forgets its token.      *)
(*                                                                         *)
(* Nobody reads a calendar. Every timer counts down the ticks that remain, *)
(* so time goes on without end and the model is finite all the same.       *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
    Clients,    \* who compete for the lock
    Nobody,     \* the lease's holder while the lock is free
    LeaseTime,  \* ticks of real time for which the service lends the lock
    Margin,     \* ticks by which a client gives up before its lease ends
    MaxLag,     \* ticks that a client's clock may lose during one lease
    MaxFaults,  \* how often something goes wrong: a message is lost, somebody crashes
    MaxToken    \* the highest token, which all leases from then on have: numbers that
                \* grow for ever would never let a state come back

(* What a correct lock does. Each model of a broken lock sets one to FALSE. *)
CONSTANTS
    Fencing,        \* the resource refuses tokens older than the newest it saw
    CheckExpiry,    \* a client looks at its clock before it relies on its lease
    CheckOwner,     \* the service frees the lock only for the one who holds it
    PersistToken,   \* the service still knows the last token after a restart
    ExpireLease,    \* the service takes the lock back when its lease has run out
    RetryRequest    \* a client asks again when it has waited too long

ASSUME LeaseTime \in Nat /\ Margin \in 0 .. LeaseTime /\ MaxLag \in Nat /\ MaxFaults \in Nat

VARIABLES
    lease,      \* at the service: who holds the lock, under which token, how long
    lastToken,  \* at the service: the last token that was lent
    client,     \* what each client knows
    network,    \* messages on their way, in no order
    highest,    \* at the resource: the highest token it saw
    faults,     \* how often something has gone wrong
    issued,     \* history: how often the lock was lent, up to MaxToken
    accepted    \* history: tokens of accepted writes, in order, repeats left out

variables == <<lease, lastToken, client, network, highest, faults, issued, accepted>>

Tokens == 1 .. MaxToken
NoToken == 0

Free == [holder |-> Nobody, token |-> NoToken, remaining |-> 0]

Message == [type : {"acquire", "grant", "release", "write"},
            client : Clients,
            token : Tokens \union {NoToken}]

TypeOK ==
    /\ lease \in [holder : Clients \union {Nobody},
                  token : Tokens \union {NoToken},
                  remaining : 0 .. LeaseTime]
    /\ lease # Free => lease.remaining > 0
    /\ lastToken \in Tokens \union {NoToken}
    /\ client \in [Clients -> [phase : {"idle", "waiting", "holding", "crashed"},
                               token : Tokens \union {NoToken},
                               remaining : 0 .. LeaseTime,
                               lag : 0 .. MaxLag]]
    /\ network \subseteq Message
    /\ highest \in Tokens \union {NoToken}
    /\ faults \in 0 .. MaxFaults
    /\ issued \in 0 .. MaxToken
    /\ accepted \in Seq(Tokens)

MessageOf(type, c, token) == [type |-> type, client |-> c, token |-> token]

Idle == [phase |-> "idle", token |-> NoToken, remaining |-> 0, lag |-> 0]
Crashed == [Idle EXCEPT !.phase = "crashed"]

Init ==
    /\ lease = Free
    /\ lastToken = NoToken
    /\ client = [c \in Clients |-> Idle]
    /\ network = {}
    /\ highest = NoToken
    /\ faults = 0
    /\ issued = 0
    /\ accepted = <<>>

(* A fault is a step that may be taken, but not more than MaxFaults times. *)
Fault == faults < MaxFaults /\ faults' = faults + 1

(* Client and service talk over a connection: a request, its answer and a release
   arrive at most once, and those of an old connection not at all. Writes go to
   the resource, by whatever way: they may arrive late, and again.              *)
ConnectionOf(c) == {m \in network : m.client = c /\ m.type # "write"}

-------------------------------------------------------------------------------
(* The lock service. *)

CountedUp(number) == IF number < MaxToken THEN number + 1 ELSE number

(* The lock is free, so the service lends it under a new token. The answer may
   be late: the client learns of it in a step of its own.                    *)
Grant(c) ==
    LET request == MessageOf("acquire", c, NoToken)
        token == CountedUp(lastToken)
    IN
    /\ request \in network
    /\ lease = Free
    /\ lease' = [holder |-> c, token |-> token, remaining |-> LeaseTime]
    /\ lastToken' = token
    /\ issued' = CountedUp(issued)
    /\ network' = (network \ {request}) \union {MessageOf("grant", c, token)}
    /\ UNCHANGED <<client, highest, faults, accepted>>

(* A client says that it is done. The message may come after its lease ended,
   when the lock is another client's.                                        *)
ReceiveRelease(m) ==
    LET owner == lease.holder = m.client /\ lease.token = m.token IN
    /\ m.type = "release"
    /\ network' = network \ {m}
    /\ lease' = IF owner \/ ~CheckOwner THEN Free ELSE lease
    /\ UNCHANGED <<lastToken, client, highest, faults, issued, accepted>>

(* The service starts again. Lease and token are on its disk, or should be;
   what was on its way by the old connections is lost.                      *)
RestartService ==
    /\ Fault
    /\ lastToken' = IF PersistToken THEN lastToken ELSE NoToken
    /\ network' = {m \in network : m.type = "write"}
    /\ UNCHANGED <<lease, client, highest, issued, accepted>>

-------------------------------------------------------------------------------
(* The clients. Between any two steps of a client there may be a pause: of its
   garbage collector, its scheduler, its virtual machine.                    *)

(* It asks for the lock, by a new connection. Its timer starts now, before the
   service's can.                                                            *)
Ask(c) ==
    /\ client' = [client EXCEPT ![c] = [phase |-> "waiting",
                                        token |-> NoToken,
                                        remaining |-> LeaseTime - Margin,
                                        lag |-> 0]]
    /\ network' = (network \ ConnectionOf(c)) \union {MessageOf("acquire", c, NoToken)}
    /\ UNCHANGED <<lease, lastToken, highest, faults, issued, accepted>>

Request(c) == client[c].phase = "idle" /\ Ask(c)

(* No answer came in time. One that comes now could be of a lease that has run
   out, so it hangs up and asks again.                                       *)
Retry(c) ==
    /\ RetryRequest
    /\ client[c].phase = "waiting"
    /\ client[c].remaining = 0
    /\ Ask(c)

LeaseLooksValid(c) == client[c].remaining > 0 \/ ~CheckExpiry

ReceiveGrant(c) ==
    /\ client[c].phase = "waiting"
    /\ LeaseLooksValid(c)
    /\ \E m \in ConnectionOf(c) :
        /\ m.type = "grant"
        /\ network' = network \ {m}
        /\ client' = [client EXCEPT ![c].phase = "holding", ![c].token = m.token]
    /\ UNCHANGED <<lease, lastToken, highest, faults, issued, accepted>>

(* It looks at its clock, then writes. The message may take any time: a pause
   between the look and the write is no different from a slow network.       *)
SendWrite(c) ==
    /\ client[c].phase = "holding"
    /\ LeaseLooksValid(c)
    /\ network' = network \union {MessageOf("write", c, client[c].token)}
    /\ UNCHANGED <<lease, lastToken, client, highest, faults, issued, accepted>>

(* It is done before its time is up, and says so. *)
Release(c) ==
    /\ client[c].phase = "holding"
    /\ LeaseLooksValid(c)
    /\ client' = [client EXCEPT ![c] = Idle]
    /\ network' = network \union {MessageOf("release", c, client[c].token)}
    /\ UNCHANGED <<lease, lastToken, highest, faults, issued, accepted>>

(* Its time is up: it stops, without a word. *)
GiveUp(c) ==
    /\ client[c].phase = "holding"
    /\ ~LeaseLooksValid(c)
    /\ client' = [client EXCEPT ![c] = Idle]
    /\ UNCHANGED <<lease, lastToken, network, highest, faults, issued, accepted>>

(* It forgets everything, the lock that it holds too. What it has sent is still
   on its way.                                                               *)
Crash(c) ==
    /\ client[c].phase # "crashed"
    /\ Fault
    /\ client' = [client EXCEPT ![c] = Crashed]
    /\ UNCHANGED <<lease, lastToken, network, highest, issued, accepted>>

Recover(c) ==
    /\ client[c].phase = "crashed"
    /\ client' = [client EXCEPT ![c] = Idle]
    /\ UNCHANGED <<lease, lastToken, network, highest, faults, issued, accepted>>

-------------------------------------------------------------------------------
(* The resource. A write stays in the network, because it may arrive again. *)

ReceiveWrite(m) ==
    LET valid == m.token >= highest \/ ~Fencing
        repeated == accepted # <<>> /\ accepted[Len(accepted)] = m.token
    IN
    /\ m.type = "write"
    /\ highest' = IF m.token > highest THEN m.token ELSE highest
    /\ accepted' = IF valid /\ ~repeated THEN Append(accepted, m.token) ELSE accepted
    /\ UNCHANGED <<lease, lastToken, client, network, faults, issued>>

-------------------------------------------------------------------------------
(* The network. A write that is lost is one that never arrives, for which no
   step is needed: nobody waits for it.                                      *)
Lose(m) ==
    /\ m.type # "write"
    /\ Fault
    /\ network' = network \ {m}
    /\ UNCHANGED <<lease, lastToken, client, highest, issued, accepted>>

(* A tick of real time. The service's clock keeps up with it, and a lease that
   has run out is none. A client's clock may miss the tick, but not more than
   MaxLag times during one lease.                                            *)
Tick ==
    \E slow \in SUBSET {c \in Clients : client[c].remaining > 0 /\ client[c].lag < MaxLag} :
        /\ client' = [c \in Clients |->
              IF c \in slow
              THEN [client[c] EXCEPT !.lag = @ + 1]
              ELSE IF client[c].remaining > 1
              THEN [client[c] EXCEPT !.remaining = @ - 1]
              ELSE [client[c] EXCEPT !.remaining = 0, !.lag = 0]]
        /\ lease' = IF lease.remaining > 1
                    THEN [lease EXCEPT !.remaining = @ - 1]
                    ELSE IF ExpireLease THEN Free ELSE lease
        /\ UNCHANGED <<lastToken, network, highest, faults, issued, accepted>>

ClientReturns(c) == Request(c) \/ GiveUp(c) \/ Recover(c)

Next ==
    \/ Tick
    \/ RestartService
    \/ \E c \in Clients :
          \/ Grant(c)
          \/ ClientReturns(c) \/ Retry(c) \/ ReceiveGrant(c)
          \/ SendWrite(c) \/ Release(c) \/ Crash(c)
    \/ \E m \in network : ReceiveRelease(m) \/ ReceiveWrite(m) \/ Lose(m)

-------------------------------------------------------------------------------
(* What the outcome of a wait relies on. Nobody has to give the lock back early, to
   ask for it, or to come back after a crash. Weak fairness asks for what can
   be done at any time, strong fairness for what can be done again and again.  *)

TimeGoesOn == WF_variables(Tick)

(* A client asks again, and not each and every time while the lock is taken. *)
ClientsAskAgain == \A c \in Clients :
    WF_variables(Retry(c)) /\ SF_variables(lease = Free /\ Retry(c))

(* The way back is not too slow each and every time. *)
AnswersArriveInTime == \A c \in Clients : SF_variables(ReceiveGrant(c))

GrantInTime(c) == client[c].remaining > 0 /\ Grant(c)

(* The service does not pass over a client, or answer it too late, each and every
   time that the lock is free. A queue does not, as in ZooKeeper and etcd.       *)
ServiceIsFair == \A c \in Clients : SF_variables(GrantInTime(c))

(* It lends the lock to whoever comes first, as Redis does. *)
ServiceIsUnfair == SF_variables(\E c \in Clients : GrantInTime(c))

(* Clients that always want the lock again: not needed for those that wait, but to
   see that there are any.                                                        *)
ClientsStayBusy == \A c \in Clients : WF_variables(ClientReturns(c))

Behaviour == Init /\ [][Next]_variables
ClientsWait == TimeGoesOn /\ ClientsAskAgain

Spec == Behaviour /\ ClientsWait /\ AnswersArriveInTime /\ ServiceIsFair
BusySpec == Spec /\ ClientsStayBusy
UnfairServiceSpec == Behaviour /\ ClientsWait /\ AnswersArriveInTime /\ ServiceIsUnfair
LateAnswersSpec == Behaviour /\ ClientsWait /\ ServiceIsFair

-------------------------------------------------------------------------------
(* Safety. *)

(* A client acts as the owner of the lock: it has a token, and its own clock
   says that the lease still runs.                                           *)
BelievesToHold(c) ==
    client[c].phase = "holding" /\ LeaseLooksValid(c)

(* What the lock is for: once the resource took a write under one token, it
   takes none under an older one. The writes of two holders never mix.       *)
MutualExclusion ==
    \A i, j \in 1 .. Len(accepted) : i < j => accepted[i] < accepted[j]

(* The n-th lease has the token n, so that each is higher than all before. *)
TokenMonotonicity ==
    lease # Free => lease.token = issued

(* No two clients believe at the same time that the lock is theirs. *)
AtMostOneHolder ==
    \A c, d \in Clients : BelievesToHold(c) /\ BelievesToHold(d) => c = d

(* The service does not take the lock away from a client that counts on it. *)
LeaseHonoured ==
    \A c \in Clients : BelievesToHold(c) =>
        lease.holder = c /\ lease.token = client[c].token /\ lease.remaining > 0

(* The resource acts on nothing but tokens that the service lent. *)
OnlyLentTokens ==
    \A i \in 1 .. Len(accepted) : accepted[i] <= issued

(* The write of the newest holder that the resource has heard of is taken. *)
NewestWriteTaken ==
    highest = IF accepted = <<>> THEN NoToken ELSE accepted[Len(accepted)]

IsSent(m) == m \in network' \ network

(* Nobody acts on what has not arrived, and a client on no lease that has run out. *)
ActsOnMessages ==
    [][/\ lease'.holder \notin {lease.holder, Nobody} =>
             MessageOf("acquire", lease'.holder, NoToken) \in network
       /\ \A c \in Clients : client[c].phase = "waiting" /\ client'[c].phase = "holding" =>
             MessageOf("grant", c, client'[c].token) \in network /\ client[c].remaining > 0
       /\ \A c \in Clients, t \in Tokens :
             IsSent(MessageOf("write", c, t)) \/ IsSent(MessageOf("release", c, t)) =>
                 BelievesToHold(c) /\ client[c].token = t
       /\ \A m \in network : m.type = "write" => m \in network'
      ]_variables

(* The state diagram of a client. It waits until its time is up, and gives back a
   lock that it still has.                                                       *)
ClientDiagram ==
    {<<"idle", "waiting">>, <<"waiting", "holding">>, <<"holding", "idle">>, <<"crashed", "idle">>}
    \union ({"idle", "waiting", "holding"} \X {"crashed"})

FollowsDiagram ==
    [][\A c \in Clients :
          LET before == client[c]
              after == client'[c]
          IN /\ before.phase # after.phase => <<before.phase, after.phase>> \in ClientDiagram
             /\ before.phase = after.phase /\ after.remaining > before.remaining =>
                   before.phase = "waiting" /\ before.remaining = 0
             /\ BelievesToHold(c) /\ after.phase = "idle" =>
                   MessageOf("release", c, before.token) \in network'
      ]_variables

(* What goes wrong is counted, and nothing else is: MaxFaults bounds what it says. *)
ClientCrashes == \E c \in Clients : client[c].phase # "crashed" /\ client'[c].phase = "crashed"
ConnectionsBreak == \E m \in network \ network' : m.type \in {"acquire", "grant"} /\ UNCHANGED <<lease, client>>
NothingToBreak == \A m \in network : m.type = "write"

FaultsAreCounted ==
    /\ faults = 0
    /\ [][ClientCrashes \/ ConnectionsBreak => faults' = faults + 1]_variables
    /\ [][faults' = faults + 1 => ClientCrashes \/ network # network' \/ NothingToBreak]_variables

(* Seen from outside, this is the critical section of a textbook. *)
Stage == [c \in Clients |->
    IF BelievesToHold(c) THEN "inside"
    ELSE IF client[c].phase = "waiting" THEN "waiting" ELSE "outside"]

Abstract == INSTANCE CriticalSection WITH Processes <- Clients, stage <- Stage

RefinesCriticalSection == Abstract!Spec

-------------------------------------------------------------------------------
(* Liveness. *)

(* The lock never stays with a client that crashed, or hangs. *)
LockComesFree == []<>(lease = Free)

(* Deadlock freedom: while somebody waits, somebody gets the lock. *)
SomebodyServed ==
    (\E c \in Clients : client[c].phase = "waiting") ~>
        \/ \E c \in Clients : BelievesToHold(c)
        \/ \A c \in Clients : client[c].phase # "waiting"

(* No starvation: whoever waits gets the lock, unless it crashes before. *)
EveryWaiterServed ==
    \A c \in Clients :
        client[c].phase = "waiting" ~> client[c].phase \in {"holding", "crashed"}

(* Where clients always want the lock again, each has it again and again. *)
EveryClientServed == \A c \in Clients : []<>BelievesToHold(c)
===============================================================================
