------------------------------ MODULE Functions -----------------------------
(***************************************************************************)
(* Ranges, restrictions and inverses of functions; injections,             *)
(* surjections and bijections; folds over the values of a function.        *)
(***************************************************************************)
EXTENDS Integers, Folds

(* f on S alone, a subset of its domain. *)
Restrict(f, S) == [x \in S |-> f[x]]

(* f where its argument, or its value, satisfies Test. *)
RestrictDomain(f, Test(_)) == Restrict(f, {x \in DOMAIN f : Test(x)})
RestrictValues(f, Test(_)) == Restrict(f, {x \in DOMAIN f : Test(f[x])})

(* narrow is wide, restricted to some set. *)
IsRestriction(narrow, wide) ==
  /\ DOMAIN narrow \subseteq DOMAIN wide
  /\ \A x \in DOMAIN narrow : narrow[x] = wide[x]

Range(f) == {f[x] : x \in DOMAIN f}

(* T applied to the values of f and g at each argument of f. *)
Pointwise(f, g, T(_, _)) == [x \in DOMAIN f |-> T(f[x], g[x])]

(* Maps each value of f to an argument in S that gives it. *)
Inverse(f, S, T) == [t \in T |-> CHOOSE s \in S : t \in Range(f) => f[s] = t]
AntiFunction(f) == Inverse(f, DOMAIN f, Range(f))

(* Different arguments have different values. *)
IsInjective(f) == \A x, y \in DOMAIN f : f[x] = f[y] => x = y

Injection(S, T) == {f \in [S -> T] : IsInjective(f)}
Surjection(S, T) == {f \in [S -> T] : Range(f) = T}
Bijection(S, T) == Injection(S, T) \cap Surjection(S, T)

ExistsInjection(S, T) == Injection(S, T) # {}
ExistsSurjection(S, T) == Surjection(S, T) # {}
ExistsBijection(S, T) == Bijection(S, T) # {}

(* op over the values of fun, in no particular order, starting with base. *)
FoldFunction(op(_, _), base, fun) ==
  MapThenFoldSet(op, base, LAMBDA x : fun[x],
                 LAMBDA S : CHOOSE x \in S : TRUE, DOMAIN fun)

(* The same over the arguments in indices only. *)
FoldFunctionOnSet(op(_, _), base, fun, indices) ==
  MapThenFoldSet(op, base, LAMBDA x : fun[x],
                 LAMBDA S : CHOOSE x \in S : TRUE, indices)

(* Sums of values that are numbers. *)
SumFunctionOnSet(fun, indices) == FoldFunctionOnSet(+, 0, fun, indices)
SumFunction(fun) == SumFunctionOnSet(fun, DOMAIN fun)
=============================================================================
