"""The shop's own rules: what the cores may not know, and that no guard is without a test."""

import ast
import re
from pathlib import Path

import pytest

from shop.bugs import Bug
from tests.repo.files import ROOT

SHOP = ROOT / "src" / "assay" / "examples" / "shop" / "shop"
"""`examples` is a link."""

CORES = (
    "raft/server.py",
    "raft/log.py",
    "raft/messages.py",
    "raft/effects.py",
    "commit/coordinator.py",
    "commit/participant.py",
    "commit/messages.py",
    "coordination/state.py",
    "coordination/commands.py",
)

OUTSIDE = {"asyncio", "datetime", "httpx", "os", "pathlib", "socket", "sqlite3", "starlette", "sys", "time"}


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


@pytest.mark.parametrize("core", CORES)
def test_a_core_knows_neither_clock_nor_network_nor_disk(core: str) -> None:
    names = imported(SHOP / core)
    assert {name.split(".")[0] for name in names} & OUTSIDE == set()
    others = {name for name in names if name.startswith("shop.")} - {"shop.bugs", "shop.steps"}
    known = {"shop." + name.removesuffix(".py").replace("/", ".") for name in CORES}
    assert others <= known


def test_shop_and_assay_do_not_know_each_other() -> None:
    for path in SHOP.rglob("*.py"):
        assert not any(name.split(".")[0] == "assay" for name in imported(path)), path
    for path in (path for path in (ROOT / "src").rglob("*.py") if not path.is_relative_to(SHOP)):
        assert re.search(r"^\s*(from|import) shop\b", path.read_text(encoding="utf-8"), re.MULTILINE) is None, path


def test_every_guard_is_shown_to_be_needed() -> None:
    tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert [bug for bug in Bug if f"Bug.{bug.name}" not in tests] == []
