"""The schedule: what may run side by side. Checked step by step, without threads."""

from hypothesis import given
from hypothesis import strategies as st

from assay.run.schedule import Schedule
from assay.task import Resources, Task


def task(name: str, needs: tuple[str, ...] = (), cores: int = 1, *, quiet: bool = False) -> Task:
    return Task(
        id=f"chaos/{name}",
        title=name,
        work=lambda _: [],
        needs=tuple(f"chaos/{need}" for need in needs),
        resources=Resources(cores, quiet),
    )


def started(schedule: Schedule) -> list[str]:
    return [task.id.removeprefix("chaos/") for task in iter(schedule.start_next, None)]


def test_fills_the_cores_and_no_more() -> None:
    schedule = Schedule([task("a"), task("b", cores=2), task("c")], cores=2)
    assert started(schedule) == ["a", "c"]
    schedule.end("chaos/a", succeeded=True)
    assert started(schedule) == []
    schedule.end("chaos/c", succeeded=True)
    assert started(schedule) == ["b"]


def test_gives_a_large_task_what_there_is() -> None:
    schedule = Schedule([large := task("large", cores=64)], cores=2)
    assert started(schedule) == ["large"]
    assert schedule.cores_for(large) == 2


def test_starts_a_task_after_all_it_needs() -> None:
    schedule = Schedule([task("a"), task("b"), task("c", ("a", "b"))], cores=4)
    assert started(schedule) == ["a", "b"]
    schedule.end("chaos/a", succeeded=True)
    assert started(schedule) == []
    schedule.end("chaos/b", succeeded=True)
    assert started(schedule) == ["c"]


def test_failure_takes_only_those_along_that_need_it() -> None:
    schedule = Schedule([task("a"), task("b", ("a",)), task("c", ("b",)), task("d")], cores=1)
    assert started(schedule) == ["a"]
    schedule.end("chaos/a", succeeded=False)
    assert [(given_up.id, need) for given_up, need in schedule.give_up()] == [
        ("chaos/b", "chaos/a"),
        ("chaos/c", "chaos/b"),
    ]
    assert started(schedule) == ["d"]


def test_does_nothing_again_that_is_done() -> None:
    schedule = Schedule([task("a"), task("b", ("a",))], cores=2, done=frozenset({"chaos/a"}))
    assert started(schedule) == ["b"]


SPECIFICATIONS = st.lists(
    st.tuples(st.integers(1, 4), st.booleans(), st.sets(st.integers(0, 7)), st.booleans()), max_size=8
)


@given(SPECIFICATIONS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_every_task_runs_or_is_given_up_and_none_breaks_a_rule(
    specifications: list[tuple[int, bool, set[int], bool]], cores: int, random: object
) -> None:
    tasks = [
        task(str(number), tuple(str(need) for need in needs if need < number), wanted, quiet=quiet)
        for number, (wanted, quiet, needs, _) in enumerate(specifications)
    ]
    succeeds = {f"chaos/{number}": ok for number, (_, _, _, ok) in enumerate(specifications)}
    schedule = Schedule(tasks, cores)
    ended: set[str] = set()
    while not schedule.is_over:
        started(schedule)
        running = [task for task in tasks if task.id in schedule.running]
        assert running, "nothing runs and nothing can start"
        assert sum(schedule.cores_for(task) for task in running) <= cores
        assert len(running) == 1 or not any(task.resources.network_quiet for task in running)
        assert all(succeeds[need] and need in ended for task in running for need in task.needs)
        chosen = random.choice(running).id  # type: ignore[attr-defined] # hypothesis gives a random.Random
        schedule.end(chosen, succeeded=succeeds[chosen])
        ended.add(chosen)
        ended.update(given_up.id for given_up, _ in schedule.give_up())
    assert len(ended) == len(tasks)
