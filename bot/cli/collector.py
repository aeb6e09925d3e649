"""Python's cycle collector, kept from holding the event loop.

A full collection walks every object there is: with a thread of 10,000 messages in memory it takes
100 to 250 ms. Messages have no cycles and are freed without it, so full collections can wait for
a quiet moment; those of young objects, a few milliseconds each, go on as ever.
"""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

_LOOK_EVERY = 10.0
_LONGEST_WAIT = 3600.0
_QUIET = 1
"""Collections of the middle generation between two looks, at most, for a moment to count as quiet."""

_WORTH = 10
"""Collections of the middle generation that Python itself would let pass before a full one."""

_NEVER = 1_000_000_000


@asynccontextmanager
async def collecting_when_quiet() -> AsyncIterator[None]:
    """Within the block, full collections happen in quiet moments only, or once an hour.

    What is alive on entering is never walked again until the block is left.
    """
    young, middle, full = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, middle, _NEVER)
    task = asyncio.create_task(_collect(), name="collector")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        gc.set_threshold(young, middle, full)
        gc.unfreeze()


async def _collect() -> None:
    waited = 0.0
    before = gc.get_count()[2]
    while True:
        await asyncio.sleep(_LOOK_EVERY)
        waited += _LOOK_EVERY
        grown = gc.get_count()[2]
        if grown >= _WORTH and (grown - before <= _QUIET or waited >= _LONGEST_WAIT):
            gc.collect()
            waited = 0.0
        before = gc.get_count()[2]
