---------------------------- MODULE TwoPhaseCommit ----------------------------
(***************************************************************************)
(* Two-phase commit: a coordinator and several participants agree whether  *)
(* one transaction takes effect everywhere or nowhere.                     *)
(*                                                                         *)
(* The real thing: XA transactions, `PREPARE TRANSACTION` in PostgreSQL,   *)
(* a service that books in several databases at once.                      *)
(*                                                                         *)
(* Modelled: a write-ahead log on every node, crashes at any moment, a     *)
(* restart from the log, timeouts, retries, messages that are lost, late,  *)
(* repeated or overtaken by others, participants that ask for the outcome, *)
(* and a coordinator that forgets what is done: it presumes that a         *)
(* transaction without a record was aborted.                               *)
(* Not modelled: the data itself and its locks, several transactions at    *)
(* once, a log that is damaged, participants that ask each other.          *)
(* A participant that voted yes waits for as long as the coordinator is    *)
(* away. That is the known price of two-phase commit: a decision in the    *)
(* end takes a coordinator that comes back in the end (see Spec).          *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
    Participants,
    MaxFaults       \* how often something goes wrong: a message is lost, a node crashes

(* What correct nodes do. Each model of a broken protocol sets one to FALSE. *)
CONSTANTS
    LogVote,        \* a participant logs "prepared" before it votes yes
    LogCommit,      \* the coordinator logs "commit" before it tells anybody
    NeedAllVotes,   \* on a timeout the coordinator takes a missing vote for a no
    KeepPromise,    \* a participant that voted yes waits for the decision
    AwaitDone,      \* the coordinator forgets a commit only when all have done it
    VoteTimeout,    \* the coordinator does not wait for votes for ever
    AskAgain        \* a participant that hears no decision asks for it

ASSUME MaxFaults \in Nat

VARIABLES
    coordinator,    \* in memory: what the coordinator is doing
    votes,          \* in memory of the coordinator: who voted yes
    decisionLog,    \* on disk of the coordinator: "commit", or nothing
    participant,    \* in memory: what each participant is doing
    log,            \* on disk of each participant: the records of this transaction
    sent,           \* every message ever sent
    lost,           \* those of which no copy is on its way any more
    faults,         \* how often something has gone wrong
    outcomes        \* history: what each participant ever did to its data

messages == <<sent, lost>>
variables == <<coordinator, votes, decisionLog, participant, log, messages, faults, outcomes>>

Message ==
    {[type |-> "prepare"]} \union
    [type : {"commit", "abort"}, to : Participants] \union
    [type : {"yes", "no", "ask", "done"}, from : Participants]

Prepare == [type |-> "prepare"]
Commit(p) == [type |-> "commit", to |-> p]
Abort(p) == [type |-> "abort", to |-> p]
Yes(p) == [type |-> "yes", from |-> p]
No(p) == [type |-> "no", from |-> p]
Ask(p) == [type |-> "ask", from |-> p]
Done(p) == [type |-> "done", from |-> p]

TypeOK ==
    /\ coordinator \in {"idle", "collecting", "committing", "forgotten", "crashed"}
    /\ votes \subseteq Participants
    /\ coordinator # "collecting" => votes = {}
    /\ decisionLog \in {"nothing", "commit"}
    /\ participant \in [Participants -> {"working", "prepared", "committed", "aborted", "crashed"}]
    /\ log \in [Participants -> SUBSET {"prepared", "commit", "abort"}]
    /\ sent \subseteq Message
    /\ lost \subseteq sent
    /\ faults \in 0 .. MaxFaults
    /\ outcomes \in [Participants -> SUBSET {"commit", "abort"}]

Init ==
    /\ coordinator = "idle"
    /\ votes = {}
    /\ decisionLog = "nothing"
    /\ participant = [p \in Participants |-> "working"]
    /\ log = [p \in Participants |-> {}]
    /\ sent = {}
    /\ lost = {}
    /\ faults = 0
    /\ outcomes = [p \in Participants |-> {}]

(* A fault is a step that may be taken, but not more than MaxFaults times. *)
Fault == faults < MaxFaults /\ faults' = faults + 1

-------------------------------------------------------------------------------
(* The network. A message that is not lost may be received at any later time:
   late, in another order, or again.                                         *)

Arrives(m) == m \in sent /\ m \notin lost

Send(m) ==
    /\ sent' = sent \union {m}
    /\ lost' = lost \ {m}

(* Sending for the first time, or again. While what was sent before is on its way,
   another copy would make no difference.                                         *)
SendAgain(m) == ~Arrives(m) /\ Send(m)

Lose(m) ==
    /\ Fault
    /\ lost' = lost \union {m}
    /\ UNCHANGED <<coordinator, votes, decisionLog, participant, log, sent, outcomes>>

-------------------------------------------------------------------------------
(* The coordinator. *)

unchangedByCoordinator == <<participant, log, outcomes>>

(* It asks everybody to prepare. *)
Begin ==
    /\ coordinator = "idle"
    /\ coordinator' = "collecting"
    /\ Send(Prepare)
    /\ UNCHANGED <<votes, decisionLog, faults, unchangedByCoordinator>>

ReceiveYes(p) ==
    /\ coordinator = "collecting"
    /\ Arrives(Yes(p))
    /\ votes' = votes \union {p}
    /\ UNCHANGED <<coordinator, decisionLog, messages, faults, unchangedByCoordinator>>

(* A commit is decided where it is written down; it is told in a later step, and
   a crash may come between the two.                                          *)
DecideCommit ==
    /\ coordinator = "collecting"
    /\ votes = Participants \/ ~NeedAllVotes
    /\ coordinator' = "committing"
    /\ decisionLog' = IF LogCommit THEN "commit" ELSE decisionLog
    /\ votes' = {}
    /\ UNCHANGED <<messages, faults, unchangedByCoordinator>>

(* Somebody voted no, or some vote does not come in time. An abort needs no
   record: what the coordinator does not know was aborted.                    *)
DecideAbort ==
    /\ coordinator = "collecting"
    /\ votes # Participants
    /\ VoteTimeout \/ \E p \in Participants : Arrives(No(p))
    /\ coordinator' = "forgotten"
    /\ votes' = {}
    /\ UNCHANGED <<decisionLog, messages, faults, unchangedByCoordinator>>

Decision(p) == IF coordinator = "committing" THEN Commit(p) ELSE Abort(p)

(* It tells a participant without being asked. *)
TellDecision(p) ==
    /\ coordinator \in {"committing", "forgotten"}
    /\ SendAgain(Decision(p))
    /\ UNCHANGED <<coordinator, votes, decisionLog, faults, unchangedByCoordinator>>

AnswerQuestion(p) ==
    /\ Arrives(Ask(p))
    /\ TellDecision(p)

(* Nobody will ask again, so the record can go. *)
Forget ==
    /\ coordinator = "committing"
    /\ AwaitDone => \A p \in Participants : Arrives(Done(p))
    /\ coordinator' = "forgotten"
    /\ decisionLog' = "nothing"
    /\ UNCHANGED <<votes, messages, faults, unchangedByCoordinator>>

(* What is in memory is gone. *)
CrashCoordinator ==
    /\ coordinator # "crashed"
    /\ Fault
    /\ coordinator' = "crashed"
    /\ votes' = {}
    /\ UNCHANGED <<decisionLog, messages, unchangedByCoordinator>>

(* It goes on from its log. Without a record it cannot have told anybody to
   commit, or everybody has done so.                                          *)
RecoverCoordinator ==
    /\ coordinator = "crashed"
    /\ coordinator' = IF decisionLog = "commit" THEN "committing" ELSE "forgotten"
    /\ UNCHANGED <<votes, decisionLog, messages, faults, unchangedByCoordinator>>

-------------------------------------------------------------------------------
(* The participants. *)

unchangedByParticipant == <<coordinator, votes, decisionLog>>

(* It can do its part, and writes down everything it needs to do it later, even
   after a crash. From now on it is bound by the coordinator's decision.       *)
PrepareToCommit(p) ==
    /\ participant[p] = "working"
    /\ Arrives(Prepare)
    /\ participant' = [participant EXCEPT ![p] = "prepared"]
    /\ log' = IF LogVote THEN [log EXCEPT ![p] = @ \union {"prepared"}] ELSE log
    /\ UNCHANGED <<messages, faults, outcomes, unchangedByParticipant>>

VoteYes(p) ==
    /\ participant[p] = "prepared"
    /\ SendAgain(Yes(p))
    /\ UNCHANGED <<participant, log, faults, outcomes, unchangedByParticipant>>

(* It voted yes and has heard nothing for a while. *)
AskForDecision(p) ==
    /\ AskAgain
    /\ participant[p] = "prepared"
    /\ Yes(p) \in sent
    /\ SendAgain(Ask(p))
    /\ UNCHANGED <<participant, log, faults, outcomes, unchangedByParticipant>>

(* The outcome is logged, then shown to others as the state of the data. *)
Finish(p, outcome) ==
    /\ participant' = [participant EXCEPT ![p] =
                           IF outcome = "commit" THEN "committed" ELSE "aborted"]
    /\ log' = [log EXCEPT ![p] = @ \union {outcome}]
    /\ outcomes' = [outcomes EXCEPT ![p] = @ \union {outcome}]

(* It cannot do its part. *)
VoteNo(p) ==
    /\ participant[p] = "working"
    /\ Arrives(Prepare)
    /\ Finish(p, "abort")
    /\ Send(No(p))
    /\ UNCHANGED <<faults, unchangedByParticipant>>

(* The coordinator is silent. Who has not voted is free to abort; who has voted
   yes must wait.                                                              *)
ParticipantTimeout(p) ==
    /\ \/ participant[p] = "working"
       \/ participant[p] = "prepared" /\ ~KeepPromise
    /\ Finish(p, "abort")
    /\ UNCHANGED <<messages, faults, unchangedByParticipant>>

ReceiveCommit(p) ==
    /\ participant[p] = "prepared"
    /\ Arrives(Commit(p))
    /\ Finish(p, "commit")
    /\ UNCHANGED <<messages, faults, unchangedByParticipant>>

ReceiveAbort(p) ==
    /\ participant[p] \in {"working", "prepared"}
    /\ Arrives(Abort(p))
    /\ Finish(p, "abort")
    /\ UNCHANGED <<messages, faults, unchangedByParticipant>>

(* It has committed, and does not need the coordinator any more. *)
SendDone(p) ==
    /\ participant[p] = "committed"
    /\ SendAgain(Done(p))
    /\ UNCHANGED <<participant, log, faults, outcomes, unchangedByParticipant>>

CrashParticipant(p) ==
    /\ participant[p] # "crashed"
    /\ Fault
    /\ participant' = [participant EXCEPT ![p] = "crashed"]
    /\ UNCHANGED <<log, messages, outcomes, unchangedByParticipant>>

(* It goes on from its log: an outcome is redone; a vote without outcome waits
   for the decision; a transaction that left no record never happened.        *)
RecoverParticipant(p) ==
    /\ participant[p] = "crashed"
    /\ IF "commit" \in log[p] THEN Finish(p, "commit")
       ELSE IF "prepared" \in log[p] /\ "abort" \notin log[p]
       THEN /\ participant' = [participant EXCEPT ![p] = "prepared"]
            /\ UNCHANGED <<log, outcomes>>
       ELSE Finish(p, "abort")
    /\ UNCHANGED <<messages, faults, unchangedByParticipant>>

-------------------------------------------------------------------------------
(* What each node does of its own accord, so that fairness can demand it. *)

CoordinatorWorks ==
    \/ DecideCommit \/ DecideAbort \/ Forget
    \/ \E p \in Participants : ReceiveYes(p) \/ AnswerQuestion(p)

ParticipantWorks(p) ==
    \/ PrepareToCommit(p) \/ ParticipantTimeout(p)
    \/ VoteYes(p) \/ AskForDecision(p)
    \/ ReceiveCommit(p) \/ ReceiveAbort(p) \/ SendDone(p)

CoordinatorStep == CoordinatorWorks \/ RecoverCoordinator
ParticipantStep(p) == ParticipantWorks(p) \/ RecoverParticipant(p)

(* Only when all is done it may come to rest: anywhere else that is a deadlock. *)
Finished ==
    /\ coordinator \in {"idle", "forgotten"}
    /\ \A p \in Participants : participant[p] \in {"committed", "aborted"}
    /\ UNCHANGED variables

Next ==
    \/ Begin
    \/ CoordinatorStep \/ CrashCoordinator
    \/ \E p \in Participants :
          \/ ParticipantStep(p) \/ CrashParticipant(p)
          \/ VoteNo(p) \/ TellDecision(p)
    \/ \E m \in sent \ lost : Lose(m)
    \/ Finished

(* What a decision in the end relies on: whoever can do something does. No
   transaction has to begin, nobody has to vote no, and the coordinator need not
   tell a decision that nobody asks for.                                         *)

ParticipantsGoOn == \A p \in Participants : WF_variables(ParticipantStep(p))
CoordinatorGoesOn == WF_variables(CoordinatorStep)
CoordinatorMayStayAway == WF_variables(CoordinatorWorks)

Behaviour == Init /\ [][Next]_variables

Spec == Behaviour /\ ParticipantsGoOn /\ CoordinatorGoesOn
CoordinatorAwaySpec == Behaviour /\ ParticipantsGoOn /\ CoordinatorMayStayAway

-------------------------------------------------------------------------------
(* Safety. *)

(* All or nothing: nobody commits what another aborts, at any time. *)
Atomicity ==
    \A p, q \in Participants : ~("commit" \in outcomes[p] /\ "abort" \in outcomes[q])

(* An outcome is final: nobody ever did both. *)
Stability ==
    \A p \in Participants : Cardinality(outcomes[p]) <= 1

(* Consistency: the transaction commits only if everybody voted for it. *)
CommitNeedsAllVotes ==
    \A p \in Participants : Commit(p) \in sent \/ "commit" \in outcomes[p] =>
        \A q \in Participants : Yes(q) \in sent

(* A yes is a promise: whoever voted yes aborts only if the coordinator says so. *)
YesIsPromise ==
    \A p \in Participants :
        Yes(p) \in sent /\ "abort" \in outcomes[p] => Abort(p) \in sent

(* Durability at a participant: its promise and what it did are in its log, and
   whenever it runs, it runs in the state that its log tells.                  *)
ParticipantDurability ==
    \A p \in Participants :
        /\ Yes(p) \in sent => "prepared" \in log[p]
        /\ "prepared" \in log[p] => participant[p] # "working"
        /\ outcomes[p] = log[p] \ {"prepared"}
        /\ "commit" \in log[p] => participant[p] \in {"committed", "crashed"}
        /\ "abort" \in log[p] => participant[p] \in {"aborted", "crashed"}

(* Durability at the coordinator: a commit that it told anybody is in its log
   until it is in the log of every participant.                                *)
CoordinatorDurability ==
    /\ coordinator = "committing" => decisionLog = "commit"
    /\ (\E p \in Participants : Commit(p) \in sent) =>
          \/ decisionLog = "commit"
          \/ \A p \in Participants : "commit" \in log[p]

(* Nobody acts on what has not arrived, and a crashed node on nothing but its log. *)
ActsOnMessages ==
    [][/\ coordinator = "idle" /\ coordinator' = "collecting" => Prepare \in sent'
       /\ coordinator = "collecting" /\ coordinator' = "forgotten" => votes # Participants
       /\ coordinator = "crashed" /\ coordinator' = "forgotten" => decisionLog = "nothing"
       /\ votes' \subseteq votes \union {p \in Participants : Arrives(Yes(p))}
       /\ \A p \in Participants :
             /\ participant[p] = "working" /\ participant'[p] = "prepared" => Arrives(Prepare)
             /\ participant[p] = "prepared" /\ participant'[p] = "committed" => Arrives(Commit(p))
             /\ participant[p] = "prepared" /\ participant'[p] = "aborted" => Arrives(Abort(p))
             /\ participant[p] = "crashed" /\ participant'[p] = "committed" => "commit" \in log[p]
             /\ No(p) \in sent' \ sent => Arrives(Prepare)
             /\ Ask(p) \in sent' \ sent => participant[p] = "prepared" /\ Yes(p) \in sent
      ]_variables

(* The state diagrams of coordinator and participants. *)
CoordinatorDiagram ==
    {<<"idle", "collecting">>,
     <<"collecting", "committing">>, <<"collecting", "forgotten">>, <<"committing", "forgotten">>,
     <<"crashed", "committing">>, <<"crashed", "forgotten">>}
    \union ({"idle", "collecting", "committing", "forgotten"} \X {"crashed"})

ParticipantDiagram ==
    {<<"working", "prepared">>, <<"working", "aborted">>,
     <<"prepared", "committed">>, <<"prepared", "aborted">>}
    \union ({"working", "prepared", "committed", "aborted"} \X {"crashed"})
    \union ({"crashed"} \X {"prepared", "committed", "aborted"})

FollowsDiagram ==
    [][/\ coordinator' # coordinator => <<coordinator, coordinator'>> \in CoordinatorDiagram
       /\ \A p \in Participants : participant'[p] # participant[p] =>
             <<participant[p], participant'[p]>> \in ParticipantDiagram
      ]_variables

(* What goes wrong is counted, and nothing else is: MaxFaults bounds what it says. *)
FaultsAreCounted ==
    /\ faults = 0
    /\ [][(faults' = faults + 1) <=>
             \/ coordinator # "crashed" /\ coordinator' = "crashed"
             \/ \E p \in Participants : participant[p] # "crashed" /\ participant'[p] = "crashed"
             \/ ~(lost' \subseteq lost)
         ]_variables

(* Seen from outside, this is transaction commit: what counts is what a participant
   has on its disk and has done to its data, not whether it is up.                 *)
Progress == [p \in Participants |->
    IF "commit" \in outcomes[p] THEN "committed"
    ELSE IF "abort" \in outcomes[p] THEN "aborted"
    ELSE IF "prepared" \in log[p] THEN "prepared" ELSE "working"]

Abstract == INSTANCE TransactionCommit WITH progress <- Progress

RefinesTransactionCommit == Abstract!Spec

-------------------------------------------------------------------------------
(* Liveness. *)

(* Nobody waits for ever: in the end everybody has committed or aborted. *)
EveryTransactionDecided ==
    <>[](\A p \in Participants : participant[p] \in {"committed", "aborted"})

(* What was decided is done, everywhere. *)
CommitCarriedOut ==
    decisionLog = "commit" ~> \A p \in Participants : participant[p] = "committed"

(* The coordinator's log does not grow without end. *)
RecordDeleted ==
    decisionLog = "commit" ~> decisionLog = "nothing"
===============================================================================
