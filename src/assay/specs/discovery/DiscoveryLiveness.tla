-------------------------- MODULE DiscoveryLiveness --------------------------
(***************************************************************************)
(* What service discovery does in the end: who is well is found, who is    *)
(* dead is forgotten, and calls succeed while one instance is up.          *)
(*                                                                         *)
(* Discovery.tla is about what must never happen, and follows each message *)
(* and each version of the listing. Here time goes on without end, so      *)
(* nothing is numbered, and what is added are the calls themselves, with   *)
(* retries, and a registry that crashes and comes back with nothing.       *)
(* A client has one question at a time; asking again, it drops the answer  *)
(* to the one before. Heartbeats arrive at once or not at all: how long    *)
(* a late one keeps a dead instance listed is shown in Discovery.tla.      *)
(***************************************************************************)
EXTENDS Naturals

CONSTANTS
    Instances,
    Clients,
    Ttl,            \* ticks after a heartbeat for which the registry lists an instance
    MaxDelay,       \* ticks after which an answer is given up for lost
    MaxAge          \* ticks for which a client relies on an answer

(* What a correct system does. Each model of a broken one sets one to FALSE. *)
CONSTANTS
    ExpireEntries,  \* the registry drops an entry when its TTL is over
    ExpireCache,    \* a client drops an answer when it is too old
    RegisterAgain,  \* an instance that is not listed any more registers again
    TryOthers       \* a client that gets no answer from one instance tries another

ASSUME MaxDelay \in Nat /\ Ttl \in Nat \ {0} /\ MaxAge \in Nat /\ MaxDelay < MaxAge

VARIABLES
    instance,   \* whether each instance is up
    registry,   \* whether the registry is up
    ttl,        \* in the registry's memory: ticks until each entry expires; 0: not listed
    answer,     \* the answer that is on its way to each client, if any
    cache,      \* what each client has in its cache
    call        \* what each client is doing

variables == <<instance, registry, ttl, answer, cache, call>>

NoAnswer == [instances |-> {}, age |-> MaxDelay + 1]
NothingCached == [instances |-> {}, age |-> MaxAge]
Idle == [state |-> "idle", tried |-> {}]

TypeOK ==
    /\ instance \in [Instances -> {"up", "down"}]
    /\ registry \in {"up", "down"}
    /\ ttl \in [Instances -> 0 .. Ttl]
    /\ answer \in [Clients -> [instances : SUBSET Instances, age : 0 .. MaxDelay] \union {NoAnswer}]
    /\ cache \in [Clients -> [instances : SUBSET Instances, age : 0 .. MaxAge - 1] \union {NothingCached}]
    /\ call \in [Clients -> [state : {"idle", "calling"}, tried : SUBSET Instances]]

Up(i) == instance[i] = "up"
Listed == {i \in Instances : ttl[i] > 0}

Init ==
    /\ instance = [i \in Instances |-> "up"]
    /\ registry = "up"
    /\ ttl = [i \in Instances |-> Ttl]
    /\ answer = [c \in Clients |-> NoAnswer]
    /\ cache = [c \in Clients |-> NothingCached]
    /\ call = [c \in Clients |-> Idle]

-------------------------------------------------------------------------------
(* The instances. *)

(* An instance starts, and registers where the registry is up. *)
Start(i) ==
    /\ ~Up(i)
    /\ instance' = [instance EXCEPT ![i] = "up"]
    /\ ttl' = IF registry = "up" THEN [ttl EXCEPT ![i] = Ttl] ELSE ttl
    /\ UNCHANGED <<registry, answer, cache, call>>

(* A heartbeat arrives, and the entry lives on. *)
Heartbeat(i) ==
    /\ Up(i)
    /\ registry = "up"
    /\ ttl[i] > 0
    /\ ttl' = [ttl EXCEPT ![i] = Ttl]
    /\ UNCHANGED <<instance, registry, answer, cache, call>>

(* The answer to a heartbeat says that there is no entry: it was late too often, or
   the registry has restarted.                                                   *)
Register(i) ==
    /\ RegisterAgain
    /\ Up(i)
    /\ registry = "up"
    /\ ttl[i] = 0
    /\ ttl' = [ttl EXCEPT ![i] = Ttl]
    /\ UNCHANGED <<instance, registry, answer, cache, call>>

(* It stops in order, and takes itself off the list. *)
Stop(i) ==
    /\ Up(i)
    /\ registry = "up"
    /\ instance' = [instance EXCEPT ![i] = "down"]
    /\ ttl' = [ttl EXCEPT ![i] = 0]
    /\ UNCHANGED <<registry, answer, cache, call>>

Crash(i) ==
    /\ Up(i)
    /\ instance' = [instance EXCEPT ![i] = "down"]
    /\ UNCHANGED <<registry, ttl, answer, cache, call>>

-------------------------------------------------------------------------------
(* The registry. *)

(* Its entries are in memory only. *)
CrashRegistry ==
    /\ registry = "up"
    /\ registry' = "down"
    /\ ttl' = [i \in Instances |-> 0]
    /\ UNCHANGED <<instance, answer, cache, call>>

RestartRegistry ==
    /\ registry = "down"
    /\ registry' = "up"
    /\ UNCHANGED <<instance, ttl, answer, cache, call>>

-------------------------------------------------------------------------------
(* The clients look up instances ... *)

Lookup(c) ==
    /\ registry = "up"
    /\ answer' = [answer EXCEPT ![c] = [instances |-> Listed, age |-> 0]]
    /\ UNCHANGED <<instance, registry, ttl, cache, call>>

ReceiveAnswer(c) ==
    /\ answer[c] # NoAnswer
    /\ cache' = [cache EXCEPT ![c] = answer[c]]
    /\ answer' = [answer EXCEPT ![c] = NoAnswer]
    /\ UNCHANGED <<instance, registry, ttl, call>>

LoseAnswer(c) ==
    /\ answer[c] # NoAnswer
    /\ answer' = [answer EXCEPT ![c] = NoAnswer]
    /\ UNCHANGED <<instance, registry, ttl, cache, call>>

(* ... and call them. *)

(* What is too old is not in the cache any more. *)
Callable(c) == cache[c].instances
Untried(c) == IF TryOthers \/ call[c].tried = {} THEN Callable(c) \ call[c].tried ELSE {}

Begin(c) ==
    /\ call[c].state = "idle"
    /\ call' = [call EXCEPT ![c].state = "calling"]
    /\ UNCHANGED <<instance, registry, ttl, answer, cache>>

CallSucceeds(c, i) ==
    /\ call[c].state = "calling"
    /\ i \in Untried(c)
    /\ Up(i)
    /\ call' = [call EXCEPT ![c] = Idle]
    /\ UNCHANGED <<instance, registry, ttl, answer, cache>>

(* The instance is down, or the call or its answer was lost: the client cannot tell. *)
CallFails(c, i) ==
    /\ call[c].state = "calling"
    /\ i \in Untried(c)
    /\ call' = [call EXCEPT ![c].tried = @ \union {i}]
    /\ UNCHANGED <<instance, registry, ttl, answer, cache>>

(* All that it knows have been tried: it begins again with the first. *)
StartOver(c) ==
    /\ call[c].tried # {}
    /\ Callable(c) \subseteq call[c].tried
    /\ call' = [call EXCEPT ![c].tried = {}]
    /\ UNCHANGED <<instance, registry, ttl, answer, cache>>

-------------------------------------------------------------------------------
(* A tick of time, for everybody. *)

Tick ==
    /\ ttl' = [i \in Instances |->
           IF ExpireEntries /\ ttl[i] > 0 THEN ttl[i] - 1 ELSE ttl[i]]
    /\ answer' = [c \in Clients |->
           IF answer[c].age < MaxDelay THEN [answer[c] EXCEPT !.age = @ + 1] ELSE NoAnswer]
    /\ cache' = [c \in Clients |->
           IF cache[c].age + 1 < MaxAge THEN [cache[c] EXCEPT !.age = @ + 1]
           ELSE IF ExpireCache THEN NothingCached
           ELSE cache[c]]
    /\ UNCHANGED <<instance, registry, call>>

Next ==
    \/ Tick \/ CrashRegistry \/ RestartRegistry
    \/ \E i \in Instances : Start(i) \/ Heartbeat(i) \/ Register(i) \/ Stop(i) \/ Crash(i)
    \/ \E c \in Clients :
           \/ Lookup(c) \/ ReceiveAnswer(c) \/ LoseAnswer(c) \/ Begin(c) \/ StartOver(c)
           \/ \E i \in Instances : CallSucceeds(c, i) \/ CallFails(c, i)

FindOut(c, i) == i \in Listed /\ Lookup(c)
HearOf(c, i) == i \in answer[c].instances /\ ReceiveAnswer(c)

(* Time goes on; an instance that finds itself unlisted registers. A client that asks
   again and again does not always do so in the very moments in which an instance is
   not listed; and of answers and calls that are repeated, the network does not lose
   all. A client tries the instances that it has not tried, and then begins again. *)
Fairness ==
    /\ WF_variables(Tick)
    /\ \A i \in Instances : WF_variables(Register(i))
    /\ \A c \in Clients :
           /\ WF_variables(StartOver(c))
           /\ \A i \in Instances :
                  /\ SF_variables(FindOut(c, i))
                  /\ SF_variables(HearOf(c, i))
                  /\ SF_variables(CallSucceeds(c, i))
                  /\ SF_variables(CallFails(c, i) /\ ~Up(i))

Spec == Init /\ [][Next]_variables /\ Fairness

-------------------------------------------------------------------------------
(* Safety. *)

(* A registry that is down lists nobody, and a client that does not call has tried nobody. *)
NothingLeftOver ==
    /\ registry = "down" => Listed = {}
    /\ \A c \in Clients : call[c].state = "idle" => call[c].tried = {}

(* Who starts while the registry is up is listed at once. Who is listed stays so until its
   time is over, unless it goes itself, or the registry does.                           *)
ListedForCause ==
    [][\A i \in Instances :
           /\ ~Up(i) /\ Up(i)' /\ registry = "up" => ttl'[i] = Ttl
           /\ ttl[i] > 1 /\ ttl'[i] = 0 => (Up(i) /\ ~Up(i)') \/ registry' = "down"]_variables

(* An answer says who is listed when it is given. What a client knows is the last answer
   that came, each comes once, and it is forgotten when its time is over.              *)
ClientsKnowWhatWasListed ==
    [][\A c \in Clients :
           /\ answer'[c].age = 0 /\ answer'[c] # answer[c] =>
                  registry = "up" /\ answer'[c].instances = Listed
           /\ cache'[c].instances # cache[c].instances =>
                  \/ answer[c] # NoAnswer /\ cache'[c] = answer[c] /\ answer'[c] = NoAnswer
                  \/ cache[c].age + 1 = MaxAge /\ cache'[c] = NothingCached]_variables

(* Only an instance that is up, and that the client knows of, answers a call. *)
CallsAreAnswered ==
    [][\A c \in Clients :
           call[c].state = "calling" /\ call'[c].state = "idle" =>
               \E i \in Callable(c) \ call[c].tried : Up(i)]_variables

(* All clocks show the same time: an entry, an answer on its way and one in a cache grow
   older together.                                                                      *)
ClocksGoTogether ==
    [][(\E i \in Instances : ttl'[i] \in 1 .. ttl[i] - 1) => \A c \in Clients :
           /\ answer'[c].age = answer[c].age + 1 \/ answer'[c] = NoAnswer
           /\ cache'[c].age = cache[c].age + 1 \/ cache'[c] = NothingCached]_variables

-------------------------------------------------------------------------------
(* Liveness. *)

RegistryStaysUp == <>[](registry = "up")

(* An instance that stays up is found by every client, again and again. *)
HealthyDiscoverable ==
    RegistryStaysUp =>
        \A i \in Instances : <>[]Up(i) => \A c \in Clients : []<>(i \in Callable(c))

(* Every call succeeds while one instance stays up, whatever the others do. *)
CallsSucceed ==
    RegistryStaysUp =>
        ((\E i \in Instances : <>[]Up(i)) =>
            \A c \in Clients : (call[c].state = "calling") ~> (call[c].state = "idle"))

(* An instance that stays down disappears from the list and from all caches. *)
DeadForgotten ==
    \A i \in Instances :
        <>[]~Up(i) => <>[](i \notin Listed /\ \A c \in Clients : i \notin Callable(c))
===============================================================================
