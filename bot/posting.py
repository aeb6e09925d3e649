"""Posts one turn of a replay exactly once, as far as its platform lets anybody know.

The ledger is told before a post and after it. Where the answer of a platform is lost, its thread is
searched before anything is posted again: guessing would lose or double a turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from bot.model import ThreadRef
from bot.platforms import Platform, PlatformError, RateLimited, Turn, Unavailable
from bot.sharing import Sharing
from bot.store import continuations

T = TypeVar("T")

RETRIES = 8
PATIENCE = 1.0
"""Seconds before the first of the repeated questions to a platform that does not answer; doubles."""

GIVEN_UP_AFTER = timedelta(days=1)

_SILENT = "The platform does not answer."


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn's place in the ledger: the `index`th of a continuation."""

    sharing: Sharing
    continuation: str
    index: int

    async def was_intended(self) -> bool:
        store, id_ = self.sharing.store, self.continuation
        return await store.read(lambda tx: continuations.intended(tx, id_)) == self.index

    async def intend(self) -> None:
        store, id_, index = self.sharing.store, self.continuation, self.index
        await store.write(lambda tx: continuations.intend(tx, id_, index))

    async def posted(self, turn: Turn, posts: Sequence[str]) -> None:
        store, id_, index = self.sharing.store, self.continuation, self.index
        people = [turn.author, *turn.people]
        await store.write(lambda tx: continuations.posted(tx, id_, index, posts, people))


def may_pass(failed: PlatformError, age: timedelta) -> bool:
    """Whether a replay that began `age` ago and met `failed` is worth going on with later: the platform is away or
    busy, not unwilling.
    """
    return isinstance(failed, RateLimited | Unavailable) and age < GIVEN_UP_AFTER


async def post_turn(platform: Platform, thread: ThreadRef, turn: Turn, entry: Entry) -> None:
    """Posts `turn` unless it stands in `thread` already, and enters it. Raises what the platform raises,
    Unavailable where it stays silent.
    """
    posts: Sequence[str] | None = None
    if await entry.was_intended():
        posts = await patiently(lambda: platform.find_turn(thread, turn))
    if posts is None:
        await entry.intend()
        posts = await _post(platform, thread, turn, entry.sharing)
    await entry.posted(turn, posts)


async def _post(platform: Platform, thread: ThreadRef, turn: Turn, sharing: Sharing) -> Sequence[str]:
    for attempt in range(RETRIES):
        try:
            return await platform.post_turn(thread, turn, sharing.open_blob)
        except RateLimited as limited:
            await asyncio.sleep(limited.seconds)
        except Unavailable:
            await asyncio.sleep(PATIENCE * 2**attempt)
            found = await patiently(lambda: platform.find_turn(thread, turn))
            if found is not None:
                return found
    raise Unavailable(_SILENT)


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Asks until the platform answers, `RETRIES` times at most. Raises Unavailable after that."""
    for attempt in range(RETRIES):
        try:
            return await call()
        except RateLimited as limited:
            await asyncio.sleep(limited.seconds)
        except Unavailable:
            await asyncio.sleep(PATIENCE * 2**attempt)
    raise Unavailable(_SILENT)
