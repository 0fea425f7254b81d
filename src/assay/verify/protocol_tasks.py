"""The tasks of the specifications that ship with Assay: as they are, or with the sizes of the user's system."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assay.errors import ConfigurationError, Place, TaskError
from assay.evidence.claim import Claim
from assay.evidence.verdict import Area
from assay.system import ShippedSpecification, System
from assay.task import Resources, Task, TaskContext
from assay.verify.claims import Checked, claim_of_property, claim_of_variant, refuse_unreadable
from assay.verify.manifest import MANIFEST_NAME, ClaimedProperty, Manifest, ModelEntry, read_manifest
from assay.verify.mutation.claims import claim_of_mutants, try_mutants
from assay.verify.parameters import checked_parameters
from assay.verify.result import CheckResult, Verdict
from assay.verify.shipped import SPECIFICATIONS
from assay.verify.task_checking import Settings, check_model, command

__all__ = ["protocol_tasks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Protocol:
    """A shipped specification as one task checks it."""

    name: str
    """Of the task: that of the protocol, or one that the user gave it."""
    manifest: Manifest
    parameters: Mapping[str, int | bool]
    settings: Settings
    where: Place | None
    """Where `assay.toml` says so."""

    def claim_id(self, claimed: ClaimedProperty) -> str:
        """Begins with the task's name, so that a protocol can be checked with several sizes in one run."""
        return f"verify.{self.name}.{claimed.id.removeprefix(f'verify.{self.manifest.protocol}.')}"


def protocol_tasks(system: System) -> list[Task]:
    """One task for each shipped specification that the system names.

    Raises:
        ConfigurationError: There is none of that name, or a parameter does not fit it.
    """
    as_shipped = [
        ShippedSpecification(
            name=name,
            protocol=name,
            parameters=(),
            line=0,
            workers=system.protocol_workers,
            limits=system.protocol_limits,
        )
        for name in system.protocols
    ]
    return [_task(shipped, system) for shipped in (*as_shipped, *system.shipped_specifications)]


def _task(shipped: ShippedSpecification, system: System) -> Task:
    where = Place(system.source, shipped.line) if system.source else None
    folder = SPECIFICATIONS / shipped.protocol
    if not (folder / MANIFEST_NAME).is_file():
        others = sorted(path.parent.name for path in SPECIFICATIONS.glob(f"*/{MANIFEST_NAME}"))
        raise ConfigurationError(
            f"no protocol called {shipped.protocol!r} ships with Assay",
            where=where,
            hint=f"there are: {', '.join(others)}" if others else None,
        )
    manifest = read_manifest(folder)
    parameters = checked_parameters(manifest.parameters, shipped.parameters, shipped.protocol, system.source)
    protocol = _Protocol(
        name=shipped.name,
        manifest=manifest,
        parameters=parameters,
        settings=Settings(shipped.workers, shipped.limits),
        where=where,
    )
    with_sizes = ", ".join(f"{name} = {str(value).lower()}" for name, value in sorted(parameters.items()))
    return Task(
        id=f"{Area.FORMAL_VERIFICATION}/{shipped.name}",
        title=f"{manifest.title} ({with_sizes})" if with_sizes else manifest.title,
        work=partial(_check, protocol),
        inputs=(folder,),
        settings=f"{protocol.settings} {with_sizes}".rstrip(),
        resources=Resources(cores=shipped.workers),
    )


def _check(protocol: _Protocol, context: TaskContext) -> Sequence[Claim]:
    claims: list[Claim] = []
    manifest, settings = protocol.manifest, protocol.settings
    for index, entry in enumerate(manifest.models):
        constants = manifest.assignments(entry, protocol.parameters)
        module, config = (Path(manifest.protocol, name) for name in (entry.module, entry.config))
        result = check_model(
            SPECIFICATIONS / module,
            SPECIFICATIONS / config,
            settings,
            context,
            position=(index, len(manifest.models)),
            constants=constants,
        )
        refuse_unreadable(result)
        _refuse_contradiction(protocol, entry, result)
        if not constants:
            _refuse_other_count(entry, result)
        checked = Checked(
            result=result,
            artifacts=context.artifacts,
            reproduce=command(Path("specs") / module, Path("specs") / config, settings, context, constants),
            not_covered=manifest.not_covered(entry, protocol.parameters),
        )
        claims += _claims_of_entry(protocol, entry, checked)
    # What its properties notice is a matter of the specification, not of the sizes of one system.
    for tests in manifest.mutation if not protocol.parameters else ():
        tried = try_mutants(SPECIFICATIONS / manifest.protocol, tests, settings, context)
        claim_id = f"verify.{protocol.name}.{_mutants_of(tests.module, manifest)}"
        claims.append(claim_of_mutants(tried, tests, context.artifacts, claim_id=claim_id, settings=settings))
    return claims


def _mutants_of(module: str, manifest: Manifest) -> str:
    """Ends a claim's id: `mutants` for a protocol's first specification, `mutants-of-raft-liveness` for another."""
    if module == manifest.mutation[0].module:
        return "mutants"
    return f"mutants-of-{re.sub('(?<=[a-z])(?=[A-Z])', '-', Path(module).stem).lower()}"


def _refuse_contradiction(protocol: _Protocol, entry: ModelEntry, result: CheckResult) -> None:
    """Each parameter may be in its range, and together they may be what the specification excludes by an ASSUME."""
    if result.verdict is not Verdict.ASSUMPTION:
        return
    line = result.diagnostics[0].line.strip() if result.diagnostics else ""
    raise ConfigurationError(
        f"these parameters of `{protocol.manifest.protocol}` do not go together: {entry.module} asks for {line}",
        where=protocol.where,
        hint="its chapter in the documentation says what each of them means",
    )


def _refuse_other_count(entry: ModelEntry, result: CheckResult) -> None:
    """A model that is explored to its end has as many states as its author counted; else neither is to be trusted."""
    if result.bounds.complete and entry.distinct_states not in {None, result.states.distinct}:
        raise TaskError(
            f"{entry.config} has {result.states.distinct} distinct states, but {MANIFEST_NAME} expects"
            f" {entry.distinct_states}"
        )


def _claims_of_entry(protocol: _Protocol, entry: ModelEntry, checked: Checked) -> list[Claim]:
    if entry.is_broken_variant:
        claimed = entry.claims[0]
        return [
            claim_of_variant(
                checked,
                Verdict(entry.expect),
                claimed.property,
                claim_id=protocol.claim_id(claimed),
                statement=claimed.statement,
                severity=claimed.severity,
            )
        ]
    found = {known.name: known for known in checked.result.properties}
    unknown = [claimed.property for claimed in entry.claims if claimed.property not in found]
    if unknown:
        raise TaskError(
            f"{entry.config} does not check {', '.join(unknown)}, of which {MANIFEST_NAME} claims something",
            hint=f"it checks: {', '.join(found)}",
        )
    return [
        claim_of_property(
            checked,
            found[claimed.property],
            claim_id=protocol.claim_id(claimed),
            statement=claimed.statement,
            severity=claimed.severity,
        )
        for claimed in entry.claims
    ]
