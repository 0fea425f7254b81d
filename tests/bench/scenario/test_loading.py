"""Scenario files: what they can say, and where an error points."""

from pathlib import Path
from textwrap import dedent

import pytest

from assay.bench import LoadTest, SharedIterations
from assay.bench.engine import run
from assay.bench.scenario import load_scenario
from assay.errors import LoadTestError
from tests.bench.servers import OK, server

HEAD = """\
from assay.bench.scenario import *
"""


def scenario(folder: Path, text: str) -> Path:
    path = folder / "checkout.py"
    path.write_text(dedent(text), encoding="utf-8")
    return path


GOOD = """\
    from assay.bench.scenario import LoadTest, SharedIterations, flow, get, json_value, post, status, table

    TARGET = "http://127.0.0.1:PORT"

    test = LoadTest(
        target=TARGET,
        executor=SharedIterations(users=1, iterations=4),
        data=(table("users.csv"),),
        flows=(
            flow(
                "look",
                get("/users/{name}", expect=status("2xx")),
                post("/seen", form={"who is": "{name} & co"}),
            ),
        ),
    )
"""


def test_can_be_read_and_carried_out(tmp_path: Path) -> None:
    (tmp_path / "users.csv").write_text('name,age\nann,3\n"b, c",4\n', encoding="utf-8")
    with server(lambda _request, _server: OK) as state:
        test = load_scenario(scenario(tmp_path, GOOD.replace("PORT", state.url.rpartition(":")[2])))
        assert isinstance(test, LoadTest)
        result = run(test)
    assert result.answered == 8
    lines = [request.decode() for request in state.requests]
    assert [line.split()[1] for line in lines[::2]] == ["/users/ann", "/users/b%2C%20c"] * 2
    assert lines[1].endswith("who+is=ann+%26+co")
    assert result.checks[0].passed == 4


@pytest.mark.parametrize(
    ("text", "line", "complaint", "hint"),
    [
        ("test = (\n", 1, "is no Python: '\\(' was never closed", None),
        (HEAD + "\ntst = 1\n", 0, "has no `test`", "end it with `test = LoadTest(...)`"),
        (
            HEAD + "load = LoadTest(target='http://a', executor=SharedIterations(1, 1), requests=(Request(name='a'),))",
            0,
            "has no `test`",
            "rename load to test",
        ),
        (HEAD + "test = 3\n", 0, "`test` is a int", None),
        (HEAD + "\ntest = LoadTst()\n", 3, "NameError", "did you mean LoadTest?"),
        ("from assay.bench.scenario import flw\n", 1, "ImportError", "did you mean flow?"),
        (HEAD + "\n\nget('/', nam='x')\n", 4, "unexpected keyword argument 'nam'", "did you mean name?"),
        (
            HEAD + "test = LoadTest(\n  target='http://a',\n  exectr=1,\n)",
            2,
            "keyword argument 'exectr'",
            "did you mean executor?",
        ),
        (HEAD + "\nx = get('/').nme\n", 3, "AttributeError", "did you mean name?"),
        (HEAD + "\n\nget(7)\n", 4, "expected `str`, got `int` - at `\\$.path`", None),
        (HEAD + "get('/', pause='long')\n", 2, "pause", None),
        (HEAD + "get('/', json=1, body='x')\n", 2, "one body", "give one of body, json and form"),
        (HEAD + "\nstatus(99)\n", 3, "99 is no status", "write 200, or 2xx for a class of them"),
        (HEAD + "flow('f', 3)\n", 2, "has a int among its steps", "a step is what get, post, ... return"),
        (HEAD + "flow('f')\n", 2, "has no step", None),
        (HEAD + "table('none.csv')\n", 2, "none.csv cannot be read: No such file", None),
        (HEAD + "\nraise SystemExit(3)\n", 3, "ended with SystemExit: 3", None),
        (
            HEAD
            + "test = LoadTest(\n  target='http://a',\n  executor=ConstantUsers(\n    users=0,\n    seconds=1,\n  ),\n"
            "  requests=(Request(name='a'),),\n)\n",
            5,
            "executor.users: expected `int` >= 1",
            None,
        ),
        (
            HEAD
            + "test = LoadTest(\n  target='http://a',\n  executor=SharedIterations(1, 1),\n  flows=(flow(\n    'f',\n"
            "    get('/', take={'token': header('a')}),\n    get('/{tokn}'),\n  ),),\n)\n",
            8,
            "uses \\{tokn\\}, which nothing before it gives",
            "did you mean {token}?",
        ),
    ],
)
def test_points_at_what_is_wrong(tmp_path: Path, text: str, line: int, complaint: str, hint: str | None) -> None:
    path = scenario(tmp_path, text)
    with pytest.raises(LoadTestError, match=complaint) as raised:
        load_scenario(path)
    assert raised.value.where is not None
    assert (raised.value.where.path, raised.value.where.line) == (path, line)
    assert raised.value.hint == hint


@pytest.mark.parametrize(
    ("content", "line", "complaint"),
    [
        ("", 2, "is empty"),
        ("name\n", 2, "has no rows"),
        ("first name\nann\n", 1, "no name of a placeholder"),
        ("a,b\n1,2\n3\n", 3, "a row of 1 values, where there are 2 columns"),
        ('a\n"open\n', 0, "is not CSV"),
    ],
)
def test_points_into_a_table(tmp_path: Path, content: str, line: int, complaint: str) -> None:
    (tmp_path / "data.csv").write_text(content, encoding="utf-8")
    with pytest.raises(LoadTestError, match=complaint) as raised:
        load_scenario(scenario(tmp_path, HEAD + "table('data.csv')\n"))
    assert raised.value.where is not None
    assert raised.value.where.line == line


def test_reports_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(LoadTestError, match="cannot be read: No such file"):
        load_scenario(tmp_path / "none.py")
    (tmp_path / "bytes.py").write_bytes(b"\xff\xfe")
    with pytest.raises(LoadTestError, match="not UTF-8"):
        load_scenario(tmp_path / "bytes.py")


def test_can_describe_a_mix(tmp_path: Path) -> None:
    text = HEAD + (
        "test = LoadTest(target='http://a', executor=SharedIterations(1, 5),\n"
        "    requests=(Request(name='a', body=b'x', method='POST'),))\n"
    )
    test = load_scenario(scenario(tmp_path, text))
    assert isinstance(test, LoadTest)
    assert test.executor == SharedIterations(1, 5)
    assert test.requests[0].body == b"x"
