"""The Python of chapter 46, run as it stands there but on free ports, and the names that its tables give."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec

from assay.bench import Tls
from assay.bench.measuring import measure
from assay.bench.written_thresholds import limits_of
from assay.system import parse_system
from assay.system.protocols import PROTOCOLS, ProtocolKeys, TlsTable
from tests.bench.certificates import Authority
from tests.bench.nginx import nginx_http2
from tests.bench.test_protocols import PROTO, grpc_server, https, talking

TEXT = (Path(__file__).parents[2] / "docs" / "46-protocols.md").read_text(encoding="utf-8")
TLS, GRPC, WEBSOCKET = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def printed(block: str, documented: str, target: str, folder: Path) -> str:
    assert documented in block
    ended = subprocess.run(
        [sys.executable, "-c", block.replace(documented, target)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


def test_can_load_over_tls_as_the_chapter_says(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with https(authority.server_context()) as target:
        assert "10 answers over 2 handshakes" in printed(TLS, "https://localhost:8443", target, tmp_path)


def test_can_call_grpc_as_the_chapter_says(tmp_path: Path) -> None:
    (tmp_path / "orders.proto").write_text(PROTO, encoding="utf-8")
    with grpc_server() as (target, orders):
        assert printed(GRPC, "http://127.0.0.1:50051", target, tmp_path).startswith("{200: ")
        assert set(orders.received) == {b"\x08\x07\x12\x03tea"}


def test_can_talk_over_a_websocket_as_the_chapter_says(tmp_path: Path) -> None:
    with talking() as target:
        assert printed(WEBSOCKET, "ws://127.0.0.1:8765", target, tmp_path).startswith("10 answers")


def test_tests_of_assay_toml_speak_the_protocols_that_they_name(tmp_path: Path) -> None:
    (described,) = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    authority = Authority(tmp_path)
    (tmp_path / "orders.proto").write_text(PROTO, encoding="utf-8")
    with nginx_http2(tmp_path, authority) as (_, secure), grpc_server() as (calls, orders), talking() as talk:
        places = {"https://localhost:8443": secure, "http://127.0.0.1:50051": calls, "ws://127.0.0.1:8765": talk}
        for documented, target in places.items():
            assert described.count(f'"{documented}"') == 1
            described = described.replace(documented, target)
        path = tmp_path / "assay.toml"
        path.write_text(f'[system]\nname = "shop"\n{described}', encoding="utf-8")
        system = parse_system(path.read_text(encoding="utf-8"), path)
        tests = {test.name: test for test in system.performance.test}
        results = {}
        for name, test in tests.items():
            (step,) = measure(test, system, limits_of(test, system), seed=1).counted
            results[name] = step.result
    for name, status in (("catalog", 200), ("place", 200), ("talk", 101)):
        assert set(results[name].statuses) == {status}, name
        assert results[name].failed == 0, results[name].failure_reasons
    assert results["catalog"].tls is not None
    assert set(orders.received) == {b"\x08\x07\x12\x03tea"}
    traced = {name: all(request.trace for request in result.slowest) for name, result in results.items()}
    assert traced == {"catalog": True, "place": True, "talk": False}


def test_chapter_names_every_key_of_assay_toml() -> None:
    keys = [*ProtocolKeys.__struct_encode_fields__, *TlsTable.__struct_encode_fields__, *PROTOCOLS]
    section = TEXT[TEXT.index("## In assay.toml") :]
    assert [key for key in keys if f"`{key}`" not in section and f'`"{key}"`' not in section] == []


def test_chapter_names_every_setting_of_tls() -> None:
    names = [field.name for field in msgspec.structs.fields(Tls)]
    assert [name for name in names if f"| `{name}` |" not in TEXT] == []


def test_chapter_names_every_failure_of_the_protocols() -> None:
    source = (Path(__file__).parents[2] / "crates" / "load" / "src" / "failure.rs").read_text(encoding="utf-8")
    names = set(re.findall(r'=> "((?:tls|http2|websocket)[a-z0-9-]*)"', source))
    assert len(names) == 10
    assert [name for name in names if f"| `{name}` |" not in TEXT] == []
