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
(* repeated or overtaken by others, and a coordinator that forgets what is *)
(* done: it presumes that a transaction without a record was aborted.      *)
(* Not modelled: the data itself and its locks, several transactions at    *)
(* once, a log that is damaged, a coordinator that never comes back: the   *)
(* participants that voted yes then wait for it, which is the known price  *)
(* of two-phase commit.                                                    *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANT Participants

(* What correct nodes do. Each model of a broken protocol sets one to FALSE. *)
CONSTANTS
    LogVote,        \* a participant logs "prepared" before it votes yes
    LogCommit,      \* the coordinator logs "commit" before it tells anybody
    NeedAllVotes,   \* on a timeout the coordinator takes a missing vote for a no
    KeepPromise,    \* a participant that voted yes waits for the decision
    AwaitDone       \* the coordinator forgets a commit only when all have done it

VARIABLES
    coordinator,    \* in memory: what the coordinator is doing
    votes,          \* in memory of the coordinator: who voted yes
    decisionLog,    \* on disk of the coordinator: "commit", or nothing
    participant,    \* in memory: what each participant is doing
    log,            \* on disk of each participant: the records of this transaction
    network,        \* every message ever sent
    outcomes        \* history: what each participant ever did to its data

variables == <<coordinator, votes, decisionLog, participant, log, network, outcomes>>

(* A message stays in `network` for good and may be received at any later time:
   never (it was lost), late, or again (it was sent twice). So sending again
   after a timeout needs no step of its own.                                  *)
Message ==
    {[type |-> "prepare"]} \union
    [type : {"commit", "abort"}, to : Participants] \union
    [type : {"yes", "no", "done"}, from : Participants]

Prepare == [type |-> "prepare"]
Commit(p) == [type |-> "commit", to |-> p]
Abort(p) == [type |-> "abort", to |-> p]
Yes(p) == [type |-> "yes", from |-> p]
No(p) == [type |-> "no", from |-> p]
Done(p) == [type |-> "done", from |-> p]

TypeOK ==
    /\ coordinator \in {"idle", "collecting", "committing", "forgotten", "crashed"}
    /\ votes \subseteq Participants
    /\ decisionLog \in {"nothing", "commit"}
    /\ participant \in [Participants -> {"working", "prepared", "committed", "aborted", "crashed"}]
    /\ log \in [Participants -> SUBSET {"prepared", "commit", "abort"}]
    /\ network \subseteq Message
    /\ outcomes \in [Participants -> SUBSET {"commit", "abort"}]

Init ==
    /\ coordinator = "idle"
    /\ votes = {}
    /\ decisionLog = "nothing"
    /\ participant = [p \in Participants |-> "working"]
    /\ log = [p \in Participants |-> {}]
    /\ network = {}
    /\ outcomes = [p \in Participants |-> {}]

-------------------------------------------------------------------------------
(* The coordinator. *)

unchangedByCoordinator == <<participant, log, outcomes>>

(* It asks everybody to prepare. *)
Begin ==
    /\ coordinator = "idle"
    /\ coordinator' = "collecting"
    /\ network' = network \union {Prepare}
    /\ UNCHANGED <<votes, decisionLog, unchangedByCoordinator>>

ReceiveYes(p) ==
    /\ coordinator = "collecting"
    /\ Yes(p) \in network
    /\ votes' = votes \union {p}
    /\ UNCHANGED <<coordinator, decisionLog, network, unchangedByCoordinator>>

(* A commit is decided where it is written down; it is told in a later step, and
   a crash may come between the two.                                          *)
DecideCommit ==
    /\ coordinator = "collecting"
    /\ votes = Participants \/ ~NeedAllVotes
    /\ coordinator' = "committing"
    /\ decisionLog' = IF LogCommit THEN "commit" ELSE decisionLog
    /\ votes' = {}
    /\ UNCHANGED <<network, unchangedByCoordinator>>

(* Somebody voted no, or some vote does not come in time. An abort needs no
   record: what the coordinator does not know was aborted.                    *)
DecideAbort ==
    /\ coordinator = "collecting"
    /\ votes # Participants
    /\ coordinator' = "forgotten"
    /\ votes' = {}
    /\ UNCHANGED <<decisionLog, network, unchangedByCoordinator>>

(* It tells a participant, which perhaps has asked for it, possibly again. *)
TellDecision(p) ==
    /\ coordinator \in {"committing", "forgotten"}
    /\ network' = network \union {IF coordinator = "committing" THEN Commit(p) ELSE Abort(p)}
    /\ UNCHANGED <<coordinator, votes, decisionLog, unchangedByCoordinator>>

(* Nobody will ask again, so the record can go. *)
Forget ==
    /\ coordinator = "committing"
    /\ AwaitDone => \A p \in Participants : Done(p) \in network
    /\ coordinator' = "forgotten"
    /\ decisionLog' = "nothing"
    /\ UNCHANGED <<votes, network, unchangedByCoordinator>>

(* What is in memory is gone. *)
CrashCoordinator ==
    /\ coordinator # "crashed"
    /\ coordinator' = "crashed"
    /\ votes' = {}
    /\ UNCHANGED <<decisionLog, network, unchangedByCoordinator>>

(* It goes on from its log. Without a record it cannot have told anybody to
   commit, or everybody has done so.                                          *)
RecoverCoordinator ==
    /\ coordinator = "crashed"
    /\ coordinator' = IF decisionLog = "commit" THEN "committing" ELSE "forgotten"
    /\ UNCHANGED <<votes, decisionLog, network, unchangedByCoordinator>>

-------------------------------------------------------------------------------
(* The participants. *)

unchangedByParticipant == <<coordinator, votes, decisionLog>>

(* It can do its part, and writes down everything it needs to do it later, even
   after a crash. From now on it is bound by the coordinator's decision.       *)
PrepareToCommit(p) ==
    /\ participant[p] = "working"
    /\ Prepare \in network
    /\ participant' = [participant EXCEPT ![p] = "prepared"]
    /\ log' = IF LogVote THEN [log EXCEPT ![p] = @ \union {"prepared"}] ELSE log
    /\ UNCHANGED <<network, outcomes, unchangedByParticipant>>

VoteYes(p) ==
    /\ participant[p] = "prepared"
    /\ network' = network \union {Yes(p)}
    /\ UNCHANGED <<participant, log, outcomes, unchangedByParticipant>>

(* The outcome is logged, then shown to others as the state of the data. *)
Finish(p, outcome) ==
    /\ participant' = [participant EXCEPT ![p] =
                           IF outcome = "commit" THEN "committed" ELSE "aborted"]
    /\ log' = [log EXCEPT ![p] = @ \union {outcome}]
    /\ outcomes' = [outcomes EXCEPT ![p] = @ \union {outcome}]

(* It cannot do its part. *)
VoteNo(p) ==
    /\ participant[p] = "working"
    /\ Prepare \in network
    /\ Finish(p, "abort")
    /\ network' = network \union {No(p)}
    /\ UNCHANGED unchangedByParticipant

(* The coordinator is silent. Who has not voted is free to abort; who has voted
   yes must wait.                                                              *)
ParticipantTimeout(p) ==
    /\ \/ participant[p] = "working"
       \/ participant[p] = "prepared" /\ ~KeepPromise
    /\ Finish(p, "abort")
    /\ UNCHANGED <<network, unchangedByParticipant>>

ReceiveCommit(p) ==
    /\ participant[p] = "prepared"
    /\ Commit(p) \in network
    /\ Finish(p, "commit")
    /\ UNCHANGED <<network, unchangedByParticipant>>

ReceiveAbort(p) ==
    /\ participant[p] \in {"working", "prepared"}
    /\ Abort(p) \in network
    /\ Finish(p, "abort")
    /\ UNCHANGED <<network, unchangedByParticipant>>

(* It has committed, and does not need the coordinator any more. *)
SendDone(p) ==
    /\ participant[p] = "committed"
    /\ network' = network \union {Done(p)}
    /\ UNCHANGED <<participant, log, outcomes, unchangedByParticipant>>

CrashParticipant(p) ==
    /\ participant[p] # "crashed"
    /\ participant' = [participant EXCEPT ![p] = "crashed"]
    /\ UNCHANGED <<log, network, outcomes, unchangedByParticipant>>

(* It goes on from its log: an outcome is redone; a vote without outcome waits
   for the decision; a transaction that left no record never happened.        *)
RecoverParticipant(p) ==
    /\ participant[p] = "crashed"
    /\ IF "commit" \in log[p] THEN Finish(p, "commit")
       ELSE IF "prepared" \in log[p] /\ "abort" \notin log[p]
       THEN /\ participant' = [participant EXCEPT ![p] = "prepared"]
            /\ UNCHANGED <<log, outcomes>>
       ELSE Finish(p, "abort")
    /\ UNCHANGED <<network, unchangedByParticipant>>

-------------------------------------------------------------------------------
Next ==
    \/ Begin \/ DecideCommit \/ DecideAbort \/ Forget
    \/ CrashCoordinator \/ RecoverCoordinator
    \/ \E p \in Participants :
          \/ ReceiveYes(p) \/ TellDecision(p)
          \/ PrepareToCommit(p) \/ VoteYes(p) \/ VoteNo(p) \/ ParticipantTimeout(p)
          \/ ReceiveCommit(p) \/ ReceiveAbort(p) \/ SendDone(p)
          \/ CrashParticipant(p) \/ RecoverParticipant(p)

Spec == Init /\ [][Next]_variables

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
    \A p \in Participants : Commit(p) \in network \/ "commit" \in outcomes[p] =>
        \A q \in Participants : Yes(q) \in network

(* A yes is a promise: whoever voted yes aborts only if the coordinator says so. *)
YesIsPromise ==
    \A p \in Participants :
        Yes(p) \in network /\ "abort" \in outcomes[p] => Abort(p) \in network

(* Durability at a participant: its promise and what it did are in its log, and
   whenever it runs, it runs in the state that its log tells.                  *)
ParticipantDurability ==
    \A p \in Participants :
        /\ Yes(p) \in network => "prepared" \in log[p]
        /\ outcomes[p] \subseteq log[p]
        /\ "commit" \in log[p] => participant[p] \in {"committed", "crashed"}
        /\ "abort" \in log[p] => participant[p] \in {"aborted", "crashed"}

(* Durability at the coordinator: a commit that it told anybody is in its log
   until it is in the log of every participant.                                *)
CoordinatorDurability ==
    (\E p \in Participants : Commit(p) \in network) =>
        \/ decisionLog = "commit"
        \/ \A p \in Participants : "commit" \in log[p]
===============================================================================
