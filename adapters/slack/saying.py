"""One message to Slack, at its pace: posted or replaced, marked as ours, pinging nobody, unfurling nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from adapters.slack import words
from adapters.slack.asking import NOWHERE, Asking
from adapters.slack.errors import TOO_LARGE, Refused, Spot
from adapters.slack.identity import thread_ref
from adapters.slack.marks import NOTICE, Mark, metadata
from adapters.slack.pacing import Pacing
from adapters.slack.parse_raw import string
from adapters.slack.posted import Shelf
from adapters.slack.render import Post
from bot.model import Actor, ThreadRef
from bot.platforms import Unavailable


@dataclass(frozen=True, slots=True)
class Author:
    """Under which name something is posted; "" for the bot's own."""

    username: str = ""
    icon: str = ""


BOT = Author()


class Saying:
    def __init__(self, asking: Asking, pacing: Pacing) -> None:
        self.asking = asking
        self.pacing = pacing

    async def post(
        self, shelf: Shelf, thread: ThreadRef, post: Post, mark: Mark, spot: Spot, author: Author = BOT
    ) -> str:
        """Posts, and remembers it; where the answer is lost, that nothing is sure any more."""
        try:
            ts = await self._say(thread, post, mark, spot, author)
        except (Unavailable, asyncio.CancelledError):
            shelf.whole = False
            shelf.unsure.add((mark.kind, mark.key))
            raise
        shelf.note(mark, ts)
        return ts

    async def edit(self, thread: ThreadRef, ts: str, post: Post, spot: Spot) -> None:
        """Replaces a post of ours. Its mark stays: chat.update keeps the metadata where it is given none."""
        try:
            await self._update(thread, ts, post, spot)
        except Refused as refused:
            if refused.code not in TOO_LARGE:
                raise
            await self._update(thread, ts, replace(post, blocks=()), spot)

    async def direct(self, actor: Actor, post: Post) -> None:
        """A direct message to one person: to their id as the channel, which needs no permission of its own."""
        await self._say(thread_ref(actor.workspace, actor.user, ""), post, Mark(NOTICE, ""), NOWHERE)

    async def _update(self, thread: ThreadRef, ts: str, post: Post, spot: Spot) -> None:
        await self.asking.read(
            thread.workspace,
            lambda web: web.chat_update(
                channel=thread.channel,
                ts=ts,
                text=post.short,
                blocks=list(post.blocks),
                link_names=False,
                parse="none",
            ),
            spot,
            reading=False,
        )

    async def _say(self, thread: ThreadRef, post: Post, mark: Mark, spot: Spot, author: Author = BOT) -> str:
        """The ts of a new post in a thread, or in its channel where it has no root. Slack's limits are not all
        told: what it finds too large is posted as text alone.
        """
        try:
            return await self._post(thread, post, mark, spot, author)
        except Refused as refused:
            if refused.code in TOO_LARGE and post.blocks:
                return await self._post(thread, replace(post, blocks=()), mark, spot, author)
            if "metadata" in refused.code:
                bare = replace(mark, people=(), groups=(), everyone=())
                return await self._post(thread, post, bare, spot, author)
            raise

    async def _post(self, thread: ThreadRef, post: Post, mark: Mark, spot: Spot, author: Author) -> str:
        await self.pacing.turn(thread.workspace, thread.channel)
        answer = await self.asking.post(
            thread.workspace,
            lambda web: web.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.thread or None,
                text=post.text,
                blocks=list(post.blocks) or None,
                metadata=metadata(mark),
                link_names=False,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                unfurl_app_links=False,
                username=author.username or None,
                icon_emoji=author.icon or None,
            ),
            spot,
        )
        self.pacing.posted(thread.workspace, thread.channel)
        ts = string(answer, "ts")
        if not ts:
            raise Unavailable(words.UNAVAILABLE)
        return ts
