"""Turns of a replay as posts: each once, resumed where it broke off, under the name of its author."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from adapters.discord import errors, identity, words
from adapters.discord.errors import Job, Refused
from adapters.discord.identity import Where
from adapters.discord.once import TOO_LARGE, Once
from adapters.discord.pacing import Pacing
from adapters.discord.parse_fields import Raw, identifier
from adapters.discord.posted import Posted, Shelf
from adapters.discord.render_turn import TurnPosts, post_payload, turn_posts, with_notes
from adapters.discord.rest import Rest, nonce_of
from adapters.discord.uploads import Bytes, read_files
from adapters.discord.webhooks import Webhooks
from bot.model import ThreadRef
from bot.platforms import NotAllowed, OpenBlob, PostGone, Turn, Unavailable

_INVALID = 50035
"""Something in the request has a form that Discord does not take: here, only the name can."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A turn that is being posted."""

    where: Where
    key: str
    turn: TurnPosts
    open_blob: OpenBlob


class Copying:
    def __init__(
        self, rest: Rest, once: Once, webhooks: Webhooks, posted: Posted, pacing: Pacing, file_limit: int
    ) -> None:
        self._rest = rest
        self._once = once
        self._webhooks = webhooks
        self._posted = posted
        self._pacing = pacing
        self._file_limit = file_limit

    async def find_turn(self, thread: ThreadRef, turn: Turn) -> list[str] | None:
        """All posts of a turn where its last one stands there. Where only the first ones do, `turn` goes on
        behind them.
        """
        where, posts = _where(thread), turn_posts(turn, self._file_limit)
        shelf = self._posted.shelf(where.channel)
        async with shelf.lock:
            shelf.turn_to(turn.key)
            await self._posted.look(where, shelf, posts)
            return _all(shelf, posts)

    async def turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob) -> list[str]:
        """Posts what of a turn is not known to stand there yet; all its posts in order. After a crash `find_turn` has
        to be asked first.
        """
        job = _Job(_where(thread), turn.key, turn_posts(turn, self._file_limit), open_blob)
        shelf = self._posted.shelf(job.where.channel)
        async with shelf.lock:
            shelf.turn_to(turn.key)
            if shelf.unsure:
                await self._posted.look(job.where, shelf, job.turn)
            for part in range(max(shelf.posts, default=-1) + 1, len(job.turn.posts)):
                try:
                    shelf.posts[part] = await self._say(job, part)
                except (Unavailable, asyncio.CancelledError):
                    shelf.unsure = True
                    raise
            return _all(shelf, job.turn) or []

    async def _say(self, job: _Job, part: int) -> str:
        post = job.turn.posts[part]
        files = await read_files(post.files, job.open_blob)
        text = with_notes(post.text, files.left)
        try:
            made = await self._post(job, part, text, files)
        except (Refused, NotAllowed) as refused:
            if not files.uploads or not _about_files(refused):
                raise
            text = with_notes(post.text, files.refused)
            made = await self._post(job, part, text, Bytes())
        if not identifier(made):
            raise Unavailable(words.UNAVAILABLE)
        return identifier(made)

    async def _post(self, job: _Job, part: int, text: str, files: Bytes) -> Raw:
        made = await self._by_webhook(job, text, files)
        if made is None:
            content = "\n".join(filter(None, (job.turn.line, text)))
            made = await self._rest.post(
                job.where.channel,
                post_payload(content),
                nonce_of(job.key, part),
                Job.POSTING_TURNS,
                files.uploads,
            )
        return made

    async def _by_webhook(self, job: _Job, text: str, files: Bytes) -> Raw | None:
        """None where no webhook can be had, or where Discord does not take the name: the bot may post it then."""
        where = job.where
        for _attempt in range(2):
            hook = await self._webhooks.get(where.parent, job.turn.lane)
            if hook is None:
                return None
            await self._pacing.turn(where.parent)
            body = post_payload(text, job.turn.name)
            try:
                return await self._once.webhook(hook.id, hook.token, where.channel, body, files.uploads)
            except PostGone:
                # Deleted, or the webhook was moved to another channel, where it finds no such thread.
                await self._rest.channel(where.channel, Job.POSTING_TURNS)
            except Refused as refused:
                if refused.code == _INVALID:
                    return None
                if refused.code != errors.UNKNOWN_WEBHOOK:
                    raise
            self._webhooks.forget(where.parent)
        return None


def _where(thread: ThreadRef) -> Where:
    where = identity.where(thread)
    if where is None or where.thread is None:
        raise PostGone(words.THREAD_GONE)
    return where


def _all(shelf: Shelf, turn: TurnPosts) -> list[str] | None:
    """The posts of a turn that has its last one. Earlier ones that a moderator deleted are missed by nobody."""
    if len(turn.posts) - 1 not in shelf.posts:
        return None
    return [shelf.posts[part] for part in sorted(shelf.posts)]


def _about_files(refused: Refused | NotAllowed) -> bool:
    """Whether the same without files may be taken. A missing Attach Files is told like any missing right."""
    return isinstance(refused, NotAllowed) or refused.code in (TOO_LARGE, _INVALID, 0)
