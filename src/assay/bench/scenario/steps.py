"""The words of a scenario: requests, what is taken from their answers, what is expected of them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack
from urllib.parse import quote_plus

import msgspec

from assay.bench.compiling import PLACEHOLDER
from assay.bench.flow import Check, Flow, Selector, Step
from assay.bench.scenario.places import caller, checked
from assay.errors import InvalidLoadTestError

__all__ = [
    "StepOptions",
    "body",
    "cookie",
    "delete",
    "flow",
    "get",
    "header",
    "json_value",
    "patch",
    "post",
    "put",
    "request",
    "status",
]

QUOTED_RAW = re.compile(r'"(\{[A-Za-z_]\w*:raw\})"')

STATUSES = range(100, 600)
STATUS_CLASSES = {f"{first}xx": (first * 100, first * 100 + 99) for first in range(1, 6)}


class StepOptions(TypedDict, total=False):
    """What a request can be told. `{name}` stands for a value in all texts that are sent."""

    name: str
    """Under which it is reported; method and path where it is not given."""
    headers: Mapping[str, str]
    body: str
    json: Any
    """A body: anything that JSON can say. `"{name:raw}"` is a value without quotation marks: a number."""
    form: Mapping[str, str]
    """A body: fields of a form."""
    take: Mapping[str, Selector]
    """The names of values, and where in the answer each is."""
    expect: Check | Sequence[Check]
    pause: float | tuple[float, float]
    """Seconds after the answer, or the shortest and longest time."""


def request(method: str, path: str, **options: Unpack[StepOptions]) -> Step:
    """One request of a flow.

    Raises:
        InvalidLoadTestError: A value has the wrong type, or there is more than one body; it points at the line.
    """
    place = caller()
    unknown = options.keys() - StepOptions.__annotations__.keys()
    if unknown:
        raise TypeError(f"request() got an unexpected keyword argument {min(unknown)!r}")
    if len(options.keys() & {"body", "json", "form"}) > 1:
        raise InvalidLoadTestError("a request has one body", where=place, hint="give one of body, json and form")
    expected = options.get("expect", ())
    content_type, text, escape = _body(options)
    headers = list(dict(options.get("headers", {})).items())
    if content_type and not any(str(name).lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", content_type))
    pause = options.get("pause", 0.0)
    shortest, longest = pause if isinstance(pause, tuple) else (pause, pause)
    return checked(
        Step,
        place,
        {
            "name": options.get("name", f"{method} {path}"),
            "method": method,
            "path": path,
            "headers": tuple(headers),
            "body": text,
            "body_escape": escape,
            "take": tuple(dict(options.get("take", {})).items()),
            "expect": (expected,) if isinstance(expected, Check) else tuple(expected),
            "pause": {"shortest": shortest, "longest": longest},
            "line": place.line,
        },
    )


def get(path: str, **options: Unpack[StepOptions]) -> Step:
    """A GET: see `request`."""
    return request("GET", path, **options)


def post(path: str, **options: Unpack[StepOptions]) -> Step:
    """A POST: see `request`."""
    return request("POST", path, **options)


def put(path: str, **options: Unpack[StepOptions]) -> Step:
    """A PUT: see `request`."""
    return request("PUT", path, **options)


def patch(path: str, **options: Unpack[StepOptions]) -> Step:
    """A PATCH: see `request`."""
    return request("PATCH", path, **options)


def delete(path: str, **options: Unpack[StepOptions]) -> Step:
    """A DELETE: see `request`."""
    return request("DELETE", path, **options)


def flow(name: str, *steps: Step, weight: int = 1) -> Flow:
    """Steps that one user does one after the other.

    Raises:
        InvalidLoadTestError: Something among the steps is none; it points at the line.
    """
    place = caller()
    for step in steps:
        if not isinstance(step, Step):
            message = f"the flow {name} has a {type(step).__name__} among its steps"
            raise InvalidLoadTestError(message, where=place, hint="a step is what get, post, ... return")
    return checked(Flow, place, {"name": name, "steps": steps, "weight": weight})


def json_value(path: str) -> Selector:
    """A value of a JSON body, by its path: `$.items[0].id`, `$.items[-1]`, `$.items[random]`."""
    return Selector("json", path)


def header(name: str) -> Selector:
    """The value of a header."""
    return Selector("header", name)


def cookie(name: str) -> Selector:
    """The value of a cookie that the answer sets."""
    return Selector("cookie", name)


def body(pattern: str = "") -> Selector:
    """The body, or in it what a regular expression finds: its first group, or all of the match where it has none."""
    return Selector("body", pattern)


def status(*wanted: int | str) -> Check:
    """The status is one of these: numbers, or classes such as `2xx`.

    Raises:
        InvalidLoadTestError: One is neither; it points at the line.
    """
    ranges = []
    for one in wanted:
        if isinstance(one, str) and one in STATUS_CLASSES:
            ranges.append(STATUS_CLASSES[one])
        elif isinstance(one, int) and one in STATUSES:
            ranges.append((one, one))
        else:
            raise InvalidLoadTestError(
                f"{one!r} is no status", where=caller(), hint="write 200, or 2xx for a class of them"
            )
    name = "status is " + " or ".join(str(one) for one in wanted)
    return Check(name=name, place="status", comparison="within", ranges=tuple(ranges))


def _body(options: StepOptions) -> tuple[str, Any, str]:
    """Content type, text, and how values are written into it."""
    if "json" in options:
        text = msgspec.json.encode(options["json"]).decode()
        return "application/json", QUOTED_RAW.sub(r"\1", text), "json"
    if "form" in options:
        fields = (f"{quote_plus(name)}={_form_value(value)}" for name, value in dict(options["form"]).items())
        return "application/x-www-form-urlencoded", "&".join(fields), "percent"
    return "", options.get("body", ""), "none"


def _form_value(value: str) -> str:
    """Percent-encoded but for its placeholders."""
    encoded, end = "", 0
    for match in PLACEHOLDER.finditer(value):
        encoded += quote_plus(value[end : match.start()]) + match[0]
        end = match.end()
    return encoded + quote_plus(value[end:])
