"""What a performance test names, held against what the system has."""

import difflib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from assay.errors import ConfigurationError, Place
from assay.system.configuration import Configuration
from assay.system.performance import TestSettings, is_address
from assay.system.position import Key, line_of

__all__ = ["refuse_impossible_tests"]


def refuse_impossible_tests(configuration: Configuration, text: str, path: Path) -> None:
    """Refuses tests whose target, services or scenario do not exist.

    Raises:
        ConfigurationError: It points at the key.
    """
    names = [service.name for service in configuration.service]
    for index, test in enumerate(configuration.performance.test):
        for key, message, hint in _mistakes(test, names, configuration, path):
            place = Place(path, line_of(text, ("performance", "test", index, *key)))
            raise ConfigurationError(message, where=place, hint=hint)


def _mistakes(
    test: TestSettings, names: list[str], configuration: Configuration, path: Path
) -> Iterator[tuple[Key, str, str | None]]:
    addresses = {service.name: service.url for service in configuration.service}
    if is_address(test.target):
        if problem := _problem_of_address(test.target):
            yield ("target",), f"`performance.test.target`: {problem}", None
    elif test.target not in addresses:
        hint = _hint(test.target, names) or "an address begins with http:// or https://"
        yield ("target",), f"no service is called {test.target!r}", hint
    elif not is_address(addresses[test.target]) and test.protocol == "http1":
        yield ("target",), f"service {test.target} does not speak HTTP, but {addresses[test.target]}", None
    for name in test.services:
        if name not in addresses:
            yield ("services",), f"no service is called {name!r}", _hint(name, names)
    for key, name in test.named_files:
        if not (path.parent / name).is_file():
            yield key, f"no file {name}", f"paths are relative to {path.parent.resolve()}"
    if test.scenario is not None and not (path.parent / test.scenario).is_file():
        hint = f"paths are relative to {path.parent.resolve()}"
        yield ("scenario",), f"no file {test.scenario}", hint


def _hint(name: str, names: list[str]) -> str | None:
    similar = difflib.get_close_matches(name, names, n=1)
    if similar:
        return f"did you mean {similar[0]}?"
    return f"there are: {', '.join(names)}" if names else None


def _problem_of_address(target: str) -> str:
    parts = urlsplit(target)
    try:
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        return "an address with a host is expected, such as http://localhost:8080"
    if parts.username is not None or parts.password is not None:
        return "an address without user and password is expected; they belong in `headers`"
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        return "an address without a path is expected; that goes into `path`"
    return ""
