"""What services need of one another: checked when `assay.toml` is read, and made into an order."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from assay.errors import ConfigurationError, Place, ServiceError
from assay.system.position import line_of
from assay.system.service import Service

__all__ = ["layers_of_needs", "refuse_impossible_needs", "with_needs"]


def with_needs(services: Sequence[Service], names: Iterable[str]) -> tuple[Service, ...]:
    """The services of these names and all that they need, in the order of `services`.

    Raises:
        ServiceError: There is no service of one of these names.
    """
    by_name = {service.name: service for service in services}
    wanted: set[str] = set()
    open_names = list(names)
    while open_names:
        name = open_names.pop()
        if name not in by_name:
            raise ServiceError(f"no service is called {name!r}", hint=f"there are: {', '.join(by_name)}")
        if name not in wanted:
            wanted.add(name)
            open_names += by_name[name].needs
    return tuple(service for service in services if service.name in wanted)


def layers_of_needs(services: Sequence[Service]) -> list[tuple[Service, ...]]:
    """The services in layers, each needing earlier layers only. Needs outside of `services` are passed over.

    Raises:
        ValueError: Some need each other in a circle.
    """
    left = {service.name: service for service in services}
    layers = []
    while left:
        layer = tuple(service for service in left.values() if not any(need in left for need in service.needs))
        if not layer:
            raise ValueError(f"services need each other in a circle: {' → '.join(_circle(left))}")
        layers.append(layer)
        for service in layer:
            del left[service.name]
    return layers


def refuse_impossible_needs(services: Sequence[Service], text: str, path: Path) -> None:
    """Checks the needs of services whose names are unique.

    Raises:
        ConfigurationError: One needs a service that is not there, or some need each other in a circle.
    """
    by_name = {service.name: service for service in services}
    for index, service in enumerate(services):
        unknown = next((need for need in service.needs if need not in by_name), None)
        if unknown is not None:
            raise ConfigurationError(
                f"`service.needs`: {service.name} needs {unknown!r}, which no service is named",
                where=Place(path, line_of(text, ("service", index, "needs"))),
                hint=f"there are: {', '.join(by_name)}",
            )
    try:
        layers_of_needs(services)
    except ValueError as error:
        first = str(error).rpartition(" → ")[2]
        index = list(by_name).index(first)
        raise ConfigurationError(
            f"`service.needs`: {error}",
            where=Place(path, line_of(text, ("service", index, "needs"))),
            hint="none of them could be started first: leave one of these needs out",
        ) from error


def _circle(left: Mapping[str, Service]) -> list[str]:
    """One circle among services each of which needs another of them; begins and ends with the same name."""
    way = [next(iter(left))]
    while True:
        needed = next(need for need in left[way[-1]].needs if need in left)
        if needed in way:
            return [*way[way.index(needed) :], needed]
        way.append(needed)
