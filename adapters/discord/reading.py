"""The raw messages of a thread or stretch, all of them, page by page, and never a part for the whole.

Discord gives the newest first, and an empty page both after the last message and to a bot that may not read
the history (docs: resources/message, get channel messages). So an empty page ends nothing before it is known
that the history is still open to us.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

import discord

from adapters.discord import words
from adapters.discord.access import Access, Place
from adapters.discord.identity import snowflake_after
from adapters.discord.parse_fields import Raw, count, identifier, whole
from adapters.discord.parse_system import THREAD_STARTER
from adapters.discord.rest import PAGE, Rest, message_id
from bot.platforms import PlatformError, Progress, RateLimited, Unavailable

Sleep = Callable[[float], Awaitable[None]]
Seen = Callable[[Sequence[Raw]], None]

_TRIES = 3
_SHORT_WAIT = 5.0
"""Seconds of a rate limit that are waited out here, beyond what discord.py waits by itself."""

_PATIENCE = 0.5


def _unseen(_page: Sequence[Raw]) -> None:
    """For whoever waits for all of it."""


class Reading:
    """`sleep` passes the time before a page is asked for again. `most` messages are read of a thread, and as
    many as a page has more: a stretch may be left open in a channel of millions.
    """

    def __init__(
        self, client: discord.Client, access: Access, most: int, *, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._rest = Rest(client)
        self._access = access
        self._sleep = sleep
        self._most = most

    async def messages(
        self, place: Place, until: datetime, progress: Progress, *, seen: Seen = _unseen
    ) -> list[Raw]:
        """All messages up to `until`, the oldest first; the one that began a thread stands in place of its stub.
        `seen` is given each page as it comes, with what may still be left out.

        Raises ThreadNotFound, NotAllowed, RateLimited, Unavailable; PlatformError where it is too much.
        """
        where = place.where
        end = snowflake_after(until)
        if where.last is not None:
            end = min(end, where.last + 1)
        found = await self._between(place, where.first or 0, end, _Ahead(progress, _total(place)), seen)
        _check_ends(place, found)
        raws = [found[key] for key in sorted(found) if key >= (where.first or 0)]
        begins = where.thread is not None and (where.first is None or where.first <= where.thread)
        return await self._begun(place, raws) if begins else raws

    async def _between(self, place: Place, first: int, end: int, ahead: _Ahead, seen: Seen) -> dict[int, Raw]:
        found: dict[int, Raw] = {}
        while True:
            page = await self._page(place.where.channel, end)
            if not page:
                await self._access.check_own(await self._access.place(place.where))
                return found
            found.update((message_id(raw), raw) for raw in page)
            seen(page)
            await ahead.tell(len(found))
            oldest = message_id(page[0])
            if len(page) < PAGE or oldest <= first:
                return found
            if len(found) > self._most:
                raise PlatformError(words.TOO_LONG.format(most=self._most))
            end = oldest

    async def _page(self, channel: int, end: int) -> list[Raw]:
        for attempt in range(_TRIES):
            try:
                return await self._rest.before(channel, end)
            except RateLimited as limited:
                if limited.seconds > _SHORT_WAIT or attempt == _TRIES - 1:
                    raise
                await self._sleep(limited.seconds)
            except Unavailable:
                if attempt == _TRIES - 1:
                    raise
                await self._sleep(_PATIENCE * 2**attempt)
        raise AssertionError("unreachable")

    async def _begun(self, place: Place, raws: list[Raw]) -> list[Raw]:
        """With a thread's first message, wherever it lives: in the parent channel, where inside stands a stub
        for it at most; inside, in a forum; or nowhere.
        """
        key = place.where.channel
        if any(message_id(raw) == key for raw in raws):
            return raws
        if place.is_forum_post:
            # A post of ours began with our head, which stands in no snapshot.
            ours = identifier(place.channel, "owner_id") in self._rest.ids
            return raws if ours else [_gone({"id": str(key), "type": THREAD_STARTER}), *raws]
        stub = next((raw for raw in raws if whole(raw, "type") == THREAD_STARTER), None)
        # The stub holds a copy of the message that says less. Without any, the thread may still have had one.
        original = await self._rest.message(place.where.parent, key)
        if original is None:
            return [_gone(raw) if raw is stub else raw for raw in raws]
        return [original, *(raw for raw in raws if raw is not stub)]


def _check_ends(place: Place, found: Collection[int]) -> None:
    """Raises PlatformError where a stretch was to begin or end with a message that is not there: it would be more
    than was meant. A thread's first message lives elsewhere.
    """
    where = place.where
    for option, key in (("from", where.first), ("to", where.last)):
        if key is not None and key != where.thread and key not in found:
            raise PlatformError(words.MESSAGE_GONE.format(option=option))


class _Ahead:
    """Progress that never says more than there is."""

    def __init__(self, progress: Progress, total: int | None) -> None:
        self._progress = progress
        self._total = total

    async def tell(self, done: int) -> None:
        await self._progress(done, None if self._total is None else max(self._total, done))


def _total(place: Place) -> int | None:
    """How many messages a whole thread has; without the first one, as Discord counts."""
    if place.where.thread is None or place.where.first is not None:
        return None
    return count(place.channel, "message_count")


def _gone(stub: Raw) -> Raw:
    """A stub as Discord gives it where the message was deleted."""
    return {**stub, "referenced_message": None}
