"""Every error Assay raises on purpose: one tree, each leaf with a code that scripts may rely on.

    AssayError
    ├── UsageError                  usage            the command line asks for something that does not exist
    ├── ConfigurationError          configuration    assay.toml cannot be read as a System
    ├── SpecificationError          specification    a TLA+ specification or its .cfg cannot be read
    ├── TraceError                  trace            a trace to be replayed cannot be read
    ├── EvidenceError               evidence         what a run recorded is missing, damaged or contradicts itself
    │   ├── RunNotFoundError        run-not-found    there is no such run folder
    │   └── IncompatibleSchemaError schema           a file was written by another version of its format
    ├── PlanError                   plan             the task graph has a cycle, a gap or two tasks of one name
    ├── ResumeError                 resume           this run cannot be continued here
    ├── ServiceError                service          a service of the system cannot be started, stopped or made ready
    ├── LoadTestError               load-test        a load test could measure nothing
    │   └── InvalidLoadTestError    invalid-load-test a load test, or its scenario, makes no sense; nothing was sent
    │       └── UnknownPlaceholderError placeholder  a step of a load test uses a value that nothing before it gives
    ├── ToolError                   tool             a load generator is not there, failed, or wrote what cannot be read
    │   └── UnsupportedByToolError  unsupported      a load generator cannot do this test; it was not started
    ├── TrustError                  trust            something about zero trust cannot be done, or is not to be trusted
    │   ├── TokenError              token            a token, key or proof is refused
    │   │   ├── NonceError          nonce            a proof of possession lacks a nonce that this service made lately
    │   │   └── ExchangeError       exchange         a token is not exchanged for another
    │   ├── CertificateError        certificate      a certificate or workload identity is refused, or cannot be issued
    │   ├── IdentityError           identity         a person, session or credential is refused
    │   │   └── TooManyAttemptsError too-many-attempts somebody guessed too often, and waits
    │   └── PolicyError             policy           a policy, schema or entity cannot be read, or does not fit it
    └── TaskError                   task             a task could not do its work; other tasks go on
        └── TaskStoppedError        stopped          a task gave up because the run is being stopped

What is raised carries what a person needs: the message (what went wrong, lower case, no blame), where, and a hint (what
to do). Only `assay.cli` and `assay.web` show it to people; the class says which exit code a command ends with.
"""

from pathlib import Path
from typing import ClassVar, NamedTuple

from assay.exit_codes import ExitCode

__all__ = [
    "AssayError",
    "CertificateError",
    "ConfigurationError",
    "EvidenceError",
    "ExchangeError",
    "IdentityError",
    "IncompatibleSchemaError",
    "InvalidLoadTestError",
    "LoadTestError",
    "NonceError",
    "Place",
    "PlanError",
    "PolicyError",
    "ResumeError",
    "RunNotFoundError",
    "ServiceError",
    "SpecificationError",
    "TaskError",
    "TaskStoppedError",
    "TokenError",
    "TooManyAttemptsError",
    "ToolError",
    "TraceError",
    "TrustError",
    "UnknownPlaceholderError",
    "UnsupportedByToolError",
    "UsageError",
]


class Place(NamedTuple):
    """Where in a text an error is. Lines and columns count from 1; 0 means not known."""

    path: Path
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """`path`, `path:line` or `path:line:column`, as editors and terminals link it."""
        numbers = [number for number in (self.line, self.column if self.line else 0) if number]
        return ":".join([str(self.path), *map(str, numbers)])


class AssayError(Exception):
    """The root: catching it catches everything Assay raises on purpose, and nothing else.

    Args:
        message: What went wrong, lower case, without a full stop.
        where: The place it is about, where there is one.
        hint: What to do about it, where that is known.
    """

    code: ClassVar[str] = "assay"
    exit_code: ClassVar[ExitCode] = ExitCode.COULD_NOT_COMPLETE

    def __init__(self, message: str, *, where: Place | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint


class UsageError(AssayError):
    """The command line asks for something that does not exist or does not fit together."""

    code = "usage"
    exit_code = ExitCode.BAD_USAGE


class ConfigurationError(AssayError):
    """`assay.toml` cannot be read as a System: not TOML, an unknown key, a value of the wrong kind."""

    code = "configuration"
    exit_code = ExitCode.BAD_USAGE


class SpecificationError(AssayError):
    """A TLA+ specification or its `.cfg` cannot be read; `assay verify` ends with TLC's code instead."""

    code = "specification"
    exit_code = ExitCode.BAD_USAGE


class TraceError(AssayError):
    """A trace to be replayed cannot be read: not JSON, no format that is known, values that are none."""

    code = "trace"
    exit_code = ExitCode.BAD_USAGE


class EvidenceError(AssayError):
    """What a run recorded is missing, damaged or contradicts itself."""

    code = "evidence"


class RunNotFoundError(EvidenceError):
    """There is no run folder of that name."""

    code = "run-not-found"
    exit_code = ExitCode.BAD_USAGE


class IncompatibleSchemaError(EvidenceError):
    """A file of the run folder was written by another version of its format."""

    code = "schema"


class PlanError(AssayError):
    """The task graph has a cycle, needs a task that is not there, or holds two tasks of one name."""

    code = "plan"


class ResumeError(AssayError):
    """A run cannot be continued: it is complete, or its machine or system is not this one."""

    code = "resume"
    exit_code = ExitCode.BAD_USAGE


class ServiceError(AssayError):
    """A service of the system cannot be started, does not become ready, or cannot be stopped."""

    code = "service"


class LoadTestError(AssayError):
    """A load test in which nothing could be measured: no request was ever answered."""

    code = "load-test"


class InvalidLoadTestError(LoadTestError):
    """A load test, or the scenario that describes it, makes no sense: it was not begun."""

    code = "invalid-load-test"
    exit_code = ExitCode.BAD_USAGE


class UnknownPlaceholderError(InvalidLoadTestError):
    """A step uses a value that nothing before it gives. `line` is that of the step; 0 where it is not known."""

    code = "placeholder"

    def __init__(self, message: str, *, line: int, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class ToolError(AssayError):
    """A load generator is not installed, cannot be started, failed without a result, or wrote what cannot be read."""

    code = "tool"


class UnsupportedByToolError(ToolError):
    """A load generator cannot do what the test asks for. Nothing was started."""

    code = "unsupported"
    exit_code = ExitCode.BAD_USAGE


class TrustError(AssayError):
    """Something about zero trust cannot be done, or is not to be trusted. Whoever catches it denies."""

    code = "trust"


class TokenError(TrustError):
    """A token, a key or a proof of possession is refused. The message never holds the token or a secret."""

    code = "token"


class NonceError(TokenError):
    """A proof of possession lacks a nonce that this service made lately. Its sender may try again with a new one."""

    code = "nonce"


class ExchangeError(TokenError):
    """A token is not exchanged for another. `oauth` is the code of RFC 6749 section 5.2 or RFC 8693 section 2.2.2."""

    code = "exchange"

    def __init__(self, message: str, *, oauth: str) -> None:
        super().__init__(message)
        self.oauth = oauth


class CertificateError(TrustError):
    """A certificate or workload identity is refused, or cannot be issued."""

    code = "certificate"


class IdentityError(TrustError):
    """A person, session or credential is refused. The message does not tell which of them exists."""

    code = "identity"


class TooManyAttemptsError(IdentityError):
    """Too many failures for this account or from this address; the right answer is refused as well, for a while.

    Args:
        retry_seconds: When the next attempt is let through.
    """

    code = "too-many-attempts"

    def __init__(self, retry_seconds: float) -> None:
        super().__init__("too many attempts", hint=f"wait {retry_seconds:.0f} seconds")
        self.retry_seconds = retry_seconds


class PolicyError(TrustError):
    """A policy, schema or entity cannot be read, or does not fit the schema."""

    code = "policy"
    exit_code = ExitCode.BAD_USAGE


class TaskError(AssayError):
    """A task could not do its work. The run records it, goes on with what does not need it, and ends with code 3."""

    code = "task"


class TaskStoppedError(TaskError):
    """A task gave up because the run is being stopped; it is done from the start when the run is resumed."""

    code = "stopped"
    exit_code = ExitCode.INTERRUPTED
