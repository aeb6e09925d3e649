"""What the bot says by itself: cards, notices, direct messages. Each once, by its nonce and its mark."""

from __future__ import annotations

import secrets

from adapters.discord import identity, words
from adapters.discord.errors import Job, Refused
from adapters.discord.identity import Where
from adapters.discord.marks import key_mark
from adapters.discord.parse_fields import identifier, mappings
from adapters.discord.render_card import card_payload
from adapters.discord.render_reply import dm_payload, plain_payload
from adapters.discord.render_turn import notice_payload
from adapters.discord.rest import Rest, nonce_of
from adapters.discord.waking import awake
from bot.model import Actor, PostRef, ThreadRef
from bot.platforms import NotAllowed, PlatformError, ThreadNotFound
from bot.reply import Card, Reply
from bot.richtext.nodes import Body


class Posting:
    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        """Posts a card where its messages are: into the thread, or the channel of a stretch. Raises NotAllowed also
        where Discord leaves the embed away, without which a card says nothing.
        """
        where = _where(thread)
        job, mark = _job(where), key_mark(key)
        async with awake(self._rest, where, job):
            made = await self._rest.marked(where.channel, mark, job) or await self._rest.post(
                where.channel, card_payload(card, mark), nonce_of(key), job
            )
        if not mappings(made, "embeds"):
            await self._take_back(where, identifier(made), job)
            raise NotAllowed(words.CANT_POST.format(permissions=job.value))
        return PostRef(thread, identifier(made))

    async def edit_card(self, post: PostRef, card: Card) -> None:
        where = _where(post.thread)
        job = _job(where)
        async with awake(self._rest, where, job):
            await self._rest.edit(where.channel, post.post, card_payload(card), job)

    async def notice(self, thread: ThreadRef, body: Body, key: str) -> None:
        where = _where(thread)
        job, mark = _job(where), key_mark(key)
        if await self._rest.marked(where.channel, mark, job) is None:
            await self._rest.post(where.channel, notice_payload(body, mark), nonce_of(key), job)

    async def direct(self, actor: Actor, reply: Reply) -> None:
        """A direct message to one person. Raises NotAllowed where they take none."""
        if actor.platform != identity.PLATFORM or identity.id_of(actor.user) is None:
            raise NotAllowed(words.NO_DIRECT)
        channel = await self._rest.direct_channel(actor.user)
        nonce, job = nonce_of(secrets.token_hex(8)), Job.WRITING_DIRECTLY
        try:
            await self._rest.post(channel, dm_payload(reply, actor.workspace), nonce, job)
        except Refused:  # what it holds, then: its words must arrive all the same
            await self._rest.post(channel, plain_payload(reply), nonce, job)

    async def _take_back(self, where: Where, post: str, job: Job) -> None:
        try:
            await self._rest.delete(where.channel, post, job)
        except PlatformError:
            return


def _where(thread: ThreadRef) -> Where:
    where = identity.where(thread)
    if where is None:
        raise ThreadNotFound(words.NOT_FOUND)
    return where


def _job(where: Where) -> Job:
    return Job.POSTING if where.thread is None else Job.POSTING_IN_THREAD
