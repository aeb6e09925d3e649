"""A thread's raw messages, all of them: page by page, at whatever pace Slack allows, and never a part for the whole.

docs.slack.dev/reference/methods/conversations.replies. Two things that page does not tell: whether the parent comes
again on later pages (here each message counts once), and that a page may be empty without being the last.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.slack import words
from adapters.slack.asking import Asking, Json
from adapters.slack.errors import Spot
from adapters.slack.parse_raw import items, mapping, mappings, string, whole
from adapters.slack.patience import RESTRICTED_PAGE, RESTRICTED_SECONDS, Patience
from bot.model import ThreadRef
from bot.platforms import Progress, RateLimited, ThreadNotFound, Unavailable

PAGE = 200
_USUAL = re.compile(r"[0-9]{10}\.[0-9]{6}")
"""A ts as Slack gives it from 2001 to 2286."""

_SLOW = 50.0
"""Seconds: whoever is asked to wait so long is in the restricted class."""

_EMPTY_PAGES = 4
_REFUSALS = 10
"""How often in a row the same page may be refused for the rate: then Slack does not mean it well."""

_LOOKS = 3
"""How often a thread is read that seems to have holes: it may have changed while it was read."""


Seen = Callable[[Sequence[Json]], None]
"""Told of the messages of each page as it comes, each message once; in no promised order."""


def unseen(_messages: Sequence[Json]) -> None:
    """For whoever only wants them all."""


async def no_progress(_done: int, _total: int | None) -> None:
    """For whoever does not wait for it."""


@dataclass(slots=True)
class _Told:
    """What was read so far, by ts. `seen` is given what is new."""

    seen: Seen
    messages: dict[str, Json] = field(default_factory=dict)
    fruitless: int = 0

    def take(self, found: Json) -> str:
        """Notes a page; the cursor of the next one, "" after the last."""
        page = {string(one, "ts"): one for one in items(found, "messages") if isinstance(one, dict)}
        new = [one for ts, one in page.items() if ts not in self.messages]
        self.messages |= page
        self.seen(new)
        cursor = string(mapping(found, "response_metadata"), "next_cursor")
        self.fruitless = 0 if new else self.fruitless + 1
        return cursor

    def total(self, root: str) -> int | None:
        """How many messages there are, by the parent's own count."""
        parent = self.messages.get(root)
        return None if parent is None else 1 + (whole(parent.get("reply_count")) or 0)


class Reading:
    def __init__(self, asking: Asking, patience: Patience) -> None:
        self._asking = asking
        self._patience = patience

    async def thread(
        self,
        thread: ThreadRef,
        spot: Spot,
        progress: Progress = no_progress,
        *,
        seen: Seen = unseen,
    ) -> list[Json]:
        """All messages from the oldest to the newest, the root first where it was not deleted without trace.

        Raises ThreadNotFound; NotAllowed; Unavailable where Slack gives less than it says there is.
        """
        ahead = _Ahead(progress)
        told = _Told(seen)
        for _ in range(_LOOKS):
            told = await self._whole(thread, spot, ahead, seen)
            root = _root_of(told, thread.thread)
            if root != thread.thread:  # the address of a reply was taken for that of its thread
                return await self.thread(_with_root(thread, root), spot, progress, seen=seen)
            if not _missing(told, root) or not await self._still_missing(thread, spot, told):
                return await asyncio.to_thread(in_order, told.messages)
        raise Unavailable(_why(told, thread.thread))

    async def _still_missing(self, thread: ThreadRef, spot: Spot, told: _Told) -> bool:
        """Whether Slack still counts more messages than it gave: some may have been deleted meanwhile."""
        newest = _Told(unseen)
        newest.take(await self._page(thread, spot, "", told, _Ahead(no_progress), limit=1))
        told.messages.update((ts, one) for ts, one in newest.messages.items() if ts == thread.thread)
        return bool(_missing(told, thread.thread))

    async def _whole(self, thread: ThreadRef, spot: Spot, ahead: _Ahead, seen: Seen) -> _Told:
        told = _Told(seen)
        cursor = ""
        while True:
            found = await self._page(thread, spot, cursor, told, ahead)
            asked, cursor = cursor, told.take(found)
            done, total = len(told.messages), told.total(thread.thread)
            few = not asked and 0 < len(mappings(found, "messages")) <= RESTRICTED_PAGE
            if (cursor and few) or self._patience.estimate(thread):
                self._patience.note(thread, done, total, RESTRICTED_PAGE, RESTRICTED_SECONDS)
            await ahead.tell(done, total)
            if not cursor:
                return told
            if told.fruitless >= _EMPTY_PAGES:
                raise Unavailable(words.LOOPING)

    async def _page(
        self,
        thread: ThreadRef,
        spot: Spot,
        cursor: str,
        told: _Told,
        ahead: _Ahead,
        limit: int = PAGE,
    ) -> Json:
        """One page. Where Slack asks to wait longer, it is waited here, and told of before."""
        for attempt in range(_REFUSALS):
            try:
                return await self._asking.read(
                    thread.workspace,
                    lambda web: web.conversations_replies(
                        channel=thread.channel,
                        ts=thread.thread,
                        limit=limit,
                        cursor=cursor or None,
                        include_all_metadata=True,
                    ),
                    spot,
                )
            except RateLimited as limited:
                if attempt == _REFUSALS - 1:
                    raise
                done, total = len(told.messages), told.total(thread.thread)
                if limited.seconds >= _SLOW:
                    self._patience.note(thread, done, total, RESTRICTED_PAGE, limited.seconds)
                await ahead.tell(done, total)
                await self._asking.sleep(limited.seconds)
        raise AssertionError("unreachable")


@dataclass(slots=True)
class _Ahead:
    """Progress that never goes back, also where a thread is read again."""

    progress: Progress
    done: int = 0

    async def tell(self, done: int, total: int | None) -> None:
        self.done = max(self.done, done)
        await self.progress(self.done, None if total is None else max(total, self.done))


def in_order(messages: Mapping[str, Json]) -> list[Json]:
    """From the oldest to the newest, by their ts; where all are as usual, these need not be read as numbers."""
    if all(map(_USUAL.fullmatch, messages)):
        return [messages[ts] for ts in sorted(messages)]
    return sorted(messages.values(), key=order)


def order(raw: Json) -> tuple[int, int]:
    """Where a message stands: seconds and microseconds of its ts, without a float's rounding."""
    seconds, _, fraction = string(raw, "ts").partition(".")
    return whole(seconds) or 0, whole(fraction[:6].ljust(6, "0")) or 0


def _root_of(told: _Told, asked: str) -> str:
    """The root of the thread that was read: `asked`, unless that is a reply in it."""
    first = told.messages.get(asked)
    if first is None:
        raise ThreadNotFound(words.NOT_FOUND)
    return string(first, "thread_ts") or asked


def _missing(told: _Told, root: str) -> int:
    """How many messages Slack says there are that it did not give."""
    return max(0, (told.total(root) or 0) - len(told.messages))


def _why(told: _Told, root: str) -> str:
    got, total = len(told.messages), told.total(root) or 0
    return words.INCOMPLETE.format(got=got, all=total)


def _with_root(thread: ThreadRef, root: str) -> ThreadRef:
    return ThreadRef(thread.platform, thread.workspace, thread.channel, root)
