"""Real, small tasks for the tests of the executor: each claims that a file has the digest it should have."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from assay.errors import Place, TaskError
from assay.evidence import Bounds, Claim, Severity, Verdict
from assay.task import Progress, Resources, Task, TaskContext


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def hash_task(
    path: Path,
    expected: str,
    *,
    needs: tuple[str, ...] = (),
    resources: Resources = Resources(),  # noqa: B008 # frozen
    before: Callable[[TaskContext], None] = lambda _: None,
) -> Task:
    """A task named after the file; `before` runs in the task's thread, before the file is read."""
    name = path.stem

    def work(context: TaskContext) -> list[Claim]:
        before(context)
        context.stop_if_asked()
        try:
            content = path.read_bytes()
        except OSError as error:
            raise TaskError(f"cannot read: {error.strerror}", where=Place(path), hint="make the file") from error
        context.report(Progress("hashed", done=len(content), total=len(content), figures={"bytes": len(content)}))
        found = digest(content)
        evidence = context.artifacts.store(
            f"{name}.sha256", found.encode(), media_type="text/plain", description="the digest that was found"
        )
        return [
            Claim(
                id=f"chaos.{name}.digest",
                statement=f"The file {name} has the digest it should have.",
                verdict=Verdict.HOLDS if found == expected else Verdict.VIOLATED,
                severity=Severity.CRITICAL,
                bounds=Bounds(complete=True),
                reproduce=f"sha256sum {path.name}",
                evidence=(evidence,),
                seed=context.seed,
            )
        ]

    return Task(
        id=f"chaos/{name}",
        title=f"the digest of {name}",
        work=work,
        needs=needs,
        inputs=(path,),
        settings=expected,
        resources=resources,
    )


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for another thread; fails rather than hangs."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.005)
