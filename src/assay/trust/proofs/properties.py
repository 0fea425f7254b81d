"""What must never be allowed, as people write it: named claims in a TOML file, or one on the command line.

    [[never]]
    name = "no-guest-reaches-payments"
    statement = "No guest reaches payments"
    when = 'principal in Group::"guest" && resource in Service::"payments"'

`when` is a condition of Cedar. `given` holds what may be taken for granted, `principal`, `resource` and `actions`
narrow what is asked, `severity` is that of the claim.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from assay.errors import Place, PolicyError
from assay.evidence.verdict import Severity
from assay.trust.proofs.cedar import check_policies, policies_as_json
from assay.trust.proofs.expressions import Expression, ExpressionPool
from assay.trust.proofs.policy_json import condition_of
from assay.trust.proofs.schema import EntityId, Schema

__all__ = ["CLAIMS_NAME", "Never", "Property", "bound_property", "read_claims"]

CLAIMS_NAME = "claims.toml"
MOST_CLAIMS = 500
LARGEST_FILE = 1_000_000
"""Bytes of a file of claims."""

_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_TYPE = r"^[A-Za-z_]\w*(::[A-Za-z_]\w*)*$"
_TypeName = Annotated[str, msgspec.Meta(pattern=_TYPE)]


class Never(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[never]]`: requests that must not be allowed."""

    name: Annotated[str, msgspec.Meta(pattern=_NAME, max_length=100)]
    """Lower case with hyphens; the last part of the claim's id."""
    when: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]
    """Which requests, in Cedar. One for which it fails, say by a missing attribute, is not meant."""
    statement: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None
    """One sentence that is true where the claim holds; made from `when` if it is left out."""
    given: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)] | None = None
    """What may be taken for granted, in Cedar: only requests for which it is true are asked about."""
    principal: _TypeName | None = None
    resource: _TypeName | None = None
    actions: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ()
    """Names of actions, such as `read`, or of groups of actions; all where there are none."""
    severity: Severity = Severity.CRITICAL


class _Claims(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    never: Annotated[tuple[Never, ...], msgspec.Meta(min_length=1, max_length=MOST_CLAIMS)]


@dataclass(frozen=True, slots=True)
class Property:
    """A `Never` that was read with a schema."""

    never: Never
    text: str
    """A policy that permits exactly what is meant, given included; Cedar confirms examples with it."""
    condition: Expression
    """Of that policy."""

    @property
    def statement(self) -> str:
        """One sentence."""
        return self.never.statement or f"Nothing is allowed where {' '.join(self.never.when.split())}"


def read_claims(path: Path) -> tuple[Never, ...]:
    """The claims of a TOML file.

    Raises:
        PolicyError: It cannot be read, or two claims have one name.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PolicyError(
                f"larger than {LARGEST_FILE} bytes", where=Place(path), hint="split it over several files"
            )
        claims = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Claims).never
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"these claims cannot be read: {error}", where=Place(path)) from error
    except msgspec.ValidationError as error:
        raise PolicyError(f"these claims make no sense: {error}", where=Place(path)) from error
    names = [claim.name for claim in claims]
    for name in names:
        if names.count(name) > 1:
            raise PolicyError(
                f"two claims are called {name}", where=Place(path), hint="a name is part of the claim's id"
            )
    return claims


def bound_property(never: Never, schema: Schema, pool: ExpressionPool, source: Path) -> Property:
    """A claim with its conditions read and checked against the schema.

    Raises:
        PolicyError: A condition cannot be read or does not fit the schema, or an action is not known.
    """
    principal = f"principal is {never.principal}" if never.principal else "principal"
    resource = f"resource is {never.resource}" if never.resource else "resource"
    action = f"action in [{', '.join(map(str, _actions(never, schema, source)))}]" if never.actions else "action"
    given = f"\nwhen {{ {never.given}\n}}" if never.given else ""
    text = f"permit({principal}, {action}, {resource}){given}\nwhen {{ {never.when}\n}};"
    try:
        tree = policies_as_json(text, source)
    except PolicyError as error:
        raise PolicyError(
            f"claim {never.name}: its condition is not Cedar: {error.message}", where=Place(source)
        ) from error
    if len(tree["staticPolicies"]) != 1 or tree["templates"]:
        raise PolicyError(f"claim {never.name}: its condition is more than a condition", where=Place(source))
    for problem in check_policies(text, schema.text).values():
        raise PolicyError(
            f"claim {never.name}: its condition does not fit the schema: {problem}",
            where=Place(source),
            hint="`principal`, `resource` and `actions` narrow a claim to where the condition makes sense",
        )
    (policy,) = tree["staticPolicies"].values()
    if len(policy["conditions"]) != 1 + bool(never.given):
        raise PolicyError(f"claim {never.name}: its condition is more than a condition", where=Place(source))
    return Property(never, text, condition_of(policy, pool))


def _actions(never: Never, schema: Schema, source: Path) -> list[EntityId]:
    found = []
    for name in never.actions:
        matching = [action for action in schema.actions if name in {action.id, str(action)}]
        if not matching:
            known = ", ".join(sorted(action.id for action in schema.actions))
            raise PolicyError(
                f"claim {never.name}: there is no action {name!r}", where=Place(source), hint=f"there are: {known}"
            )
        found += matching
    return found
