"""Messages parsed while the rest of their thread is still being read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from adapters.discord.parse import Needs, parse_noting
from adapters.discord.parse_fields import Raw
from bot.model import Message

Parsed: TypeAlias = tuple[Message, Needs, bool]
"""As `parse.parse_noting` gives it."""


@dataclass(slots=True)
class Ahead:
    """Give it each page as it comes; ask for what became of a message once all are there."""

    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pages: list[asyncio.Task[None]] = field(default_factory=list)
    _parsed: dict[int, tuple[Raw, Parsed]] = field(default_factory=dict)

    def take(self, raws: Sequence[Raw]) -> None:
        self._pages.append(asyncio.create_task(self._read(raws)))

    async def _read(self, raws: Sequence[Raw]) -> None:
        async with self._turn:  # one thread at work is enough beside the event loop
            parsed = await asyncio.to_thread(_parse_all, raws)
        self._parsed.update((id(raw), (raw, one)) for raw, one in zip(raws, parsed, strict=True))

    async def settle(self) -> None:
        """Until every page is parsed."""
        await asyncio.gather(*self._pages)

    async def close(self) -> None:
        for page in self._pages:
            page.cancel()
        await asyncio.gather(*self._pages, return_exceptions=True)

    def parsed(self, raw: Raw) -> Parsed:
        """What became of this very message (not of one that looks like it); parsed now where it was not."""
        known, found = self._parsed.get(id(raw), (None, None))
        return found if found and known is raw else parse_noting(raw)


@asynccontextmanager
async def ahead() -> AsyncIterator[Ahead]:
    """Whatever is still at work when the block is left, is stopped."""
    made = Ahead()
    try:
        yield made
    finally:
        await made.close()


def _parse_all(raws: Sequence[Raw]) -> list[Parsed]:
    return [parse_noting(raw) for raw in raws]
