---------------------------- MODULE CircuitBreaker ----------------------------
(***************************************************************************)
(* A circuit breaker: while a service fails, its callers are refused at    *)
(* once, so that they do not wait in vain and the service can recover.     *)
(* After a while one call, the probe, finds out whether it has.            *)
(*                                                                         *)
(* The real thing: resilience4j, Polly, Hystrix, gobreaker, the outlier    *)
(* detection of Envoy.                                                     *)
(*                                                                         *)
(* Modelled: a service that answers, answers with errors or is silent, and *)
(* changes between these at any time; requests and answers that are lost   *)
(* or late; callers that time out, try again, and are cancelled.           *)
(* Not modelled: failure rates over a window (here: failures in a row),    *)
(* several breakers that share what they know, load.                       *)
(*                                                                         *)
(* Real breakers number their states and let each call carry the number of *)
(* the state that let it pass. Numbers grow without end. Here a call knows *)
(* whether the breaker is still in that state, which is all they are for.  *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
    Callers,
    Threshold,      \* failures in a row after which the breaker opens
    OpenTime,       \* ticks for which it stays open before it lets a probe pass
    CallTimeout,    \* ticks after which a caller may stop waiting for an answer
    MaxAttempts     \* attempts that a caller makes for one task

(* What a correct system does. Each model of a broken one sets one to FALSE. *)
CONSTANTS
    CountTimeouts,      \* for the breaker, no answer is a failure
    IgnoreLateResults,  \* a result counts only in the state that let the call pass
    OneProbeOnly,       \* while a probe is on its way, other callers are refused
    ReleaseProbe,       \* a probe that is cancelled makes way for another one
    CountRefusals,      \* for its caller, an attempt that is refused is an attempt
    GiveUpWaiting       \* a caller stops waiting after CallTimeout

ASSUME {Threshold, OpenTime, CallTimeout, MaxAttempts} \subseteq Nat \ {0}

VARIABLES
    service,    \* what the service does with requests now
    breaker,    \* the breaker's state
    failures,   \* while closed: failures in a row, as the breaker counts them
    openFor,    \* while open: ticks since it opened, up to OpenTime
    call,       \* what each caller is doing
    streak      \* history: failures in a row that callers had before it opened

variables == <<service, breaker, failures, openFor, call, streak>>

(* A request is on its way or at the service; then its answer is; or one of both was lost. *)
OnItsWay == {"sent", "succeeded", "failed", "lost"}

Calls == [state : {"idle", "ready"} \union OnItsWay,
          attempts : 0 .. MaxAttempts - 1,  \* unsuccessful ones of this task so far
          age : 0 .. CallTimeout,           \* ticks since the request was sent
          current : BOOLEAN]                \* the breaker is in the state that let it pass

TypeOK ==
    /\ service \in {"up", "failing", "silent"}
    /\ breaker \in {"closed", "open", "halfOpen"}
    /\ failures \in 0 .. Threshold - 1
    /\ openFor \in 0 .. OpenTime
    /\ call \in [Callers -> Calls]
    /\ streak \in 0 .. Threshold

Idle == [state |-> "idle", attempts |-> 0, age |-> 0, current |-> FALSE]
Ready(attempts) == [Idle EXCEPT !.state = "ready", !.attempts = attempts]
Sent(attempts) == [Ready(attempts) EXCEPT !.state = "sent", !.current = TRUE]

Init ==
    /\ service = "up"
    /\ breaker = "closed"
    /\ failures = 0
    /\ openFor = 0
    /\ call = [c \in Callers |-> Idle]
    /\ streak = 0

Pending(c) == call[c].state \in OnItsWay
IsProbe(c) == breaker = "halfOpen" /\ Pending(c) /\ call[c].current
Counts(c) == call[c].current \/ ~IgnoreLateResults

-------------------------------------------------------------------------------
(* The breaker. *)

(* The breaker stays as it is, and caller c does this next. *)
Stay(c, next) ==
    /\ call' = [call EXCEPT ![c] = next]
    /\ UNCHANGED <<breaker, failures, openFor>>

(* The breaker changes its state. What other calls bring later no longer counts. *)
Change(newState, c, next) ==
    /\ breaker' = newState
    /\ failures' = 0
    /\ openFor' = 0
    /\ call' = [d \in Callers |-> IF d = c THEN next ELSE [call[d] EXCEPT !.current = FALSE]]

RecordSuccess(c, next) ==
    CASE Counts(c) /\ breaker = "halfOpen" -> Change("closed", c, next)
      [] Counts(c) /\ breaker = "closed" ->
             /\ failures' = 0
             /\ call' = [call EXCEPT ![c] = next]
             /\ UNCHANGED <<breaker, openFor>>
      [] OTHER -> Stay(c, next)

RecordFailure(c, next) ==
    CASE Counts(c) /\ breaker = "halfOpen" -> Change("open", c, next)
      [] Counts(c) /\ breaker = "closed" /\ failures + 1 = Threshold -> Change("open", c, next)
      [] Counts(c) /\ breaker = "closed" /\ failures + 1 < Threshold ->
             /\ failures' = failures + 1
             /\ call' = [call EXCEPT ![c] = next]
             /\ UNCHANGED <<breaker, openFor>>
      [] OTHER -> Stay(c, next)

UpTo(limit, number) == IF number < limit THEN number + 1 ELSE limit

(* For the history: one more call that the closed breaker let pass has failed. *)
LengthenStreak(c) ==
    streak' = IF breaker = "closed" /\ call[c].current THEN UpTo(Threshold, streak) ELSE streak

EndStreak(c) ==
    streak' = IF breaker # "open" /\ call[c].current THEN 0 ELSE streak

-------------------------------------------------------------------------------
(* The callers. *)

(* A caller has something to do for which it needs the service. *)
Begin(c) ==
    /\ call[c].state = "idle"
    /\ call' = [call EXCEPT ![c] = Ready(0)]
    /\ UNCHANGED <<service, breaker, failures, openFor, streak>>

(* What a caller does after an attempt without success: it tries again, or after
   the last attempt does without the service.                                  *)
AfterAttempt(c) ==
    IF call[c].attempts + 1 < MaxAttempts THEN Ready(call[c].attempts + 1) ELSE Idle

Pass(c) ==
    /\ call[c].state = "ready"
    /\ \/ breaker = "closed"
       \/ breaker = "halfOpen" /\ ~OneProbeOnly
    /\ Stay(c, Sent(call[c].attempts))
    /\ UNCHANGED <<service, streak>>

(* The first call after OpenTime is the probe. *)
Probe(c) ==
    /\ call[c].state = "ready"
    /\ breaker = "open"
    /\ openFor = OpenTime
    /\ Change("halfOpen", c, Sent(call[c].attempts))
    /\ UNCHANGED <<service, streak>>

Refuse(c) ==
    /\ call[c].state = "ready"
    /\ \/ breaker = "open" /\ openFor < OpenTime
       \/ breaker = "halfOpen" /\ OneProbeOnly
    /\ Stay(c, IF CountRefusals THEN AfterAttempt(c) ELSE call[c])
    /\ UNCHANGED <<service, streak>>

Attempt(c) == Pass(c) \/ Probe(c) \/ Refuse(c)

ReceiveSuccess(c) ==
    /\ call[c].state = "succeeded"
    /\ RecordSuccess(c, Idle)
    /\ EndStreak(c)
    /\ UNCHANGED service

ReceiveFailure(c) ==
    /\ call[c].state = "failed"
    /\ RecordFailure(c, AfterAttempt(c))
    /\ LengthenStreak(c)
    /\ UNCHANGED service

Timeout(c) ==
    /\ GiveUpWaiting
    /\ Pending(c)
    /\ call[c].age = CallTimeout
    /\ IF CountTimeouts THEN RecordFailure(c, AfterAttempt(c)) ELSE Stay(c, AfterAttempt(c))
    /\ LengthenStreak(c)
    /\ UNCHANGED service

(* Whoever wanted the result has gone, and the caller drops the call. That says
   nothing about the service; but after a probe somebody must probe again.      *)
Cancel(c) ==
    /\ Pending(c)
    /\ call' = [call EXCEPT ![c] = Idle]
    /\ IF IsProbe(c) /\ ReleaseProbe
       THEN breaker' = "open" /\ openFor' = OpenTime
       ELSE UNCHANGED <<breaker, openFor>>
    /\ UNCHANGED <<service, failures, streak>>

-------------------------------------------------------------------------------
(* The service and the network. *)

(* The service becomes well, fails or falls silent. *)
ServiceChanges ==
    /\ service' \in {"up", "failing", "silent"}
    /\ UNCHANGED <<breaker, failures, openFor, call, streak>>

Answer(c) ==
    /\ call[c].state = "sent"
    /\ service # "silent"
    /\ call' = [call EXCEPT ![c].state = IF service = "up" THEN "succeeded" ELSE "failed"]
    /\ UNCHANGED <<service, breaker, failures, openFor, streak>>

(* The request or its answer is lost; the caller cannot tell which. *)
Lose(c) ==
    /\ call[c].state \in OnItsWay \ {"lost"}
    /\ call' = [call EXCEPT ![c].state = "lost"]
    /\ UNCHANGED <<service, breaker, failures, openFor, streak>>

Tick ==
    /\ openFor' = IF breaker = "open" THEN UpTo(OpenTime, openFor) ELSE openFor
    /\ call' = [c \in Callers |->
           IF Pending(c) THEN [call[c] EXCEPT !.age = UpTo(CallTimeout, @)] ELSE call[c]]
    /\ UNCHANGED <<service, breaker, failures, streak>>

Next ==
    \/ Tick \/ ServiceChanges
    \/ \E c \in Callers :
           \/ Begin(c) \/ Pass(c) \/ Probe(c) \/ Refuse(c)
           \/ ReceiveSuccess(c) \/ ReceiveFailure(c) \/ Timeout(c) \/ Cancel(c)
           \/ Answer(c) \/ Lose(c)

(* Time goes on, callers go on calling, and none of them sleeps for ever. If a
   caller asks again and again while the service is up, then once an answer is
   given and arrives: the network may lose any number of messages, but not all. *)
Fairness ==
    /\ WF_variables(Tick)
    /\ \A c \in Callers :
           /\ WF_variables(Begin(c))
           /\ WF_variables(Attempt(c))
           /\ WF_variables(Timeout(c))
           /\ SF_variables(Answer(c))
           /\ SF_variables(ReceiveSuccess(c))

Safety == Init /\ [][Next]_variables
Spec == Safety /\ Fairness

-------------------------------------------------------------------------------
(* Safety. *)

(* The breaker is open as soon as so many calls in a row have failed ... *)
OpensInTime == breaker = "closed" => streak < Threshold

(* ... and it does not open for less. *)
OpensForFailuresOnly == breaker # "closed" => streak = Threshold

(* No call that is on its way was let pass by an open breaker. *)
NothingPassesWhileOpen == breaker = "open" => \A c \in Callers : ~call[c].current

(* While the breaker is half-open exactly one call is on its way that it let pass. *)
OneProbe == breaker = "halfOpen" => Cardinality({c \in Callers : IsProbe(c)}) = 1

(* The breaker closes only because its own probe came back with success. *)
ClosesAfterProbeOnly ==
    [][breaker # "closed" /\ breaker' = "closed" =>
           \E c \in Callers : IsProbe(c) /\ call[c].state = "succeeded" /\ ~(Pending(c))']_variables

(* Service and callers have rest for OpenTime before each first probe. *)
RestsBeforeProbe ==
    [][breaker = "open" /\ breaker' = "halfOpen" => openFor = OpenTime]_variables

(* What the breaker counts only runs in the state that it is for. *)
CountersAtRest ==
    /\ breaker # "closed" => failures = 0
    /\ breaker # "open" => openFor = 0

(* A call counts from when it is let pass, and exactly for as long as the breaker
   stays in the state that let it pass: that is what the numbers are for.       *)
CallsKnowTheirState ==
    [][\A c \in Callers : Pending(c)' =>
           call'[c].current = (~Pending(c) \/ (call[c].current /\ breaker' = breaker))]_variables

(* What a breaker that lets calls pass thinks of the service changes only because a
   call that counts is over. So each result counts once, and the probe decides.   *)
ResultsCountOnce ==
    [][failures' # failures \/ (breaker # "open" /\ breaker' # breaker) =>
           \E c \in Callers : Pending(c) /\ call[c].current /\ ~Pending(c)']_variables

(* A caller is refused only for the time of rest, or because a probe is on its way. *)
RefusesForCause ==
    [][\A c \in Callers : call[c].state = "ready" /\ call'[c] # call[c] /\ ~Pending(c)' =>
           breaker = "halfOpen" \/ (breaker = "open" /\ openFor < OpenTime)]_variables

(* Only who has a task calls; who tries again has had an error or has waited long
   enough; and every answer is the service's own.                               *)
CallersFollowDiagram ==
    [][\A c \in Callers :
           LET before == call[c].state
               after == call'[c].state
           IN /\ ~Pending(c) /\ Pending(c)' => before = "ready" /\ after = "sent"
              /\ before # "idle" /\ after = "ready" =>
                     before \in {"ready", "failed"} \/ call[c].age = CallTimeout
              /\ after \in {"succeeded", "failed"} /\ after # before =>
                     before = "sent" /\ service = IF after = "succeeded" THEN "up" ELSE "failing"
      ]_variables

(* The breaker goes no way between its states that is not in the diagram. *)
Diagram == INSTANCE BreakerStates WITH state <- breaker
FollowsDiagram == Diagram!Spec

-------------------------------------------------------------------------------
(* Liveness. *)

(* No caller is blocked for ever, whatever the service does. *)
NeverBlocked ==
    \A c \in Callers : (call[c].state # "idle") ~> (call[c].state = "idle")

(* When the service has recovered and stays up, the breaker closes again. *)
RecoversWithService ==
    <>[](service = "up") => []<>(breaker = "closed")
===============================================================================
