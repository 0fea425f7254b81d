---- MODULE TestGraphs ----
EXTENDS Graphs, Naturals, FiniteSets

Chain == [node |-> {1, 2, 3}, edge |-> {<<1, 2>>, <<2, 3>>}]
Pair == [node |-> {1, 2}, edge |-> {<<1, 2>>, <<2, 1>>}]

ASSUME IsDirectedGraph(Chain) /\ ~IsDirectedGraph([node |-> {1}, edge |-> {<<1, 2>>}])
ASSUME Cardinality(DirectedSubgraph(Pair)) = 7
ASSUME Transpose(Chain) = [node |-> {1, 2, 3}, edge |-> {<<2, 1>>, <<3, 2>>}]
ASSUME IsUndirectedGraph(Pair) /\ ~IsUndirectedGraph(Chain)
ASSUME Cardinality(UndirectedSubgraph(Pair)) = 5
ASSUME <<1, 2, 3>> \in Path(Chain) /\ <<>> \notin Path(Chain) /\ <<2, 1>> \notin Path(Chain)
ASSUME <<1, 2, 1>> \in Path(Pair)
ASSUME SimplePath(Chain) = {<<1>>, <<2>>, <<3>>, <<1, 2>>, <<2, 3>>, <<1, 2, 3>>}
ASSUME AreConnectedIn(1, 3, Chain) /\ ~AreConnectedIn(3, 1, Chain) /\ AreConnectedIn(2, 2, Chain)
ASSUME ConnectionsIn(Chain) = [m, n \in 1 .. 3 |-> m <= n]
ASSUME IsStronglyConnected(Pair) /\ ~IsStronglyConnected(Chain)
ASSUME IsTreeWithRoot(Chain, 3) /\ ~IsTreeWithRoot(Chain, 1)
====
