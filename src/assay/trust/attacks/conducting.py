"""Carries attacks out: against a server with all defences, and against one that lacks the defence that they name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from assay.errors import TrustError
from assay.trust.attacks.defence import Defence
from assay.trust.attacks.resource_server import ResourceServer
from assay.trust.attacks.scene import REFUND, Exchange, Scene
from assay.trust.attacks.token_attacks import Attack

__all__ = ["Conducted", "require_normal_service", "stage"]


@dataclass(frozen=True, slots=True)
class Conducted:
    """What came of an attack on one server."""

    without: Defence | None
    """The defence that the server lacked."""

    exchanges: tuple[Exchange, ...]
    """All that was sent for it; the last one is what decides."""

    @property
    def succeeded(self) -> bool:
        """The attacker got what it wanted."""
        return self.exchanges[-1].was_let_in

    @property
    def was_refused(self) -> bool:
        """The server said no. Not the opposite of `succeeded`: a server may also have failed."""
        return self.exchanges[-1].status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


@contextmanager
def stage(without: Defence | None = None) -> Iterator[Callable[[Attack], Conducted]]:
    """A server, with or without a defence, and what carries attacks out on it.

    Raises:
        TrustError: From what is yielded: the server did not answer.
    """
    with ResourceServer(frozenset() if without is None else frozenset({without})) as server, _client() as client:

        def conduct(attack: Attack) -> Conducted:
            scene = Scene(server, client)
            try:
                attack.carry_out(scene)
            except httpx.HTTPError as error:
                raise TrustError(f"the server under attack ({attack.name}) did not answer: {error}") from error
            return Conducted(without, tuple(scene.exchanges))

        yield conduct


def _client() -> httpx.Client:
    # What a proxy would make of an attack is not the question.
    return httpx.Client(trust_env=False)


def require_normal_service() -> None:
    """A server that refuses everybody withstands every attack, and shows nothing by it.

    Raises:
        TrustError: A user with a token, a key and the scope is not served.
    """
    with ResourceServer() as server, _client() as client:
        scene = Scene(server, client)
        answers = [
            scene.send_as(scene.user_key, scene.token(scene.user_key)),
            scene.send_as(scene.user_key, scene.token(scene.user_key, scope=frozenset({"payments:refund"})), REFUND),
        ]
    for answer in answers:
        if not answer.was_let_in:
            raise TrustError(f"the server under attack refuses a rightful user: {answer.status} {answer.body}")
