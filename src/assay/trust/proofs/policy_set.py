"""A folder of `*.cedar` with its schema: read, checked, and ready to be proved about."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assay.errors import Place, PolicyError
from assay.trust.proofs.cedar import check_policies, policies_as_json, schema_as_text
from assay.trust.proofs.expressions import Effect, ExpressionPool, Policy
from assay.trust.proofs.policy_json import condition_of
from assay.trust.proofs.schema import Schema
from assay.trust.proofs.schema_text import read_schema_text

__all__ = ["PolicySet", "read_folder", "read_policies"]

LARGEST_FILE = 4_000_000
"""Bytes of one policy file or schema."""
MOST_POLICIES = 5_000
"""Of one folder."""

SCHEMA_NAMES = ("schema.cedarschema", "schema.cedarschema.json", "schema.json")

_POLICY_START = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|(?<!\w)(?P<effect>permit|forbid)\s*\(|(?P<end>;)|(?P<mark>@)')


@dataclass(frozen=True, slots=True)
class PolicySet:
    """Policies and the schema that types them."""

    policies: tuple[Policy, ...]
    schema: Schema
    text: str
    """The policies as Cedar text, in their order, so that Cedar gives them the same ids."""
    unlinked: tuple[str, ...]
    """Names of templates. Nothing fills them in here, so they decide nothing."""
    source: Path

    def named(self, ids: Iterable[str]) -> tuple[str, ...]:
        """What people call the policies of these ids."""
        names = {policy.id: policy.name for policy in self.policies}
        return tuple(sorted(names.get(one, one) for one in ids))


def read_folder(folder: Path, pool: ExpressionPool, *, schema_of: PolicySet | None = None) -> PolicySet:
    """The policies of a folder, and its schema, or another set's where it has none.

    Raises:
        PolicyError: Something is missing, cannot be read, or does not fit the schema.
    """
    if not folder.is_dir():
        raise PolicyError(f"there is no folder {folder}", hint="name the folder that holds *.cedar and the schema")
    files = sorted(folder.glob("*.cedar"))
    if not files:
        raise PolicyError("this folder has no *.cedar files", where=Place(folder))
    path = next((folder / name for name in SCHEMA_NAMES if (folder / name).is_file()), None)
    if path is None and schema_of is None:
        raise PolicyError("this folder has no schema", where=Place(folder), hint=f"it is called {SCHEMA_NAMES[0]}")
    schema = read_schema_text(schema_as_text(_text(path), path)) if path else _schema_of(schema_of)
    return read_policies({file: _text(file) for file in files}, schema, pool, source=folder)


def read_policies(
    texts: Mapping[Path, str], schema: Schema, pool: ExpressionPool, *, source: Path, checked: bool = True
) -> PolicySet:
    """Policies by the file they stand in.

    Args:
        texts: Cedar text by path.
        schema: What types them.
        pool: Of the expressions; two sets that are compared share one.
        source: What they are, for people.
        checked: Refuse policies that Cedar's validator refuses.

    Raises:
        PolicyError: They cannot be read, or do not fit the schema.
    """
    policies: list[Policy] = []
    unlinked: list[str] = []
    places: dict[str, Place] = {}
    for path, text in texts.items():
        tree = policies_as_json(text, path)
        lines = policy_lines(text)
        count = len(tree["staticPolicies"]) + len(tree["templates"])
        for number in range(count):
            line = lines[number] if len(lines) == count else 0
            found = tree["staticPolicies"].get(f"policy{number}")
            template = tree["templates"].get(f"policy{number}")
            name = _name(found or template, path, line or number + 1)
            id_ = f"policy{len(places)}"
            places[id_] = Place(path, line)
            if template is not None:
                unlinked.append(name)
                continue
            policies.append(Policy(id_, name, Effect(found["effect"]), condition_of(found, pool)))
        if len(policies) > MOST_POLICIES:
            raise PolicyError(f"more than {MOST_POLICIES} policies", where=Place(path), hint="prove them by parts")
    whole = "\n".join(texts.values())
    if checked:
        for id_, problem in check_policies(whole, schema.text).items():
            raise PolicyError(f"a policy does not fit the schema: {problem}", where=places.get(id_, Place(source)))
    return PolicySet(tuple(policies), schema, whole, tuple(unlinked), source)


def policy_lines(text: str) -> list[int]:
    """The line on which each policy begins, with its annotations; counted from 1."""
    found = []
    start: int | None = None
    is_within = False
    for match in _POLICY_START.finditer(text):
        if match["end"]:
            start, is_within = None, False
        elif match["mark"] and not is_within and start is None:
            start = match.start()
        elif match["effect"] and not is_within:
            at = match.start() if start is None else start
            found.append(text.count("\n", 0, at) + 1)
            is_within = True
    return found


def _name(policy: Mapping[str, object], path: Path, line: int) -> str:
    annotations = policy.get("annotations")
    named = annotations.get("id") if isinstance(annotations, dict) else None
    return str(named) if named else f"{path.name}:{line}"


def _schema_of(other: PolicySet | None) -> Schema:
    assert other is not None  # noqa: S101 # for mypy: the caller has looked
    return other.schema


def _text(path: Path) -> str:
    if path.stat().st_size > LARGEST_FILE:
        raise PolicyError(f"larger than {LARGEST_FILE} bytes", where=Place(path), hint="split it over several files")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"this file cannot be read: {error}", where=Place(path)) from error
