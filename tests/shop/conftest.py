"""No test of the shop runs for ever: what hangs is named, with what every thread and every asyncio task waits for."""

import asyncio
import faulthandler
import signal
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from types import FrameType

import pytest

LIMIT = 600
"""Seconds for a test, and as many for making ready and for clearing away. Where all is well it takes a tenth."""

AGAIN = 30
"""Seconds after which what still hangs, cleaning up after it was stopped, is stopped again."""


class HungError(Exception):
    """A test took longer than any machine needs for it."""


@contextmanager
def limited(what: str, seconds: int = LIMIT) -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.alarm(AGAIN)
        faulthandler.dump_traceback(file=sys.__stderr__ or sys.stderr, all_threads=True)
        try:
            tasks = asyncio.all_tasks()
        except RuntimeError:
            tasks = set()
        waiting = "".join(f"\n  {task.get_name()}: {task.get_stack(limit=1)}" for task in tasks)
        raise HungError(f"{what} did not end within {seconds} seconds; asyncio tasks:{waiting or ' none'}")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    with limited(f"making {item.nodeid} ready"):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    with limited(item.nodeid):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, None, None]:
    with limited(f"clearing away after {item.nodeid}"):
        return (yield)
