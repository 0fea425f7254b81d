import math
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import msgspec
import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics import parser as openmetrics_parser
from prometheus_client.parser import text_string_to_metric_families

from assay.bench.prometheus import Exporter, Exposition, Live, LiveFile, server, write_textfile
from assay.bench.prometheus.exposition import Family, Kind, Sample, expose
from assay.bench.prometheus.families import FAMILIES, live_samples, result_samples
from assay.bench.regressions import ResultHistory
from assay.errors import UsageError
from tests.bench.prometheus.programs_found import needs_promtool
from tests.bench.regressions.recorded import COMMIT, recorded

Reader = Callable[[str], Iterable[Metric]]

read_openmetrics: Reader = openmetrics_parser.text_string_to_metric_families
read_prometheus: Reader = text_string_to_metric_families

LIVE = Live(
    test="checkout",
    at=1000.0,
    elapsed_seconds=3,
    scheduled_seconds=12,
    answered=300,
    failed=2,
    dropped=1,
    under_way=4,
    p50=0.01,
    p99=0.2,
)


def filled(folder: Path) -> Exporter:
    history = ResultHistory(folder / "history")
    for number in range(12):
        history.append(recorded("checkout", seed=number, factor=1.0 if number < 6 else 1.3))
    history.append(recorded("search", seed=99, commit=None))
    live = LiveFile(folder / "live.json", clock=lambda: 1001.0)
    live.write(LIVE)
    return Exporter(history, live)


def values(text: str) -> dict[tuple[str, str], float]:
    """By metric and by the labels beside the test, of checkout and of what has no test."""
    return {
        (sample.name, ",".join(value for name, value in sample.labels.items() if name != "test")): sample.value
        for family in read_openmetrics(text)
        for sample in family.samples
        if sample.labels.get("test", "checkout") == "checkout"
    }


def test_results_are_read_by_the_parser_of_openmetrics(tmp_path: Path) -> None:
    found = values(filled(tmp_path).text(Exposition.OPENMETRICS))
    assert found["assay_bench_latency_seconds", "p99"] == pytest.approx(0.065, rel=0.02)
    assert found["assay_bench_requests_per_second", ""] == pytest.approx(400, rel=0.02)
    assert found["assay_bench_repeats", ""] == 6
    assert found["assay_bench_results", ""] == 12
    assert found["assay_bench_change_points", "p99"] == 1
    assert found["assay_bench_last_change_ratio", "p99"] == pytest.approx(1.3, rel=0.02)
    assert found["assay_bench_last_change_worse", "p99"] == 1
    assert found["assay_bench_last_change_ratio", "rate"] == 1
    assert found["assay_bench_running", ""] == 1
    assert found["assay_bench_progress_ratio", ""] == 0.25
    assert found["assay_bench_answered_total", ""] == 300
    assert found["assay_bench_live_latency_seconds", "p99"] == 0.2
    [information] = [labels for name, labels in found if name == "assay_bench_result_info"]
    assert COMMIT.hash in information


def test_both_formats_say_the_same(tmp_path: Path) -> None:
    exporter = filled(tmp_path)
    first = [s for f in read_openmetrics(exporter.text(Exposition.OPENMETRICS)) for s in f.samples]
    second = [s for f in read_prometheus(exporter.text(Exposition.PROMETHEUS)) for s in f.samples]
    assert [(s.name, s.labels, s.value) for s in first] == [(s.name, s.labels, s.value) for s in second]
    assert len(first) > 40


def test_every_metric_has_its_type_and_unit(tmp_path: Path) -> None:
    exposed = {family.name: family for family in read_openmetrics(filled(tmp_path).text(Exposition.OPENMETRICS))}
    for family in FAMILIES:
        if family.name in {"assay_bench_measure", "assay_bench_served_ratio", "assay_bench_latency_mean_seconds"}:
            assert family.name not in exposed, "not among what was recorded"
            continue
        read = exposed[family.name.removesuffix("_total")]
        assert (read.type, read.unit) == (family.kind.value, family.unit)
        assert read.documentation == family.explanation


def test_what_somebody_else_recorded_is_exported_too() -> None:
    record = recorded("checkout", seed=1)
    repeats = tuple(
        msgspec.structs.replace(repeat, measures={"queries": 12.0, "mean": 0.1, "served": 0.0})
        for repeat in record.repeats
    )
    samples = list(result_samples([msgspec.structs.replace(record, repeats=repeats)]))
    found = values(expose(samples, Exposition.OPENMETRICS))
    assert found["assay_bench_measure", "queries"] == pytest.approx(12)
    assert found["assay_bench_latency_mean_seconds", ""] == pytest.approx(0.1)
    assert found["assay_bench_served_ratio", ""] == 0


def test_another_machine_is_no_change_of_level() -> None:
    here = [recorded("checkout", seed=number) for number in range(6)]
    environment = msgspec.structs.replace(here[0].environment, cores=64)
    elsewhere = [
        msgspec.structs.replace(recorded("checkout", seed=number, factor=2), environment=environment)
        for number in range(6, 12)
    ]
    found = values(expose(result_samples([*here, *elsewhere]), Exposition.OPENMETRICS))
    assert found["assay_bench_change_points", "p99"] == 0
    assert found["assay_bench_results", ""] == 12


def test_labels_and_numbers_are_escaped_as_the_formats_ask() -> None:
    family = Family("a_b", Kind.GAUGE, 'says "what",\nwith a \\', "", ("x",))
    odd = 'a "quoted"\nline \\ ü'
    samples = [Sample(family, {"x": odd}, math.inf), Sample(family, {"x": "n"}, math.nan), Sample(family, {"x": ""}, 1)]
    for exposition, read in ((Exposition.OPENMETRICS, read_openmetrics), (Exposition.PROMETHEUS, read_prometheus)):
        [back] = read(expose(samples, exposition))
        assert back.documentation == family.explanation
        assert [sample.labels["x"] for sample in back.samples] == [odd, "n", ""]
        assert back.samples[0].value == math.inf
        assert math.isnan(back.samples[1].value)


def test_refuses_what_prometheus_would_refuse() -> None:
    family = Family("a", Kind.GAUGE, "", "", ("x",))
    for samples in (
        [Sample(family, {"y": ""}, 1)],
        [Sample(family, {"x": ""}, 1), Sample(family, {"x": ""}, 2)],
        [Sample(family._replace(name="a-b"), {"x": ""}, 1)],
    ):
        with pytest.raises(ValueError, match=r"labels"):
            expose(samples, Exposition.OPENMETRICS)


@needs_promtool
def test_promtool_finds_nothing_to_say(tmp_path: Path) -> None:
    text = filled(tmp_path).text(Exposition.PROMETHEUS)
    checked = subprocess.run(
        ["promtool", "check", "metrics"],  # noqa: S607 # wherever it is
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_a_test_that_was_killed_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "new" / "live.json"
    LiveFile(path).write(LIVE)
    assert LiveFile(path, clock=lambda: 1020.0).read() == LIVE
    assert LiveFile(path, clock=lambda: 1040.0).read() is None
    path.write_bytes(b"{")
    assert LiveFile(path, clock=lambda: 1020.0).read() is None
    LiveFile(path).remove()
    assert LiveFile(path, clock=lambda: 1020.0).read() is None
    LiveFile(path).remove()
    assert [sample.value for sample in live_samples(None)] == [0]


def test_progress_is_not_written_more_often_than_anybody_reads_it(tmp_path: Path) -> None:
    file = LiveFile(tmp_path / "live.json", clock=lambda: 1001.0)
    for number in range(10):
        file.write(msgspec.structs.replace(LIVE, at=1000 + number / 10, answered=number))
    read = file.read()
    assert read is not None
    assert read.answered == 5


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    made = server(filled(tmp_path), "127.0.0.1", 0)
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    thread.join()
    made.server_close()


def test_the_endpoint_answers_in_the_format_that_is_asked_for(address: str) -> None:
    for accept, exposition in (
        ("application/openmetrics-text; version=1.0.0", Exposition.OPENMETRICS),
        ("*/*", Exposition.PROMETHEUS),
    ):
        with urlopen(Request(f"{address}/metrics", headers={"Accept": accept}), timeout=60) as answer:  # noqa: S310
            assert answer.headers["Content-Type"] == exposition.value
            assert ("# EOF" in answer.read().decode()) == (exposition is Exposition.OPENMETRICS)
    with urlopen(address, timeout=60) as answer:  # noqa: S310 # our own server
        assert "/metrics" in answer.read().decode()
    with pytest.raises(HTTPError) as raised:
        urlopen(f"{address}/nothing", timeout=60)  # noqa: S310
    raised.value.close()
    assert raised.value.code == 404


def test_the_endpoint_sees_what_is_added_and_what_is_damaged(address: str, tmp_path: Path) -> None:
    def read() -> str:
        with urlopen(f"{address}/metrics", timeout=60) as answer:  # noqa: S310
            return str(answer.read().decode())

    assert 'assay_bench_results{test="search"} 1.0' in read()
    ResultHistory(tmp_path / "history").append(recorded("search", seed=100))
    assert 'assay_bench_results{test="search"} 2.0' in read()
    (tmp_path / "history" / "search.ndjson").write_text("damaged\n")
    with pytest.raises(HTTPError) as raised:
        read()
    assert "search.ndjson:1" in raised.value.read().decode()
    raised.value.close()


def test_a_port_that_is_taken_is_named(address: str, tmp_path: Path) -> None:
    port = int(address.rpartition(":")[2])
    for host, number in (("127.0.0.1", port), ("127.0.0.1", 99_999), ("192.0.2.1", 0)):
        with pytest.raises(UsageError, match="cannot serve"):
            server(filled(tmp_path), host, number)


def test_a_file_for_node_exporter_is_written_in_one_piece(tmp_path: Path) -> None:
    path = tmp_path / "assay.prom"
    write_textfile(filled(tmp_path), path)
    assert len(list(read_prometheus(path.read_text()))) > 10
    assert path.stat().st_mode & 0o777 == 0o644
    with pytest.raises(UsageError, match=r"would not be read"):
        write_textfile(filled(tmp_path / "other"), tmp_path / "assay.txt")
    with pytest.raises(UsageError, match=r"cannot write"):
        write_textfile(filled(tmp_path / "third"), tmp_path / "nowhere" / "assay.prom")
