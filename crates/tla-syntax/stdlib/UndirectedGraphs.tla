-------------------------- MODULE UndirectedGraphs --------------------------
(***************************************************************************)
(* Undirected graphs: records [node |-> N, edge |-> E], where an edge is a *)
(* set of the one or two nodes that it joins.                              *)
(***************************************************************************)
LOCAL INSTANCE Naturals
LOCAL INSTANCE Sequences
LOCAL INSTANCE SequencesExt
LOCAL INSTANCE FiniteSets

IsUndirectedGraph(G) ==
  /\ G = [node |-> G.node, edge |-> G.edge]
  /\ \A e \in G.edge : \E a, b \in G.node : e = {a, b}

IsLoopFreeUndirectedGraph(G) ==
  /\ IsUndirectedGraph(G)
  /\ \A e \in G.edge : Cardinality(e) = 2

UndirectedSubgraph(G) ==
  {H \in [node : SUBSET G.node, edge : SUBSET G.edge] : IsUndirectedGraph(H)}

LOCAL FollowsEdges(p, G) == \A i \in 1 .. (Len(p) - 1) : {p[i], p[i + 1]} \in G.edge

Path(G) == {p \in Seq(G.node) : p # <<>> /\ FollowsEdges(p, G)}

SimplePath(G) ==
  {p \in SeqOf(G.node, Cardinality(G.node)) :
     /\ p # <<>>
     /\ Cardinality({p[i] : i \in DOMAIN p}) = Len(p)
     /\ FollowsEdges(p, G)}

(* The nodes that paths join to m. *)
LOCAL Component(m, G) ==
  LET Grow[k \in 0 .. Cardinality(G.node)] ==
        IF k = 0 THEN {m}
        ELSE Grow[k - 1] \cup {n \in G.node : \E u \in Grow[k - 1] : {u, n} \in G.edge}
  IN  Grow[Cardinality(G.node)]

AreConnectedIn(m, n, G) == m \in G.node /\ n \in Component(m, G)

(* Largest sets of nodes that are joined by paths. *)
ConnectedComponents(G) == {Component(m, G) : m \in G.node}

IsStronglyConnected(G) == ConnectedComponents(G) = {G.node}

(* All graphs whose nodes are S. *)
UndirectedGraphs(S) ==
  [node : {S}, edge : SUBSET {{p[1], p[2]} : p \in S \X S}]
=============================================================================
