--------------------------------- MODULE Saga ---------------------------------
(***************************************************************************)
(* A saga: one business transaction that runs through several services,    *)
(* step by step. An orchestrator tells each service in turn to do its      *)
(* step. When a step cannot be done, those that were done are compensated, *)
(* last one first.                                                         *)
(*                                                                         *)
(* The real thing: an order that reserves stock, takes a payment and books *)
(* a delivery; Temporal, AWS Step Functions, Camunda, Axon, Eventuate, or  *)
(* a table of sagas in the orchestrator's own database.                    *)
(*                                                                         *)
(* Up to the pivot every step may be refused, and those before the pivot   *)
(* can be undone. Once the pivot is done the saga goes on to its end: the  *)
(* steps after it may take long, but cannot be refused.                    *)
(*                                                                         *)
(* Modelled: an orchestrator that crashes and goes on from its log, steps  *)
(* that are refused or given up after a timeout with nobody knowing        *)
(* whether they were done, commands and answers that are lost, late,       *)
(* repeated or overtaken by others, and are sent again.                    *)
(* Not modelled: what the steps do, what other sagas see in between (sagas *)
(* have no isolation), a compensation that fails for good and needs a      *)
(* person, services that lose what they have stored.                       *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
    Steps,      \* how many steps the saga has, one service each
    Pivot,      \* the step that decides it: once it is done there is no way back
    MaxFaults   \* how often something goes wrong: a message is lost, the orchestrator crashes

(* What a correct saga does. Each model of a broken saga sets one to FALSE. *)
CONSTANTS
    LogProgress,        \* the orchestrator logs where it is before it acts on it
    ResendCommand,      \* the orchestrator repeats a command that is not answered
    CompensateUnknown,  \* after a timeout the step whose outcome is not known is undone, too
    OneAtATime,         \* it undoes a step when the later ones are known to be undone
    RecognizeRepeats,   \* a service does what it is told once, however often it is told
    RefuseLate          \* a service that has undone a step does not do it any more

ASSUME Steps \in Nat /\ Pivot \in 1 .. Steps /\ MaxFaults \in Nat

VARIABLES
    memory,     \* of the orchestrator: what it is doing
    log,        \* on disk of the orchestrator: what it is doing, the latest entry
    service,    \* on disk of each step's service: what became of the step
    sent,       \* every message ever sent
    lost,       \* those of which no copy is on its way any more
    faults,     \* how often something has gone wrong
    times       \* history: how often each step was done, and undone (2 stands for more)

messages == <<sent, lost>>
variables == <<memory, log, service, messages, faults, times>>

AllSteps == 1 .. Steps

Position == [phase : {"forward", "backward", "completed", "compensated"},
             step : 0 .. Steps]
At(phase, step) == [phase |-> phase, step |-> step]
Crashed == At("crashed", 0)

Message == [type : {"do", "done", "refused", "undo", "undone"}, step : AllSteps]
MessageOf(type, i) == [type |-> type, step |-> i]

TypeOK ==
    /\ memory \in Position \union {Crashed}
    /\ log \in Position
    /\ service \in [AllSteps -> {"open", "done", "refused", "undone"}]
    /\ sent \subseteq Message
    /\ lost \subseteq sent
    /\ faults \in 0 .. MaxFaults
    /\ times \in [AllSteps -> [done : 0 .. 2, undone : 0 .. 2]]

Init ==
    /\ memory = At("forward", 1)
    /\ log = At("forward", 1)
    /\ service = [i \in AllSteps |-> "open"]
    /\ sent = {}
    /\ lost = {}
    /\ faults = 0
    /\ times = [i \in AllSteps |-> [done |-> 0, undone |-> 0]]

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
    /\ UNCHANGED <<memory, log, service, sent, times>>

-------------------------------------------------------------------------------
(* The orchestrator. *)

(* Where it goes next, written down before it acts on it. *)
GoTo(position) ==
    /\ memory' = position
    /\ log' = IF LogProgress THEN position ELSE log
    /\ UNCHANGED <<service, messages, faults, times>>

(* Steps up to this one are to be undone; without any, that is the end of it. *)
BackFrom(i) == IF i = 0 THEN At("compensated", 0) ELSE At("backward", i)

Tell(m) ==
    /\ ResendCommand \/ m \notin sent
    /\ SendAgain(m)
    /\ UNCHANGED <<memory, log, service, faults, times>>

TellToDo ==
    /\ memory.phase = "forward"
    /\ Tell(MessageOf("do", memory.step))

TellToUndo(i) ==
    /\ memory.phase = "backward"
    /\ i = memory.step \/ (i < memory.step /\ ~OneAtATime)
    /\ Tell(MessageOf("undo", i))

HearDone ==
    /\ memory.phase = "forward"
    /\ Arrives(MessageOf("done", memory.step))
    /\ GoTo(IF memory.step = Steps THEN At("completed", 0) ELSE At("forward", memory.step + 1))

(* A step that was refused has had no effect. *)
HearRefused ==
    /\ memory.phase = "forward"
    /\ Arrives(MessageOf("refused", memory.step))
    /\ GoTo(BackFrom(memory.step - 1))

(* No answer comes, and perhaps the customer has walked away. The step may have
   been done, or may still be. The pivot and what follows are waited for.      *)
TimeOut ==
    /\ memory.phase = "forward"
    /\ memory.step < Pivot
    /\ GoTo(BackFrom(IF CompensateUnknown THEN memory.step ELSE memory.step - 1))

HearUndone ==
    /\ memory.phase = "backward"
    /\ Arrives(MessageOf("undone", memory.step))
    /\ GoTo(BackFrom(memory.step - 1))

(* What is in memory is gone. *)
Crash ==
    /\ memory # Crashed
    /\ Fault
    /\ memory' = Crashed
    /\ UNCHANGED <<log, service, messages, times>>

Recover ==
    /\ memory = Crashed
    /\ memory' = log
    /\ UNCHANGED <<log, service, messages, faults, times>>

-------------------------------------------------------------------------------
(* The services. Each does what it is told, stores what became of the step, and
   answers, in one transaction of its own database. So a service that crashes is
   one that is slow.                                                           *)

More(number) == IF number < 2 THEN number + 1 ELSE number

Do(i) ==
    /\ service' = [service EXCEPT ![i] = "done"]
    /\ times' = [times EXCEPT ![i].done = More(@)]
    /\ Send(MessageOf("done", i))

DoStep(i) ==
    /\ Arrives(MessageOf("do", i))
    /\ \/ service[i] = "open"
       \/ service[i] = "done" /\ ~RecognizeRepeats
       \/ service[i] = "undone" /\ ~RefuseLate
    /\ Do(i)
    /\ UNCHANGED <<memory, log, faults>>

(* Out of stock, no cover on the card. *)
RefuseStep(i) ==
    /\ Arrives(MessageOf("do", i))
    /\ service[i] = "open"
    /\ i <= Pivot
    /\ service' = [service EXCEPT ![i] = "refused"]
    /\ Send(MessageOf("refused", i))
    /\ UNCHANGED <<memory, log, faults, times>>

(* It was told before, and gives the same answer again. *)
AnswerAgain(i) ==
    /\ Arrives(MessageOf("do", i))
    /\ service[i] \in {"done", "refused"}
    /\ SendAgain(MessageOf(service[i], i))
    /\ UNCHANGED <<memory, log, service, faults, times>>

(* It undoes its step. If there is nothing to undo, because the command to do it
   has not arrived, it remembers that this step must not be done any more.     *)
UndoStep(i) ==
    /\ Arrives(MessageOf("undo", i))
    /\ \/ service[i] \in {"open", "done"}
       \/ service[i] = "undone" /\ ~RecognizeRepeats
    /\ service' = [service EXCEPT ![i] = "undone"]
    /\ times' = IF service[i] = "open" THEN times ELSE [times EXCEPT ![i].undone = More(@)]
    /\ Send(MessageOf("undone", i))
    /\ UNCHANGED <<memory, log, faults>>

(* It was told before, or has refused the step and has nothing to undo. *)
AnswerUndone(i) ==
    /\ Arrives(MessageOf("undo", i))
    /\ service[i] \in {"undone", "refused"}
    /\ SendAgain(MessageOf("undone", i))
    /\ UNCHANGED <<memory, log, service, faults, times>>

-------------------------------------------------------------------------------
(* What each does of its own accord, so that fairness can demand it. *)

OrchestratorWorks ==
    \/ TellToDo \/ HearDone \/ HearRefused \/ HearUndone
    \/ \E i \in AllSteps : TellToUndo(i)

OrchestratorStep == OrchestratorWorks \/ Recover

ServiceStep(i) ==
    DoStep(i) \/ RefuseStep(i) \/ AnswerAgain(i) \/ UndoStep(i) \/ AnswerUndone(i)

(* Only at its end a saga may come to rest: anywhere else that is a deadlock. *)
Finished ==
    /\ log.phase \in {"completed", "compensated"}
    /\ UNCHANGED variables

Next ==
    \/ OrchestratorStep
    \/ \E i \in AllSteps : ServiceStep(i)
    \/ TimeOut
    \/ Crash
    \/ \E m \in sent \ lost : Lose(m)
    \/ Finished

(* What the end of a saga relies on: whoever can do something does. Nobody has to
   lose patience.                                                                *)

ServicesGoOn == \A i \in AllSteps : WF_variables(ServiceStep(i))
OrchestratorGoesOn == WF_variables(OrchestratorStep)
OrchestratorMayStayAway == WF_variables(OrchestratorWorks)

Behaviour == Init /\ [][Next]_variables

Spec == Behaviour /\ ServicesGoOn /\ OrchestratorGoesOn
OrchestratorAwaySpec == Behaviour /\ ServicesGoOn /\ OrchestratorMayStayAway

-------------------------------------------------------------------------------
(* Safety. *)

(* A saga that is reported as completed has taken effect everywhere. *)
CompletedMeansDone ==
    log.phase = "completed" => \A i \in AllSteps : service[i] = "done"

(* A saga that is reported as compensated has no effect anywhere. *)
CompensatedMeansUndone ==
    log.phase = "compensated" => \A i \in AllSteps : service[i] # "done"

(* Never both: what a saga was reported to be, it stays. *)
OutcomeIsFinal ==
    [][log.phase \in {"completed", "compensated"} => log' = log]_variables

(* No step is done before those in front of it were. *)
StepsInOrder ==
    \A i, j \in AllSteps : i < j /\ service[j] = "done" => times[i].done > 0

(* No step is undone while a later one still has its effect. *)
CompensationInReverse ==
    \A i, j \in AllSteps : i < j /\ service[i] = "undone" => service[j] # "done"

(* No step is done twice or undone twice, however often a command arrives. *)
AtMostOnce ==
    \A i \in AllSteps :
        /\ times[i].done <= 1
        /\ times[i].undone = IF service[i] = "undone" THEN times[i].done ELSE 0

(* Once the pivot is done nothing is undone, and the pivot itself never is. *)
NoWayBack ==
    /\ service[Pivot] = "done" => \A i \in AllSteps : service[i] # "undone"
    /\ \A i \in Pivot .. Steps : service[i] # "undone"
    /\ log.phase = "backward" => log.step < Pivot

(* The orchestrator does nothing that is not in its log. *)
LoggedBeforeDone == memory \in {log, Crashed}

(* Nobody acts on what has not arrived, and services speak when they are spoken to. *)
ActsOnMessages ==
    [][/\ log.phase = "forward" /\ log' # log /\ log'.phase \in {"forward", "completed"} =>
             Arrives(MessageOf("done", log.step))
       /\ log.phase = "backward" /\ log' # log => Arrives(MessageOf("undone", log.step))
       /\ \A i \in AllSteps :
             /\ service[i] = "open" /\ service'[i] \in {"done", "refused"} => Arrives(MessageOf("do", i))
             /\ service[i] # "undone" /\ service'[i] = "undone" => Arrives(MessageOf("undo", i))
             /\ \A answer \in {"done", "refused"} :
                   Arrives(MessageOf(answer, i))' => \/ Arrives(MessageOf(answer, i))
                                                    \/ Arrives(MessageOf("do", i))
             /\ Arrives(MessageOf("undone", i))' => \/ Arrives(MessageOf("undone", i))
                                                   \/ Arrives(MessageOf("undo", i))
      ]_variables

(* What goes wrong is counted, and nothing else is: MaxFaults bounds what it says. *)
FaultsAreCounted ==
    /\ faults = 0
    /\ [][(faults' = faults + 1) <=>
             (memory # Crashed /\ memory' = Crashed) \/ ~(lost' \subseteq lost)]_variables

(* Seen from outside: forward without a gap, or back without a gap. *)
Abstract == INSTANCE AllOrNothing WITH
    level <- Cardinality({i \in AllSteps : service[i] = "done"}),
    turned <- \E i \in AllSteps : service[i] \in {"refused", "undone"}

RefinesAllOrNothing == Abstract!Spec

-------------------------------------------------------------------------------
(* Liveness. *)

(* Every saga ends: completed, or fully compensated. *)
EverySagaEnds == <>(log.phase \in {"completed", "compensated"})

(* A compensation that has begun comes to its end. *)
CompensationEnds == log.phase = "backward" ~> log.phase = "compensated"

(* Past the pivot, a saga is completed. *)
PivotCompletes == service[Pivot] = "done" ~> log.phase = "completed"
===============================================================================
