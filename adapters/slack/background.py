"""Work that goes on after Slack was acknowledged, and what was delivered before."""

from __future__ import annotations

import asyncio
import traceback
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

import structlog

log = structlog.get_logger(__name__)

PATIENCE = 8.0
"""Seconds that work may take to end when the process ends: less than the server gives its requests."""

_REMEMBERED = 10_000


class Background:
    """Tasks that nobody waits for, until the end."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    def start(self, work: Coroutine[Any, Any, object], name: str) -> None:
        """Does `work` beside everything else; what it raises is logged without its words, which may be
        somebody's. After `close` it is not begun: the person asks again.
        """
        if self._closed:
            work.close()
            return
        task = asyncio.create_task(self._safely(work, name), name=f"slack {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Waits until all is done."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """Gives what has begun `patience` seconds to end, and begins nothing new."""
        self._closed = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _safely(self, work: Coroutine[Any, Any, object], name: str) -> None:
        try:
            await work
        except Exception as failed:  # noqa: BLE001  whatever it is, the next one may do better
            _log(name, failed)


def _log(work: str, failed: Exception) -> None:
    """Logs where it happened, without the words of the exception: they may be somebody's."""
    frames = traceback.extract_tb(failed.__traceback__)
    at = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("slack.failed", work=work, error=type(failed).__name__, at=at)


class Turns:
    """So many things are done at once, the others wait their turn: then there is always time to acknowledge
    and to open modals, for which Slack gives three seconds.
    """

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Callable[[], None]]:
        """A turn; what it gives ends it early, for what from then on only waits."""
        await self._free.acquire()
        held = [None]

        def leave() -> None:
            if held:
                held.clear()
                self._free.release()

        try:
            yield leave
        finally:
            leave()


class Own:
    """So many things at once of one person: whoever asks for hundreds waits for themselves alone."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._people: WeakValueDictionary[tuple[str, str], asyncio.Semaphore] = WeakValueDictionary()

    def of(self, workspace: str, user: str) -> asyncio.Semaphore:
        """To be held meanwhile."""
        return self._people.setdefault((workspace, user), asyncio.Semaphore(self._at_once))


class Seen:
    """Deliveries that have come already: Slack delivers twice, also what was acknowledged.

    It spares people the same answer twice. That nothing is done twice, over restarts too, is the core's
    promise, which claims each delivery in the database.
    """

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._known: OrderedDict[str, None] = OrderedDict()

    def first(self, delivery: str) -> bool:
        """Whether this is the first of that name; one without a name always is."""
        if not delivery:
            return True
        if delivery in self._known:
            return False
        self._known[delivery] = None
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return True
