"""`assay bench run` keeps what it finds and compares it: with a real server, whose speed is of no consequence here."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import msgspec
import pytest

from assay.bench import tasks
from assay.bench.conducting import Conducted, StepProgress
from assay.bench.designs.capacity import CapacityAnalysis
from assay.bench.designs.interval import Interval
from assay.bench.designs.load import LoadAnalysis
from assay.bench.designs.procedure import Measured, Observed, Step
from assay.bench.designs.spike import SpikeAnalysis
from assay.bench.designs.stress import StressAnalysis
from assay.bench.engine import LoadProgress
from assay.bench.executor import ConstantArrivalRate
from assay.bench.load_test import LoadTest, Request
from assay.bench.prometheus import LiveFile
from assay.bench.prometheus.live import live_of, live_path
from assay.bench.protocol import Grpc, Tls
from assay.bench.regressions import Finding, ResultHistory, Rules
from assay.bench.regressions.judging import history_folder, judge
from assay.bench.regressions.outcomes import record_of
from assay.bench.regressions.records import Record
from assay.bench.testing import Outcome
from assay.cli.bench_keeping import Keeper, Keeping
from assay.evidence.artifacts import Artifacts
from assay.system import find_system
from assay.system.performance import CapacitySettings, LoadSettings, SpikeSettings, StressSettings
from assay.task import Progress, TaskContext
from tests.bench.regressions.recorded import ENVIRONMENT
from tests.bench.regressions.test_command import Assay, assay
from tests.bench.regressions.test_history import changed, git, result
from tests.bench.servers import OK, Server, server

__all__ = ["assay"]

MEASURED = {0, 3}
"""On a machine that is too busy to send, it is unknown what the service would have done: 3."""

CONFIGURATION = """
[system]
name = "one"

[[performance.test]]
name = "answers"
design = "load"
target = "{url}"
users = 1
seconds = 0.2
"""


@pytest.fixture
def service() -> Iterator[Server]:
    with server(lambda _request, _state: OK) as running:
        yield running


@pytest.fixture
def repository(tmp_path: Path, service: Server) -> Path:
    (tmp_path / "assay.toml").write_text(CONFIGURATION.format(url=service.url))
    (tmp_path / "service.py").write_text("0")
    git(tmp_path, "init", "--initial-branch=main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--message", "First")
    return tmp_path


def test_results_are_kept_and_compared_with_those_of_the_commit_before(assay: Assay, repository: Path) -> None:
    first = assay("bench", "answers", "--repeats", "2")
    assert first.code in MEASURED, first.error
    second = changed(repository, "1")
    options = ("--baseline", "main", "--fail-on", "regression", "--markdown", "comment.md")
    ended = assay("bench", "answers", "--repeats", "2", *options)
    assert ended.code in MEASURED, ended.error
    # Two repeats allow no interval, however fast or slow the machine is.
    assert "answers: unknown, from " in ended.out
    assert "about 5 repeats each would tell" in ended.out
    assert "**answers**" in (repository / "comment.md").read_text()
    records = ResultHistory(history_folder(repository)).records("answers")
    assert [len(record.repeats) for record in records] == [2, 2]
    assert records[0].compares_with(records[1])
    assert [record.commit.hash == second.hash for record in records if record.commit] == [False, True]
    assert all(not record.commit.dirty for record in records if record.commit)
    assert set(records[0].repeats[0].measures) == {"p50", "p90", "p95", "p99", "mean", "rate", "served"}
    assert not live_path(repository).exists()


def test_with_json_the_comparison_is_left_to_the_exit_code(assay: Assay, repository: Path) -> None:
    assert assay("bench", "answers").code in MEASURED
    changed(repository, "1")
    ended = assay("bench", "answers", "--json", "--baseline", "main", "--fail-on", "unknown")
    assert ended.code == 1, ended.error
    json.loads(ended.out)


def test_an_address_leaves_nothing_behind_unless_it_is_to_be_compared(
    assay: Assay, service: Server, tmp_path: Path
) -> None:
    assert assay("bench", service.url, "--users", "1", "--seconds", "0.2").code in MEASURED
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--fail-on", "regression"), "--fail-on without something to compare with"),
        (("--markdown", "x.md"), "--markdown without something to compare with"),
        (("--fail-on", "nothing", "--baseline", "main"), "none of: regression, unknown"),
    ],
)
def test_options_that_do_not_fit_together_are_refused_before_anything_is_measured(
    assay: Assay, service: Server, arguments: tuple[str, ...], message: str
) -> None:
    ended = assay("bench", service.url, *arguments)
    assert ended.code == 2
    assert message in ended.error
    assert service.requests == []


def test_a_task_of_a_run_keeps_its_result_too(repository: Path) -> None:
    (task,) = tasks(find_system(repository))
    reported: list[Progress] = []
    given = TaskContext(
        artifacts=Artifacts(repository / "artifacts"), cores=1, seed=1, stop=Event(), report=reported.append
    )
    assert task.work(given)
    (record,) = ResultHistory(history_folder(repository)).records("answers")
    assert (len(record.repeats), record.commit is not None, record.waiting) == (1, True, None)
    # Where it cannot be kept, what was found is not lost.
    history_folder(repository).rename(repository / "elsewhere")
    history_folder(repository).write_text("in the way")
    assert task.work(given)
    assert reported[-1].message.startswith("not kept: ")


BASE = LoadTest(
    target="http://localhost:1", requests=(Request(name="/"),), executor=ConstantArrivalRate(rate=1, seconds=1)
)


def outcome(settings: object, analysis: object, **changes: object) -> Outcome:
    step = Measured(step=Step(label="x", test=BASE), observed=Observed(result=result(**changes)))
    conducted = Conducted(steps=(step,), use=(None,), stopped=False)
    return Outcome(
        settings=settings,  # type: ignore[arg-type] # one of several
        base=BASE,
        analysis=analysis,  # type: ignore[arg-type] # one of several
        findings=(),
        conducted=conducted,
    )


def kept(*outcomes: Outcome, run: str = "one") -> dict[str, float]:
    return recorded(*outcomes, run=run).repeats[0].measures


def recorded(*outcomes: Outcome, run: str = "one") -> Record:
    return record_of(
        outcomes,
        run=run,
        recorded=datetime(2026, 1, 1, tzinfo=UTC),
        environment=ENVIRONMENT,
        folder=Path("/nowhere"),
        waiting=None,
    )


def test_a_test_is_the_same_wherever_its_files_are() -> None:
    asked = LoadSettings(name="l", target="a", rate=1, protocol="grpc", proto_files=("a.proto",))
    analysis = LoadAnalysis(measured=measured(), judgements=())

    def in_folder(folder: str, *, streams: int = 1, insecure: bool = False) -> str:
        protocol = Grpc(streams=streams, proto_files=(f"{folder}/a.proto",))
        tls = Tls(ca_file=f"{folder}/ca.pem", insecure=insecure)
        base = msgspec.structs.replace(BASE, protocol=protocol, tls=tls)
        return recorded(msgspec.structs.replace(outcome(asked, analysis), base=base)).settings

    assert in_folder("/here") == in_folder("/there")
    assert in_folder("/here") != in_folder("/here", streams=2)
    assert in_folder("/here") != in_folder("/here", insecure=True)


def measured() -> Measured:
    return Measured(step=Step(label="x", test=BASE), observed=Observed(result=result()))


def test_each_design_is_kept_as_what_it_is_for() -> None:
    capacity = CapacityAnalysis(trials=(), gaps=(), capacity=Interval(120.0, 110.0, 130.0))
    settings = CapacitySettings(name="c", target="a", from_rate=1, to_rate=200, slo=("http_req_failed: rate<1%",))
    assert kept(outcome(settings, capacity)) == {"capacity": 120.0}
    unfinished = msgspec.structs.replace(capacity, capacity=None)
    assert kept(outcome(settings, unfinished)) == {}
    stress = StressAnalysis(steps=(), last_good=80.0, broken_at=100.0, knee=None)
    assert kept(outcome(StressSettings(name="s", target="a", from_rate=1, to_rate=200), stress)) == {
        "last-good-rate": 80.0
    }
    spike = SpikeAnalysis(measured=measured(), judgements=(), normal_seconds=0.1, recovery_seconds=3)
    assert kept(outcome(SpikeSettings(name="p", target="a", rate=1, spike_rate=10), spike))["recovery"] == 3.0
    load = LoadAnalysis(measured=measured(), judgements=())
    assert kept(outcome(LoadSettings(name="l", target="a", rate=1), load))["rate"] == 9.0


def test_a_changed_test_is_another_test() -> None:
    load = LoadAnalysis(measured=measured(), judgements=())
    records = [
        record_of(
            [outcome(LoadSettings(name="l", target="a", rate=rate), load)],
            run=f"run-{number}",
            recorded=datetime(2026, 1, 1, tzinfo=UTC),
            environment=ENVIRONMENT,
            folder=Path("/nowhere"),
            waiting=None,
        )
        for number, rate in enumerate((1.0, 1.0, 2.0))
    ]
    assert records[0].compares_with(records[1])
    assert not records[0].compares_with(records[2])
    with pytest.raises(ValueError, match="one test"):
        kept()


def test_the_engines_progress_is_what_others_see(tmp_path: Path) -> None:
    progress = LoadProgress(1.5, 10.0, 100, 2, 1, 3, 4, 5000, 0.01, 0.2, 70.0)
    file = LiveFile(tmp_path / "live.json", clock=lambda: 50.0)
    file.write(live_of("answers", progress, clock=lambda: 49.0))
    live = file.read()
    assert live is not None
    assert (live.test, live.elapsed_seconds, live.scheduled_seconds) == ("answers", 1.5, 10.0)
    assert (live.answered, live.failed, live.dropped, live.under_way) == (100, 2, 3, 4)
    assert (live.p50, live.p99) == (0.01, 0.2)


def test_others_see_how_far_a_test_is_while_it_runs_and_not_afterwards(repository: Path) -> None:
    keeper = Keeper(find_system(repository), Keeping())
    progress = StepProgress(Step(label="x", test=BASE), 1, 1.0, LoadProgress(1, 9, 8, 0, 0, 0, 1, 50, 0.1, 0.2, 7))
    told: list[StepProgress] = []
    with keeper.telling("answers", told.append) as tell:
        tell(progress._replace(load=None))
        assert not live_path(repository).exists()
        tell(progress)
        live = LiveFile(live_path(repository)).read()
        assert live is not None
        assert (live.test, live.answered) == ("answers", 8)
    assert len(told) == 2
    assert not live_path(repository).exists()


def test_a_run_is_judged_test_by_test(tmp_path: Path) -> None:
    load = LoadAnalysis(measured=measured(), judgements=())
    history = ResultHistory(tmp_path)
    records = [
        record_of(
            [outcome(LoadSettings(name="l", target="a", rate=1), load, rate=rate) for _ in range(6)],
            run=f"run-{number}",
            recorded=datetime(2026, 1, 1, tzinfo=UTC),
            environment=ENVIRONMENT,
            folder=tmp_path,
            waiting=0.0,
        )
        for number, rate in enumerate((9.0, 4.0))
    ]
    history.append(records[0])
    judged = judge(history, records[1:], baseline="run-0", folder=tmp_path, rules=Rules())
    assert [one.finding for one in judged.comparisons] == [Finding.WORSE]
