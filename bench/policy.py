"""How long a decision takes in process: Assay beside cedarpy, same policies, same entities, same requests, by turns.

python bench/policy.py [POLICIES] [ENTITIES]
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import cedarpy

from assay.trust.policy import AccessRequest, PolicyEngine, PolicySources, PolicyText

_SERVICES = 10
_ROUNDS = 5
_REQUESTS = 200


def main() -> None:
    """Prints a line for each, and what the target is."""
    policies = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    entities = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000  # noqa: PLR2004 # the second argument
    texts = (_policies(policies), _schema(), json.dumps(_entities(entities)))
    requests = [_request(number, entities) for number in range(_REQUESTS)]
    ours, theirs = _assay(*texts), _cedarpy(*texts)
    if [ours(request) for request in requests] != [theirs(request) for request in requests]:
        raise SystemExit("the two decide differently: nothing to compare")
    taken: dict[str, list[float]] = {"assay": [], "cedarpy": []}
    for _ in range(_ROUNDS):
        for name, decide in (("assay", ours), ("cedarpy", theirs)):
            for request in requests:
                began = time.perf_counter()
                decide(request)
                taken[name].append((time.perf_counter() - began) * 1e6)
    print(f"{policies} policies, {entities} entities, microseconds for a decision (asked for: p50 <= 50)")
    for name, micros in taken.items():
        percentiles = statistics.quantiles(micros, n=100)
        print(f"{name:<8} p50 {percentiles[49]:9.1f}  p99 {percentiles[98]:9.1f}")


def _assay(policies: str, schema: str, entities: str) -> Callable[[AccessRequest], bool]:
    texts = (PolicyText("bench.cedar", policies), PolicyText("schema", schema), PolicyText("entities", entities))
    engine = PolicyEngine.load(PolicySources((texts[0],), texts[1], texts[2]))
    return lambda request: engine.decide(request).allowed


def _cedarpy(policies: str, schema: str, entities: str) -> Callable[[AccessRequest], bool]:
    """With everything parsed before, which is the fastest that it offers."""
    parsed = (cedarpy.PolicySet.from_str(policies), cedarpy.Schema.from_str(schema))
    known = cedarpy.Entities.from_json_str(entities, parsed[1])

    def decide(request: AccessRequest) -> bool:
        asked: dict[str, Any] = {
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "context": dict(request.context),
        }
        return bool(cedarpy.is_authorized(asked, parsed[0], known, schema=parsed[1]).allowed)

    return decide


def _schema() -> str:
    things = [f"Thing{service}" for service in range(_SERVICES)]
    lines = ["entity Role;", "entity User in [Role] = { level: Long };"]
    lines += [f"entity {thing} = {{ owner: User, public: Bool }};" for thing in things]
    applies = f"principal: [User], resource: [{', '.join(things)}], context: {{ risk: Long, trust: Long }}"
    lines += [f'action "{action}" appliesTo {{ {applies} }};' for action in ("read", "write")]
    return "\n".join(lines)


def _policies(count: int) -> str:
    def policy(number: int) -> str:
        resource = f"resource is Thing{number % _SERVICES}"
        read = 'action == Action::"read"'
        forms = (
            f'permit (principal in Role::"r{number % 50}", {read}, {resource}) when {{ context.risk < 60 }};',
            f"permit (principal, action, {resource}) when {{ resource.owner == principal && context.trust > 30 }};",
            f"permit (principal, {read}, {resource}) when {{ resource.public && principal.level > {number % 9} }};",
            f"forbid (principal, action, {resource}) when {{ context.risk > {80 + number % 20} }};",
        )
        return f'@id("p{number}") {forms[number % 4]}'

    return "\n".join(map(policy, range(count)))


def _entities(count: int) -> list[dict[str, Any]]:
    def entity(kind: str, name: str, attributes: dict[str, Any], role: str | None = None) -> dict[str, Any]:
        parents = [{"type": "Role", "id": role}] if role else []
        return {"uid": {"type": kind, "id": name}, "attrs": attributes, "parents": parents}

    people = [entity("User", f"u{n}", {"level": n % 10}, f"r{n % 50}") for n in range(count // 2)]
    things = [
        entity(f"Thing{n % _SERVICES}", f"t{n}", {"owner": {"type": "User", "id": f"u{n}"}, "public": n % 3 == 0})
        for n in range(count // 2)
    ]
    return [*(entity("Role", f"r{n}", {}) for n in range(50)), *people, *things]


def _request(number: int, entities: int) -> AccessRequest:
    half = entities // 2
    thing = number * 31 % half
    who = thing if number % 4 == 0 else number * 7919 % half
    context = {"risk": number % 100, "trust": number % 97}
    return AccessRequest(f'User::"u{who}"', 'Action::"read"', f'Thing{thing % _SERVICES}::"t{thing}"', context)


if __name__ == "__main__":
    main()
