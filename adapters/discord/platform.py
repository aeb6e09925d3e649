"""The port `Platform`, for Discord: its REST interface as the core sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import discord

from adapters.discord import identity, words
from adapters.discord.access import Access
from adapters.discord.capturing import Capturing
from adapters.discord.config import DiscordConfig
from adapters.discord.copying import Copying
from adapters.discord.directory import Directory
from adapters.discord.downloads import Downloads
from adapters.discord.identity import PLATFORM
from adapters.discord.once import Once
from adapters.discord.pacing import Pacing
from adapters.discord.posted import Posted
from adapters.discord.posting import Posting
from adapters.discord.reading import Reading
from adapters.discord.rest import Rest
from adapters.discord.threads import Threads
from adapters.discord.webhooks import Webhooks
from bot.model import Actor, ChannelRef, PostRef, Snapshot, ThreadRef
from bot.platforms import OpenBlob, Progress, ReplayedBy, Turn
from bot.reply import Card, Reply, ThreadHead
from bot.richtext.nodes import Body


class Live(Protocol):
    """The interactions that are going on: where a person can be answered without a message."""

    async def tell(self, actor: Actor, reply: Reply) -> bool:
        """Shows `reply` to the person where they look just now; False where that is not possible (any more)."""
        ...


class DiscordPlatform:
    """A `Platform` that `CanEditPosts`. `client` has logged in before anything is asked; its gateway need not be
    connected. `pacing` is that of posts by webhook. `close` it.
    """

    name = PLATFORM
    label = words.LABEL
    terms = words.TERMS

    def __init__(
        self, client: discord.Client, config: DiscordConfig, live: Live, *, pacing: Pacing | None = None
    ) -> None:
        self._live = live
        rest = Rest(client)
        directory = Directory(client)
        self._access = Access(client, config)
        reading = Reading(client, self._access, config.max_messages)
        self._capturing = Capturing(client, directory, self._access, reading)
        self._downloads = Downloads(config)
        self._once = Once(client)
        self._posting = Posting(rest)
        self._threads = Threads(rest, self._once, self._access)
        webhooks = Webhooks(rest)
        posted = Posted(rest, webhooks, self._access)
        self._copying = Copying(
            rest, self._once, webhooks, posted, pacing or Pacing(), file_limit=config.max_file_bytes
        )

    async def close(self) -> None:
        """Ends the connections beside the client's own."""
        await self._once.close()
        await self._downloads.close()

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        return await self._capturing.capture(
            actor, thread, until=until, replayed_by=replayed_by, progress=progress
        )

    async def may_read(self, actor: Actor, thread: ThreadRef) -> bool:
        return await self._access.may_read(actor, identity.where(thread))

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        return await self._access.may_moderate(actor, place)

    def open_file(self, locator: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._downloads.open(locator)

    async def post_card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        return await self._posting.card(thread, card, key)

    async def edit_card(self, post: PostRef, card: Card) -> None:
        await self._posting.edit_card(post, card)

    async def start_thread(self, actor: Actor, place: ChannelRef, head: ThreadHead) -> ThreadRef:
        return await self._threads.start(actor, place, head)

    async def edit_head(self, thread: ThreadRef, head: ThreadHead) -> None:
        await self._threads.edit_head(thread, head)

    async def post_turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob) -> Sequence[str]:
        return await self._copying.turn(thread, turn, open_blob)

    async def find_turn(self, thread: ThreadRef, turn: Turn) -> Sequence[str] | None:
        return await self._copying.find_turn(thread, turn)

    async def post_notice(self, thread: ThreadRef, body: Body, key: str) -> None:
        await self._posting.notice(thread, body, key)

    async def notify(self, actor: Actor, reply: Reply) -> None:
        """See `Platform.notify`. Raises NotAllowed where the person takes no direct messages."""
        if not await self._live.tell(actor, reply):
            await self._posting.direct(actor, reply)
