--------------------------------- MODULE Raft ---------------------------------
(***************************************************************************)
(* Raft: a group of servers elects a leader, which copies its log to the   *)
(* others. An entry on a majority of disks is committed and may be applied. *)
(* Ongaro and Ousterhout, "In Search of an Understandable Consensus        *)
(* Algorithm", USENIX ATC 2014; names are those of its figure 2.           *)
(*                                                                         *)
(* The real thing: etcd, Consul, CockroachDB, Kafka's controllers.         *)
(*                                                                         *)
(* Modelled: elections, replication, commitment, crashes and restarts with *)
(* what is on disk and what is not, messages that are lost, late, repeated *)
(* or overtaken by others, partitions of the network.                      *)
(* Not modelled: membership changes, snapshots, pre-vote, reads.           *)
(*                                                                         *)
(* An entry is written as the term whose leader made it. What it commands  *)
(* does not matter: in one term nobody but the leader makes entries, and   *)
(* it never puts two in one place.                                         *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
    Servers,
    Nobody,         \* in place of a server that a vote could go to
    MaxTerm,        \* bound of the model: the last term
    MaxLogLength,   \* bound of the model: entries in one log
    LoseAnswers     \* whether the network loses answers, too

(* What correct servers do. Each model of a broken server sets one to FALSE. *)
CONSTANTS
    PersistTerm,        \* a server still knows its term after a restart
    PersistVote,        \* a server still knows its vote after a restart
    PersistLog,         \* a server still has its log after a restart
    CompareLogs,        \* a vote goes only to a candidate whose log is as good
    CommitOwnTermOnly   \* a leader counts copies only of entries of its own term

VARIABLES
    currentTerm, votedFor, log,             \* each server's disk
    role, votesGranted, matchIndex, commitIndex,    \* each server's memory
    sent,       \* for each term: what its leader has sent
    leaders,    \* history: who was leader in each term
    committed,  \* history: every commitment
    newestTerm  \* history: the highest term of each server

disk == <<currentTerm, votedFor, log>>
memory == <<role, votesGranted, matchIndex, commitIndex>>
history == <<leaders, committed, newestTerm>>
variables == <<disk, memory, sent, history>>

Terms == 1 .. MaxTerm
Indices == 1 .. MaxLogLength
Logs == UNION {[1 .. n -> Terms] : n \in 0 .. MaxLogLength}
IsMajority(group) == 2 * Cardinality(group) > Cardinality(Servers)

TypeOK ==
    /\ currentTerm \in [Servers -> 0 .. MaxTerm]
    /\ votedFor \in [Servers -> Servers \union {Nobody}]
    /\ log \in [Servers -> Logs]
    /\ role \in [Servers -> {"follower", "candidate", "leader"}]
    /\ votesGranted \in [Servers -> SUBSET Servers]
    /\ matchIndex \in [Servers -> [Servers -> 0 .. MaxLogLength]]
    /\ commitIndex \in [Servers -> 0 .. MaxLogLength]
    /\ sent \in [Terms -> [log : Logs, commitIndex : 0 .. MaxLogLength]]
    /\ leaders \in [Terms -> SUBSET Servers]
    /\ committed \subseteq [index : Indices, entry : Terms, term : Terms]
    /\ newestTerm \in [Servers -> 0 .. MaxTerm]

NoMatch == [s \in Servers |-> 0]

Init ==
    /\ currentTerm = [s \in Servers |-> 0]
    /\ votedFor = [s \in Servers |-> Nobody]
    /\ log = [s \in Servers |-> <<>>]
    /\ role = [s \in Servers |-> "follower"]
    /\ votesGranted = [s \in Servers |-> {}]
    /\ matchIndex = [s \in Servers |-> NoMatch]
    /\ commitIndex = [s \in Servers |-> 0]
    /\ sent = [t \in Terms |-> [log |-> <<>>, commitIndex |-> 0]]
    /\ leaders = [t \in Terms |-> {}]
    /\ committed = {}
    /\ newestTerm = [s \in Servers |-> 0]

Max(a, b) == IF a > b THEN a ELSE b
Min(a, b) == IF a < b THEN a ELSE b

(* Server s enters term t, or stays in it, in this role. *)
Enter(s, t, newRole) ==
    /\ currentTerm' = [currentTerm EXCEPT ![s] = t]
    /\ newestTerm' = [newestTerm EXCEPT ![s] = Max(@, t)]
    /\ role' = [role EXCEPT ![s] = newRole]
    /\ matchIndex' = [matchIndex EXCEPT ![s] = NoMatch]

-------------------------------------------------------------------------------
(* Elections. *)

(* Server s has not heard of a leader for too long, and stands for election. *)
Timeout(s) ==
    /\ role[s] # "leader"
    /\ currentTerm[s] < MaxTerm
    /\ Enter(s, currentTerm[s] + 1, "candidate")
    /\ votedFor' = [votedFor EXCEPT ![s] = s]
    /\ votesGranted' = [votesGranted EXCEPT ![s] = {s}]
    /\ UNCHANGED <<log, commitIndex, sent, leaders, committed>>

LastTerm(entries) == IF entries = <<>> THEN 0 ELSE entries[Len(entries)]

(* The candidate's log is at least as up to date as the voter's (section 5.4.1). *)
IsAsUpToDate(candidate, voter) ==
    LET mine == log[candidate]
        yours == log[voter]
    IN \/ LastTerm(mine) > LastTerm(yours)
       \/ LastTerm(mine) = LastTerm(yours) /\ Len(mine) >= Len(yours)

(* RequestVote, which a candidate repeats, and its answer, which may be lost, in
   one step. Nothing is missed by that: a lost request is no step; one that comes
   after its candidate has moved on changes no more than LearnTerm does; and a late
   answer is a candidate that takes its time to lead.                            *)
GrantVote(voter, candidate, answered) ==
    /\ voter # candidate
    /\ role[candidate] = "candidate"
    /\ \/ currentTerm[voter] < currentTerm[candidate]
       \/ /\ currentTerm[voter] = currentTerm[candidate]
          /\ votedFor[voter] \in {Nobody, candidate}
    /\ CompareLogs => IsAsUpToDate(candidate, voter)
    /\ Enter(voter, currentTerm[candidate], "follower")
    /\ votedFor' = [votedFor EXCEPT ![voter] = candidate]
    /\ votesGranted' = [votesGranted EXCEPT ![candidate] = IF answered THEN @ \union {voter} ELSE @,
                                                ![voter] = {}]
    /\ UNCHANGED <<log, commitIndex, sent, leaders, committed>>

BecomeLeader(s) ==
    /\ role[s] = "candidate"
    /\ IsMajority(votesGranted[s])
    /\ role' = [role EXCEPT ![s] = "leader"]
    /\ votesGranted' = [votesGranted EXCEPT ![s] = {}]
    /\ leaders' = [leaders EXCEPT ![currentTerm[s]] = @ \union {s}]
    /\ sent' = [sent EXCEPT ![currentTerm[s]] = [log |-> log[s], commitIndex |-> commitIndex[s]]]
    /\ UNCHANGED <<disk, matchIndex, commitIndex, committed, newestTerm>>

(* By whatever message, server s learns that there is a newer term. *)
LearnTerm(s, other) ==
    /\ currentTerm[s] < currentTerm[other]
    /\ Enter(s, currentTerm[other], "follower")
    /\ votedFor' = [votedFor EXCEPT ![s] = Nobody]
    /\ votesGranted' = [votesGranted EXCEPT ![s] = {}]
    /\ UNCHANGED <<log, commitIndex, sent, leaders, committed>>

-------------------------------------------------------------------------------
(* Replication. *)

ClientRequest(s) ==
    /\ role[s] = "leader"
    /\ Len(log[s]) < MaxLogLength
    /\ log' = [log EXCEPT ![s] = Append(@, currentTerm[s])]
    /\ sent' = [sent EXCEPT ![currentTerm[s]].log = log'[s]]
    /\ UNCHANGED <<currentTerm, votedFor, memory, history>>

(* The entry before the new one is the same in both logs (section 5.3). *)
Fits(mine, theirs) ==
    LET previous == Len(theirs) - 1 IN
    previous > 0 => Len(mine) >= previous /\ mine[previous] = theirs[previous]

(* Server s receives an AppendEntries that the leader of term t has sent at some
   time. It carries the entry at index `last`, or none as a first heartbeat (a
   later one is no different from an entry that s has already). So messages may
   be late, even later than the end of their leader, repeated, or overtaken. An
   entry that does not fit behind the server's own log is refused.            *)
AppendEntries(s, t, last, answered) ==
    LET theirs == SubSeq(sent[t].log, 1, last)
        known == last = 0 \/ (Len(log[s]) >= last /\ log[s][last] = theirs[last])
        learns == answered /\ \E l \in leaders[t] : role[l] = "leader" /\ currentTerm[l] = t
        leader == CHOOSE l \in leaders[t] : TRUE
    IN
    /\ currentTerm[s] <= t
    /\ leaders[t] \ {s} # {}
    /\ Fits(log[s], theirs)
    /\ log' = [log EXCEPT ![s] = IF known THEN @ ELSE Append(SubSeq(@, 1, last - 1), theirs[last])]
    /\ currentTerm' = [currentTerm EXCEPT ![s] = t]
    /\ newestTerm' = [newestTerm EXCEPT ![s] = Max(@, t)]
    /\ votedFor' = [votedFor EXCEPT ![s] = IF currentTerm[s] < t THEN Nobody ELSE @]
    /\ role' = [role EXCEPT ![s] = "follower"]
    /\ votesGranted' = [votesGranted EXCEPT ![s] = {}]
    /\ matchIndex' = IF learns
                     THEN [matchIndex EXCEPT ![s] = NoMatch, ![leader][s] = Max(@, last)]
                     ELSE [matchIndex EXCEPT ![s] = NoMatch]
    /\ commitIndex' = [commitIndex EXCEPT ![s] = Max(@, Min(sent[t].commitIndex, last))]
    /\ UNCHANGED <<sent, leaders, committed>>

(* A leader commits all entries up to this index, because a majority has them. *)
AdvanceCommitIndex(s, index) ==
    LET copies == {s} \union {u \in Servers : matchIndex[s][u] >= index}
        isNew(i) == ~\E c \in committed : c.index = i /\ c.entry = log[s][i]
    IN
    /\ role[s] = "leader"
    /\ commitIndex[s] < index
    /\ IsMajority(copies)
    /\ CommitOwnTermOnly => log[s][index] = currentTerm[s]
    /\ commitIndex' = [commitIndex EXCEPT ![s] = index]
    /\ sent' = [sent EXCEPT ![currentTerm[s]].commitIndex = index]
    /\ committed' = committed \union
           {[index |-> i, entry |-> log[s][i], term |-> currentTerm[s]] :
               i \in {j \in 1 .. index : isNew(j)}}
    /\ UNCHANGED <<disk, role, votesGranted, matchIndex, leaders, newestTerm>>

-------------------------------------------------------------------------------
(* Server s crashes and starts again. While it is down it does nothing, like a
   server that is merely slow, so being down needs no state of its own.        *)
Restart(s) ==
    /\ currentTerm' = IF PersistTerm THEN currentTerm ELSE [currentTerm EXCEPT ![s] = 0]
    /\ votedFor' = IF PersistVote THEN votedFor ELSE [votedFor EXCEPT ![s] = Nobody]
    /\ log' = IF PersistLog THEN log ELSE [log EXCEPT ![s] = <<>>]
    /\ role' = [role EXCEPT ![s] = "follower"]
    /\ votesGranted' = [votesGranted EXCEPT ![s] = {}]
    /\ matchIndex' = [matchIndex EXCEPT ![s] = NoMatch]
    /\ commitIndex' = [commitIndex EXCEPT ![s] = 0]
    /\ UNCHANGED <<sent, history>>

Next ==
    \E s \in Servers :
        \/ Timeout(s) \/ BecomeLeader(s) \/ ClientRequest(s) \/ Restart(s)
        \/ \E other \in Servers : LearnTerm(s, other)
        \/ \E answered \in IF LoseAnswers THEN BOOLEAN ELSE {TRUE} :
               \/ \E other \in Servers : GrantVote(s, other, answered)
               \/ \E t \in Terms : \E last \in 0 .. Len(sent[t].log) :
                      AppendEntries(s, t, last, answered)
        \/ \E index \in 1 .. Len(log[s]) : AdvanceCommitIndex(s, index)

Spec == Init /\ [][Next]_variables

Symmetry == Permutations(Servers)

-------------------------------------------------------------------------------
(* Safety. The first four are figure 3 of the paper, and LeaderAppendOnly is its fifth. *)

(* Election safety: no term ever has two leaders. *)
OneLeaderPerTerm == \A t \in Terms : Cardinality(leaders[t]) <= 1

(* Two logs with the same entry in one place are the same up to that place. *)
LogMatching ==
    \A s, u \in Servers : \A i \in 1 .. Min(Len(log[s]), Len(log[u])) :
        log[s][i] = log[u][i] => SubSeq(log[s], 1, i) = SubSeq(log[u], 1, i)

HasEntry(s, c) == Len(log[s]) >= c.index /\ log[s][c.index] = c.entry

(* A leader has everything that was committed in earlier terms. *)
LeaderCompleteness ==
    \A s \in Servers : \A c \in committed :
        role[s] = "leader" /\ c.term < currentTerm[s] => HasEntry(s, c)

(* No two servers ever apply different entries in the same place. *)
StateMachineSafety ==
    /\ \A c, d \in committed : c.index = d.index => c.entry = d.entry
    /\ \A s \in Servers : \A i \in 1 .. commitIndex[s] :
           \E c \in committed : c.index = i /\ HasEntry(s, c)

(* A server never goes back to an earlier term: it is in the newest that it has been in. *)
TermMonotonicity == \A s \in Servers : currentTerm[s] = newestTerm[s]

(* Terms never fall along a log, and none is ahead of the server's own. *)
LogTermsInOrder ==
    \A s \in Servers : \A i \in 1 .. Len(log[s]) :
        log[s][i] <= IF i < Len(log[s]) THEN log[s][i + 1] ELSE currentTerm[s]

(* Durability: what was committed once is on the disks of a majority for good. *)
CommittedIsDurable ==
    \A c \in committed : IsMajority({s \in Servers : HasEntry(s, c)})

(* Only a candidate counts votes, its own to begin with, and only such as it was given.
   Only a leader counts copies; the elected know of it, and have sent what they have. *)
MemoryFitsRole ==
    \A s \in Servers :
        /\ role[s] # "candidate" => votesGranted[s] = {}
        /\ role[s] = "candidate" => s \in votesGranted[s]
        /\ \A u \in votesGranted[s] : currentTerm[u] > currentTerm[s] \/ votedFor[u] = s
        /\ role[s] # "leader" => matchIndex[s] = NoMatch
        /\ role[s] = "leader" => s \in leaders[currentTerm[s]] /\ sent[currentTerm[s]].log = log[s]

-------------------------------------------------------------------------------
(* Safety of steps. *)

(* A leader never changes or deletes an entry of its log, it only appends. *)
LeaderAppendOnly ==
    [][\A s \in Servers : role[s] = "leader" /\ role'[s] = "leader" =>
           Len(log'[s]) >= Len(log[s]) /\ SubSeq(log'[s], 1, Len(log[s])) = log[s]]_variables

(* Figure 4 of the paper. Everybody may become a follower, by a restart too. *)
RolesFollowDiagram ==
    [][\A s \in Servers :
           \/ role'[s] \in {role[s], "follower"}
           \/ role[s] = "follower" /\ role'[s] = "candidate"
           \/ role[s] = "candidate" /\ role'[s] = "leader"]_variables

(* A new term begins with a candidate; the others have heard of it from somebody. *)
TermsAreHeardOf ==
    [][\A s \in Servers : currentTerm'[s] > currentTerm[s] =>
           \/ role'[s] = "candidate" /\ currentTerm'[s] = currentTerm[s] + 1
           \/ \E u \in Servers \ {s} : currentTerm[u] >= currentTerm'[s]]_variables

(* What a server knows to be committed it knows until it restarts. *)
CommitIndexMonotonicity ==
    [][\A s \in Servers : commitIndex'[s] >= commitIndex[s] \/ commitIndex'[s] = 0]_variables

-------------------------------------------------------------------------------
(* Where the models of figure 8 of the paper begin, so that they need not find
   the way there: a led term 1 and wrote an entry, b led term 2 with the vote
   of the third and wrote another; both crashed before they sent anything.    *)

InitFigure8 ==
    LET a == CHOOSE s \in Servers : TRUE
        b == CHOOSE s \in Servers \ {a} : TRUE
        diskOf(s, ofA, ofB, ofThird) == IF s = a THEN ofA ELSE IF s = b THEN ofB ELSE ofThird
    IN
    /\ currentTerm = [s \in Servers |-> diskOf(s, 1, 2, 2)]
    /\ votedFor = [s \in Servers |-> diskOf(s, a, b, b)]
    /\ log = [s \in Servers |-> diskOf(s, <<1>>, <<2>>, <<>>)]
    /\ role = [s \in Servers |-> "follower"]
    /\ votesGranted = [s \in Servers |-> {}]
    /\ matchIndex = [s \in Servers |-> NoMatch]
    /\ commitIndex = [s \in Servers |-> 0]
    /\ sent = [t \in Terms |-> [log |-> IF t > 2 THEN <<>> ELSE <<t>>, commitIndex |-> 0]]
    /\ leaders = [t \in Terms |-> IF t = 1 THEN {a} ELSE IF t = 2 THEN {b} ELSE {}]
    /\ committed = {}
    /\ newestTerm = currentTerm

SpecFigure8 == InitFigure8 /\ [][Next]_variables
===============================================================================
