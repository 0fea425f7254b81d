"""The patterns of `like` as regular expressions of z3."""

from collections.abc import Sequence

from assay.trust.proofs.smt import Term, lifted, z3

__all__ = ["regular_expression"]


def regular_expression(pattern: Sequence[str | None]) -> Term:
    """A pattern: text, with None for a wildcard, which stands for any characters or none."""
    parts: list[Term] = []
    text = ""
    for part in pattern:
        if part is not None:
            text += part
            continue
        if text:
            parts.append(z3.Re(lifted(text)))
            text = ""
        parts.append(z3.Full(z3.ReSort(z3.StringSort())))
    if text or not parts:
        parts.append(z3.Re(lifted(text)))
    return parts[0] if len(parts) == 1 else z3.Concat(*parts)
