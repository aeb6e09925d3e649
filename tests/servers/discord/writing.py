"""What people write and do in channels themselves, with their own rights."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.servers.discord.clock import iso
from tests.servers.discord.errors import Json, Refused
from tests.servers.discord.limits import attachment
from tests.servers.discord.mentions import Allowed
from tests.servers.discord.model import (
    FORUMS,
    Channel,
    Emoji,
    Flag,
    Kind,
    Message,
    Said,
    User,
)
from tests.servers.discord.permissions import Can, may, may_send, may_view
from tests.servers.discord.posting import Draft, changed, delete, mark, put, reference_to
from tests.servers.discord.reacting import add_reaction, remove_reaction
from tests.servers.discord.starting import start_alone, start_from_message, start_post
from tests.servers.discord.threads import (
    add_member,
    kind_in,
    remove_member,
    set_archived,
    settle,
    updated,
)

if TYPE_CHECKING:
    from tests.servers.discord.world import World


class Writing:
    """Every method raises Refused where the person may not. `at` backdates what is written."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def post(
        self,
        user: User,
        channel: Channel,
        content: str = "",
        *,
        reply_to: Message | None = None,
        ping_reply: bool = True,
        files: Mapping[str, bytes] | None = None,
        stickers: Sequence[Json] = (),
        embeds: Sequence[Json] = (),
        at: datetime | None = None,
        **more: Any,
    ) -> Message:
        """A message, with `files` by their names; bots may add embeds. `more` are further fields of
        `posting.Draft`, e.g. `components`, `kind`, `flags` or `more` (raw JSON that is added).
        """
        self._check_writes(user, channel)
        draft = Draft(channel, user, content, at=at, stickers=list(stickers), embeds=list(embeds), **more)
        draft.attachments = [attachment(self._world, n, c) for n, c in (files or {}).items()]
        draft.allowed = Allowed(replied_user=ping_reply)
        if reply_to is not None:
            draft.kind, draft.reference = Said.REPLY, reference_to(reply_to)
        return put(self._world, draft)

    async def voice(
        self, user: User, channel: Channel, content: bytes = b"OggS", seconds: float = 3
    ) -> Message:
        self._check_writes(user, channel)
        about = {"duration_secs": seconds, "waveform": "AAAA"}
        recorded = attachment(self._world, "voice-message.ogg", content, about)
        return put(self._world, Draft(channel, user, flags=Flag.VOICE, attachments=[recorded]))

    async def forward(self, user: User, message: Message, to: Channel) -> Message:
        """A copy of the message as it is now, without its author."""
        if not may_view(user, message.channel):
            raise Refused(f"{user.name} does not see what is to be forwarded.")
        self._check_writes(user, to)
        draft = Draft(to, user, snapshots=[copy.copy(message)], flags=Flag.HAS_SNAPSHOT)
        draft.reference = reference_to(message, kind=1)
        return put(self._world, draft)

    async def poll(
        self, user: User, channel: Channel, question: str, answers: Sequence[str], *, hours: int = 24
    ) -> Message:
        self._check_writes(user, channel)
        if not may(user, channel, Can.SEND_POLLS):
            raise Refused(f"{user.name} may not ask polls here.")
        poll: Json = {
            "question": {"text": question},
            "answers": [{"answer_id": i, "poll_media": {"text": a}} for i, a in enumerate(answers, start=1)],
            "expiry": iso(self._world.now() + timedelta(hours=hours)),
            "allow_multiselect": False,
            "layout_type": 1,
            "results": {"is_finalized": False, "answer_counts": []},
        }
        return put(self._world, Draft(channel, user, poll=poll))

    async def vote(self, user: User, message: Message, answer_id: int) -> Message:
        assert message.poll is not None
        counts: list[Json] = message.poll["results"]["answer_counts"]
        found = next((c for c in counts if c["id"] == answer_id), None)
        if found is None:
            found = {"id": answer_id, "count": 0, "me_voted": False}
            counts.append(found)
        found["count"] += 1
        self._world.changes.tell()
        return message

    async def edit(self, user: User, message: Message, content: str) -> Message:
        if message.author is not user:
            raise Refused("Only its author edits a message.")
        self._check_awake(message.channel)
        message.content = content
        mark(self._world, message, Allowed())
        changed(self._world, message)
        return message

    async def delete(self, user: User, message: Message) -> None:
        if message.author is not user and not may(user, message.channel, Can.MANAGE_MESSAGES):
            raise Refused(f"{user.name} may not delete this.")
        delete(self._world, message)

    async def react(self, user: User, message: Message, emoji: str | Emoji) -> Message:
        self._check_awake(message.channel)
        if not may(user, message.channel, Can.ADD_REACTIONS):
            raise Refused(f"{user.name} may not react here.")
        add_reaction(self._world, message, user, _name(emoji))
        return message

    async def unreact(self, user: User, message: Message, emoji: str | Emoji) -> Message:
        remove_reaction(self._world, message, user, _name(emoji))
        return message

    async def pin(self, user: User, message: Message) -> Message:
        """Pins it; a notice (type 6) tells the channel, and is what this returns."""
        if not may(user, message.channel, Can.PIN_MESSAGES) and not may(
            user, message.channel, Can.MANAGE_MESSAGES
        ):
            raise Refused(f"{user.name} may not pin here.")
        message.pinned = True
        changed(self._world, message, edited=False)
        notice = Draft(message.channel, user, kind=Said.PINNED, reference=reference_to(message))
        return put(self._world, notice)

    async def thread(
        self,
        user: User,
        place: Channel | Message,
        name: str,
        *,
        private: bool = False,
        auto_archive: int = 1440,
        invitable: bool = True,
    ) -> Channel:
        """A thread from a message, or from nothing in a channel."""
        parent = place.channel if isinstance(place, Message) else place
        wanted = Can.CREATE_PRIVATE_THREADS if private else Can.CREATE_PUBLIC_THREADS
        if parent.kind not in (Kind.TEXT, Kind.ANNOUNCEMENT) or not may(user, parent, wanted):
            raise Refused(f"{user.name} may not start a thread here.")
        if isinstance(place, Message):
            return start_from_message(self._world, place, name, user, auto_archive=auto_archive)
        kind = Kind.PRIVATE_THREAD if private else kind_in(parent)
        return start_alone(
            self._world, parent, name, user, kind=kind, auto_archive=auto_archive, invitable=invitable
        )

    async def forum_post(
        self, user: User, forum: Channel, name: str, content: str, *, tags: Sequence[str] = ()
    ) -> Channel:
        """A post in a forum or media channel, with tags by their names."""
        if forum.kind not in FORUMS or not may(user, forum, Can.SEND_MESSAGES):
            raise Refused(f"{user.name} may not post here.")
        chosen = [tag.id for tag in forum.tags if tag.name in tags]
        if forum.require_tag and not chosen:
            raise Refused("A post needs a tag here.")
        made, _ = start_post(self._world, forum, name, Draft(forum, user, content), tags=chosen)
        return made

    async def archive(self, user: User, thread: Channel, *, locked: bool = False) -> Channel:
        self._check_manages(user, thread, own=not locked)
        set_archived(self._world, thread, archived=True, locked=locked)
        return thread

    async def unarchive(self, user: User, thread: Channel) -> Channel:
        self._check_manages(user, thread, own=not thread.thread.locked)
        set_archived(self._world, thread, archived=False, locked=False)
        return thread

    async def rename(self, user: User, channel: Channel, name: str) -> Channel:
        if channel.is_thread:
            self._check_manages(user, channel, own=True)
        elif not may(user, channel, Can.MANAGE_CHANNELS):
            raise Refused(f"{user.name} may not rename this.")
        channel.name = name
        updated(self._world, channel)
        return channel

    async def add_to_thread(self, user: User, thread: Channel, *others: User) -> Channel:
        """Joining oneself, or adding `others`, who may be the bot."""
        if not may_view(user, thread):
            raise Refused(f"{user.name} does not see this thread.")
        for other in others or (user,):
            add_member(self._world, thread, other)
        return thread

    async def leave_thread(self, user: User, thread: Channel) -> None:
        remove_member(self._world, thread, user)

    def _check_writes(self, user: User, channel: Channel) -> None:
        settle(self._world, channel)
        if channel.guild is None:
            return
        if not may_send(user, channel):
            raise Refused(f"{user.name} may not write here.")
        if channel.is_thread and channel.thread.locked and not may(user, channel, Can.MANAGE_THREADS):
            raise Refused("This thread is locked.")

    def _check_awake(self, channel: Channel) -> None:
        settle(self._world, channel)
        if channel.is_thread and channel.thread.archived:
            raise Refused("In an archived thread nothing can be changed.")

    def _check_manages(self, user: User, thread: Channel, *, own: bool) -> None:
        mine = own and thread.thread.owner_id == user.id
        if not mine and not may(user, thread, Can.MANAGE_THREADS):
            raise Refused(f"{user.name} may not manage this thread.")


def _name(emoji: str | Emoji) -> str:
    return emoji if isinstance(emoji, str) else f"{emoji.name}:{emoji.id}"
