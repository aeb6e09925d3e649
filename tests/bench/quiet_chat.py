"""A chat platform in memory: it captures raw Discord messages page by page, and hears no posts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from adapters.discord.parse import Found, parse, participant, references
from bot.model import Actor, ChannelRef, Header, Participant, PostRef, Snapshot, Source, ThreadRef
from bot.platforms import OpenBlob, PlatformError, Progress, ReplayedBy, Turn
from bot.reply import Card, Reply, ThreadHead
from bot.richtext.nodes import Body
from bot.terms import TERMS
from tests.bench.conversation import CHANNEL, ROLE

_PAGE = 100
"""Messages in one answer of Discord's API."""


class QuietChat:
    """One thread that everybody may read."""

    name = "discord"
    label = "Discord"
    terms = TERMS

    def __init__(self, raws: Sequence[dict[str, Any]]) -> None:
        self._raws = raws

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        people: dict[str, Participant] = {}
        messages = []
        for start in range(0, len(self._raws), _PAGE):
            page = self._raws[start : start + _PAGE]
            for raw in page:
                references(raw)
                author = participant(raw)
                if author is not None:
                    people[author.key] = author
            await asyncio.sleep(0)
            found = Found(people, {str(CHANNEL): "general"}, {str(ROLE): "moderators"})
            messages += [parse(raw, found) for raw in page]
            await replayed_by(thread, [message.id for message in messages[start:]])
            await progress(len(messages), None)
        header = Header(
            "A long conversation",
            Source(self.label, "Acme", "general"),
            until,
            tuple(people.values()),
            message_count=len(messages),
            first_at=messages[0].sent_at,
            last_at=messages[-1].sent_at,
        )
        return Snapshot(header, tuple(messages))

    async def may_read(self, actor: Actor, thread: ThreadRef) -> bool:
        return True

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        return True

    def open_file(self, locator: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        raise PlatformError("There are no files here.")

    async def post_card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        return PostRef(thread, key)

    async def start_thread(self, actor: Actor, place: ChannelRef, head: ThreadHead) -> ThreadRef:
        raise PlatformError("No thread can be begun here.")

    async def edit_head(self, thread: ThreadRef, head: ThreadHead) -> None: ...

    async def post_turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob) -> Sequence[str]:
        return ()

    async def find_turn(self, thread: ThreadRef, turn: Turn) -> Sequence[str] | None:
        return None

    async def post_notice(self, thread: ThreadRef, body: Body, key: str) -> None: ...

    async def notify(self, actor: Actor, reply: Reply) -> None: ...
