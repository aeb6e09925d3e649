"""How late an event loop comes to what is due, by a ticker that wants to wake every millisecond."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

TICK = 0.001


@dataclass(slots=True)
class Lateness:
    """Milliseconds that the ticker was late at most since it was last taken."""

    held: float = 0.0
    """Of the delay, at most what this process computed."""
    whole: float = 0.0

    def note(self, whole: float, computed: float) -> None:
        self.whole = max(self.whole, whole)
        self.held = max(self.held, min(whole, computed))

    def take(self) -> Lateness:
        taken = Lateness(self.held, self.whole)
        self.held = self.whole = 0.0
        return taken


@asynccontextmanager
async def ticking() -> AsyncIterator[Lateness]:
    """How late the event loop came to what was due, within the block."""
    lateness = Lateness()

    async def tick() -> None:
        while True:
            wall, computing = time.perf_counter(), time.process_time()
            await asyncio.sleep(TICK)
            late = time.perf_counter() - wall - TICK
            lateness.note(late * 1000, (time.process_time() - computing) * 1000)

    task = asyncio.create_task(tick())
    try:
        yield lateness
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
