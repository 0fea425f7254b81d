--------------------------------- MODULE Lock ---------------------------------
(***************************************************************************)
(* A distributed lock: a lock service lends a lease, the holder writes to  *)
(* a shared resource, and the resource checks a fencing token.             *)
(*                                                                         *)
(* The real thing: etcd, ZooKeeper, Consul or Redis (`SET key id NX PX`)   *)
(* as the lock service; a bucket, a table or a disk as the resource.       *)
(*                                                                         *)
(* Modelled: leases that run out, clocks that run slow, clients that pause *)
(* at any moment and for any time, messages that are lost, late or         *)
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
    MaxToken    \* bound of the model: how often the lock is lent

(* What a correct lock does. Each model of a broken lock sets one to FALSE. *)
CONSTANTS
    Fencing,        \* the resource refuses tokens older than the newest it saw
    CheckExpiry,    \* a client looks at its clock before it relies on its lease
    CheckOwner,     \* the service frees the lock only for the one who holds it
    PersistToken    \* the service still knows the last token after a restart

ASSUME LeaseTime \in Nat /\ Margin \in 0 .. LeaseTime /\ MaxLag \in Nat

VARIABLES
    lease,      \* at the service: who holds the lock, under which token, how long
    lastToken,  \* at the service: the last token that was lent
    client,     \* what each client knows
    network,    \* messages on their way, in no order
    highest,    \* at the resource: the highest token it saw
    issued,     \* history: all tokens lent, in order
    accepted    \* history: tokens of accepted writes, in order, repeats left out

variables == <<lease, lastToken, client, network, highest, issued, accepted>>

Tokens == 1 .. MaxToken
NoToken == 0

Message == [type : {"acquire", "grant", "release", "write"},
            client : Clients,
            token : Tokens \union {NoToken}]

TypeOK ==
    /\ lease \in [holder : Clients \union {Nobody},
                  token : Tokens \union {NoToken},
                  remaining : 0 .. LeaseTime]
    /\ lastToken \in Tokens \union {NoToken}
    /\ client \in [Clients -> [phase : {"idle", "waiting", "holding"},
                               token : Tokens \union {NoToken},
                               remaining : 0 .. LeaseTime,
                               lag : 0 .. MaxLag]]
    /\ network \subseteq Message
    /\ highest \in Tokens \union {NoToken}
    /\ issued \in Seq(Tokens)
    /\ accepted \in Seq(Tokens)

MessageOf(type, c, token) == [type |-> type, client |-> c, token |-> token]

Free == [holder |-> Nobody, token |-> NoToken, remaining |-> 0]
Idle == [phase |-> "idle", token |-> NoToken, remaining |-> 0, lag |-> 0]

Init ==
    /\ lease = Free
    /\ lastToken = NoToken
    /\ client = [c \in Clients |-> Idle]
    /\ network = {}
    /\ highest = NoToken
    /\ issued = <<>>
    /\ accepted = <<>>

-------------------------------------------------------------------------------
(* The lock service. *)

(* The lock is free, so the service lends it under a new token. The answer may
   be late: the client learns of it in a step of its own.                    *)
Grant(m) ==
    LET token == lastToken + 1 IN
    /\ m.type = "acquire"
    /\ lease = Free
    /\ Len(issued) < MaxToken
    /\ lease' = [holder |-> m.client, token |-> token, remaining |-> LeaseTime]
    /\ lastToken' = token
    /\ issued' = Append(issued, token)
    /\ network' = (network \ {m}) \union {MessageOf("grant", m.client, token)}
    /\ UNCHANGED <<client, highest, accepted>>

(* A client says that it is done. The message may come after its lease ended. *)
ReceiveRelease(m) ==
    /\ m.type = "release"
    /\ network' = network \ {m}
    /\ lease' = IF lease.token = m.token \/ ~CheckOwner THEN Free ELSE lease
    /\ UNCHANGED <<lastToken, client, highest, issued, accepted>>

(* The service starts again. Lease and token are on its disk, or should be;
   questions and answers on their way are lost with their connections.      *)
RestartService ==
    /\ lastToken' = IF PersistToken THEN lastToken ELSE NoToken
    /\ network' = {m \in network : m.type \notin {"acquire", "grant"}}
    /\ UNCHANGED <<lease, client, highest, issued, accepted>>

-------------------------------------------------------------------------------
(* The clients. Between any two steps of a client there may be a pause: of its
   garbage collector, its scheduler, its virtual machine.                    *)

(* It asks for the lock. Its timer starts now, before the service's can. *)
Request(c) ==
    /\ client[c].phase = "idle"
    /\ client' = [client EXCEPT ![c] = [phase |-> "waiting",
                                        token |-> NoToken,
                                        remaining |-> LeaseTime - Margin,
                                        lag |-> 0]]
    /\ network' = network \union {MessageOf("acquire", c, NoToken)}
    /\ UNCHANGED <<lease, lastToken, highest, issued, accepted>>

ReceiveGrant(m) ==
    /\ m.type = "grant"
    /\ network' = network \ {m}
    /\ client' = [client EXCEPT ![m.client].phase = "holding",
                                ![m.client].token = m.token]
    /\ UNCHANGED <<lease, lastToken, highest, issued, accepted>>

LeaseLooksValid(c) == client[c].remaining > 0 \/ ~CheckExpiry

(* It looks at its clock, then writes. The message may take any time: a pause
   between the look and the write is no different from a slow network.       *)
SendWrite(c) ==
    /\ client[c].phase = "holding"
    /\ LeaseLooksValid(c)
    /\ network' = network \union {MessageOf("write", c, client[c].token)}
    /\ UNCHANGED <<lease, lastToken, client, highest, issued, accepted>>

(* It is done before its time is up, and says so. *)
Release(c) ==
    /\ client[c].phase = "holding"
    /\ LeaseLooksValid(c)
    /\ client' = [client EXCEPT ![c] = Idle]
    /\ network' = network \union {MessageOf("release", c, client[c].token)}
    /\ UNCHANGED <<lease, lastToken, highest, issued, accepted>>

(* Its time is up: it gives the lock up without a word, or hangs up before an
   answer came. What is on its way by that connection is lost.               *)
GiveUp(c) ==
    /\ \/ client[c].phase = "waiting"
       \/ client[c].phase = "holding" /\ CheckExpiry
    /\ client[c].remaining = 0
    /\ client' = [client EXCEPT ![c] = Idle]
    /\ network' = network \ {m \in network : m.client = c /\ m.type \in {"acquire", "grant"}}
    /\ UNCHANGED <<lease, lastToken, highest, issued, accepted>>

-------------------------------------------------------------------------------
(* The resource. *)

ReceiveWrite(m) ==
    LET valid == m.token >= highest \/ ~Fencing
        repeated == accepted # <<>> /\ accepted[Len(accepted)] = m.token
    IN
    /\ m.type = "write"
    /\ network' = network \ {m}
    /\ highest' = IF m.token > highest THEN m.token ELSE highest
    /\ accepted' = IF valid /\ ~repeated THEN Append(accepted, m.token) ELSE accepted
    /\ UNCHANGED <<lease, lastToken, client, issued>>

-------------------------------------------------------------------------------
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
                    ELSE Free
        /\ UNCHANGED <<lastToken, network, highest, issued, accepted>>

Next ==
    \/ Tick
    \/ RestartService
    \/ \E c \in Clients : Request(c) \/ SendWrite(c) \/ Release(c) \/ GiveUp(c)
    \/ \E m \in network : \/ Grant(m) \/ ReceiveGrant(m) \/ ReceiveRelease(m)
                          \/ ReceiveWrite(m)

Spec == Init /\ [][Next]_variables

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

(* Every token is higher than all that were lent before. *)
TokenMonotonicity ==
    \A i, j \in 1 .. Len(issued) : i < j => issued[i] < issued[j]

(* No two clients believe at the same time that the lock is theirs. *)
AtMostOneHolder ==
    \A c, d \in Clients : BelievesToHold(c) /\ BelievesToHold(d) => c = d

(* The service does not take the lock away from a client that counts on it. *)
LeaseHonoured ==
    \A c \in Clients : BelievesToHold(c) =>
        lease.holder = c /\ lease.token = client[c].token /\ lease.remaining > 0

(* The resource acts on nothing but tokens that the service lent. *)
OnlyLentTokens ==
    \A i \in 1 .. Len(accepted) : \E j \in 1 .. Len(issued) : accepted[i] = issued[j]
===============================================================================
