import asyncio
import time

import pytest

from tests.shop.conftest import HungError, limited


def test_a_test_that_hangs_is_stopped_and_named() -> None:
    with pytest.raises(HungError, match="the orders did not end within 1 seconds"), limited("the orders", seconds=1):
        time.sleep(60)


def test_what_an_event_loop_waits_for_is_shown() -> None:
    async def wait_for_a_vote() -> None:
        await asyncio.Event().wait()

    with pytest.raises(HungError, match="wait_for_a_vote"), limited("the votes", seconds=1):
        asyncio.run(wait_for_a_vote())
