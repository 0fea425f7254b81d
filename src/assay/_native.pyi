"""The compiled half of Assay (crates/native): plain data across, no logic of its own."""

from collections.abc import Callable
from typing import Self

def check(request: str, progress: Callable[[int, int, int, int, float, float, bool], bool] | None = None) -> str:
    """Checks a specification: JSON in, JSON out, as `crates/native/src/verify/request.rs` and `report.rs` have it.

    `progress` is called about four times a second, with generated and distinct states, states that wait, depth, elapsed
    seconds, distinct states per second, and whether all states are found and temporal properties are being checked on
    them; where it returns False, the check stops and reports what it has. The GIL is released otherwise.

    Raises:
        ValueError: The request is not of that form.
        KeyboardInterrupt: Ctrl-C, unless Python handles SIGINT otherwise; and whatever else `progress` raises.
    """

def mutate(request: str, progress: Callable[[int, int, int, int, float], bool] | None = None) -> str:
    """Tries mutants of a specification: JSON in, JSON out.

    Their form is in `request.rs` and `report.rs` of `crates/native/src/verify/mutation/`.

    `progress` is called every 50 milliseconds, with the mutants that are done, those to be tried, those that were
    killed, those that nothing noticed, and elapsed seconds; where it returns False, the run stops and reports what it
    has. The GIL is released otherwise.

    Raises:
        ValueError: The request is not of that form.
        KeyboardInterrupt: Ctrl-C, unless Python handles SIGINT otherwise; and whatever else `progress` raises.
    """

def run_load_test(
    request: str,
    progress: Callable[[float, float, int, int, int, int, int, int, float, float], bool] | None = None,
) -> str:
    """Carries out a load test: JSON in, JSON out.

    Their form is in `request.rs` and `report.rs` of `crates/native/src/load_test/`.

    `progress` is called about four times a second, with elapsed and scheduled seconds, answered and failed requests,
    those of the failed that timed out, dropped requests, those under way, bytes received, and the median and 99th
    percentile of the latencies so far in seconds; where it returns False, the test stops and reports what it has. The
    GIL is released otherwise.

    Raises:
        ValueError: The request is not of that form.
        KeyboardInterrupt: Ctrl-C, unless Python handles SIGINT otherwise; and whatever else `progress` raises.
    """

class Exploration:
    """A specification that is looked at state by state.

    `request` is that of `check`; only what says which specification and which model counts.

    Raises:
        ValueError: The request is not of that form.
    """

    def __new__(cls, request: str) -> Self: ...
    def ask(self, question: str) -> str:
        """Answers a question: JSON in, JSON out, as `crates/native/src/verify/exploration.rs` has it.

        Raises:
            ValueError: The question is not of that form.
            KeyboardInterrupt: Ctrl-C, unless Python handles SIGINT otherwise.
            RuntimeError: A mistake in Assay.
        """

class Policies:
    """A policy set, typed by its schema, checked and immutable: see `crates/policy`.

    `texts` is JSON as `Texts` of `crates/policy/src/store.rs`.

    Raises:
        ValueError: It is not of that form; or the policies are wrong: then the second argument is JSON,
            a list of `Problem` of `crates/policy/src/problem.rs`.
    """

    def __new__(cls, texts: str) -> Self: ...
    def with_policies(self, policies: str) -> Policies:
        """Other policies over the same schema and entities, which are shared.

        Raises:
            ValueError: As in the constructor.
        """

    def decide(
        self, principal: str, action: str, resource: str, context: str
    ) -> tuple[bool, list[str], list[tuple[str, str]], str | None]:
        """Whether it is allowed, the deciding policies, the skipped ones with why, and why it could not be judged."""

    def explain(self, principal: str, action: str, resource: str, context: str) -> str:
        """JSON, as `Explanation` of `crates/policy/src/explanation.rs`. Releases the GIL."""

    def policies(self) -> str:
        """JSON: a list of `PolicyFacts` of `crates/policy/src/policies.rs`, in the order of the files."""

    def warnings(self) -> str:
        """JSON: a list of `Problem`."""

    def entity_count(self) -> int:
        """Entities, actions included."""

def version() -> str:
    """The version of the compiled half. Differs from `assay.__version__` only where an old build was left behind."""
