"""The tasks of the group `performance`: from assay.toml over real load to claims with evidence."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from assay.bench import tasks
from assay.bench.charts import chart_over_rate, chart_over_time
from assay.errors import ConfigurationError, LoadTestError, TaskStoppedError
from assay.evidence.artifacts import Artifacts
from assay.evidence.claim import Claim
from assay.evidence.verdict import Verdict
from assay.system import System, parse_system
from assay.task import Progress, TaskContext
from tests.bench.results import result_of, second_of
from tests.bench.servers import OK, closed_port, server


def system(folder: Path, text: str) -> System:
    path = folder / "assay.toml"
    path.write_text(f'[system]\nname = "shop"\n{text}')
    return parse_system(path.read_text(), path)


def load_test(target: str, more: str = "") -> str:
    return f'[[performance.test]]\nname = "load"\ndesign = "load"\ntarget = "{target}"\nrate = 40\nseconds = 1\n{more}'


def context(folder: Path, reported: list[Progress] | None = None, stop: threading.Event | None = None) -> TaskContext:
    reports = reported if reported is not None else []
    return TaskContext(
        artifacts=Artifacts(folder / "artifacts"),
        cores=1,
        seed=7,
        stop=stop or threading.Event(),
        report=reports.append,
    )


def run(described: System, given: TaskContext) -> Sequence[Claim]:
    (task,) = tasks(described)
    return task.work(given)


def test_measures_an_address_and_makes_claims_with_evidence(tmp_path: Path) -> None:
    reported: list[Progress] = []
    with server(lambda _request, _state: OK) as running:
        text = load_test(running.url, 'path = "/a"\nthresholds = ["http_reqs: count==40", "http_reqs: count<5"]')
        given = context(tmp_path, reported)
        claims = run(system(tmp_path, text), given)
        assert running.requests[0].startswith(b"GET /a HTTP/1.1")
    found = {claim.id: claim for claim in claims}
    # On a machine that is too busy to send 40 requests in a second, it is unknown.
    assert found["bench.load.threshold-1"].verdict in {Verdict.HOLDS, Verdict.UNKNOWN}
    assert found["bench.load.threshold-2"].verdict is Verdict.VIOLATED
    assert "is 40, asked for < 5" in found["bench.load.threshold-2"].explanation
    assert found["bench.load.answered"].verdict in {Verdict.HOLDS, Verdict.UNKNOWN}
    assert "all 40 requests were answered" in found["bench.load.answered"].explanation
    assert found["bench.load.keeps-up"].reproduce == "assay bench load --seed 7"
    assert reported[0].message == "40/s (step 1)"
    evidence = {item.name: item for claim in claims for item in claim.evidence}
    document = json.loads(given.artifacts.read(evidence["load.json"]))
    assert (document["kind"], document["steps"][0]["result"]["answered"]) == ("performance-test", 40)
    chart = given.artifacts.read(evidence["load.svg"])
    assert ET.fromstring(chart).tag.endswith("svg")  # noqa: S314 # our own


def test_counts_answers_that_are_errors(tmp_path: Path) -> None:
    unavailable = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    with server(lambda _request, _state: unavailable) as running:
        claims = run(system(tmp_path, load_test(running.url)), context(tmp_path))
    answered = next(claim for claim in claims if claim.id == "bench.load.answered")
    assert answered.verdict is Verdict.VIOLATED
    assert "status 503 40" in answered.explanation


def test_makes_services_ready_and_records_what_they_use(tmp_path: Path) -> None:
    port = closed_port()
    service = f'[[service]]\nname = "files"\nurl = "http://127.0.0.1:{port}"\nhealth = "/"\nready-seconds = 60\n'
    service += f'start = "{{python}} -m http.server --bind 127.0.0.1 {port}"\n'
    given = context(tmp_path)
    claims = run(system(tmp_path, service + load_test("files", "timeout = 60")), given)
    evidence = {item.name: item for claim in claims for item in claim.evidence}
    (use,) = json.loads(given.artifacts.read(evidence["load-resources.json"]))
    assert [used["name"] for used in use["services"]] == ["files"]
    limited = json.loads(given.artifacts.read(evidence["load-bottleneck.json"]))
    assert limited["analysis"]["rate"] > 0
    assert set(limited["sentences"]) == {"en", "zh-Hans"}
    assert limited["sentences"]["en"][0]


SCENARIO = """
from assay.bench.scenario import ConstantArrivalRate, LoadTest, flow, get

test = LoadTest(
    target="http://localhost:1",
    executor=ConstantArrivalRate(rate=1, seconds=1),
    flows=(flow("buy", get("/first", name="first"), get("/second", name="second")),),
)
"""


def test_paces_a_scenario_by_its_design_and_sends_it_to_its_target(tmp_path: Path) -> None:
    (tmp_path / "buying.py").write_text(SCENARIO)
    with server(lambda _request, _state: OK) as running:
        given = context(tmp_path)
        claims = run(system(tmp_path, load_test(running.url, 'scenario = "buying.py"')), given)
        assert {request.split()[1] for request in running.requests} == {b"/first", b"/second"}
    assert claims[0].bounds.constants["requests"] == "first, second"
    evidence = {item.name: item for claim in claims for item in claim.evidence}
    (step,) = json.loads(given.artifacts.read(evidence["load.json"]))["steps"]
    assert (step["executor"]["rate"], step["result"]["intended"]) == (40, 40)


def test_says_that_a_dynamic_scenario_cannot_be_paced(tmp_path: Path) -> None:
    dynamic = SCENARIO.replace("LoadTest", "DynamicTest").split("    flows")[0] + "    iteration=print,\n)\n"
    (tmp_path / "buying.py").write_text(dynamic)
    described = system(tmp_path, load_test("http://localhost:1", 'scenario = "buying.py"'))
    with pytest.raises(LoadTestError, match="cannot drive a dynamic scenario"):
        run(described, context(tmp_path))


def test_says_that_nobody_listens(tmp_path: Path) -> None:
    described = system(tmp_path, load_test(f"http://127.0.0.1:{closed_port()}"))
    with pytest.raises(LoadTestError, match=r"no request to .* was answered"):
        run(described, context(tmp_path))


def test_gives_up_where_the_run_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    with server(lambda _request, _state: OK) as running:
        described = system(tmp_path, load_test(running.url).replace("seconds = 1", "seconds = 600"))
        threading.Timer(0.5, stop.set).start()
        with pytest.raises(TaskStoppedError):
            run(described, context(tmp_path, stop=stop))


def test_points_at_the_character_that_is_wrong_in_a_threshold(tmp_path: Path) -> None:
    text = load_test("http://localhost", 'thresholds = [\n  "http_reqs: count>1",\n  "http_req_duration: p95<2",\n]')
    with pytest.raises(ConfigurationError, match="no figure of a test") as caught:
        tasks(system(tmp_path, text))
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.column) == (11, 23)
    assert caught.value.hint == "did you mean `p(95)`?"


def test_asks_for_a_quiet_machine_and_says_what_is_found_out(tmp_path: Path) -> None:
    (task,) = tasks(system(tmp_path, load_test("http://localhost")))
    assert task.id == "performance/load"
    assert task.title == "does http://localhost do its work under 40/s?"
    assert task.resources.network_quiet


def test_draws_each_second_and_few_points_of_a_long_test() -> None:
    seconds = [second_of(20, failed=3, dropped=1) for _ in range(30)]
    chart = chart_over_time(result_of([20] * 3000, seconds=seconds, scheduled_seconds=30))
    assert chart is not None
    assert chart.count("<rect") == 30 * 3 + 6
    long = chart_over_time(result_of([20] * 3000, seconds=seconds * 200, scheduled_seconds=6000))
    assert long is not None
    assert len(long) < 100_000
    assert chart_over_time(result_of([20])) is None


def test_draws_rates_that_were_kept_and_those_that_were_not() -> None:
    trials = [(10.0, True, result_of([5] * 100)), (20.0, False, result_of([900] * 200)), (10.0, True, result_of([6]))]
    chart = chart_over_rate(trials)
    assert chart is not None
    ET.fromstring(chart)  # noqa: S314 # our own
    assert (chart.count('<circle class="kept"'), chart.count('<circle class="lost"')) == (2, 1)
    assert chart_over_rate([(10.0, False, result_of())]) is None
