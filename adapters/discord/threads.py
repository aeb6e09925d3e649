"""New threads with their heads: from a message in a text channel, as a post in a forum."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from weakref import WeakValueDictionary

from adapters.discord import identity, words
from adapters.discord.access import Access
from adapters.discord.errors import Job, Refused
from adapters.discord.marks import holds_mark, key_mark
from adapters.discord.once import Once
from adapters.discord.parse_fields import Raw, flags, identifier, mappings, whole
from adapters.discord.permissions import FORUMS
from adapters.discord.render_turn import head_payload, thread_name
from adapters.discord.rest import Json, Rest, nonce_of
from adapters.discord.waking import awake
from bot.model import Actor, ChannelRef, ThreadRef
from bot.platforms import NotAllowed, PlatformError, PostGone, Unavailable
from bot.reply import ThreadHead

_NEEDS_TAG = 1 << 4
"""REQUIRE_TAG of a channel's flags (docs: resources/channel)."""

_REMEMBERED = 1_000
_LOOKED_AT = 10
"""Posts of one name that are looked at, to find one that was made before."""


class Threads:
    def __init__(self, rest: Rest, once: Once, access: Access) -> None:
        self._rest = rest
        self._once = once
        self._access = access
        self._posts: dict[str, str] = {}
        """Forum posts that this process made, by the keys of their heads."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def start(self, actor: Actor, place: ChannelRef, head: ThreadHead) -> ThreadRef:
        """A thread in `place`, or beside `place` where that is a thread itself. The same head begins one thread: in
        a text channel as long as it is among the last messages, in a forum until its post is archived.
        """
        channel = await self._access.starting(actor, place)
        if whole(channel, "type") in FORUMS:
            thread = await self._in_forum(place.workspace, channel, head)
        else:
            thread = await self._from_message(identifier(channel), head)
        return identity.thread_ref(place.workspace, identifier(channel), thread)

    async def edit_head(self, thread: ThreadRef, head: ThreadHead) -> None:
        """Replaces the head: in the parent it has the thread's own id, in a forum post it is the first message."""
        where = identity.where(thread)
        if where is None or where.thread is None:
            raise PostGone(words.THREAD_GONE)
        parent = await self._rest.channel(where.parent, Job.POSTING_IN_THREAD)
        in_forum = whole(parent, "type") in FORUMS
        if not in_forum:
            await self._rest.channel(where.thread, Job.POSTING_IN_THREAD)  # the head may outlive its thread
            await self._rest.edit(where.parent, where.thread, head_payload(head), Job.POSTING)
            return
        async with awake(self._rest, where, Job.POSTING_IN_THREAD):
            await self._rest.edit(where.thread, where.thread, head_payload(head), Job.POSTING_IN_THREAD)

    async def _from_message(self, channel: str, head: ThreadHead) -> str:
        made = await self._rest.marked(
            int(channel), key_mark(head.key), Job.STARTING
        ) or await self._rest.post(channel, head_payload(head), nonce_of(head.key), Job.STARTING)
        message = identifier(made)
        try:
            await self._rest.start_thread(int(channel), message, thread_name(head.title))
        except (NotAllowed, Refused):
            with suppress(PlatformError):  # else a head without a thread would stay behind
                await self._rest.delete(int(channel), message, Job.STARTING)
            raise
        return message

    async def _in_forum(self, guild: str, forum: Raw, head: ThreadHead) -> str:
        """Posts in forums have no nonce. Where an answer was lost, or an earlier process ended before it came, the
        post is found by its mark.
        """
        async with self._locks.setdefault(identifier(forum), asyncio.Lock()):
            if head.key in self._posts:
                return self._posts[head.key]
            body: Json = {"name": thread_name(head.title), "message": head_payload(head), **_tags(forum)}
            made = await self._made(guild, forum, head)
            if made is None:
                try:
                    made = identifier(await self._once.forum_post(int(identifier(forum)), body))
                except Unavailable:
                    made = await self._made(guild, forum, head)
                    if made is None:
                        raise
            if len(self._posts) >= _REMEMBERED:
                del self._posts[next(iter(self._posts))]
            self._posts[head.key] = made
            return made

    async def _made(self, guild: str, forum: Raw, head: ThreadHead) -> str | None:
        """The post that begins with this head, if it stands in the forum and is not archived yet."""
        mark, known = key_mark(head.key), set(self._posts.values())
        for thread in reversed(await self._posts_called(thread_name(head.title), guild, forum)):
            if thread not in known:
                first = await self._rest.message(int(thread), thread)
                if first is not None and holds_mark(first, mark, self._rest.ids):
                    return thread
        return None

    async def _posts_called(self, name: str, guild: str, forum: Raw) -> list[str]:
        """The last of the active posts that we made in a forum under that name, from the oldest to the newest."""
        found = [
            identifier(thread)
            for thread in await self._rest.active_threads(int(guild))
            if identifier(thread, "parent_id") == identifier(forum)
            and identifier(thread, "owner_id") == self._rest.me
            and thread.get("name") == name
        ]
        return sorted(found, key=int)[-_LOOKED_AT:]


def _tags(forum: Raw) -> Json:
    """The tag of a new post, where the forum wants one: the first that anybody may use. Raises NotAllowed."""
    if not flags(forum) & _NEEDS_TAG:
        return {}
    usable = [tag for tag in mappings(forum, "available_tags") if tag.get("moderated") is not True]
    if not usable:
        raise NotAllowed(words.NEEDS_TAG)
    return {"applied_tags": [identifier(usable[0])]}
