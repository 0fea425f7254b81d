"""The tasks of the group `formal-verification`: one for each protocol, one for each specification of the user's."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from assay.errors import ConfigurationError, Place, TaskError
from assay.evidence.claim import Claim
from assay.evidence.verdict import Area, Severity
from assay.system import Limits, SpecificationToCheck, System
from assay.task import Progress, Resources, Task, TaskContext
from assay.verify.checking import CheckProgress, check
from assay.verify.claims import Checked, claim_of_property, claim_of_variant, refuse_unreadable, slug
from assay.verify.manifest import MANIFEST_NAME, Manifest, ModelEntry, read_manifest
from assay.verify.result import CheckResult, Property, PropertyKind, PropertyStatus, Verdict
from assay.verify.shipped import SPECIFICATIONS

__all__ = ["tasks_of"]


@dataclass(frozen=True, slots=True)
class _Settings:
    """How the models of one task are checked."""

    workers: int
    limits: Limits

    def __str__(self) -> str:
        return f"workers={self.workers} seconds={self.limits.seconds} states={self.limits.states}"


def tasks_of(system: System) -> list[Task]:
    """See `assay.verify.tasks`."""
    protocols = [_protocol_task(name, system) for name in system.protocols]
    return [*protocols, *(_specification_task(specification, system) for specification in system.specifications)]


def _protocol_task(name: str, system: System) -> Task:
    folder = SPECIFICATIONS / name
    if not (folder / MANIFEST_NAME).is_file():
        shipped = sorted(path.parent.name for path in SPECIFICATIONS.glob(f"*/{MANIFEST_NAME}"))
        raise ConfigurationError(
            f"no protocol called {name!r} ships with Assay",
            where=Place(system.source) if system.source else None,
            hint=f"there are: {', '.join(shipped)}" if shipped else None,
        )
    manifest = read_manifest(folder)
    settings = _Settings(system.protocol_workers, system.protocol_limits)
    return Task(
        id=f"{Area.FORMAL_VERIFICATION}/{name}",
        title=manifest.title,
        work=partial(_check_protocol, name, manifest, settings),
        inputs=(folder,),
        settings=str(settings),
        resources=Resources(cores=settings.workers),
    )


def _specification_task(specification: SpecificationToCheck, system: System) -> Task:
    settings = _Settings(specification.workers, specification.limits)
    where = os.path.relpath(specification.path, system.root)
    return Task(
        id=f"{Area.FORMAL_VERIFICATION}/{specification.name}",
        title=f"does {where} hold with {_counted(len(specification.configurations), 'model')}?",
        work=partial(_check_specification, specification, system.root, settings),
        inputs=(specification.path, *specification.configurations, *_modules_beside(specification.path)),
        settings=f"{settings} expect={specification.expect} severity={specification.severity}",
        resources=Resources(cores=settings.workers),
    )


def _modules_beside(path: Path) -> list[Path]:
    """Modules that the specification may extend."""
    return sorted(other for other in path.parent.glob("*.tla") if other != path)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _check_protocol(name: str, manifest: Manifest, settings: _Settings, context: TaskContext) -> Sequence[Claim]:
    claims: list[Claim] = []
    for index, entry in enumerate(manifest.models):
        folder = SPECIFICATIONS / name
        result = _check(folder / entry.module, folder / entry.config, settings, context, (index, len(manifest.models)))
        command = _command(Path("specs") / name / entry.module, Path("specs") / name / entry.config, settings, context)
        checked = Checked(result=result, artifacts=context.artifacts, reproduce=command, not_covered=entry.bounds)
        refuse_unreadable(result)
        _refuse_other_count(entry, result)
        claims += _claims_of_entry(entry, checked)
    return claims


def _refuse_other_count(entry: ModelEntry, result: CheckResult) -> None:
    """A model that is explored to its end has as many states as its author counted; else neither is to be trusted."""
    if result.bounds.complete and entry.distinct_states not in {None, result.states.distinct}:
        raise TaskError(
            f"{entry.config} has {result.states.distinct} distinct states, but {MANIFEST_NAME} expects"
            f" {entry.distinct_states}"
        )


def _claims_of_entry(entry: ModelEntry, checked: Checked) -> list[Claim]:
    if entry.is_broken_variant:
        claimed = entry.claims[0]
        return [
            claim_of_variant(
                checked,
                Verdict(entry.expect),
                claimed.property,
                claim_id=claimed.id,
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
            claim_id=claimed.id,
            statement=claimed.statement,
            severity=claimed.severity,
        )
        for claimed in entry.claims
    ]


def _check_specification(
    specification: SpecificationToCheck, root: Path, settings: _Settings, context: TaskContext
) -> Sequence[Claim]:
    claims: list[Claim] = []
    several = len(specification.configurations) > 1
    for index, configuration in enumerate(specification.configurations):
        progress = (index, len(specification.configurations))
        result = _check(specification.path, configuration, settings, context, progress)
        refuse_unreadable(result)
        module, config = (Path(os.path.relpath(path, root)) for path in (specification.path, configuration))
        command = _command(module, config, settings, context)
        checked = Checked(result=result, artifacts=context.artifacts, reproduce=command, root=root)
        prefix = f"verify.{specification.name}" + (f".{slug(configuration.stem)}" if several else "")
        if specification.expect == "violated":
            claims.append(_variant_of_user(prefix, config, specification.severity, checked))
        else:
            claims += _claims_of_user(prefix, config, specification.severity, checked)
    return claims


def _variant_of_user(prefix: str, config: Path, severity: Severity, checked: Checked) -> Claim:
    verdict = checked.result.verdict
    return claim_of_variant(
        checked,
        verdict if verdict in {Verdict.SAFETY, Verdict.DEADLOCK, Verdict.LIVENESS} else Verdict.SAFETY,
        None,
        claim_id=f"{prefix}.broken-variant",
        statement=f"Everything that {config} says of {checked.result.module} holds, although it is broken on purpose.",
        severity=severity,
    )


def _claims_of_user(prefix: str, config: Path, severity: Severity, checked: Checked) -> list[Claim]:
    result = checked.result
    properties = [known for known in result.properties if known.kind is not PropertyKind.ASSUMPTION]
    assumptions = [known for known in result.properties if known.kind is PropertyKind.ASSUMPTION]
    if assumptions and (not properties or any(known.status is not PropertyStatus.HOLDS for known in assumptions)):
        properties = [_worst(assumptions), *properties]
    if not properties:
        raise TaskError(f"{config} says nothing that could be checked", hint="name an INVARIANT in it")
    used: set[str] = set()
    claims = []
    for known in properties:
        claim_id = _free(f"{prefix}.{slug(known.name)}", used)
        statement = _statement(known, result, config)
        claims.append(claim_of_property(checked, known, claim_id=claim_id, statement=statement, severity=severity))
    return claims


def _free(claim_id: str, used: set[str]) -> str:
    """Two names can have one slug: `TypeOK` and `Type_OK`."""
    number = 2
    free = claim_id
    while free in used:
        free, number = f"{claim_id}-{number}", number + 1
    used.add(free)
    return free


def _worst(assumptions: Sequence[Property]) -> Property:
    order = [PropertyStatus.VIOLATED, PropertyStatus.UNKNOWN, PropertyStatus.HOLDS]
    return min(assumptions, key=lambda known: order.index(known.status))


def _statement(known: Property, result: CheckResult, config: Path) -> str:
    match known.kind:
        case PropertyKind.DEADLOCK:
            return f"{result.module} ({config}) can always go on: no reachable state is without a next step."
        case PropertyKind.TEMPORAL:
            return f"Every behaviour of {result.module} ({config}) has the property {known.name}."
        case PropertyKind.ASSUMPTION | PropertyKind.POSTCONDITION:
            return f"What {result.module} ({config}) takes for granted is true: {known.name}."
        case _:
            return f"{known.name} holds in every reachable state of {result.module} ({config})."


def _check(
    module: Path, config: Path, settings: _Settings, context: TaskContext, position: tuple[int, int]
) -> CheckResult:
    index, total = position

    def tell(progress: CheckProgress) -> bool:
        context.report(
            Progress(
                f"{config.stem} ({index + 1} of {total})",
                figures={
                    "distinct states": progress.distinct,
                    "states per second": round(progress.states_per_second),
                    "waiting states": progress.queue,
                    "steps deep": progress.depth,
                },
            )
        )
        return not context.stop.is_set()

    result = check(
        module,
        config=config,
        workers=min(settings.workers, context.cores),
        max_states=settings.limits.states,
        max_seconds=settings.limits.seconds,
        seed=context.seed,
        on_progress=tell,
    )
    if result.verdict is Verdict.INTERRUPTED:
        context.stop_if_asked()
    return result


def _command(module: Path, config: Path, settings: _Settings, context: TaskContext) -> str:
    words = ["assay", "verify", str(module), "--config", str(config), "--workers", str(settings.workers)]
    words += ["--timeout", f"{settings.limits.seconds}s", "--max-states", str(settings.limits.states)]
    return shlex.join([*words, "--seed", str(context.seed)])
