"""z3, or a complaint that says how to get it; and Boolean terms that are folded before z3 sees them.

A truth is a Python `bool` where it is known and a z3 term where it is not. Most conditions of a policy are decided by
the types of the request alone, and a term that is never built costs nothing: z3's Python layer is the slow part.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from assay.errors import TrustError

try:
    import z3  # type: ignore[import-untyped] # it ships without types
except ImportError as missing:
    raise TrustError("proofs need z3, which is not installed", hint="pip install 'assay[prove]'") from missing

__all__ = ["Term", "Truth", "all_of", "any_of", "chosen", "implies", "opposite", "same", "z3"]

Term = Any
"""A z3 expression. z3 has no types for Python; what sort it has is said where it is made."""
Truth = Any
"""A `bool`, or a z3 term of sort Bool."""


def all_of(truths: Iterable[Truth]) -> Truth:
    """True where all are."""
    open_ones = []
    for truth in truths:
        if truth is False:
            return False
        if truth is not True:
            open_ones.append(truth)
    if not open_ones:
        return True
    return open_ones[0] if len(open_ones) == 1 else _junction(z3.Z3_mk_and, open_ones)


def any_of(truths: Iterable[Truth]) -> Truth:
    """True where one is."""
    open_ones = []
    for truth in truths:
        if truth is True:
            return True
        if truth is not False:
            open_ones.append(truth)
    if not open_ones:
        return False
    return open_ones[0] if len(open_ones) == 1 else _junction(z3.Z3_mk_or, open_ones)


def opposite(truth: Truth) -> Truth:
    """True where `truth` is not."""
    if isinstance(truth, bool):
        return not truth
    return z3.BoolRef(z3.Z3_mk_not(truth.ctx.ref(), truth.as_ast()), truth.ctx)


def implies(condition: Truth, consequence: Truth) -> Truth:
    """True where the condition is not, or the consequence is."""
    return any_of((opposite(condition), consequence))


def same(left: Any, right: Any) -> Truth:
    """Whether two terms of one sort are equal; either may be a Python value."""
    constants = (bool, int, str)
    if isinstance(left, constants) and isinstance(right, constants):
        return left == right
    if left is right:
        return True
    if isinstance(left, bool):
        return right if left else opposite(right)
    if isinstance(right, bool):
        return left if right else opposite(left)
    one, other = lifted(left), lifted(right)
    return z3.BoolRef(z3.Z3_mk_eq(one.ctx.ref(), one.as_ast(), other.as_ast()), one.ctx)


def _junction(make: Callable[..., Any], truths: Sequence[Term]) -> Term:
    """What `z3.And` and `z3.Or` make, without their search for a common sort, which takes half of a compilation."""
    context = truths[0].ctx
    array = (z3.Ast * len(truths))(*(one.as_ast() for one in truths))
    return z3.BoolRef(make(context.ref(), len(truths), array), context)


def chosen(condition: Truth, first: Any, second: Any) -> Any:
    """`first` where the condition is true, else `second`."""
    if isinstance(condition, bool):
        return first if condition else second
    if first is second or (isinstance(first, (bool, int, str)) and first == second and type(first) is type(second)):
        return first
    return z3.If(condition, lifted(first), lifted(second))


def lifted(value: Any) -> Term:
    """The z3 term of a Python value; a term stays what it is.

    Strings are given to z3 with everything but printable ASCII escaped, and backslashes too, since z3 reads escapes.
    """
    if isinstance(value, bool):
        return z3.BoolVal(value)
    if isinstance(value, int):
        return z3.IntVal(value)
    if isinstance(value, str):
        return z3.StringVal(
            "".join(one if " " <= one <= "~" and one != "\\" else f"\\u{{{ord(one):x}}}" for one in value)
        )
    return value
