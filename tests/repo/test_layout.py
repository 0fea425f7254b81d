"""The layout's own rules: how long, how named, in which order, and what must not be in the repository."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repo.files import ROOT, code_files, repository_files

LONGEST_FILE = 600
"""Lines. From 400 on a file is questioned in review; past this it needs an entry below."""

LONGER_FILES: dict[str, int] = {}
"""Files that are longer all the same, with the length they may not exceed. Entries shrink; they do not grow."""

LONGEST_FUNCTION = 70
"""Lines of a Python function."""

NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}

# In pieces, so that this file does not hold what it looks for.
LEFT_OPEN = re.compile(
    r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|NotImplemented" + r"Error|unimpl" + r"emented!|to" + r"do!"
)
ELSEWHERE = re.compile(
    r"(?<![\w.])/(wo" + r"rk|ro" + r"ot|ho" + r"me)/|arti" + r"factory|pypi" + r"\.org|index\.cr" + r"ates\.io"
)

LINKED_BY_CARGO = {Path("Cargo.lock")}

CRATES_THAT_A_CRATE_MAY_USE = {
    "tla-syntax": set[str](),
    "tla-check": set[str](),
    "tla-eval": {"tla-syntax", "tla-check"},
    "load": set[str](),
    "policy": set[str](),
    "native": {"tla-syntax", "tla-eval", "tla-check", "load", "policy"},
}


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_no_file_grows_past_the_line() -> None:
    lengths = {str(path): len(text_of(path).splitlines()) for path in code_files()}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGER_FILES.get(name, LONGEST_FILE)}
    assert too_long == {}, "split them by concept"
    loose = {name: lines for name, lines in LONGER_FILES.items() if lengths.get(name, 0) < lines}
    assert loose == {}, "they shrank: lower their entries in LONGER_FILES, or take them out"


def test_no_function_grows_past_the_line() -> None:
    too_long = [
        f"{path}:{function.lineno} {function.name}"
        for path in code_files()
        if path.suffix == ".py"
        for function in functions(path)
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert too_long == []


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_file_is_named_for_what_it_holds() -> None:
    assert [path for path in code_files() if NAMES_OF_NOTHING & {path.stem, *path.parts}] == []


def test_nothing_is_left_open_in_the_code() -> None:
    found = [f"{path}: {match[0]}" for path in code_files() if (match := LEFT_OPEN.search(text_of(path)))]
    assert found == []


def test_nothing_names_a_place_that_others_do_not_have() -> None:
    found = []
    for path in repository_files():
        try:
            text = text_of(path)
        except UnicodeDecodeError:
            continue
        if path not in LINKED_BY_CARGO and (match := ELSEWHERE.search(text)):
            found.append(f"{path}: {match[0]}")
    assert found == []


def test_every_module_says_what_it_is() -> None:
    sources = [path for path in code_files() if path.suffix == ".py" and path.parts[0] == "src"]
    assert [path for path in sources if not ast.get_docstring(ast.parse(text_of(path)))] == []
    crates = [path for path in code_files() if path.suffix == ".rs" and path.name == "lib.rs"]
    assert [path for path in crates if not text_of(path).startswith("//!")] == []


def test_crates_depend_one_way_and_only_native_knows_python() -> None:
    for manifest in (ROOT / "crates").glob("*/Cargo.toml"):
        crate = tomllib.loads(manifest.read_text(encoding="utf-8"))
        name = crate["package"]["name"]
        used = crate.get("dependencies", {}).keys()
        ours = used & CRATES_THAT_A_CRATE_MAY_USE.keys()
        assert ours <= CRATES_THAT_A_CRATE_MAY_USE[name], f"{name} depends on {ours}"
        assert name == "native" or "pyo3" not in used


@pytest.mark.parametrize("path", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_target_that_is_mentioned_exists(path: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of(Path("Makefile")), re.MULTILINE))
    mentioned = set(re.findall(r"(?:^|`|step )make ([a-z-]+)", text_of(Path(path)), re.MULTILINE))
    assert mentioned
    assert mentioned <= targets


def test_every_path_that_the_documents_mention_exists() -> None:
    for document in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"):
        linked = re.findall(r"\]\((?!https?:)([^)#]+)", text_of(Path(document)))
        quoted = re.findall(r"`((?:src|crates|tests|specs|bench|\.ci)/[\w./-]*)`", text_of(Path(document)))
        assert [name for name in (*linked, *quoted) if not (ROOT / name).exists()] == [], document


def test_locked_packages_come_from_no_named_place() -> None:
    lines = [line for line in text_of(Path("requirements-dev.lock")).splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9.+!-]+", line)] == []
