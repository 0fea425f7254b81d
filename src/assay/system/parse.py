"""From the text of an `assay.toml` to a `System`, or to an error that points into the text."""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from assay.errors import ConfigurationError, Place
from assay.evidence.verdict import Severity
from assay.system.configuration import Configuration, Specification, name_from_file
from assay.system.model import GivenParameter, ShippedSpecification, SpecificationToCheck, System
from assay.system.needs import refuse_impossible_needs
from assay.system.parameters import taken_parameters
from assay.system.performance import DESIGNS
from assay.system.position import Key, line_of
from assay.system.table import PATTERNS_IN_WORDS
from assay.system.targets import refuse_impossible_tests

__all__ = ["MAXIMUM_BYTES", "parse_system", "read_system"]

MAXIMUM_BYTES = 1024**2
"""A larger `assay.toml` is refused: it is not one."""


def read_system(path: Path) -> System:
    """Reads an `assay.toml`.

    Raises:
        ConfigurationError: It cannot be read, is not TOML, or does not describe a system.
    """
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise ConfigurationError(f"larger than {MAXIMUM_BYTES} bytes", where=Place(path))
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"cannot read: {error.strerror}", where=Place(path), hint="`assay init` writes one"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("not UTF-8 text", where=Place(path)) from error
    return parse_system(text, path)


def parse_system(text: str, path: Path) -> System:
    """Parses the text of an `assay.toml` that stands, or would stand, at `path`.

    Raises:
        ConfigurationError: It is not TOML, or does not describe a system.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _not_toml(error, path) from error
    parameters = taken_parameters(document, text, path)
    for key, known in _unknown_keys(document, msgspec.inspect.type_info(Configuration)):
        raise _unknown_key(key, known, text, path)
    try:
        configuration = msgspec.convert(document, Configuration)
    except msgspec.ValidationError as error:
        message, key = _message_and_key(str(error))
        hint = f"there are: {', '.join(DESIGNS)}" if "`design`" in message or key[-1:] == ("design",) else None
        raise ConfigurationError(message, where=Place(path, line_of(text, key)), hint=hint) from error
    return _system(configuration, parameters, text, path)


def _system(
    configuration: Configuration, parameters: Mapping[int, tuple[GivenParameter, ...]], text: str, path: Path
) -> System:
    settings = configuration.formal_verification
    entries = [
        _specification(written, index, configuration, text, path)
        if written.spec is None
        else _shipped(written.spec, written, parameters.get(index, ()), index, configuration, text)
        for index, written in enumerate(settings.spec)
    ]
    _refuse_twice([service.name for service in configuration.service], ("service",), "service", text, path)
    _refuse_missing_folders(configuration, text, path)
    refuse_impossible_needs(configuration.service, text, path)
    refuse_impossible_tests(configuration, text, path)
    tests = [test.name for test in configuration.performance.test]
    _refuse_twice(tests, ("performance", "test"), "test", text, path)
    names = [entry.name for entry in entries]
    _refuse_twice(names, ("formal-verification", "spec"), "specification", text, path)
    for index, name in enumerate(names):
        if name in settings.protocols:
            raise ConfigurationError(
                f"specification {name!r} has the name of a protocol that is checked too",
                where=Place(path, line_of(text, ("formal-verification", "spec", index))),
                hint="give it another `name`",
            )
    return System(
        name=configuration.system.name,
        root=path.parent.resolve(),
        source=path,
        services=configuration.service,
        protocols=settings.protocols,
        protocol_workers=settings.workers,
        protocol_limits=settings.limits,
        shipped_specifications=tuple(entry for entry in entries if isinstance(entry, ShippedSpecification)),
        specifications=tuple(entry for entry in entries if isinstance(entry, SpecificationToCheck)),
        performance=configuration.performance,
    )


def _shipped(
    protocol: str,
    written: Specification,
    parameters: tuple[GivenParameter, ...],
    index: int,
    configuration: Configuration,
    text: str,
) -> ShippedSpecification:
    return ShippedSpecification(
        name=written.name or protocol,
        protocol=protocol,
        parameters=parameters,
        line=line_of(text, ("formal-verification", "spec", index, "spec")),
        workers=written.workers or configuration.formal_verification.workers,
        limits=written.limits or configuration.formal_verification.limits,
    )


def _specification(
    written: Specification, index: int, configuration: Configuration, text: str, path: Path
) -> SpecificationToCheck:
    key: Key = ("formal-verification", "spec", index)
    # An entry without `spec` has a `path`: `Specification` sees to it.
    given = written.path or ""
    source = _existing(given, (*key, "path"), text, path)
    configs = written.configs or (str(Path(given).with_suffix(".cfg")),)
    return SpecificationToCheck(
        name=written.name or name_from_file(source.stem),
        path=source,
        configurations=tuple(_existing(config, (*key, "configs"), text, path) for config in configs),
        expect=written.expect or "holds",
        severity=written.severity or Severity.HIGH,
        workers=written.workers or configuration.formal_verification.workers,
        limits=written.limits or configuration.formal_verification.limits,
    )


def _existing(written: str, key: Key, text: str, path: Path) -> Path:
    """The file that `written` names, relative to the folder of `assay.toml`."""
    file = (path.parent / written).resolve()
    if not file.is_file():
        raise ConfigurationError(
            f"no file {written}",
            where=Place(path, line_of(text, key)),
            hint=f"paths are relative to {path.parent.resolve()}",
        )
    return file


def _refuse_missing_folders(configuration: Configuration, text: str, path: Path) -> None:
    for index, service in enumerate(configuration.service):
        if not (path.parent / service.folder).is_dir():
            raise ConfigurationError(
                f"no folder {service.folder}",
                where=Place(path, line_of(text, ("service", index, "folder"))),
                hint=f"paths are relative to {path.parent.resolve()}",
            )


def _refuse_twice(names: list[str], key: Key, noun: str, text: str, path: Path) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ConfigurationError(
                f"two of the {noun} entries are named {name!r}",
                where=Place(path, line_of(text, (*key, index))),
                hint="give one of them another `name`",
            )


def _unknown_keys(value: object, expected: msgspec.inspect.Type, key: Key = ()) -> Iterator[tuple[Key, list[str]]]:
    """Each key of `value` that its type does not have, with the keys that it has."""
    if isinstance(expected, msgspec.inspect.UnionType):
        for kind in _kinds_that_fit(value, expected):
            yield from _unknown_keys(value, kind, key)
    elif isinstance(expected, msgspec.inspect.VarTupleType) and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unknown_keys(item, expected.item_type, (*key, index))
    elif isinstance(expected, msgspec.inspect.StructType) and isinstance(value, Mapping):
        known = {field.encode_name: field.type for field in expected.fields}
        if expected.tag_field:
            known[expected.tag_field] = msgspec.inspect.AnyType()
        for name, item in value.items():
            if name not in known:
                yield (*key, name), list(known)
            else:
                yield from _unknown_keys(item, known[name], (*key, name))


def _kinds_that_fit(value: object, union: msgspec.inspect.UnionType) -> Iterator[msgspec.inspect.Type]:
    """Those that `value` may be: of tables that a key tells apart, the one that it names."""
    for kind in union.types:
        if not (isinstance(kind, msgspec.inspect.StructType) and kind.tag_field and isinstance(value, Mapping)) or (
            value.get(kind.tag_field) == kind.tag
        ):
            yield kind


def _unknown_key(key: Key, known: list[str], text: str, path: Path) -> ConfigurationError:
    name = str(key[-1])
    similar = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean `{similar[0]}`?" if similar else f"known here: {', '.join(known)}"
    table = _shown(key[:-1])
    return ConfigurationError(
        f"unknown key `{name}`{f' in [{table}]' if table else ''}", where=Place(path, line_of(text, key)), hint=hint
    )


def _message_and_key(message: str) -> tuple[str, Key]:
    """Takes msgspec's "Expected `int`, got `str` - at `$.a[0].b`" apart; of a bad name it says "at `key` in `$.a`"."""
    text, _, way = message.replace(" - at `key` in `$", " - at `$").partition(" - at `$")
    for pattern, words in PATTERNS_IN_WORDS.items():
        text = text.replace(f"`str` matching regex {pattern!r}", words)
    key: Key = tuple(int(index) if index else name for name, index in re.findall(r"\.([^.\[\]`]+)|\[(\d+)\]", way))
    if of_key := re.match(r"`([a-z-]+)`: ", text):
        # A table's own check names the key that it is about.
        key, text = (*key, of_key[1]), text[of_key.end() :]
    shown = _shown(key)
    lower = text[:1].lower() + text[1:]
    return (f"`{shown}`: {lower}" if shown else lower), key


def _shown(key: Key) -> str:
    return ".".join(str(part) for part in key if isinstance(part, str))


def _not_toml(error: Any, path: Path) -> ConfigurationError:
    """Takes tomllib's "... (at line 3, column 7)" apart; nesting beyond Python's limit has no position."""
    message = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    text, _, _ = message.replace(" (at end of document)", " at the end of the file").partition(" (at ")
    position = re.search(r"line (\d+), column (\d+)", message)
    place = Place(path, int(position[1]), int(position[2])) if position else Place(path)
    return ConfigurationError(f"not TOML: {text[:1].lower()}{text[1:]}", where=place)
