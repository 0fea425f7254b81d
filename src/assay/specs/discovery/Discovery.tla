------------------------------- MODULE Discovery -------------------------------
(***************************************************************************)
(* Service discovery: instances of a service register, keep themselves     *)
(* registered by heartbeats, and clients find them through a cache.        *)
(*                                                                         *)
(* The real thing: Consul, Eureka, etcd with leases, Kubernetes endpoints, *)
(* DNS with a TTL.                                                         *)
(*                                                                         *)
(* Modelled: crashes of instances, restarts, orderly stops, a registry     *)
(* that restarts and has lost its entries, heartbeats and answers that are *)
(* lost, late or overtaken by others, questions that are repeated, entries *)
(* that expire in the registry and in the clients' caches.                 *)
(* Not modelled: a registry that is a group of servers (see ../raft),      *)
(* health checks that look deeper than a heartbeat, balancing. What must   *)
(* happen in the end, and calls, are in DiscoveryLiveness.tla.             *)
(*                                                                         *)
(* Nobody reads a calendar. Every timer counts ticks, up or down to a      *)
(* limit, so time goes on without end and the model is finite all the same. *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
    Instances,
    Clients,
    Ttl,            \* ticks after a heartbeat for which the registry lists an instance
    MaxDelay,       \* ticks after which a message is given up for lost
    MaxAge,         \* ticks for which a client relies on an answer
    MaxLookups,     \* bound of the model: a client's questions on their way
    MaxVersion      \* bound of the model: how often the listing changes

(* What a correct system does. Each model of a broken one sets one to FALSE. *)
CONSTANTS
    ExpireEntries,      \* the registry drops an entry when its TTL is over
    ExpireCache,        \* a client drops an answer when it is too old
    AgeFromRequest,     \* an answer's age counts from the request, not its arrival
    RenewOnly,          \* a heartbeat renews an entry, but never makes one
    CompareVersions     \* a client takes no answer older than the one it has

ASSUME MaxDelay \in Nat /\ Ttl \in Nat \ {0} /\ MaxAge \in Nat \ {0}

VARIABLES
    instance,   \* what each instance does, and for how long it has been down
    ttl,        \* at the registry: ticks until each entry expires; 0: not listed
    version,    \* at the registry: how often the listing has changed
    network,    \* messages on their way, in no order
    cache,      \* what each client has in its cache
    listings,   \* history: the listing as it was at each version
    newest      \* history: the newest version that each client has had

variables == <<instance, ttl, version, network, cache, listings, newest>>

Versions == 0 .. MaxVersion

(* The last heartbeat of an instance that died arrives at most MaxDelay ticks
   later; for so many ticks after its death the instance may still be listed,
   and for so many may a client still call it. More is not told apart.        *)
LastListed == MaxDelay + Ttl - 1
LastServed == LastListed + MaxAge - 1
LongDown == LastServed + 1

Heartbeat == [type : {"heartbeat"}, instance : Instances, age : 0 .. MaxDelay]
Answer == [type : {"answer"}, client : Clients, age : 0 .. MaxDelay,
           instances : SUBSET Instances, version : Versions]

TypeOK ==
    /\ instance \in [Instances -> [state : {"up", "crashed", "stopped"}, downFor : 0 .. LongDown]]
    /\ ttl \in [Instances -> 0 .. Ttl]
    /\ version \in Versions
    /\ network \subseteq (Heartbeat \union Answer)
    /\ cache \in [Clients -> [instances : SUBSET Instances,
                              version : Versions,
                              age : 0 .. MaxAge]]
    /\ DOMAIN listings = 0 .. version
    /\ \A v \in DOMAIN listings : listings[v] \subseteq Instances
    /\ newest \in [Clients -> Versions]
    /\ \A c \in Clients : Cardinality({m \in network : m \in Answer /\ m.client = c}) <= MaxLookups

Listed == {i \in Instances : ttl[i] > 0}

Up == [state |-> "up", downFor |-> 0]

(* Every instance is up and listed; the clients' answers are just too old. *)
Init ==
    /\ instance = [i \in Instances |-> Up]
    /\ ttl = [i \in Instances |-> Ttl]
    /\ version = 0
    /\ network = {}
    /\ cache = [c \in Clients |-> [instances |-> Instances, version |-> 0, age |-> MaxAge]]
    /\ listings = [v \in {0} |-> Instances]
    /\ newest = [c \in Clients |-> 0]

(* The registry's entries become these. The version changes with the listing. *)
SetEntries(entries) ==
    LET listed == {i \in Instances : entries[i] > 0}
        changed == listed # Listed
    IN
    /\ changed => version < MaxVersion
    /\ ttl' = entries
    /\ version' = IF changed THEN version + 1 ELSE version
    /\ listings' = IF changed
                   THEN [v \in 0 .. version + 1 |-> IF v <= version THEN listings[v] ELSE listed]
                   ELSE listings

-------------------------------------------------------------------------------
(* The instances. *)

(* An instance starts again. *)
Start(i) ==
    /\ instance[i].state # "up"
    /\ instance' = [instance EXCEPT ![i] = Up]
    /\ UNCHANGED <<ttl, version, network, cache, listings, newest>>

(* It registers, and waits for the answer; so this is one step. It does so again
   when it learns from an answer that its entry has expired, or at any time.   *)
Register(i) ==
    /\ instance[i].state = "up"
    /\ SetEntries([ttl EXCEPT ![i] = Ttl])
    /\ UNCHANGED <<instance, network, cache, newest>>

SendHeartbeat(i) ==
    /\ instance[i].state = "up"
    /\ network' = network \union {[type |-> "heartbeat", instance |-> i, age |-> 0]}
    /\ UNCHANGED <<instance, ttl, version, cache, listings, newest>>

(* It stops in order: it takes itself off the list, and waits for the answer. *)
Stop(i) ==
    /\ instance[i].state = "up"
    /\ instance' = [instance EXCEPT ![i].state = "stopped"]
    /\ SetEntries([ttl EXCEPT ![i] = 0])
    /\ UNCHANGED <<network, cache, newest>>

Crash(i) ==
    /\ instance[i].state = "up"
    /\ instance' = [instance EXCEPT ![i].state = "crashed"]
    /\ UNCHANGED <<ttl, version, network, cache, listings, newest>>

-------------------------------------------------------------------------------
(* The registry. *)

(* It crashes and starts again. Its entries were in memory only; the instances will
   register again. The number of its listing is on disk: a client takes no listing
   with a lower one.                                                             *)
RestartRegistry ==
    /\ SetEntries([i \in Instances |-> 0])
    /\ UNCHANGED <<instance, network, cache, newest>>

ReceiveHeartbeat(m) ==
    /\ m.type = "heartbeat"
    /\ network' = network \ {m}
    /\ SetEntries([ttl EXCEPT ![m.instance] = IF @ > 0 \/ ~RenewOnly THEN Ttl ELSE 0])
    /\ UNCHANGED <<instance, cache, newest>>

-------------------------------------------------------------------------------
(* The clients. *)

(* A client asks, and the registry answers. The way of the question is counted
   to the age of the answer, so it needs no message of its own.               *)
Lookup(c) ==
    /\ Cardinality({m \in network : m.type = "answer" /\ m.client = c}) < MaxLookups
    /\ network' = network \union
           {[type |-> "answer", client |-> c, age |-> 0,
             instances |-> Listed, version |-> version]}
    /\ UNCHANGED <<instance, ttl, version, cache, listings, newest>>

ReceiveAnswer(m) ==
    LET c == m.client IN
    /\ m.type = "answer"
    /\ network' = network \ {m}
    /\ cache' = IF m.version >= cache[c].version \/ ~CompareVersions
                THEN [cache EXCEPT ![c] = [instances |-> m.instances,
                                           version |-> m.version,
                                           age |-> IF AgeFromRequest THEN m.age ELSE 0]]
                ELSE cache
    /\ newest' = [newest EXCEPT ![c] = IF m.version > @ THEN m.version ELSE @]
    /\ UNCHANGED <<instance, ttl, version, listings>>

(* The instances that a client would call now. *)
Callable(c) ==
    IF cache[c].age < MaxAge \/ ~ExpireCache THEN cache[c].instances ELSE {}

-------------------------------------------------------------------------------
(* A tick of time, for everybody: entries, messages and answers grow older. *)

UpTo(limit, ticks) == IF ticks < limit THEN ticks + 1 ELSE limit
Older(m) == [m EXCEPT !.age = @ + 1]

Tick ==
    /\ instance' = [i \in Instances |->
           IF instance[i].state = "up" THEN Up
           ELSE [instance[i] EXCEPT !.downFor = UpTo(LongDown, @)]]
    /\ SetEntries([i \in Instances |->
           IF ExpireEntries /\ ttl[i] > 0 THEN ttl[i] - 1 ELSE ttl[i]])
    /\ network' = {Older(m) : m \in {n \in network : n.age < MaxDelay}}
    /\ cache' = [c \in Clients |-> [cache[c] EXCEPT !.age = UpTo(MaxAge, @)]]
    /\ UNCHANGED newest

Next ==
    \/ Tick \/ RestartRegistry
    \/ \E i \in Instances : Start(i) \/ Register(i) \/ SendHeartbeat(i) \/ Stop(i) \/ Crash(i)
    \/ \E c \in Clients : Lookup(c)
    \/ \E m \in network : ReceiveHeartbeat(m) \/ ReceiveAnswer(m)

Spec == Init /\ [][Next]_variables

Symmetry == Permutations(Instances)

-------------------------------------------------------------------------------
(* Safety. *)

Down(i) == instance[i].state # "up"

(* The registry drops a dead instance as soon as its TTL is over. *)
DeadNotListed ==
    \A i \in Listed : Down(i) => instance[i].downFor <= LastListed

(* No client calls an instance that has been dead for longer than its TTL and
   the life of an answer in a cache.                                          *)
DeadNotServed ==
    \A c \in Clients : \A i \in Callable(c) : Down(i) => instance[i].downFor <= LastServed

(* What has taken itself off the list stays off until it starts again. *)
StoppedNotListed == \A i \in Listed : instance[i].state # "stopped"

(* What has taken itself off the list is called only as long as a cache lives. *)
StoppedNotServed ==
    \A c \in Clients : \A i \in Callable(c) :
        instance[i].state = "stopped" => instance[i].downFor <= MaxAge - 1

(* A cache holds what the registry listed at that version, and is never ahead. *)
CacheIsFaithful ==
    \A c \in Clients :
        /\ cache[c].version <= version
        /\ cache[c].instances = listings[cache[c].version]

(* What a client has is always the newest listing that it has heard of. *)
CacheMonotonicity == \A c \in Clients : cache[c].version = newest[c]

-------------------------------------------------------------------------------
(* Safety of steps. *)

(* Instances stop and crash when they are up, and start when they are not; from then
   on it is counted for how long each has been down.                              *)
InstancesFollowDiagram ==
    [][\A i \in Instances :
           \/ instance'[i].state = instance[i].state
           \/ Down(i) /\ instance'[i] = Up
           \/ ~Down(i) /\ Down(i)' /\ instance'[i].downFor = 0]_variables

(* Who is heard of stays on the list for a whole TTL more. *)
HeartbeatsRenew ==
    LET Received(m) == m.age < MaxDelay /\ {m, Older(m)} \cap network' = {} IN
    [][\A m \in network \cap Heartbeat : Received(m) =>
           ttl'[m.instance] = IF m.instance \in Listed THEN Ttl ELSE 0]_variables

(* All clocks show the same time: when an entry comes a tick closer to its end, then
   everything that is counted in ticks is a tick older.                           *)
ClocksGoTogether ==
    [][(\E i \in Instances : ttl'[i] \in 1 .. ttl[i] - 1) =>
           /\ \A i \in Instances : Down(i) =>
                  instance'[i].downFor = IF instance[i].downFor = LongDown THEN LongDown
                                         ELSE instance[i].downFor + 1
           /\ \A c \in Clients : cache'[c].age \in {cache[c].age + 1, MaxAge}
           /\ \A m \in network : m.age = MaxDelay \/ Older(m) \in network']_variables
===============================================================================
