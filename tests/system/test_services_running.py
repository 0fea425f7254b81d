"""Services for the length of a task: ready in it, and afterwards as they were."""

import os
import signal

import pytest

from assay.errors import ServiceError
from assay.system.services import State, services_running, start_services, status_of
from tests.system.running import Described, wait_until


def states(shop: Described) -> list[State]:
    return [status.state for status in status_of(shop.system())]


def test_stops_only_what_it_started(shop: Described) -> None:
    shop.service("catalog")
    shop.service("orders", needs=("catalog",))
    start_services(shop.system(), ["catalog"])
    with services_running(shop.system()) as result:
        assert states(shop) == [State.READY, State.READY]
        assert result.is_ready
    assert states(shop) == [State.READY, State.STOPPED]


def test_stops_what_it_started_when_the_task_fails(shop: Described) -> None:
    shop.service("orders")

    def fail() -> None:
        with services_running(shop.system()):
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    assert states(shop) == [State.STOPPED]


def test_the_last_task_that_uses_a_service_stops_it(shop: Described) -> None:
    shop.service("orders")
    first, second = services_running(shop.system()), services_running(shop.system())
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert states(shop) == [State.READY]
    second.__exit__(None, None, None)
    assert states(shop) == [State.STOPPED]


def test_what_ran_before_runs_again_after_a_task_that_killed_it(shop: Described) -> None:
    shop.service("orders")
    (before,) = start_services(shop.system()).services
    with services_running(shop.system()):
        os.kill(before.pid or 0, signal.SIGKILL)
        wait_until(lambda: states(shop) == [State.DIED])
    assert states(shop) == [State.READY]


def test_says_in_one_error_why_a_service_is_not_ready(shop: Described) -> None:
    shop.service("catalog")
    shop.service("orders", "--say", "no database", "--die", needs=("catalog",))
    with pytest.raises(ServiceError) as caught, services_running(shop.system()):
        pass
    assert caught.value.message == "service orders: died with exit code 3; its last line: no database"
    assert caught.value.hint == f"its log is {shop.folder}/.assay/system/logs/orders.log"
    assert states(shop) == [State.STOPPED, State.DIED]
