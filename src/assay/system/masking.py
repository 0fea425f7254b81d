"""Keeps secrets out of what is shown: values of environment variables, and passwords in addresses."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

__all__ = ["MASK", "Masking", "quotable_line"]

MASK = "***"

_SECRET_NAME = re.compile(
    r"PASS|PWD|SECRET|TOKEN|CREDENTIAL|PRIVATE|APIKEY|(^|_)(KEY|DSN|AUTH|AUTHORIZATION|COOKIE|SALT|SEED|PIN)(_|$)",
    re.IGNORECASE,
)
# Lengths are limited, and names begin where a word does, so that long lines take no more than their length in time.
_USER_IN_ADDRESS = re.compile(r"(\w{1,30}://[^\s/:@'\"]{0,200}):([^\s/@]{1,1000})@")
_WORD_LENGTH = 6
"""Shorter secrets are masked only where they stand as a word: `1` must not blacken every number."""


class Masking:
    """Knows the secrets of one service.

    Args:
        environment: What the service is started with.
        named: Variables that hold secrets although their names do not tell.
    """

    def __init__(self, environment: Mapping[str, str], named: Iterable[str] = ()) -> None:
        named = set(named)
        secrets = {
            part
            for name, value in environment.items()
            if name in named or _SECRET_NAME.search(name)
            for part in (value, *value.splitlines())
        }
        passwords = {match[2] for value in environment.values() for match in _USER_IN_ADDRESS.finditer(value)}
        every = secrets | passwords | {unquote(password) for password in passwords}
        # The longest first: a secret may be part of another.
        ordered = sorted((secret.strip() for secret in every if secret.strip()), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_expression, ordered))) if ordered else None

    def __call__(self, text: str) -> str:
        """The text with every secret replaced."""
        masked = self._pattern.sub(MASK, text) if self._pattern else text
        return _USER_IN_ADDRESS.sub(rf"\1:{MASK}@", masked)


def _expression(secret: str) -> str:
    expression = re.escape(secret)
    return expression if len(secret) >= _WORD_LENGTH else rf"(?<!\w){expression}(?!\w)"


_HEADER = re.compile(r"^\s*\[+([^\[\]]+)\]")
_ASSIGNED = re.compile(
    r"""(?<![\w-])(?P<name>[A-Za-z_][\w-]*)(?P<sign>["']?\s*=\s*)"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s,{}\[\]#"'](?:[^,}#]*[^\s,}#])?)"""
)


def quotable_line(lines: Iterable[str], number: int) -> str | None:
    """Line `number`, from 1, of an `assay.toml`, with what may be secret replaced by as many asterisks.

    Returns:
        None where there is no such line.
    """
    table = ""
    for at, line in enumerate(lines, start=1):
        if header := _HEADER.match(line):
            table = header[1]
        if at == number:
            is_environment = "environment" in table or re.match(r"\s*environment\b", line) is not None
            return _masked_line(line, is_environment=is_environment)
    return None


def _masked_line(line: str, *, is_environment: bool) -> str:
    masked = _ASSIGNED.sub(lambda match: _masked_value(match, every=is_environment), line)
    return _USER_IN_ADDRESS.sub(lambda match: f"{match[1]}:{'*' * len(match[2])}@", masked)


def _masked_value(match: "re.Match[str]", *, every: bool) -> str:
    if match["name"] == "secrets" or not (every or _SECRET_NAME.search(match["name"])):
        return match[0]
    return match["name"] + match["sign"] + "*" * len(match["value"])
