---- MODULE TestUndirectedGraphs ----
EXTENDS UndirectedGraphs, Naturals, FiniteSets

Line == [node |-> {1, 2, 3}, edge |-> {{1, 2}, {2, 3}}]
Apart == [node |-> {1, 2, 3}, edge |-> {{1, 2}, {3}}]

ASSUME IsUndirectedGraph(Line) /\ IsUndirectedGraph(Apart) /\ ~IsUndirectedGraph([node |-> {1}, edge |-> {{1, 2}}])
ASSUME IsLoopFreeUndirectedGraph(Line) /\ ~IsLoopFreeUndirectedGraph(Apart)
ASSUME Cardinality(UndirectedSubgraph([node |-> {1, 2}, edge |-> {{1, 2}}])) = 5
ASSUME <<1, 2, 1>> \in Path(Line) /\ <<1, 3>> \notin Path(Line)
ASSUME SimplePath(Apart) = {<<1>>, <<2>>, <<3>>, <<1, 2>>, <<2, 1>>}
ASSUME AreConnectedIn(3, 1, Line) /\ ~AreConnectedIn(3, 1, Apart)
ASSUME ConnectedComponents(Apart) = {{1, 2}, {3}} /\ ConnectedComponents(Line) = {{1, 2, 3}}
ASSUME IsStronglyConnected(Line) /\ ~IsStronglyConnected(Apart)
ASSUME Cardinality(UndirectedGraphs({1, 2})) = 8
====
