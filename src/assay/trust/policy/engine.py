"""The decision point, in process."""

import json
import threading
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from assay._native import Policies
from assay.errors import PolicyError
from assay.trust.policy.decision import AccessRequest, Decision, Explanation, Policy, Reason, SkippedPolicy
from assay.trust.policy.files import PolicySources, Warned, check, read_folder, warnings_of
from assay.trust.policy.shadow import ShadowLog

__all__ = ["PolicyEngine", "ReloadOutcome"]


class ReloadOutcome(NamedTuple):
    """What a reload did. `problem` is why the old policies stay; None: the new ones decide."""

    is_reloaded: bool
    problem: PolicyError | None = None


class _Loaded(NamedTuple):
    """Swapped as one: a decision sees either all of the old or all of the new."""

    native: Policies
    shadow: Policies | None
    sources: PolicySources


class PolicyEngine:
    """Decides by a policy set that fits its schema. May be asked from several threads.

    Made by `load`. `shadow_log` tells what a shadow set would have decided otherwise.
    """

    def __init__(self, sources: PolicySources) -> None:
        self._loaded = _Loaded(check(sources), None, sources)
        self._changing = threading.Lock()
        self.shadow_log = ShadowLog()

    @classmethod
    def load(cls, source: Path | PolicySources) -> Self:
        """From a folder (`*.cedar`, `schema.cedarschema`, `entities.json`) or from texts.

        Raises:
            PolicyError: Something cannot be read or does not fit the schema; `where` points at it.
        """
        return cls(read_folder(source) if isinstance(source, Path) else source)

    def decide(self, request: AccessRequest) -> Decision:
        """Allowed or not. Never raises for a request: what cannot be judged is denied, with `refusal` saying why."""
        loaded = self._loaded
        context = _context(request)
        if context is None:
            return Decision(allowed=False, refusal=_NOT_JSON)
        decision = _ask(loaded.native, request, context)
        if loaded.shadow is not None:
            self.shadow_log.record(request, decision, _ask(loaded.shadow, request, context))
        return decision

    def explain(self, request: AccessRequest) -> Explanation:
        """As `decide`, with the reason; takes several times as long, and asks no shadow set."""
        context = _context(request)
        if context is None:
            return Explanation(allowed=False, reason=Reason.REFUSED, considered=0, refusal=_NOT_JSON)
        answer = self._loaded.native.explain(*_names(request), context)
        return msgspec.json.decode(answer, type=Explanation)

    def reload(self, source: Path | PolicySources | None = None) -> ReloadOutcome:
        """Takes the files as they are now, or other ones. Where anything is wrong with them the old policies stay.

        A shadow set goes on beside the new policies, read again over their schema and entities; where it no longer
        fits, nothing is changed.
        """
        with self._changing:
            before = self._loaded
            try:
                sources = self._sources(source, before)
                native = check(sources)
                shadow = before.shadow and check(self._shadow_sources, native)
            except PolicyError as error:
                return ReloadOutcome(is_reloaded=False, problem=error)
            self._loaded = _Loaded(native, shadow, sources)
            return ReloadOutcome(is_reloaded=True)

    def start_shadow(self, source: Path | PolicySources) -> ShadowLog:
        """From now on asks these policies too, over the same schema and entities, and records what they change.

        They are never enforced. A new log begins.

        Raises:
            PolicyError: They cannot be read, or do not fit the schema; nothing changes then.
        """
        with self._changing:
            before = self._loaded
            sources = read_folder(source) if isinstance(source, Path) else source
            shadow = check(sources, before.native)
            self._shadow_sources = sources
            self.shadow_log = ShadowLog()
            self._loaded = before._replace(shadow=shadow)
            return self.shadow_log

    def stop_shadow(self) -> None:
        """Asks only what is enforced. The log stays."""
        with self._changing:
            self._loaded = self._loaded._replace(shadow=None)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Every policy that is enforced, in the order of the files."""
        return msgspec.json.decode(self._loaded.native.policies(), type=tuple[Policy, ...])

    @property
    def warnings(self) -> tuple[Warned, ...]:
        """What the validator finds odd and yet allows."""
        return warnings_of(self._loaded.native, self._loaded.sources.folder)

    @staticmethod
    def _sources(source: Path | PolicySources | None, before: _Loaded) -> PolicySources:
        if source is None:
            source = before.sources.folder or before.sources
        return read_folder(source) if isinstance(source, Path) else source


# Cedar knows no floating-point numbers, and JSON no NaN. Made once: an encoder takes as long to make as a decision.
_AS_JSON = json.JSONEncoder(allow_nan=False).encode
_NOT_JSON = "the context is not JSON, or a name is not text"


def _context(request: AccessRequest) -> str | None:
    """None where the request is not of the types that it promises: it then comes from unchecked data."""
    if not all(isinstance(name, str) for name in _names(request)):
        return None
    try:
        return _AS_JSON(request.context)
    except (TypeError, ValueError, RecursionError):
        return None


def _names(request: AccessRequest) -> tuple[str, str, str]:
    return request.principal, request.action, request.resource


def _ask(native: Policies, request: AccessRequest, context: str) -> Decision:
    try:
        allowed, policies, skipped, refusal = native.decide(*_names(request), context)
    except UnicodeEncodeError:
        return Decision(allowed=False, refusal="a name holds what is no Unicode text")
    return Decision(allowed, tuple(policies), tuple(SkippedPolicy(*one) for one in skipped), refusal)
