"""Messages read by themselves while the rest of their thread is still on its way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from adapters.discord.parse_fields import Raw
from adapters.discord.said import Ours, Said, read


class Ahead:
    """Give it each page as it comes; ask for what its messages tell once all are there. `ids`: ours, as in
    `marks.is_ours`.
    """

    def __init__(self, ids: Collection[str]) -> None:
        self._ids = ids
        self._turn = asyncio.Lock()
        self._pages: list[asyncio.Task[None]] = []
        self._told: dict[int, Said | Ours] = {}

    def take(self, raws: Sequence[Raw]) -> None:
        self._pages.append(asyncio.create_task(self._read(raws)))

    async def _read(self, raws: Sequence[Raw]) -> None:
        async with self._turn:  # one thread at work is enough beside the event loop
            told = await asyncio.to_thread(_read_all, raws, self._ids)
        self._told.update((id(raw), one) for raw, one in zip(raws, told, strict=True))

    async def told(self, raws: Sequence[Raw]) -> list[Said | Ours]:
        """What each message tells; read now where it came with no page."""
        await asyncio.gather(*self._pages)
        return await asyncio.to_thread(self._found, raws)

    def _found(self, raws: Sequence[Raw]) -> list[Said | Ours]:
        """By the very object, which the pages keep alive: never by what looks like it."""
        return [self._told.get(id(raw)) or read(raw, self._ids) for raw in raws]

    async def close(self) -> None:
        for page in self._pages:
            page.cancel()
        await asyncio.gather(*self._pages, return_exceptions=True)


@asynccontextmanager
async def ahead(ids: Collection[str]) -> AsyncIterator[Ahead]:
    """Whatever is still at work when the block is left, is stopped."""
    made = Ahead(ids)
    try:
        yield made
    finally:
        await made.close()


def _read_all(raws: Sequence[Raw], ids: Collection[str]) -> list[Said | Ours]:
    return [read(raw, ids) for raw in raws]
