"""The plan: order, circles, gaps, and when a result may be used again."""

from dataclasses import replace
from pathlib import Path

import pytest

from assay.errors import PlanError, UsageError
from assay.run import make_plan
from assay.task import Task


def task(name: str, *needs: str, area: str = "chaos", inputs: tuple[Path, ...] = (), settings: str = "") -> Task:
    return Task(id=f"{area}/{name}", title=name, work=lambda _: [], needs=needs, inputs=inputs, settings=settings)


def test_each_task_comes_after_what_it_needs() -> None:
    plan = make_plan([task("c", "chaos/b"), task("b", "chaos/a"), task("a")], "all", assay="1")
    assert [task.id for task in plan.tasks] == ["chaos/a", "chaos/b", "chaos/c"]


def test_target_brings_along_what_it_needs_from_elsewhere() -> None:
    tasks = [task("a", area="security"), task("b", "security/a"), task("c", area="performance")]
    assert [task.id for task in make_plan(tasks, "chaos", assay="1").tasks] == ["security/a", "chaos/b"]


def test_all_leaves_out_what_is_not_about_the_system() -> None:
    tasks = [replace(task("a"), is_about_system=False), task("b")]
    assert [planned.id for planned in make_plan(tasks, "all", assay="1").tasks] == ["chaos/b"]
    assert [planned.id for planned in make_plan(tasks, "chaos", assay="1").tasks] == ["chaos/a", "chaos/b"]


def test_long_chain_does_not_exhaust_the_stack() -> None:
    tasks = [task("0"), *(task(str(number), f"chaos/{number - 1}") for number in range(1, 5000))]
    assert len(make_plan(tasks[::-1], "all", assay="1").tasks) == 5000


def test_names_the_circle() -> None:
    tasks = [task("a", "chaos/b"), task("b", "chaos/c"), task("c", "chaos/b")]
    with pytest.raises(PlanError, match="chaos/b needs chaos/c needs chaos/b"):
        make_plan(tasks, "all", assay="1")


def test_names_the_gap_the_double_and_the_unknown_target() -> None:
    with pytest.raises(PlanError, match="chaos/a needs chaos/z, which does not exist"):
        make_plan([task("a", "chaos/z")], "all", assay="1")
    with pytest.raises(PlanError, match="two tasks are called chaos/a"):
        make_plan([task("a"), task("a")], "all", assay="1")
    with pytest.raises(UsageError, match="nothing to run is called 'everything'"):
        make_plan([task("a")], "everything", assay="1")


def test_digest_changes_with_anything_the_result_depends_on(tmp_path: Path) -> None:
    file, folder = tmp_path / "a.tla", tmp_path / "modules"
    folder.mkdir()

    def digest(settings: str = "", assay: str = "1") -> str:
        return make_plan([task("a", inputs=(file, folder), settings=settings)], "all", assay=assay).inputs[0]

    seen = [digest()]
    file.write_text("one")
    seen.append(digest())
    (folder / "b.tla").write_text("two")
    seen.append(digest())
    (folder / "b.tla").rename(folder / "c.tla")
    seen += [digest(), digest(settings="x"), digest(assay="2")]
    assert len(set(seen)) == len(seen)
    assert digest() == seen[3]


@pytest.mark.parametrize("task_id", ["lock", "nowhere/lock", "chaos/", "chaos/Lock", "chaos/a/b"])
def test_task_of_no_area_cannot_be_built(task_id: str) -> None:
    with pytest.raises(ValueError, match="is not of the form"):
        Task(id=task_id, title="x", work=lambda _: [])
