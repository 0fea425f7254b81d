"""Annotations as GitHub's runner reads them."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from assay.verify import check
from assay.verify.formats import write
from assay.verify.formats.github import annotation
from assay.verify.result import Location
from tests.verify.specifications import SPECS
from tests.verify.test_command import ASSAY

COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>[^\r\n]*)")


def read(line: str) -> tuple[str, dict[str, str], str]:
    """A workflow command as the runner takes it apart."""
    command = COMMAND.fullmatch(line)
    assert command, line
    properties = dict(part.split("=", 1) for part in command["properties"].split(","))
    return (
        command["level"],
        {name: unescaped(value) for name, value in properties.items()},
        unescaped(command["message"]),
    )


def unescaped(text: str) -> str:
    for code, character in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def test_keeps_every_character() -> None:
    title, message = "a: b, 100%", "50% of\r\nlines, at: all %0A"
    line = annotation("error", title, message, Location("odd,name:1.tla", 3, 5, 3, 9))
    assert "\n" not in line
    level, properties, told = read(line)
    assert (level, told) == ("error", message)
    assert properties == {
        "file": "odd,name:1.tla", "line": "3", "endLine": "3", "col": "5", "endColumn": "9", "title": title,
    }  # fmt: skip


def test_gives_columns_of_one_line_only() -> None:
    _, properties, _ = read(annotation("error", "t", "m", Location("A.tla", 3, 5, 4, 9)))
    assert properties.keys() == {"file", "line", "endLine", "title"}


def test_points_to_the_property_that_is_violated() -> None:
    result = check(SPECS / "Counter.tla", config=SPECS / "CounterSmall.cfg")
    level, properties, message = read(write(result, "github").rstrip("\n"))
    assert (level, properties["title"], properties["line"]) == ("error", "Counter: Small is violated", "8")
    assert Path(properties["file"]).name == "Counter.tla"
    assert message.startswith("Counter.tla with CounterSmall.cfg\n")
    assert "state 4" in message


def test_points_to_the_step_into_a_deadlock() -> None:
    result = check(SPECS / "Deadlock.tla")
    level, properties, _ = read(write(result, "github").rstrip("\n"))
    assert (level, properties["title"]) == ("error", "Deadlock: deadlock")
    assert int(properties["line"]) > 1


def test_points_to_each_mistake() -> None:
    lines = write(check(SPECS / "Broken.tla"), "github").splitlines()
    assert [read(line)[1]["title"] for line in lines] == ["syntax"]


def test_says_nothing_of_what_holds_and_warns_of_limits() -> None:
    assert write(check(SPECS / "Counter.tla", properties=[]), "github") == ""
    level, properties, message = read(write(check(SPECS / "Counter.tla", max_states=2), "github").rstrip("\n"))
    assert (level, properties) == ("warning", {"title": "Counter"})
    assert message == "not every state was checked: stopped at the limit of 2 distinct states"


def test_names_files_as_the_repository_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(SPECS.parent))
    result = check(SPECS / "Broken.tla")
    assert read(write(result, "github").splitlines()[0])[1]["file"] == "specs/Broken.tla"


@pytest.mark.parametrize(("variable", "annotated"), [("true", True), ("", False)])
def test_adds_annotations_where_github_runs_it(variable: str, *, annotated: bool) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "GITHUB_ACTIONS": variable}
    ended = subprocess.run(
        [*ASSAY, "CounterSmall.cfg"],
        cwd=SPECS, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 12
    assert ended.stdout.startswith("Counter: Small is violated")
    assert ("\n::error file=Counter.tla,line=8" in ended.stdout) is annotated
