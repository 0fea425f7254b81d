-------------------------------- MODULE Outbox --------------------------------
(***************************************************************************)
(* The transactional outbox: a service that changes its data must tell     *)
(* others, and cannot commit to its database and to a message broker at    *)
(* once. So it writes the event into a table beside its data, the outbox,  *)
(* in the same transaction. A relay publishes what stands in the outbox,   *)
(* perhaps more than once. The consumer recognises what it has handled.    *)
(*                                                                         *)
(* The real thing: Debezium, or a relay that polls the table; Kafka,       *)
(* Pulsar or RabbitMQ streams as the broker, an aggregate's id as the key  *)
(* of a partition; a consumer that keeps the last event's number beside    *)
(* what the event did, in one transaction of its own database.             *)
(*                                                                         *)
(* Modelled: transactions that roll back, a relay and a consumer that      *)
(* crash at any moment and start again, messages to and from the broker    *)
(* that are lost, late, repeated or overtaken by others, timeouts that are *)
(* too early, and events that are published or delivered again.            *)
(* Not modelled: several relays at once, a broker that loses what it has   *)
(* acknowledged or deletes it before it is read, a consumer that cannot    *)
(* handle an event and has to put it aside, several consumers.             *)
(***************************************************************************)
EXTENDS Naturals, Sequences

CONSTANTS
    Aggregates, \* what events are about, such as orders; each has a partition of its own
    MaxEvents,  \* how many events there are of each aggregate
    MaxFaults   \* how often something goes wrong: a message is lost, somebody crashes

(* What a correct outbox does. Each model of a broken one sets one to FALSE. *)
CONSTANTS
    WriteInTransaction, \* the event is written in the transaction that it tells of
    MarkWhenAnswered,   \* the relay marks an event as published when the broker has it
    OneAtATime,         \* the relay publishes an event when those before are acknowledged
    PublishAgain,       \* the relay publishes an event again when no answer comes
    RecognizeRepeats,   \* the consumer does nothing about an event that it has handled
    HandleFirst         \* the consumer commits its offset when it has handled the event

ASSUME MaxEvents \in Nat /\ MaxFaults \in Nat

VARIABLES
    changes,     \* database of the service: how often each aggregate was changed
    transaction, \* database of the service: whether a change of it is going on
    outbox,      \* database of the service: events that are not marked as published
    relay,       \* "up" or "down"
    waiting,     \* memory of the relay: events that it waits for the answer to
    network,     \* messages between relay and broker, in no order
    topic,       \* at the broker: the events of each partition, in order
    offset,      \* at the broker: how many of them the consumer is done with
    consumer,    \* "up" or "down"
    position,    \* memory of the consumer: how many of them it has read
    applied,     \* database of the consumer: the last event it has handled
    faults,      \* how often something has gone wrong
    effects      \* history: the events that the consumer acted on, in order

service == <<changes, transaction, outbox>>
publishing == <<relay, waiting>>
consuming == <<offset, consumer, position, applied, effects>>
variables == <<service, publishing, network, topic, consuming, faults>>

(* The n-th change of an aggregate makes the event n of that aggregate. *)
Events == 1 .. MaxEvents
NoEvent == 0

Message == [type : {"publish", "acknowledge"}, aggregate : Aggregates, event : Events]
MessageOf(type, a, n) == [type |-> type, aggregate |-> a, event |-> n]

TypeOK ==
    /\ changes \in [Aggregates -> 0 .. MaxEvents]
    /\ transaction \in [Aggregates -> {"none", "open"}]
    /\ outbox \in [Aggregates -> SUBSET Events]
    /\ relay \in {"up", "down"}
    /\ waiting \in [Aggregates -> SUBSET Events]
    /\ relay = "down" => waiting = [a \in Aggregates |-> {}]
    /\ network \subseteq Message
    /\ topic \in [Aggregates -> Seq(Events)]
    /\ consumer \in {"up", "down"}
    /\ \A a \in Aggregates : offset[a] \in 0 .. Len(topic[a]) /\ position[a] \in 0 .. Len(topic[a])
    /\ consumer = "down" => position = [a \in Aggregates |-> 0]
    /\ applied \in [Aggregates -> Events \union {NoEvent}]
    /\ faults \in 0 .. MaxFaults
    /\ effects \in [Aggregates -> Seq(Events)]

Init ==
    /\ changes = [a \in Aggregates |-> 0]
    /\ transaction = [a \in Aggregates |-> "none"]
    /\ outbox = [a \in Aggregates |-> {}]
    /\ relay = "up"
    /\ waiting = [a \in Aggregates |-> {}]
    /\ network = {}
    /\ topic = [a \in Aggregates |-> <<>>]
    /\ offset = [a \in Aggregates |-> 0]
    /\ consumer = "up"
    /\ position = [a \in Aggregates |-> 0]
    /\ applied = [a \in Aggregates |-> NoEvent]
    /\ faults = 0
    /\ effects = [a \in Aggregates |-> <<>>]

(* A fault is a step that may be taken, but not more than MaxFaults times. *)
Fault == faults < MaxFaults /\ faults' = faults + 1

-------------------------------------------------------------------------------
(* The service. *)

WithNextEvent(a) == [outbox EXCEPT ![a] = @ \union {changes[a] + 1}]

BeginChange(a) ==
    /\ transaction[a] = "none"
    /\ changes[a] < MaxEvents
    /\ transaction' = [transaction EXCEPT ![a] = "open"]
    /\ outbox' = IF WriteInTransaction THEN outbox ELSE WithNextEvent(a)
    /\ UNCHANGED <<changes, publishing, network, topic, consuming, faults>>

(* The change and its event are there from now on, both at once. *)
CommitChange(a) ==
    /\ transaction[a] = "open"
    /\ transaction' = [transaction EXCEPT ![a] = "none"]
    /\ changes' = [changes EXCEPT ![a] = @ + 1]
    /\ outbox' = IF WriteInTransaction THEN WithNextEvent(a) ELSE outbox
    /\ UNCHANGED <<publishing, network, topic, consuming, faults>>

(* It cannot be done after all, or the service crashes. *)
RollBack(a) ==
    /\ transaction[a] = "open"
    /\ Fault
    /\ transaction' = [transaction EXCEPT ![a] = "none"]
    /\ UNCHANGED <<changes, outbox, publishing, network, topic, consuming>>

-------------------------------------------------------------------------------
(* The relay. *)

Oldest(a, n) == \A m \in outbox[a] : n <= m

Publish(a, n) ==
    /\ relay = "up"
    /\ n \in outbox[a] \ waiting[a]
    /\ OneAtATime => Oldest(a, n) /\ waiting[a] = {}
    /\ network' = network \union {MessageOf("publish", a, n)}
    /\ waiting' = [waiting EXCEPT ![a] = @ \union {n}]
    /\ outbox' = IF MarkWhenAnswered THEN outbox ELSE [outbox EXCEPT ![a] = @ \ {n}]
    /\ UNCHANGED <<changes, transaction, relay, topic, consuming, faults>>

(* The broker has the event, so it is marked as published. *)
ReceiveAnswer(a, n) ==
    LET m == MessageOf("acknowledge", a, n) IN
    /\ relay = "up"
    /\ m \in network
    /\ network' = network \ {m}
    /\ waiting' = [waiting EXCEPT ![a] = @ \ {n}]
    /\ outbox' = [outbox EXCEPT ![a] = @ \ {n}]
    /\ UNCHANGED <<changes, transaction, relay, topic, consuming, faults>>

OnTheWay(a, n) == \E m \in network : m.aggregate = a /\ m.event = n

StopWaiting(a, n) ==
    /\ PublishAgain
    /\ relay = "up"
    /\ n \in waiting[a]
    /\ waiting' = [waiting EXCEPT ![a] = @ \ {n}]
    /\ UNCHANGED <<service, relay, network, topic, consuming>>

(* Event or answer are lost, so none will come. *)
TimeOut(a, n) ==
    /\ ~OnTheWay(a, n)
    /\ StopWaiting(a, n)
    /\ UNCHANGED faults

(* They are only slow, and the event will be published twice. *)
TimeOutTooEarly(a, n) ==
    /\ OnTheWay(a, n)
    /\ StopWaiting(a, n)
    /\ Fault

(* What is in memory is gone: it knows the outbox, and not what it has sent. *)
CrashRelay ==
    /\ relay = "up"
    /\ Fault
    /\ relay' = "down"
    /\ waiting' = [a \in Aggregates |-> {}]
    /\ UNCHANGED <<service, network, topic, consuming>>

RecoverRelay ==
    /\ relay = "down"
    /\ relay' = "up"
    /\ UNCHANGED <<service, waiting, network, topic, consuming, faults>>

-------------------------------------------------------------------------------
(* The broker and the network. *)

AppendToTopic(a, n) ==
    LET m == MessageOf("publish", a, n) IN
    /\ m \in network
    /\ topic' = [topic EXCEPT ![a] = Append(@, n)]
    /\ network' = (network \ {m}) \union {MessageOf("acknowledge", a, n)}
    /\ UNCHANGED <<service, publishing, consuming, faults>>

(* The message was repeated on its way: a copy of it arrives later. *)
AppendRepeated(a, n) ==
    LET m == MessageOf("publish", a, n) IN
    /\ m \in network
    /\ Fault
    /\ topic' = [topic EXCEPT ![a] = Append(@, n)]
    /\ network' = network \union {MessageOf("acknowledge", a, n)}
    /\ UNCHANGED <<service, publishing, consuming>>

Lose(m) ==
    /\ Fault
    /\ network' = network \ {m}
    /\ UNCHANGED <<service, publishing, topic, consuming>>

-------------------------------------------------------------------------------
(* The consumer. *)

(* What it does about the event, and that it has done it, is one transaction of
   its database. An event that is not newer than the last one is a repeat.     *)
Handle(a) ==
    LET n == topic[a][position[a] + 1]
        new == n > applied[a] \/ ~RecognizeRepeats
    IN
    /\ consumer = "up"
    /\ position[a] < Len(topic[a])
    /\ position' = [position EXCEPT ![a] = @ + 1]
    /\ applied' = IF new THEN [applied EXCEPT ![a] = n] ELSE applied
    /\ effects' = IF new THEN [effects EXCEPT ![a] = Append(@, n)] ELSE effects
    /\ UNCHANGED <<service, publishing, network, topic, offset, consumer, faults>>

(* It tells the broker how far it is, so as not to start all over. *)
CommitOffset(a) ==
    /\ consumer = "up"
    /\ \/ /\ offset[a] < position[a]
          /\ offset' = [offset EXCEPT ![a] = position[a]]
       \/ /\ ~HandleFirst
          /\ position[a] < Len(topic[a])
          /\ offset' = [offset EXCEPT ![a] = position[a] + 1]
    /\ UNCHANGED <<service, publishing, network, topic, consumer, position, applied, faults, effects>>

CrashConsumer ==
    /\ consumer = "up"
    /\ Fault
    /\ consumer' = "down"
    /\ position' = [a \in Aggregates |-> 0]
    /\ UNCHANGED <<service, publishing, network, topic, offset, applied, effects>>

(* It reads on from where it said that it was. *)
RecoverConsumer ==
    /\ consumer = "down"
    /\ consumer' = "up"
    /\ position' = offset
    /\ UNCHANGED <<service, publishing, network, topic, offset, applied, faults, effects>>

-------------------------------------------------------------------------------
(* What each does of its own accord, so that fairness can demand it. *)

ServiceStep == \E a \in Aggregates : BeginChange(a) \/ CommitChange(a)

RelayWorks == \E a \in Aggregates : \E n \in Events :
    Publish(a, n) \/ ReceiveAnswer(a, n) \/ TimeOut(a, n)

RelayStep == RelayWorks \/ RecoverRelay

BrokerStep == \E a \in Aggregates : \E n \in Events : AppendToTopic(a, n)

ConsumerWorks == \E a \in Aggregates : Handle(a) \/ CommitOffset(a)

ConsumerStep == ConsumerWorks \/ RecoverConsumer

(* Only when all is done it may come to rest: anywhere else that is a deadlock. *)
Finished ==
    /\ \A a \in Aggregates : changes[a] = MaxEvents /\ outbox[a] = {} /\ offset[a] = Len(topic[a])
    /\ UNCHANGED variables

Next ==
    \/ ServiceStep
    \/ RelayStep \/ CrashRelay
    \/ BrokerStep
    \/ ConsumerStep \/ CrashConsumer
    \/ \E a \in Aggregates : RollBack(a)
    \/ \E a \in Aggregates, n \in Events : TimeOutTooEarly(a, n) \/ AppendRepeated(a, n)
    \/ \E m \in network : Lose(m)
    \/ Finished

(* What the arrival of every event relies on: whoever can do something does. *)

RelayGoesOn == WF_variables(RelayStep)
RelayMayStayAway == WF_variables(RelayWorks)

OthersGoOn ==
    /\ WF_variables(ServiceStep)
    /\ WF_variables(BrokerStep)
    /\ WF_variables(ConsumerStep)

Behaviour == Init /\ [][Next]_variables

Spec == Behaviour /\ OthersGoOn /\ RelayGoesOn
RelayAwaySpec == Behaviour /\ OthersGoOn /\ RelayMayStayAway

-------------------------------------------------------------------------------
(* Safety. *)

Published(a, n) == \E i \in 1 .. Len(topic[a]) : topic[a][i] = n

(* Nothing is told that did not happen. *)
NoPhantomEvent ==
    \A a \in Aggregates : \A n \in Events : Published(a, n) => n <= changes[a]

(* What happened is still to be told, or has been told. *)
NoEventLost ==
    \A a \in Aggregates : \A n \in 1 .. changes[a] : n \in outbox[a] \/ Published(a, n)

(* An event may stand in its partition several times, but the first time only
   after the events before it.                                               *)
PublishedInOrder ==
    \A a \in Aggregates : \A i \in 1 .. Len(topic[a]) : \A n \in 1 .. (topic[a][i] - 1) :
        \E j \in 1 .. (i - 1) : topic[a][j] = n

(* An event is published again only where something went wrong. *)
NoNeedlessRepeat ==
    \A a \in Aggregates :
        /\ waiting[a] \subseteq outbox[a]
        /\ Len(topic[a]) <= changes[a] + faults

(* The consumer acts on each event once, in order, and leaves none out. *)
ExactlyOnceEffect ==
    \A a \in Aggregates :
        /\ \A i \in 1 .. Len(effects[a]) : effects[a][i] = i
        /\ applied[a] = Len(effects[a])

(* The consumer says that it is done with an event only when its effect is stored. *)
OffsetAfterEffect ==
    \A a \in Aggregates : \A i \in 1 .. offset[a] : topic[a][i] <= applied[a]

(* Who is down does nothing, and who is up does not go back. *)
DownDoesNothing ==
    [][\A a \in Aggregates :
          /\ relay = "down" => outbox[a] \subseteq outbox'[a]
          /\ offset'[a] >= offset[a]
          /\ consumer = "up" /\ consumer' = "up" => position'[a] >= position[a]
          /\ consumer = "down" /\ consumer' = "up" => position'[a] = offset[a]
      ]_variables

(* What goes wrong is counted: MaxFaults bounds what it says. *)
FaultsAreCounted ==
    /\ faults = 0
    /\ [][faults' = faults + 1 =>
             \/ relay # relay' \/ consumer # consumer' \/ transaction # transaction'
             \/ network # network' \/ waiting # waiting' \/ topic # topic']_variables
    /\ [][\/ relay = "up" /\ relay' = "down"
          \/ transaction # transaction' /\ changes = changes' /\ transaction' = [a \in Aggregates |-> "none"]
          \/ consumer = "up" /\ consumer' = "down"
          \/ topic # topic' /\ network \subseteq network'
          \/ \E a \in Aggregates : \E n \in waiting[a] \ waiting'[a] : network = network' /\ OnTheWay(a, n)
          => faults' = faults + 1]_variables

(* Seen from both ends, all of this is a channel that loses and repeats nothing. *)
Abstract == INSTANCE OrderedChannel WITH
    Keys <- Aggregates,
    sends <- changes,
    receives <- [a \in Aggregates |-> Len(effects[a])]

RefinesOrderedChannel == Abstract!Spec

-------------------------------------------------------------------------------
(* Liveness. *)

(* Every event of a committed change is published, at least once. *)
EveryEventPublished ==
    \A a \in Aggregates : \A n \in Events : changes[a] >= n ~> Published(a, n)

(* Every committed change has its effect at the consumer. *)
EveryEventTakesEffect ==
    \A a \in Aggregates : \A n \in Events : changes[a] >= n ~> applied[a] >= n

(* The outbox does not grow without end: every event is marked as published. *)
EveryEventMarked ==
    \A a \in Aggregates : \A n \in Events : n \in outbox[a] ~> n \notin outbox[a]

(* When no more events come, the consumer is done with all of them. *)
ConsumerCatchesUp ==
    <>[](\A a \in Aggregates : applied[a] = MaxEvents /\ offset[a] = Len(topic[a]))
===============================================================================
