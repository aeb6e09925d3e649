"""Which posts of a turn stand in its thread already: remembered, else read back from the thread.

Neither webhook posts nor threads carry a key of ours. What tells of a turn is: it is one of our copies; the name
above it; its lane; its words, or its files; and that it is the newest, for a replay posts one turn after another
and one part after another, and asks only about the last. So the thread is read from its end: what people wrote
in between is skipped, and the first copy of ours that can't be a part of the turn ends the search.
Equal turns in a row stand in different lanes. Where there is but one lane, because a channel takes no
second webhook of ours, the second of two equal neighbours would be taken for posted after a crash.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adapters.discord import words
from adapters.discord.access import Access
from adapters.discord.errors import Job
from adapters.discord.identity import Where
from adapters.discord.marks import ADDED, is_copy, is_ours, without_additions
from adapters.discord.parse_fields import Raw, identifier, mapping, mappings, string, whole
from adapters.discord.permissions import Can
from adapters.discord.render_turn import TurnPost, TurnPosts
from adapters.discord.rest import Rest, message_id
from adapters.discord.webhooks import Webhooks
from bot.platforms import NotAllowed, PostGone, ThreadNotFound

_SHELVES = 500
_NEWEST = (1 << 63) - 1


@dataclass(slots=True)
class Shelf:
    """What is known of the copies in one thread. `lock` is held while something is looked for and posted.

    `unsure`: the answer to a post was lost. `key`: the turn that was posted last, or is being posted, and `posts` its
    posts by their parts. `before`: the newest post of the turns before it, 0 where not known.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    unsure: bool = False
    key: str = ""
    posts: dict[int, str] = field(default_factory=dict)
    before: int = 0

    def turn_to(self, key: str) -> None:
        """From now on it is about this turn."""
        if key != self.key:
            self.before = max([self.before, *map(int, self.posts.values())])
            self.key, self.posts = key, {}


class Posted:
    def __init__(self, rest: Rest, webhooks: Webhooks, access: Access) -> None:
        self._rest = rest
        self._webhooks = webhooks
        self._access = access
        self._shelves: dict[int, Shelf] = {}

    def shelf(self, thread: int) -> Shelf:
        found = self._shelves.pop(thread, None) or Shelf()
        self._shelves[thread] = found
        if len(self._shelves) > _SHELVES:
            idle = next((key for key, one in self._shelves.items() if not one.lock.locked()), None)
            if idle is not None and idle != thread:
                del self._shelves[idle]
        return found

    async def look(self, where: Where, shelf: Shelf, turn: TurnPosts) -> None:
        """Finds the posts of the shelf's turn. Raises PostGone, RateLimited, Unavailable, and NotAllowed where the
        bot may not read what it posted: then nobody could tell.
        """
        copies = await self._newest_copies(where, shelf.before, turn)
        shelf.posts = _placed(copies, turn.posts)
        shelf.unsure = False

    async def _newest_copies(self, where: Where, after: int, turn: TurnPosts) -> list[_Copy]:
        """The last of our copies that can be of this turn, oldest first."""
        lanes = await self._webhooks.lanes(where.parent)
        found: list[_Copy] = []
        cursor = _NEWEST
        while page := await self._rest.before(where.channel, cursor, Job.POSTING_TURNS):
            for raw in reversed(page):
                if message_id(raw) <= after:
                    return found[::-1]
                copy = _copy(raw, self._rest.ids, lanes)
                if copy is None:
                    continue
                if len(found) == 2 * len(turn.posts) or not copy.may_be_of(turn):
                    return found[::-1]
                found.append(copy)
            cursor = message_id(page[0])
        if cursor == _NEWEST:
            await self._check_history(where)
        return found[::-1]

    async def _check_history(self, where: Where) -> None:
        """Without the right to read it, Discord gives an empty history and no error."""
        try:
            lacking = await self._access.bot_may(where.channel, Can.READ_MESSAGE_HISTORY)
        except ThreadNotFound:
            raise PostGone(words.THREAD_GONE) from None
        if lacking:
            raise NotAllowed(words.CANT_READ)


@dataclass(frozen=True, slots=True)
class _Copy:
    """One of our copies in a thread. `name`: above it, or the whole line where the bot posted it. `lane` None: it
    does not tell.
    """

    post: str
    name: str
    lane: int | None
    text: str
    sizes: tuple[int, ...]

    def may_be_of(self, turn: TurnPosts) -> bool:
        named = self.name in (turn.name, turn.line) and self.lane in (None, turn.lane)
        return named and any(self.shows(post) for post in turn.posts)

    def shows(self, post: TurnPost) -> bool:
        """Whether this can be `post`. Without Message Content, Discord may show nothing of what a webhook posted:
        then its name and lane must do.
        """
        if not self.text and not self.sizes:
            return True
        if not post.files:
            return self.text == _plain(post.text)
        if post.text:
            return self.text.startswith(_plain(post.text))
        if without_additions(self.text):
            return False
        told = [one.file.size or 0 for one in post.files]
        return bool(self.sizes or self.text) and (0 in told or not Counter(self.sizes) - Counter(told))


def _copy(raw: Raw, ids: frozenset[str], lanes: Mapping[str, int]) -> _Copy | None:
    """A raw message as a copy; None for all others."""
    text = string(raw, "content")
    sizes = tuple(whole(one, "size") or 0 for one in mappings(raw, "attachments"))
    if is_copy(raw, ids):
        name = string(mapping(raw, "author"), "username")
        return _Copy(identifier(raw), name, lanes.get(identifier(raw, "webhook_id")), _plain(text), sizes)
    line, _, rest = text.partition("\n")
    if not is_ours(raw, ids) or not line.startswith(f"**{ADDED}"):
        return None
    return _Copy(identifier(raw), line, None, _plain(rest), sizes)


def _placed(copies: Iterable[_Copy], posts: Sequence[TurnPost]) -> dict[int, str]:
    """The copies as parts of the turn, in order. One that can't follow the others begins anew: those before it
    were of an equal turn.
    """
    placed: dict[int, str] = {}
    for copy in copies:
        start = max(placed, default=-1) + 1
        part = _part(copy, posts, start)
        if part is None:
            placed = {}
            part = _part(copy, posts, 0)
        if part is not None:
            placed[part] = copy.post
    return placed


def _part(copy: _Copy, posts: Sequence[TurnPost], start: int) -> int | None:
    return next((i for i in range(start, len(posts)) if copy.shows(posts[i])), None)


def _plain(text: str) -> str:
    """Discord takes spaces away at the ends of a message."""
    return " ".join(text.split())
