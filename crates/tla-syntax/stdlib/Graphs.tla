------------------------------- MODULE Graphs -------------------------------
(***************************************************************************)
(* Directed graphs: records [node |-> N, edge |-> E], where E is a subset  *)
(* of N \X N.                                                              *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE SequencesExt
LOCAL INSTANCE FiniteSets

IsDirectedGraph(G) ==
  /\ G = [node |-> G.node, edge |-> G.edge]
  /\ G.edge \subseteq G.node \X G.node

DirectedSubgraph(G) ==
  {H \in [node : SUBSET G.node, edge : SUBSET G.edge] : IsDirectedGraph(H)}

(* Each edge turned round. *)
Transpose(G) == [node |-> G.node, edge |-> {<<e[2], e[1]>> : e \in G.edge}]

IsUndirectedGraph(G) ==
  IsDirectedGraph(G) /\ \A e \in G.edge : <<e[2], e[1]>> \in G.edge

UndirectedSubgraph(G) == {H \in DirectedSubgraph(G) : IsUndirectedGraph(H)}

LOCAL FollowsEdges(p, G) == \A i \in 1 .. (Len(p) - 1) : <<p[i], p[i + 1]>> \in G.edge

(* Non-empty sequences of nodes along edges. *)
Path(G) == {p \in Seq(G.node) : p # <<>> /\ FollowsEdges(p, G)}

(* Paths that visit no node twice. *)
SimplePath(G) ==
  {p \in SeqOf(G.node, Cardinality(G.node)) :
     /\ p # <<>>
     /\ Cardinality({p[i] : i \in DOMAIN p}) = Len(p)
     /\ FollowsEdges(p, G)}

(* Whether a path leads from m to n, for each pair (Warshall's algorithm). *)
ConnectionsIn(G) ==
  LET Reach[N \in SUBSET G.node] ==
        IF N = {} THEN [m, n \in G.node |-> m = n \/ <<m, n>> \in G.edge]
        ELSE LET u == CHOOSE x \in N : TRUE
                 Before == Reach[N \ {u}]
             IN  [m, n \in G.node |-> Before[m, n] \/ (Before[m, u] /\ Before[u, n])]
  IN  Reach[G.node]

AreConnectedIn(m, n, G) == m \in G.node /\ n \in G.node /\ ConnectionsIn(G)[m, n]

IsStronglyConnected(G) ==
  LET Connected == ConnectionsIn(G) IN \A m, n \in G.node : Connected[m, n]

(* Edges point from a node to its parent: only r has none. *)
IsTreeWithRoot(G, r) ==
  /\ IsDirectedGraph(G)
  /\ \A e \in G.edge : e[1] # r /\ \A f \in G.edge : e[1] = f[1] => e = f
  /\ \A n \in G.node : AreConnectedIn(n, r, G)
=============================================================================
