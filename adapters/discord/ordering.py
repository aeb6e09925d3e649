"""Deliveries in their order: each once, those about the same thing one after another, and only so many at once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from weakref import WeakValueDictionary

_REMEMBERED = 10_000


class Seen:
    """The ids that were delivered of late."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._ids: OrderedDict[int, None] = OrderedDict()

    def first(self, id_: int) -> bool:
        """Whether `id_` is delivered for the first time."""
        if id_ in self._ids:
            return False
        self._ids[id_] = None
        if len(self._ids) > self._most:
            self._ids.popitem(last=False)
        return True


class Turns:
    """Lets those that concern the same thing take turns, in the order in which they came.

    Somebody who chooses pseudonyms and presses Publish at once means the second after the first, though
    the two arrive as tasks of their own.
    """

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Future[None]] = {}

    @contextmanager
    def queue(self, key: str) -> Iterator[Callable[[], Awaitable[None]]]:
        """Takes the next place in the queue of `key`; gives what waits until it is one's turn."""
        before, mine = self._last.get(key), asyncio.get_running_loop().create_future()
        self._last[key] = mine

        async def turn() -> None:
            if before is not None:
                await asyncio.wait([before])

        try:
            yield turn
        finally:
            mine.set_result(None)
            if self._last.get(key) is mine:
                del self._last[key]


class Room:
    """For so many things at once, and for fewer of one person: whoever asks for hundreds waits for themselves."""

    def __init__(self, in_all: int = 16, of_one: int = 3) -> None:
        self._all = asyncio.Semaphore(in_all)
        self._of_one = of_one
        self._own: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, person: int) -> AsyncIterator[None]:
        own = self._own.setdefault(person, asyncio.Semaphore(self._of_one))
        async with own, self._all:
            yield
