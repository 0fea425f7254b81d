"""The chapter on the load engine: its programs run, against a server that answers as they expect."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from assay.bench import tasks
from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Claim
from assay.system import parse_system
from assay.task import TaskContext
from tests.bench.servers import Server, server

CHAPTER = Path(__file__).parents[2] / "docs" / "42-load-engine.md"


ADDRESS = "http://127.0.0.1:8080"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", CHAPTER.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def shop(request: bytes, _server: Server) -> bytes:
    if request.startswith(b"GET /receipt"):
        return answer("200 OK", "text/plain", "thank you")
    if request.startswith(b"POST /orders"):
        return answer("201 Created", "application/json", json.dumps({"state": "paid"}), "Location: /orders/1")
    return answer("200 OK", "application/json", json.dumps({"items": [{"id": 3}, {"id": 4}]}))


def answer(status: str, kind: str, text: str, *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, f"Content-Length: {len(text)}", "", text]
    return "\r\n".join(lines).encode()


def test_its_programs_run(tmp_path: Path) -> None:
    test, slow, scenario, run, dynamic = blocks("python")
    (table,) = blocks("csv")
    with server(shop) as state:
        programs = {"test.py": test, "slow.py": slow, "buy.py": scenario, "run.py": run, "dynamic.py": dynamic}
        for name, program in programs.items():
            (tmp_path / name).write_text(program.replace(ADDRESS, state.url), encoding="utf-8")
        (tmp_path / "users.csv").write_text(table, encoding="utf-8")
        (described,) = blocks("toml")
        (tmp_path / "assay.toml").write_text('[system]\nname = "shop"\n' + described.replace(ADDRESS, state.url))
        claims = claims_of(tmp_path)
        said = {name: said_by(tmp_path, name) for name in ("test.py", "slow.py", "run.py", "dynamic.py")}
    assert claims
    assert all(claim.bounds.constants["requests"] == "list, order, receipt" for claim in claims)
    assert re.fullmatch(r"50 answers, p99 [\d.]+ ms\n", said["test.py"])
    assert len(re.findall(r"^\d+\.\d{3} s  list  200  [0-9a-f]{32}$", said["slow.py"], re.MULTILINE)) == 3
    checks = re.findall(r"(.+): (\d+) of (\d+)\n", said["run.py"])
    assert {"status is 200", "json $.state is paid", "body contains thank you"} < {name for name, _, _ in checks}
    assert all(passed == total for _, passed, total in checks)
    assert re.match(r"Python runs for each request, which costs the generator \d+ µs", said["dynamic.py"])


def claims_of(folder: Path) -> Sequence[Claim]:
    path = folder / "assay.toml"
    (task,) = tasks(parse_system(path.read_text(encoding="utf-8"), path))
    artifacts = Artifacts(folder / "artifacts")
    context = TaskContext(artifacts=artifacts, cores=1, seed=7, stop=threading.Event(), report=lambda _progress: None)
    return task.work(context)


def said_by(folder: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, program], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
