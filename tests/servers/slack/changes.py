"""Waiting for something to become true, woken by every change and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


class Changes:
    def __init__(self) -> None:
        self._waiters: set[asyncio.Event] = set()
        self.number = 0
        """How many changes there were."""

    def tell(self) -> None:
        """Something changed: whoever waits looks again."""
        self.number += 1
        for waiter in self._waiters:
            waiter.set()

    async def until(self, seen: Callable[[], Seen], timeout: float, what: Callable[[], str]) -> Seen:
        """What `seen` returns as soon as that is truthy.

        Raises TimeoutError with `what()` happened instead, after `timeout` real seconds.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        waiter = asyncio.Event()
        self._waiters.add(waiter)
        try:
            while not (found := seen()):
                waiter.clear()
                try:
                    await asyncio.wait_for(waiter.wait(), deadline - loop.time())
                except TimeoutError:
                    if found := seen():
                        return found
                    raise TimeoutError(f"not in {timeout:g} s; what happened last:\n{what()}") from None
            return found
        finally:
            self._waiters.discard(waiter)
