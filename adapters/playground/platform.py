"""The port `Platform`, for the playground: its chat as the core sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import datetime

from adapters.playground import words
from adapters.playground.capturing import CAPTURED, Capturing
from adapters.playground.chat import Chat
from adapters.playground.files import SIZE_LIMIT
from adapters.playground.importing import renamed
from adapters.playground.records import APP, PLATFORM, WORKSPACE, Post, Role, Thread
from bot.model import (
    Actor,
    ChannelRef,
    FileCopy,
    FileState,
    LinkCard,
    Message,
    PostRef,
    Snapshot,
    ThreadRef,
)
from bot.phrases import left_behind
from bot.platforms import (
    NotAllowed,
    OpenBlob,
    PlatformError,
    PostGone,
    Progress,
    ReplayedBy,
    ThreadNotFound,
    Turn,
)
from bot.reply import Card, Reply, ThreadHead
from bot.richtext.nodes import Body, Subtext, Text
from bot.terms import TERMS

_PAGE = 100


class PlaygroundPlatform:
    """A `Platform` that `CanEditPosts`. It never limits rates and is never unavailable."""

    name = PLATFORM
    label = words.LABEL
    terms = TERMS

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        """See `Platform.capture`. Deleted messages stay as placeholders."""
        known = await self._readable(actor, thread)
        captured = Capturing()
        after = read = 0
        while page := await self._chat.posts(known.id, after=after, until=until, limit=_PAGE):
            after = int(page[-1].id)
            read += len(page)
            kept = [post for post in page if post.role in CAPTURED]
            turns = [post.id for post in kept if post.role is Role.TURN]
            originals = await replayed_by(thread, turns) if turns else {}
            for post in kept:
                captured.add(post, originals.get(post.id, ()))
            await progress(read, known.messages)
        files = await self._chat.thread_files(known.id)
        known = await self._readable(actor, thread)  # a thread that was deleted meanwhile lost its posts
        people = {person.id: person.participant for person in self._chat.people.values()}
        return captured.snapshot(known.title, self._chat.channels[known.channel].name, people, files, until)

    async def may_read(self, actor: Actor, thread: ThreadRef) -> bool:
        return (
            self._is_here(actor) and await self._chat.readable_thread(actor.user, thread.thread) is not None
        )

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        person = self._chat.people.get(actor.user)
        return (
            self._is_here(actor) and place.workspace == WORKSPACE and person is not None and person.moderator
        )

    def open_file(self, locator: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._open_file(locator)

    @asynccontextmanager
    async def _open_file(self, locator: str) -> AsyncIterator[AsyncIterator[bytes]]:
        stored = await self._chat.file(locator)
        if stored is None or stored.copy.state is not FileState.COPIED:
            raise PlatformError(words.FILE_GONE)
        yield self._chat.files.read(locator)

    async def post_card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        post = await self._post(thread, Role.CARD, key, card=card)
        return PostRef(thread, post.id)

    async def edit_card(self, post: PostRef, card: Card) -> None:
        if await self._chat.change_post(post.post, lambda old: replace(old, card=card)) is None:
            raise PostGone(words.POST_GONE)

    async def start_thread(self, actor: Actor, place: ChannelRef, head: ThreadHead) -> ThreadRef:
        channel = self._chat.channels.get(place.channel)
        if channel is None or not self._is_here(actor) or not channel.readable_by(actor.user):
            raise NotAllowed(words.NO_CHANNEL)
        thread = await self._chat.start_thread(channel.id, head.title, actor.user, key=head.key)
        made = ThreadRef(PLATFORM, WORKSPACE, channel.id, thread.id)
        await self._post(made, Role.HEAD, head.key, head.body)
        return made

    async def edit_head(self, thread: ThreadRef, head: ThreadHead) -> None:
        post = await self._chat.post_by_key(thread.thread, head.key)
        changed = post and await self._chat.change_post(
            post.id, lambda old: replace(old, message=replace(old.message, body=head.body))
        )
        if not changed:
            raise PostGone(words.THREAD_GONE)
        known = await self._chat.thread(thread.thread)
        if known and known.title != head.title:
            await self._chat.rename_thread(known.id, head.title)

    async def post_turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob) -> Sequence[str]:
        """See `Platform.post_turn`. One turn is one post; its files up to the limit come along, the
        others are named in a line.
        """
        if found := await self.find_turn(thread, turn):
            return found
        if await self._chat.thread(thread.thread) is None:
            raise PostGone(words.THREAD_GONE)
        carried, left = await self._carry_files(thread.thread, turn, open_blob)
        notes = tuple(Subtext((Text(left_behind(file, words.LEFT_TOO_LARGE)),)) for file in left)
        message = Message(
            "",
            APP,
            self._chat.now(),
            body=(*turn.body, *notes),
            attachments=tuple(a for a in turn.attachments if a.file in carried),
            cards=tuple(_without_lost_pictures(card, carried) for card in turn.cards),
        )
        message = renamed(message, people={}, files=carried)
        post = Post(thread.thread, message, Role.TURN, speaker=replace(turn.author, avatar=None))
        return (await self._add(post, turn.key),)

    async def find_turn(self, thread: ThreadRef, turn: Turn) -> Sequence[str] | None:
        post = await self._chat.post_by_key(thread.thread, turn.key)
        return (post.id,) if post else None

    async def post_notice(self, thread: ThreadRef, body: Body, key: str) -> None:
        await self._post(thread, Role.NOTICE, key, body)

    async def notify(self, actor: Actor, reply: Reply) -> None:
        if not self._is_here(actor):
            raise NotAllowed(words.NOBODY)
        self._chat.events.notify(actor.user, reply)

    async def _carry_files(
        self, thread: str, turn: Turn, open_blob: OpenBlob
    ) -> tuple[dict[str, str], list[FileCopy]]:
        """The new ids of files that came along, and the attached ones that did not."""
        carried: dict[str, str] = {}
        left: list[FileCopy] = []
        attached = {attachment.file for attachment in turn.attachments}
        for file in turn.files:
            data = await _read_blob(file, open_blob)
            if data is not None:
                carried[file.id] = (await self._chat.add_file(file.name, data, thread)).id
            elif file.id in attached:
                left.append(file)
        return carried, left

    async def _post(
        self, thread: ThreadRef, role: Role, key: str, body: Body = (), card: Card | None = None
    ) -> Post:
        message = Message("", APP, self._chat.now(), body=body)
        post = Post(thread.thread, message, role, card=card)
        return replace(post, message=replace(message, id=await self._add(post, key)))

    async def _add(self, post: Post, key: str) -> str:
        """The id of `post`, which pings nobody, once for each `key`."""
        added = await self._chat.add_post(post, key=key)
        if added is None:
            raise PostGone(words.THREAD_GONE)
        return added.id

    async def _readable(self, actor: Actor, thread: ThreadRef) -> Thread:
        known = await self._chat.readable_thread(actor.user, thread.thread) if self._is_here(actor) else None
        if known is None:
            raise ThreadNotFound(words.NOT_FOUND)
        return known

    def _is_here(self, actor: Actor) -> bool:
        person = self._chat.people.get(actor.user)
        return (
            actor.platform == PLATFORM and actor.workspace == WORKSPACE and person is not None and person.live
        )


async def _read_blob(file: FileCopy, open_blob: OpenBlob) -> bytes | None:
    """The bytes of our copy, or None: there is none, or it is larger than the chat takes."""
    if file.state is not FileState.COPIED or (file.size or 0) > SIZE_LIMIT:
        return None
    data = bytearray()
    async with open_blob(file.blob) as chunks:
        async for chunk in chunks:
            data += chunk
            if len(data) > SIZE_LIMIT:
                return None
    return bytes(data)


def _without_lost_pictures(card: LinkCard, carried: dict[str, str]) -> LinkCard:
    return replace(
        card,
        image=card.image if card.image in carried else None,
        thumbnail=card.thumbnail if card.thumbnail in carried else None,
    )
