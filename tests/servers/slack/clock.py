"""The time that triggers, response addresses, rate limits and retries go by: real, or moved by hand."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since 1970."""
        ...

    async def sleep(self, seconds: float) -> None: ...


class RealClock:
    def now(self) -> float:
        return time.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ManualClock:
    """Stands still until `advance`, which also wakes whoever sleeps on it long enough.

    `now()` creeps by a microsecond a call, so that two things never happen at the same moment.
    """

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start
        self._somebody = asyncio.Event()
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now(self) -> float:
        self._now += 0.000001
        return self._now

    def advance(self, seconds: float) -> None:
        self._now += seconds
        due = [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper[0] > self._now]
        for _, future in due:
            if not future.done():
                future.set_result(None)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now + seconds, future))
        self._somebody.set()
        await future

    async def slept_on(self) -> None:
        """Until somebody waits for time to pass."""
        while not any(not future.done() for _, future in self._sleepers):
            self._somebody.clear()
            await self._somebody.wait()
