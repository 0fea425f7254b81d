"""The tasks of the group `formal-verification`: one for each protocol, one for each specification of the user's."""

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from assay.errors import TaskError
from assay.evidence.claim import Claim
from assay.evidence.verdict import Area, Severity
from assay.system import SpecificationToCheck, System
from assay.task import Resources, Task, TaskContext
from assay.verify.claims import Checked, claim_of_property, claim_of_variant, refuse_unreadable, slug
from assay.verify.protocol_tasks import protocol_tasks
from assay.verify.result import CheckResult, Property, PropertyKind, PropertyStatus, Verdict
from assay.verify.task_checking import Settings, check_model, command

__all__ = ["tasks_of"]


def tasks_of(system: System) -> list[Task]:
    """See `assay.verify.tasks`."""
    return [
        *protocol_tasks(system),
        *(_specification_task(specification, system) for specification in system.specifications),
    ]


def _specification_task(specification: SpecificationToCheck, system: System) -> Task:
    settings = Settings(specification.workers, specification.limits)
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


def _check_specification(
    specification: SpecificationToCheck, root: Path, settings: Settings, context: TaskContext
) -> Sequence[Claim]:
    claims: list[Claim] = []
    several = len(specification.configurations) > 1
    for index, configuration in enumerate(specification.configurations):
        progress = (index, len(specification.configurations))
        result = check_model(specification.path, configuration, settings, context, position=progress)
        refuse_unreadable(result)
        module, config = (Path(os.path.relpath(path, root)) for path in (specification.path, configuration))
        again = command(module, config, settings, context)
        checked = Checked(result=result, artifacts=context.artifacts, reproduce=again, root=root)
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
