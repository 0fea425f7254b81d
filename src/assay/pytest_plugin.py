"""The pytest plugin: the fixture `check_spec`, which checks a TLA+ specification within a test.

```python
def test_lock(check_spec):
    check_spec("Lock.tla")
```

The test fails with the counterexample as its message. The plugin collects nothing by itself, and loads the checker only
where a test asks for the fixture.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Unpack

    from assay.verify.checking import CheckOptions
    from assay.verify.discovery import Model
    from assay.verify.mutation import MutationResult
    from assay.verify.result import CheckResult

Number = TypeVar("Number", int, float)

__all__ = ["SpecificationCheck", "check_spec", "pytest_addoption"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds `assay_workers` and `assay_timeout` to what pytest's configuration file may say."""
    parser.addini("assay_workers", "threads that check a specification; all cores where it is not given", default="")
    parser.addini("assay_timeout", "seconds after which a check gives up, so that its test fails", default="")


@pytest.fixture
def check_spec(request: pytest.FixtureRequest) -> "SpecificationCheck":
    """Checks a TLA+ specification; call it with the path of a `.tla` file, relative to the test's own."""
    return SpecificationCheck(
        request.path.parent,
        workers=_setting(request.config, "assay_workers", int),
        max_seconds=_setting(request.config, "assay_timeout", float),
    )


class SpecificationCheck:
    """What `check_spec` is.

    Args:
        folder: Paths are relative to it, or else to the folder that pytest was started in. `specs/...` names the
            specifications that ship with Assay where there is no such folder.
        workers: Threads, where a call does not say.
        max_seconds: After which a check gives up, where a call does not say.
    """

    def __init__(self, folder: Path, *, workers: int | None = None, max_seconds: float | None = None) -> None:
        self._folder = folder
        self._workers = workers
        self._max_seconds = max_seconds

    def __call__(
        self,
        path: str | Path,
        *,
        expect: str = "ok",
        violates: str | None = None,
        **options: "Unpack[CheckOptions]",
    ) -> "CheckResult":
        """Checks the specification and fails the test where it does not end as expected.

        Args:
            path: A `.tla` or `.cfg` file. Its model is found as `assay verify` finds it.
            expect: The verdict: `ok`, or for a specification that is broken on purpose `safety`, `deadlock`,
                `liveness` or `assumption`.
            violates: The name of the invariant or property that must be violated.
            **options: As for `assay.verify.check`: `config`, `constants`, `invariants`, `workers`, `max_seconds`, ..

        Returns:
            What was found, to test more of it: `check_spec("Lock.tla").states.distinct == 83_009`.
        """
        __tracebackhide__ = True
        from assay.verify.checking import check  # noqa: PLC0415 # a test run that checks nothing should not load it

        model, options = self._model(path, options)
        result = check(model.specification, **options)
        complaint = _complaint(result, expect, violates)
        if complaint:
            pytest.fail(complaint, pytrace=False)
        return result

    def mutants(
        self,
        path: str | Path,
        *,
        min_kill: float = 0.9,
        sample: int | None = None,
        **options: "Unpack[CheckOptions]",
    ) -> "MutationResult":
        """Makes small mistakes in the specification, and fails the test where its properties notice too few of them.

        Args:
            path: A `.tla` or `.cfg` file.
            min_kill: The least share, from 0 to 1, of the mutants that differ from the original.
            sample: Try only so many, chosen with the option `seed`.
            **options: As for `assay.verify.check`.
        """
        __tracebackhide__ = True
        from assay.verify.mutation import MutationOptions, mutate  # noqa: PLC0415 # as above
        from assay.verify.mutation.accepted import accepted_beside  # noqa: PLC0415 # as above
        from assay.verify.mutation.formats import write_text  # noqa: PLC0415 # as above

        model, options = self._model(path, options)
        reasons = accepted_beside(model.specification, model.configuration)
        result = mutate(model.specification, MutationOptions(sample=sample, reasons=reasons), options)
        if not result.holds or (result.kill_ratio or 0.0) < min_kill:
            pytest.fail(f"fewer than {min_kill:.0%} noticed: {write_text(result)}", pytrace=False)
        return result

    def _model(self, path: str | Path, options: "CheckOptions") -> "tuple[Model, CheckOptions]":
        """The one model that is meant, and the options of its check."""
        __tracebackhide__ = True
        from assay.errors import AssayError  # noqa: PLC0415 # as above
        from assay.verify.discovery import find_models  # noqa: PLC0415 # as above

        config = options.get("config")
        try:
            models = find_models(self._beside(path), (self._beside(config),) if config is not None else ())
        except AssayError as error:
            pytest.fail(f"{error.message}\n{error.hint or ''}".rstrip(), pytrace=False)
        if len(models) != 1:
            pytest.fail(f"{path} stands for {len(models)} models: name one, or parametrize the test", pytrace=False)
        given = options.copy()
        given["config"] = models[0].configuration
        given.setdefault("workers", self._workers)
        given.setdefault("max_seconds", self._max_seconds)
        return models[0], given

    def _beside(self, path: str | Path) -> Path:
        beside = self._folder / path
        return beside if beside.exists() else Path(path)


def _complaint(result: "CheckResult", expect: str, violates: str | None) -> str:
    """Why the test fails; empty where it does not."""
    from assay.verify.result import PropertyStatus  # noqa: PLC0415 # as above

    named = {status: [known.name for known in result.properties if known.status is status] for status in PropertyStatus}
    if violates is not None:
        if violates in named[PropertyStatus.VIOLATED]:
            return ""
        return f"{violates} is not violated, as it should be\n\n{_shown(result)}"
    if result.verdict != expect:
        unexpected = "" if expect == "ok" else f"expected {expect}, found {result.verdict}\n\n"
        return f"{unexpected}{_shown(result)}"
    unknown = named[PropertyStatus.UNKNOWN]
    if result.verdict == "ok" and result.mode == "check" and unknown:
        return f"not known to hold: {', '.join(unknown)}\n\n{_shown(result)}"
    return ""


def _shown(result: "CheckResult") -> str:
    from assay.verify.formats.text import write  # noqa: PLC0415 # as above

    if result.diagnostics and not result.traces:
        return "\n".join(diagnostic.rendered for diagnostic in result.diagnostics)
    return write(result)


def _setting(config: pytest.Config, name: str, read: "Callable[[str], Number]") -> "Number | None":
    text: Any = config.getini(name)
    if not text:
        return None
    try:
        return read(text)
    except ValueError as error:
        raise pytest.UsageError(f"{name}: a number is needed, not {text!r}") from error
