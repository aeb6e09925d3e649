"""Messages parsed, and their people looked up, while the rest of their thread is still being read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from adapters.slack.asking import Json
from adapters.slack.directory import Directory
from adapters.slack.marks import is_ours
from adapters.slack.parse import Found, Needs, author_key, of_app, parse_noting, participant
from adapters.slack.parse_raw import Raw, mapping, string
from bot.model import Message, Participant

Parsed = tuple[Message, Needs]
_HEAD_START = 4
"""Turns of the event loop in which the next page is asked for: Slack is at it, then, while this one is parsed."""

_TURN = 0.004
"""Seconds that messages are parsed without letting others have a turn."""

_SHORT = 2_000
"""Characters of a text that is parsed in a moment, whatever stands in it."""

_LONG = frozenset({"app_id", "attachments", "bot_id", "bot_profile", "files", "root", "room"})
"""With one of these a message may hold more than its text tells."""


@dataclass(slots=True)
class Ahead:
    """Give it each page as it comes; ask for what became of a message once all are there."""

    directory: Directory
    workspace: str
    bot: str
    _people: dict[str, Participant] = field(default_factory=dict)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _pages: list[asyncio.Task[None]] = field(default_factory=list)
    _parsed: dict[int, tuple[Raw, Message, Needs]] = field(default_factory=dict)

    def take(self, raws: Sequence[Json]) -> None:
        """A page. Our own posts are left for later: who said them first is not known yet."""
        others = [raw for raw in raws if not is_ours(raw, self.bot)]
        if others:
            self._pages.append(asyncio.create_task(self._read(others)))

    async def _read(self, raws: Sequence[Json]) -> None:
        """With the authors known, who are most of those that are mentioned."""
        async with self._turn:
            authors = {author_key(raw) for raw in raws} - {""} - self._people.keys()
            if authors:
                wanted = Needs(people=frozenset(authors))
                looked_up = await self.directory.look_up(self.workspace, wanted, told(raws))
                self._people.update(looked_up.found.people)
            people = dict(self._people)
        for _ in range(_HEAD_START):
            await asyncio.sleep(0)
        await self._parse_in_turns(raws, people)

    async def _parse_in_turns(self, raws: Sequence[Raw], people: Mapping[str, Participant]) -> None:
        """Others come to their turn meanwhile: short messages are parsed right here, because a thread would cost
        more than they do, until that has taken long enough; others aside. Those that name whom or what is not
        known are left for later.
        """
        found, known = Found(people=people), people.keys()
        begun = time.perf_counter()
        for raw in raws:
            if is_short(raw):
                message, needs = parse_noting(raw, found)
            else:
                message, needs = await asyncio.to_thread(parse_noting, raw, found)
            if known >= needs.people and not (needs.channels or needs.groups or needs.emoji):
                self._parsed[id(raw)] = (raw, message, needs)
            if time.perf_counter() - begun > _TURN:
                await asyncio.sleep(0)
                begun = time.perf_counter()

    async def settle(self) -> None:
        """Until every page is parsed. Raises the PlatformError of a look-up."""
        await asyncio.gather(*self._pages)

    async def close(self) -> None:
        for page in self._pages:
            page.cancel()
        await asyncio.gather(*self._pages, return_exceptions=True)

    def parsed(self, raw: Raw) -> Parsed | None:
        """What became of this very message (not of one that looks like it), and what it needs; None where it was
        not parsed, or names what was not known then.
        """
        found = self._parsed.get(id(raw))
        return found[1:] if found and found[0] is raw else None


@asynccontextmanager
async def ahead(directory: Directory, workspace: str, bot: str) -> AsyncIterator[Ahead]:
    """Whatever is still at work when the block is left, is stopped."""
    made = Ahead(directory, workspace, bot)
    try:
        yield made
    finally:
        await made.close()


def is_short(raw: Raw) -> bool:
    """Whether a message takes no time to speak of: a person's, whose text tells how long its blocks are."""
    return raw.keys().isdisjoint(_LONG) and len(string(raw, "text")) <= _SHORT


def told(raws: Sequence[Raw]) -> dict[str, Participant]:
    """People of whom the messages tell what nobody else can: apps, and who posts under a chosen name. A post that an
    app made for somebody counts as that person's.
    """
    people: dict[str, Participant] = {}
    for raw in raws:
        if not of_app(raw):
            continue
        found = participant(raw)
        if found is None:
            continue
        if "/" in found.key or found.key.startswith("B"):
            people.setdefault(found.key, found)
        if bot := string(mapping(raw, "bot_profile"), "id"):
            people.setdefault(bot, replace(found, key=bot))
    return people
