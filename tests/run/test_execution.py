"""The executor on real tasks: what is kept, what is done again, and what a failure costs."""

import threading
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from assay.errors import ResumeError
from assay.evidence import Environment, RunFolder, TaskStatus, Verdict, find_run, verify_run
from assay.evidence.events import Event, RunInterrupted, TaskFailed, TaskProgress, TaskReused, TaskStarted
from assay.exit_codes import ExitCode
from assay.run import Settings, begin, resume
from assay.system import System, bundled_system
from assay.task import Resources, Task, TaskContext
from tests.run.hashing import digest, hash_task, wait_until

MACHINE = Environment.of_this_machine(assay="0.1.0")


class Bench:
    """Runs tasks and remembers the events."""

    def __init__(self, folder: Path, cores: int = 2) -> None:
        self.system: System = bundled_system(folder)
        self.settings = Settings(cores=cores, seed=7, stop=threading.Event())
        self.events: list[Event] = []

    def run(self, *tasks: Task) -> tuple[ExitCode, RunFolder]:
        with begin(
            self.system, tasks, target="all", command="assay run all", environment=MACHINE, settings=self.settings
        ) as run:
            code = run.execute(self.settings, self.events.append)
        return code, RunFolder(run.path)

    def resume(self, folder: RunFolder, *tasks: Task, environment: Environment = MACHINE) -> ExitCode:
        self.events.clear()
        self.settings.stop.clear()
        with resume(self.system, tasks, folder, environment=environment, settings=self.settings) as run:
            return run.execute(self.settings, self.events.append)

    def started(self) -> list[str]:
        return [event.task for event in self.events if isinstance(event, TaskStarted)]

    def reused(self) -> list[str]:
        return [event.task for event in self.events if isinstance(event, TaskReused)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def files(tmp_path: Path) -> Sequence[Path]:
    paths = [tmp_path / f"{name}.txt" for name in "abc"]
    for path in paths:
        path.write_text(path.stem)
    return paths


def good(path: Path, **options: object) -> Task:
    return hash_task(path, digest(path.stem.encode()), **options)  # type: ignore[arg-type] # passed through


def test_run_that_holds_is_complete_and_verifies(bench: Bench, files: Sequence[Path]) -> None:
    code, folder = bench.run(*(good(path) for path in files))
    assert code is ExitCode.ALL_HOLD
    assert [claim.verdict for claim in folder.claims()] == [Verdict.HOLDS] * 3
    verification = verify_run(folder)
    assert (verification.findings, verification.artifacts, verification.derived.points) == ((), 3, 100.0)
    assert any(isinstance(event, TaskProgress) for event in folder.events())


def test_of_runs_that_begin_in_one_second_the_later_is_the_latest(bench: Bench, files: Sequence[Path]) -> None:
    names = [bench.run(good(files[0]))[1].name for _ in range(5)]
    assert names == sorted(names)
    assert find_run(bench.system.runs).name == names[-1]


def test_violation_is_told_by_the_exit_code_and_the_score(bench: Bench, files: Sequence[Path]) -> None:
    code, folder = bench.run(good(files[0]), hash_task(files[1], digest(b"something else")))
    assert code is ExitCode.SOME_VIOLATED
    recorded = folder.score()
    assert recorded is not None
    assert recorded.score.points == 40.0


def test_failure_keeps_the_others_results_and_names_what_it_took_along(bench: Bench, files: Sequence[Path]) -> None:
    files[0].unlink()
    code, folder = bench.run(good(files[0]), good(files[1], needs=("chaos/a",)), good(files[2]))
    state = folder.state()
    assert code is ExitCode.COULD_NOT_COMPLETE
    assert [task.status for task in state.tasks.values()] == [
        TaskStatus.FAILED,
        TaskStatus.NOT_RUN,
        TaskStatus.FINISHED,
    ]
    failure = state.tasks["chaos/a"].failure
    assert failure is not None
    assert (failure.code, failure.where, failure.hint) == ("task", str(files[0]), "make the file")
    assert state.tasks["chaos/b"].reason == "it needs chaos/a, which failed"
    assert verify_run(folder).derived.areas[0].unanswered_tasks == 2


def test_mistake_in_a_task_is_a_failure_with_its_traceback_kept_aside(bench: Bench, files: Sequence[Path]) -> None:
    def mistake(_: TaskContext) -> None:
        raise KeyError("missing")

    _, folder = bench.run(good(files[0], before=mistake), good(files[1]))
    (failure,) = (event for event in folder.events() if isinstance(event, TaskFailed))
    assert failure.message == "internal error: KeyError: 'missing'"
    assert "Traceback" in failure.detail
    assert len(folder.claims()) == 1


def test_two_tasks_cannot_make_one_claim(bench: Bench, files: Sequence[Path]) -> None:
    first = good(files[0])
    second = Task(id="chaos/twin", title="the same again", work=first.work, needs=(first.id,))
    code, folder = bench.run(first, second)
    assert code is ExitCode.COULD_NOT_COMPLETE
    failure = folder.state().tasks["chaos/twin"].failure
    assert failure is not None
    assert failure.message == "chaos/twin claims chaos.a.digest, which chaos/a has claimed already"


def test_resume_does_only_what_changed_or_failed(bench: Bench, files: Sequence[Path]) -> None:
    files[2].unlink()
    tasks = [good(files[0]), good(files[1]), good(files[2])]
    _, folder = bench.run(*tasks)
    files[1].write_text("changed")
    files[2].write_text("c")
    assert bench.resume(folder, *tasks) is ExitCode.SOME_VIOLATED
    assert (bench.reused(), bench.started()) == (["chaos/a"], ["chaos/b", "chaos/c"])
    assert {claim.id: claim.verdict for claim in folder.claims()} == {
        "chaos.a.digest": Verdict.HOLDS,
        "chaos.b.digest": Verdict.VIOLATED,
        "chaos.c.digest": Verdict.HOLDS,
    }
    assert verify_run(folder).findings == ()


def test_resume_does_again_what_needs_something_that_changed(bench: Bench, files: Sequence[Path]) -> None:
    tasks = [good(files[0]), good(files[1], needs=("chaos/a",))]
    _, folder = bench.run(*tasks)
    files[0].write_text("changed")
    bench.resume(folder, *tasks)
    assert bench.started() == ["chaos/a", "chaos/b"]


def test_stopped_run_goes_on_where_it_was(bench: Bench, files: Sequence[Path]) -> None:
    def stop_the_run(context: TaskContext) -> None:
        bench.settings.stop.set()
        context.stop_if_asked()

    tasks = [
        good(files[0]),
        good(files[1], needs=("chaos/a",), before=stop_the_run),
        good(files[2], needs=("chaos/b",)),
    ]
    code, folder = bench.run(*tasks)
    assert code is ExitCode.INTERRUPTED
    assert isinstance(list(folder.events())[-1], RunInterrupted)
    assert folder.score() is None
    tasks[1] = good(files[1], needs=("chaos/a",))
    assert bench.resume(folder, *tasks) is ExitCode.ALL_HOLD
    assert (bench.reused(), bench.started()) == (["chaos/a"], ["chaos/b", "chaos/c"])


def test_run_that_goes_on_and_is_stopped_again_has_no_score_any_more(bench: Bench, files: Sequence[Path]) -> None:
    _, folder = bench.run(good(files[0]))
    files[0].write_text("changed")

    def stop_the_run(_: TaskContext) -> None:
        bench.settings.stop.set()

    assert bench.resume(folder, good(files[0], before=stop_the_run)) is ExitCode.INTERRUPTED
    assert folder.score() is None


def test_resume_elsewhere_is_refused(bench: Bench, files: Sequence[Path]) -> None:
    _, folder = bench.run(good(files[0]))
    elsewhere = msgspec.structs.replace(MACHINE, cores=999)
    with pytest.raises(ResumeError, match=r"other circumstances: cores: \d+ before, 999 now"):
        bench.resume(folder, good(files[0]), environment=elsewhere)
    assert folder.score() is not None


def test_tasks_run_side_by_side_but_a_quiet_one_runs_alone(bench: Bench, files: Sequence[Path]) -> None:
    running: set[str] = set()
    together: list[set[str]] = []

    def meet(name: str, company: int) -> Task:
        def before(_: TaskContext) -> None:
            running.add(name)
            wait_until(lambda: len(running) >= company)
            together.append(set(running))
            wait_until(lambda: len(together) >= company)
            running.discard(name)

        path = next(path for path in files if path.stem == name)
        return good(path, before=before, resources=Resources(network_quiet=company == 1))

    code, _ = bench.run(meet("a", 1), meet("b", 2), meet("c", 2))
    assert code is ExitCode.ALL_HOLD
    assert together == [{"b", "c"}, {"b", "c"}, {"a"}]


def test_seed_of_a_task_depends_on_the_runs_seed_and_not_on_other_tasks(bench: Bench, files: Sequence[Path]) -> None:
    _, alone = bench.run(good(files[1]))
    _, together = bench.run(good(files[0]), good(files[1]))
    assert alone.claims()[0].seed == next(claim.seed for claim in together.claims() if claim.id == "chaos.b.digest")
    assert len({claim.seed for claim in together.claims()}) == 2
