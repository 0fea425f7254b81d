"""What is printed and written of proofs, differences and rules."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

from assay.errors import Place, UsageError
from assay.texts.trust_proofs import PROOF_TEXTS as _TEXTS
from assay.trust.proofs.difference import Change, Difference, Direction
from assay.trust.proofs.documents import difference_document, proof_document, rule_document
from assay.trust.proofs.policy_set import PolicySet
from assay.trust.proofs.proving import Proof
from assay.trust.proofs.rules import RuleFinding, Standing
from assay.trust.proofs.witness import Witness
from assay.trust.proofs.wording import witness_lines

__all__ = [
    "difference_markdown",
    "print_difference",
    "print_difference_json",
    "print_proofs",
    "print_proofs_json",
    "print_rules",
    "print_rules_json",
    "proofs_markdown",
    "write",
]


def print_proofs(proofs: Sequence[Proof], policies: PolicySet) -> None:
    """Each claim with its verdict, and the example that violates it."""
    for proof in proofs:
        verdict = _TEXTS["verdicts"][proof.verdict]
        statement, name = proof.property.statement, proof.property.never.name
        typer.echo(_TEXTS["proof"].format(verdict=verdict, statement=statement, name=name))
        for line in _proof_lines(proof):
            typer.echo(f"  {line}")
    if policies.unlinked:
        typer.echo(_TEXTS["unlinked"].format(names=", ".join(policies.unlinked)))


def print_proofs_json(proofs: Sequence[Proof]) -> None:
    """One document: `claims`."""
    _print_json({"claims": [proof_document(proof) for proof in proofs]})


def proofs_markdown(proofs: Sequence[Proof]) -> str:
    """A table, and the examples after it."""
    lines = [f"### {_TEXTS['proofs_title']}", "", *_table(_TEXTS["proofs_columns"])]
    for proof in proofs:
        verdict = _TEXTS["verdicts"][proof.verdict]
        lines.append(_row((verdict, proof.property.statement, f"`{proof.property.never.name}`")))
    for proof in proofs:
        if proof.witness:
            lines += _example(proof.property.statement, list(_proof_lines(proof)))
    return "\n".join(lines) + "\n"


def print_difference(difference: Difference) -> None:
    """What changes, each kind of request with an example."""
    for change in difference.changes:
        direction = _TEXTS["directions"][change.direction]
        text = _TEXTS["change"] if change.witness else _TEXTS["change_unknown"]
        typer.echo(text.format(direction=direction, kind=change.kind))
        for line in _change_lines(change):
            typer.echo(f"  {line}")
    for line in _about(difference):
        typer.echo(line)


def print_difference_json(difference: Difference) -> None:
    """One document, see `difference_document`."""
    _print_json(difference_document(difference))


def difference_markdown(difference: Difference) -> str:
    """A table of the kinds of request whose decisions change, and an example of each."""
    lines = [f"### {_TEXTS['difference_title']}", ""]
    if difference.changes:
        lines += _table(_TEXTS["difference_columns"])
    for change in difference.changes:
        direction = _TEXTS["directions"][change.direction]
        what = direction if change.witness else f"{_TEXTS['verdicts']['unknown']}: {direction}"
        by = ", ".join(change.after if change.direction is Direction.ALLOWED else (change.after or change.before))
        kind = change.kind
        lines.append(_row((what, f"`{kind.action}`", f"`{kind.principal}`", f"`{kind.resource}`", by)))
    for change in difference.changes:
        if change.witness:
            what = _TEXTS["change"].format(direction=_TEXTS["directions"][change.direction], kind=change.kind)
            lines += _example(what, list(_change_lines(change)))
    return "\n".join([*lines, "", *_about(difference)]) + "\n"


def print_rules(findings: Sequence[RuleFinding], policies: PolicySet) -> None:
    """The rules that are not needed, and how many there are."""
    for finding in findings:
        if finding.standing is Standing.NEEDED:
            continue
        standing, policy = _TEXTS["standings"][finding.standing], finding.policy
        typer.echo(_TEXTS["rule"].format(standing=standing, name=policy.name, effect=policy.effect.value))
        if finding.shadowed_by:
            typer.echo("  " + _TEXTS["shadowed_by"].format(policies=", ".join(finding.shadowed_by)))
        if finding.unknown:
            typer.echo("  " + _TEXTS["because"].format(reason=finding.unknown))
    counts = [one.standing for one in findings]
    summary = _TEXTS["rules_summary"].format(
        rules=len(findings),
        dead=sum(one.is_dead for one in counts),
        shadowed=counts.count(Standing.SHADOWED),
        unknown=counts.count(Standing.UNKNOWN),
    )
    typer.echo(summary)
    if policies.unlinked:
        typer.echo(_TEXTS["unlinked"].format(names=", ".join(policies.unlinked)))


def print_rules_json(findings: Sequence[RuleFinding]) -> None:
    """One document: `rules`."""
    _print_json({"rules": [rule_document(finding) for finding in findings]})


def write(path: Path, text: str) -> None:
    """Writes a text.

    Raises:
        UsageError: It cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write: {error.strerror}", where=Place(path)) from error


def _proof_lines(proof: Proof) -> Iterator[str]:
    if proof.witness:
        yield from _example_lines(proof.witness)
        yield _TEXTS["allowed_by"].format(policies=", ".join(proof.decided_by))
    if proof.explanation:
        yield _TEXTS["because"].format(reason=proof.explanation)
    if proof.unmentioned:
        yield _TEXTS["unmentioned"].format(entities=", ".join(proof.unmentioned))


def _change_lines(change: Change) -> Iterator[str]:
    if not change.witness:
        yield _TEXTS["because"].format(reason=change.unknown)
        return
    yield from _example_lines(change.witness)
    if change.direction is Direction.ALLOWED:
        yield _TEXTS["allowed_by"].format(policies=", ".join(change.after))
    elif change.after:
        yield _TEXTS["denied_by"].format(policies=", ".join(change.after))
    else:
        yield _TEXTS["denied_by_default"]


def _example_lines(witness: Witness) -> Iterator[str]:
    yield from witness_lines(witness)
    for what in witness.missing:
        yield _TEXTS["missing"].format(what=what)


def _about(difference: Difference) -> Iterator[str]:
    if not difference.changes:
        yield _TEXTS["no_change"]
    if difference.added or difference.removed:
        added, removed = (", ".join(names) or "-" for names in (difference.added, difference.removed))
        yield _TEXTS["edited"].format(added=added, removed=removed)
    if difference.schema_changed:
        yield _TEXTS["schema_changed"]
    yield _TEXTS["summary"].format(kinds=difference.kinds, untouched=difference.untouched)
    if any(change.witness for change in difference.changes):
        yield _TEXTS["confirmed"]


def _example(what: str, lines: Sequence[str]) -> list[str]:
    fence = "```"
    summary = _TEXTS["example_of"].format(what=what).replace("<", "&lt;")
    shown = [line.replace(fence, "'''") for line in lines]
    return ["", f"<details><summary>{summary}</summary>", "", fence, *shown, fence, "", "</details>"]


def _table(columns: Sequence[str]) -> list[str]:
    return [_row(columns), "|" + " --- |" * len(columns)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def _print_json(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
