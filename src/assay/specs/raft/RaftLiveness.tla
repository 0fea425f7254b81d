----------------------------- MODULE RaftLiveness -----------------------------
(***************************************************************************)
(* What Raft does in the end: there is a leader, and what it writes is     *)
(* committed. The protocol is that of Raft.tla, step by step; added are    *)
(* servers that are down, the timing that Raft needs, and fairness.        *)
(*                                                                         *)
(* No protocol can promise this whatever the network does (Fischer, Lynch  *)
(* and Paterson, 1985). Raft promises it for times in which messages are   *)
(* much faster than election timeouts (section 5.6 of the paper). So here  *)
(* everything may go wrong in all terms but the last: crashes, split       *)
(* votes, elections without need, messages lost, late or repeated. The     *)
(* last term is calm: one server stands for election, one that can win,    *)
(* and nobody crashes. How much went wrong before does not matter.         *)
(***************************************************************************)
EXTENDS Raft

(* What the system needs. Each model of a system without it sets one to FALSE. *)
CONSTANTS
    WriteOwnEntry,      \* a leader writes an entry of its own term, if need be an empty one
    MajorityStaysUp,    \* at no time are too many servers down
    RandomTimeouts      \* at some time one server stands for election alone, and can win

VARIABLE down   \* the servers that are down now

allVariables == <<variables, down>>

LiveInit == Init /\ down = {}

Calm == \E s \in Servers : currentTerm[s] = MaxTerm

(* Messages are faster than election timeouts: when the calm begins, those of earlier
   terms have arrived or are lost, and who led then does nothing more by it.           *)
Timely(t) == Calm => t = MaxTerm

CanWin(s) == IsMajority({u \in Servers \ down : IsAsUpToDate(s, u)})

StandForElection(s) ==
    /\ s \notin down
    /\ currentTerm[s] + 1 = MaxTerm /\ RandomTimeouts => ~Calm /\ CanWin(s)
    /\ Timeout(s)
    /\ UNCHANGED down

Vote(voter, candidate, answered) ==
    /\ voter \notin down
    /\ GrantVote(voter, candidate, answered)
    /\ UNCHANGED down

Lead(s) ==
    /\ BecomeLeader(s)
    /\ UNCHANGED down

StepDown(s, other) ==
    /\ s \notin down
    /\ LearnTerm(s, other)
    /\ UNCHANGED down

(* One entry in each term, so that in the last term too there is room for one. *)
Write(s) ==
    /\ Timely(currentTerm[s])
    /\ Len(log[s]) < IF WriteOwnEntry THEN currentTerm[s] ELSE 1
    /\ ClientRequest(s)
    /\ UNCHANGED down

Replicate(s, t, last, answered) ==
    /\ Timely(t)
    /\ s \notin down
    /\ last <= Len(sent[t].log)
    /\ AppendEntries(s, t, last, answered)
    /\ UNCHANGED down

Commit(s, index) ==
    /\ index <= Len(log[s])
    /\ AdvanceCommitIndex(s, index)
    /\ UNCHANGED down

(* What is in memory is lost at once; Restart says what is left. *)
GoDown(s) ==
    /\ ~Calm
    /\ s \notin down
    /\ MajorityStaysUp => IsMajority(Servers \ (down \union {s}))
    /\ down' = down \union {s}
    /\ Restart(s)

ComeBack(s) ==
    /\ s \in down
    /\ down' = down \ {s}
    /\ UNCHANGED variables

LiveNext ==
    \E s \in Servers :
        \/ StandForElection(s) \/ Lead(s) \/ Write(s) \/ GoDown(s) \/ ComeBack(s)
        \/ \E other \in Servers : StepDown(s, other)
        \/ \E index \in Indices : Commit(s, index)
        \/ \E answered \in IF LoseAnswers THEN BOOLEAN ELSE {TRUE} :
               \/ \E other \in Servers : Vote(s, other, answered)
               \/ \E t \in Terms, last \in 0 .. MaxLogLength : Replicate(s, t, last, answered)

NoLeader == \A s \in Servers : role[s] # "leader"

(* Servers that are up go on working. Who is up again and again, and hears of no
   leader, stands for election; nobody need do that while there is a leader, but
   anybody may.                                                                *)
ServersWork ==
    \A s \in Servers :
        /\ SF_allVariables(NoLeader /\ StandForElection(s))
        /\ WF_allVariables(Lead(s) \/ Write(s) \/ \E index \in Indices : Commit(s, index))

(* Requests are sent until they are answered, and the network does not lose all of
   them. That goes for what a server has missed while it was down, too.          *)
RequestsAreRepeated ==
    \A s \in Servers :
        /\ WF_allVariables(\E other \in Servers : Vote(s, other, TRUE))
        /\ SF_allVariables(\E t \in Terms, last \in Indices : Replicate(s, t, last, TRUE))

LiveSpecWithoutRetries == LiveInit /\ [][LiveNext]_allVariables /\ ServersWork
LiveSpec == LiveSpecWithoutRetries /\ RequestsAreRepeated

-------------------------------------------------------------------------------
(* Every step here is one of Raft.tla, or no step of the protocol at all, so what
   is checked there of safety holds here as well.                              *)
IsRaft == Spec

(* A server that is down has nothing in its memory. *)
DownForgets ==
    \A s \in down : role[s] = "follower" /\ commitIndex[s] = 0

(* Nor does anything happen on its disk. *)
DownDoesNothing ==
    [][\A s \in down \cap down' :
           <<currentTerm[s], votedFor[s], log[s]>>' = <<currentTerm[s], votedFor[s], log[s]>>]_allVariables

(* A leader is elected in the end, and stays. *)
LeaderElected == <>[](\E s \in Servers : role[s] = "leader")

(* What a leader has written is committed in the end, unless it leads no more. *)
EntriesCommitted ==
    \A s \in Servers :
        (role[s] = "leader" /\ commitIndex[s] < Len(log[s]))
            ~> (role[s] # "leader" \/ commitIndex[s] = Len(log[s]))

(* A client that goes on submitting gets an entry committed. *)
SubmittedCommitted == <>(committed # {})

(* A server that stays up gets every committed entry, and may apply it. *)
AllCatchUp ==
    \A s \in Servers :
        <>[](s \notin down) => <>[](\A c \in committed : HasEntry(s, c) /\ commitIndex[s] >= c.index)
===============================================================================
