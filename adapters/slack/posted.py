"""What of ours stands in a thread, by its keys: Slack would post the same thing twice, so it is looked for first.

Slack has no idempotent post; its maintainers point to message metadata (github.com/slackapi/java-slack-sdk/issues/852).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from adapters.slack.asking import Asking, Json
from adapters.slack.errors import Spot
from adapters.slack.marks import HEAD, TURN, Mark, is_ours, mark_of
from adapters.slack.parse_raw import Raw, mapping, mappings, string
from adapters.slack.reading import Reading
from bot.model import ChannelRef, ThreadRef
from bot.platforms import RateLimited

_SHELVES = 500
_RECENT = 26 * 3600
"""Seconds: a card or notice that could not be posted is tried again for about a day."""

_RECENT_PAGES = 10
_PAGE = 200
_LONGEST_WAIT = 90.0


@dataclass(slots=True)
class Shelf:
    """Our posts in one thread. `lock` is held while something is looked for and posted. `whole`: all of them are
    known; else only those of this process, and what was found. `unsure`: keys of posts whose answer was lost.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    whole: bool = False
    unsure: set[tuple[str, str]] = field(default_factory=set)
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    posts: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """The post with the files of a turn, by the turn's key; "" where it was made, but is not shown yet."""

    def note(self, mark: Mark, ts: str) -> None:
        key = (mark.kind, mark.key)
        self.marks[key] = mark
        self.posts.setdefault(key, {}).setdefault(mark.part, ts)

    def post(self, kind: str, key: str, part: int = 0) -> str:
        """The ts of a post, "" where it is not known to stand there."""
        return self.posts.get((kind, key), {}).get(part, "")

    def turn(self, key: str) -> list[str] | None:
        """All posts of a turn in order; None where some are missing."""
        mark = self.marks.get((TURN, key))
        if mark is None:
            return None
        found = [self.post(TURN, key, part) for part in range(mark.parts)]
        if not all(found) or (mark.files and key not in self.files):
            return None
        return [*found, *filter(None, [self.files.get(key, "")])]


class Posted:
    def __init__(self, asking: Asking, reading: Reading, *, clock: Callable[[], float] = time.time) -> None:
        """`clock`: seconds since 1970, near enough to Slack's."""
        self._asking = asking
        self._reading = reading
        self._clock = clock
        self._shelves: dict[ThreadRef, Shelf] = {}

    def shelf(self, thread: ThreadRef) -> Shelf:
        found = self._shelves.pop(thread, None) or Shelf()
        self._shelves[thread] = found
        if len(self._shelves) > _SHELVES:
            idle = next((ref for ref, one in self._shelves.items() if not one.lock.locked()), None)
            if idle is not None and idle != thread:
                del self._shelves[idle]
        return found

    def begun(self, thread: ThreadRef) -> None:
        """We have just made this thread: nothing else of ours can stand in it."""
        self.shelf(thread).whole = True

    async def look_at_all(self, thread: ThreadRef, shelf: Shelf, spot: Spot) -> None:
        """Every post of ours in the thread; waits as long as Slack wants. Raises ThreadNotFound."""
        bot = (await self._asking.clients.identity_of(thread.workspace)).bot
        raws = await self._reading.thread(thread, spot)
        _note_all(shelf, raws, bot)
        shelf.whole = True
        shelf.unsure.clear()

    async def look_at_recent(self, thread: ThreadRef, shelf: Shelf, spot: Spot, *, must: bool) -> None:
        """The posts of the last day. Where Slack asks to wait for long, that is raised only if it `must` be known:
        else a post that was lost in a crash just now is the lesser harm than none.
        """
        bot = (await self._asking.clients.identity_of(thread.workspace)).bot
        oldest = f"{self._clock() - _RECENT:.6f}"
        cursor = ""
        try:
            for _ in range(_RECENT_PAGES):
                found = await self._replies(thread, spot, oldest, cursor)
                _note_all(shelf, mappings(found, "messages"), bot)
                cursor = string(mapping(found, "response_metadata"), "next_cursor")
                if not cursor:
                    return
        except RateLimited:
            if must:
                raise

    async def _replies(self, thread: ThreadRef, spot: Spot, oldest: str, cursor: str = "") -> Json:
        return await self._asking.read(
            thread.workspace,
            lambda web: web.conversations_replies(
                channel=thread.channel,
                ts=thread.thread,
                limit=_PAGE,
                oldest=oldest,
                cursor=cursor or None,
                include_all_metadata=True,
            ),
            spot,
        )

    async def head(self, place: ChannelRef, key: str, spot: Spot) -> str:
        """The ts of the head with this key among the newest messages of a channel, "" where there is none."""
        bot = (await self._asking.clients.identity_of(place.workspace)).bot
        found = await self._asking.read(
            place.workspace,
            lambda web: web.conversations_history(
                channel=place.channel, limit=_PAGE, include_all_metadata=True
            ),
            spot,
            reading=False,
            longest=_LONGEST_WAIT,
        )
        for raw in mappings(found, "messages"):
            mark = mark_of(raw, bot)
            if mark and (mark.kind, mark.key) == (HEAD, key):
                return string(raw, "ts")
        return ""

    async def files_behind(self, thread: ThreadRef, ts: str, files: set[str], spot: Spot) -> str:
        """The ts of our post with these files, later than `ts`; "" where it is not there (yet)."""
        bot = (await self._asking.clients.identity_of(thread.workspace)).bot
        found = await self._replies(thread, spot, ts)
        for raw in mappings(found, "messages"):
            if is_ours(raw, bot) and files <= {string(file, "id") for file in mappings(raw, "files")}:
                return string(raw, "ts")
        return ""


def _note_all(shelf: Shelf, raws: list[Raw] | list[Json], bot: str) -> None:
    """Files of a turn come in a post behind it, which can carry no mark."""
    turn = ""
    for raw in raws:
        mark = mark_of(raw, bot)
        if mark:
            shelf.note(mark, string(raw, "ts"))
            turn = mark.key if mark.kind == TURN else ""
        elif turn and is_ours(raw, bot) and mappings(raw, "files"):
            shelf.files.setdefault(turn, string(raw, "ts"))
