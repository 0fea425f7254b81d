"""Which tests `assay bench run` is about: those of assay.toml, or one made from an address and options."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from assay.bench.designs import Settings
from assay.bench.requests import base_test
from assay.bench.thresholds import ThresholdSyntaxError, parse_threshold
from assay.bench.written_thresholds import Limits, limits_of
from assay.errors import Place, UsageError
from assay.system import System, find_system
from assay.system.performance import DESIGNS, TOOLS

__all__ = ["chosen_tests", "refuse_options", "refuse_scenarios", "test_of_address"]

_DEFAULTS: dict[str, dict[str, Any]] = {
    "load": {"seconds": 10.0},
    "soak": {"seconds": 60.0},
    "stress": {"from-rate": 10.0, "to-rate": 10_000.0},
    "spike": {"rate": 10.0},
    "capacity": {"from-rate": 10.0, "to-rate": 10_000.0},
}
_DEFAULT_RATE = 10.0
_RATED = ("load", "soak")
_OF_TLS = ("insecure", "ca-file")
_ENCRYPTED = ("https://", "wss://")
_LARGEST_BODY = 16 * 1024**2

Tests = tuple[System, list[tuple[Settings, Limits]]]


def test_of_address(targets: Sequence[str], design: str | None, options: dict[str, Any]) -> Tests:
    """One test of an address.

    Raises:
        UsageError: The options do not fit together, or one of them makes no sense.
    """
    if len(targets) > 1:
        raise UsageError("one address at a time", hint="describe several tests in assay.toml; `assay init` shows how")
    design = design or "load"
    if design not in DESIGNS:
        raise UsageError(f"no design is called {design!r}", hint=f"there are: {', '.join(DESIGNS)}")
    target, path = _split(targets[0])
    table = {**_DEFAULTS[design], **options, "design": design, "name": "bench", "target": target, "path": path}
    # Who names an address has not said that what is behind it records traces.
    table.setdefault("traces", False)
    if design in _RATED and "rate" not in table and "users" not in table:
        table["rate"] = _DEFAULT_RATE
    if design == "stress" and "seconds" in table:
        table["step-seconds"] = table.pop("seconds")
    _take_tls(table, target)
    if target.startswith(("ws://", "wss://")):
        table.setdefault("protocol", "websocket")
    if "headers" in table:
        table["headers"] = dict(map(_header, table["headers"]))
    if "body" in table:
        table["body"] = _body(table["body"])
    try:
        settings: Settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise _complaint(str(error), design) from error
    system = System(name="bench", root=Path.cwd(), source=None)
    return system, [(settings, (_parsed("--threshold", settings.thresholds), _parsed("--slo", settings.slo_texts)))]


def chosen_tests(names: Sequence[str], config: Path | None, tool: str | None) -> Tests:
    """Tests of the system that is described here, else of the one that ships.

    Raises:
        UsageError: There is none of that name, or none at all.
        ConfigurationError: The description makes no sense.
    """
    import difflib

    system = find_system(Path.cwd(), config)
    known = {test.name: test for test in system.performance.test}
    place = Place(system.source) if system.source else None
    if not known:
        hint = "describe each in a [[performance.test]] entry, or name an address: `assay bench http://localhost:8080`"
        raise UsageError(f"{system.name} has no performance tests", where=place, hint=hint)
    for name in names:
        if name not in known:
            similar = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {similar[0]}?" if similar else f"there are: {', '.join(known)}"
            raise UsageError(f"no performance test is called {name!r}", where=place, hint=hint)
    if tool is not None:
        if tool not in TOOLS:
            raise UsageError(f"no load generator is called {tool!r}", hint=f"there are: {', '.join(TOOLS)}")
        known = {name: msgspec.structs.replace(test, tool=tool) for name, test in known.items()}
    return system, [(known[name], limits_of(known[name], system)) for name in names or known]


def refuse_options(names: Sequence[str]) -> None:
    """Refuses options that are about an address alone.

    Raises:
        UsageError: There are some.
    """
    if names:
        option = {"thresholds": "threshold", "headers": "header"}.get(names[0], names[0])
        raise UsageError(
            f"--{option} goes with an address only",
            hint="the tests of assay.toml have it written there; or name an address, such as http://localhost:8080",
        )


def _take_tls(table: dict[str, Any], target: str) -> None:
    """Makes one key of the options that are about TLS."""
    tls = {key: table.pop(key) for key in _OF_TLS if key in table}
    if tls and not target.startswith(_ENCRYPTED):
        raise UsageError(f"--{next(iter(tls))}: {target} is not encrypted", hint="name an https or wss address")
    if tls:
        table["tls"] = tls


def refuse_scenarios(system: System, tests: Sequence[tuple[Settings, Limits]]) -> None:
    """Refuses scenarios with mistakes in them before anything is started.

    Raises:
        InvalidLoadTestError: It points at the line.
    """
    for settings, _ in tests:
        if settings.scenario is not None:
            base_test(settings, system, seed=0)


def _split(address: str) -> tuple[str, str]:
    """The target and the path of an address."""
    parts = urlsplit(address)
    try:
        known = bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known:
        raise UsageError(f"not an address: {address}", hint="such as http://localhost:8080/items")
    if parts.username is not None or parts.password is not None:
        raise UsageError("an address without user and password is expected", hint="send them with --header")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"{parts.scheme}://{parts.netloc}", path


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon:
        raise UsageError(f"--header {text!r} has no colon", hint="write it as `Name: value`")
    return name.strip(), value.strip()


def _body(text: str) -> str:
    if not text.startswith("@"):
        return text
    path = Path(text[1:])
    try:
        if path.stat().st_size > _LARGEST_BODY:
            raise UsageError(f"--body {text}: larger than {_LARGEST_BODY} bytes")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise UsageError(f"cannot read {path}: {reason}") from error


def _parsed(option: str, texts: Sequence[str]) -> tuple[Any, ...]:
    return tuple(_threshold(option, text) for text in texts)


def _threshold(option: str, text: str) -> Any:
    try:
        return parse_threshold(text)
    except ThresholdSyntaxError as error:
        pointer = f"{text}\n  | {' ' * (error.column - 1)}^"
        raise UsageError(f"{option}: {error.message}\n  | {pointer}", hint=error.hint) from error


def _complaint(message: str, design: str) -> UsageError:
    """Takes msgspec's "Expected `float` > 0.0 - at `$.rate`" apart, and names options in place of keys."""
    text, _, way = message.partition(" - at `$")
    option = way.strip("`.").split(".")[0].split("[")[0]
    text = text[:1].lower() + text[1:]
    if text.startswith("`") and "`: " in text:
        key, _, text = text[1:].partition("`: ")
        option = key
    if "unknown field" in text:
        name = text.split("`")[-2]
        return UsageError(f"a {design} test has no --{name}", hint="see `assay bench run --help`")
    if "missing required field" in text:
        return UsageError(f"a {design} test needs --{text.split('`')[-2]}")
    return UsageError(f"--{option}: {text}" if option else text)
