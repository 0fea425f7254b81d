---- MODULE TestWellFoundedInduction ----
EXTENDS WellFoundedInduction
Smaller == OpToRel(<, 1 .. 3)
(* Statements about all functions are for proofs: their names are checked, not their values. *)
Named(f, Def(_, _)) ==
  /\ IsWellFoundedOn(Smaller, 1 .. 3) /\ WFDefOn(Smaller, 1 .. 3, Def)
  /\ OpDefinesFcn(f, 1 .. 3, Def) /\ WFInductiveUnique(1 .. 3, Def)
ASSUME Smaller = {<<1, 2>>, <<1, 3>>, <<2, 3>>}
ASSUME IsTransitivelyClosedOn(Smaller, 1 .. 3) /\ ~IsTransitivelyClosedOn({<<1, 2>>, <<2, 3>>}, 1 .. 3)
ASSUME SetLessThan(3, Smaller, 1 .. 3) = {1, 2}
ASSUME WFInductiveDefines(<<1, 2>>, 1 .. 2, LAMBDA f, x : x)
ASSUME TransitiveClosureOn({<<1, 2>>, <<2, 3>>}, 1 .. 3) = Smaller
ASSUME PreImage(LAMBDA x : x \div 2, {2, 5}, {<<1, 2>>}) = {<<2, 5>>}
ASSUME LexPairOrdering(Smaller, Smaller, {1}, {1, 2}) = {<<<<1, 1>>, <<1, 2>>>>}
ASSUME LexProductOrdering(Smaller, {1, 2}, 1) = {<<<<1>>, <<2>>>>}
====
