"""Threads: how they begin, sleep, are woken, locked and left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.servers.discord.clock import time_of
from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.model import Channel, Flag, Kind, Message, Said, ThreadState, User
from tests.servers.discord.payloads import any_channel_json, thread_json
from tests.servers.discord.permissions import may_view

if TYPE_CHECKING:
    from tests.servers.discord.world import World


def make_thread(
    world: World,
    parent: Channel,
    name: str,
    owner: User,
    *,
    kind: Kind,
    thread_id: int | None = None,
    auto_archive: int = 1440,
    invitable: bool = True,
    tags: list[int] | None = None,
) -> Channel:
    """The thread alone, empty and untold; its owner is its first member."""
    assert parent.guild is not None
    made_id = thread_id or world.ids.next()
    now = max(world.now(), time_of(made_id)) if thread_id is None else world.now()
    state = ThreadState(
        owner.id,
        created_at=now,
        archive_changed_at=now,
        auto_archive=auto_archive,
        invitable=invitable,
        members={owner.id: now},
        applied_tags=tags or [],
    )
    thread = Channel(made_id, kind, name, parent.guild, parent, nsfw=parent.nsfw, state=state)
    parent.guild.threads[thread.id] = world.channels[thread.id] = thread
    return thread


def announce(world: World, thread: Channel) -> None:
    world.tell("THREAD_CREATE", lambda: {**thread_json(world, thread), "newly_created": True}, channel=thread)


def started_from(world: World, message: Message, thread: Channel) -> None:
    """Ties the thread to the message that it was started from."""
    message.thread = thread
    message.flags |= Flag.HAS_THREAD
    world.changes.tell()


def kind_in(parent: Channel) -> Kind:
    """What a public thread in `parent` is."""
    return Kind.ANNOUNCEMENT_THREAD if parent.kind is Kind.ANNOUNCEMENT else Kind.PUBLIC_THREAD


def check_cap(channel: Channel) -> None:
    guild = channel.guild
    assert guild is not None
    if sum(not t.thread.archived for t in guild.threads.values()) >= guild.max_active_threads:
        raise ApiError(400, 160006, "Maximum number of active threads reached")


def settle(world: World, channel: Channel) -> None:
    """Lets a thread fall asleep whose time without messages is over."""
    if not channel.is_thread or channel.thread.archived:
        return
    state = channel.thread
    active = state.archive_changed_at
    if channel.last_message_id:
        active = max(active, time_of(channel.last_message_id))
    if world.now() > active + timedelta(minutes=state.auto_archive):
        set_archived(world, channel, archived=True)


def set_archived(world: World, thread: Channel, *, archived: bool, locked: bool | None = None) -> None:
    state = thread.thread
    if state.archived != archived:
        state.archived, state.archive_changed_at = archived, world.now()
    state.locked = state.locked if locked is None else locked
    updated(world, thread)


def updated(world: World, channel: Channel) -> None:
    name = "THREAD_UPDATE" if channel.is_thread else "CHANNEL_UPDATE"
    sees = channel if channel.is_thread else None
    world.tell(name, lambda: any_channel_json(world, channel), guild=channel.guild, channel=sees)


def was_active(world: World, thread: Channel, message: Message) -> None:
    """A new message wakes its thread and lets its author join; the first of a post does not count."""
    state = thread.thread
    if message.id != thread.id and message.kind != Said.THREAD_STARTER:
        state.sent += 1
    if state.archived:
        set_archived(world, thread, archived=False)
    if message.webhook_id is None and message.author.id not in state.members:
        add_member(world, thread, message.author)


def add_member(world: World, thread: Channel, user: User) -> None:
    if user.id in thread.thread.members:
        return
    seen = may_view(world.bot, thread)
    thread.thread.members[user.id] = world.now()
    if not seen and may_view(world.bot, thread):
        world.tell("THREAD_CREATE", lambda: thread_json(world, thread), channel=thread)
    told = _members_json(world, thread, added=[user], removed=[])
    world.tell("THREAD_MEMBERS_UPDATE", lambda: told, channel=thread)


def remove_member(world: World, thread: Channel, user: User) -> None:
    """Told before it is done: afterwards the one who left may see the thread no more."""
    told = _members_json(world, thread, added=[], removed=[user])
    world.tell("THREAD_MEMBERS_UPDATE", lambda: told, channel=thread)
    thread.thread.members.pop(user.id, None)
    world.changes.tell()


def _members_json(world: World, thread: Channel, *, added: list[User], removed: list[User]) -> Json:
    assert thread.guild is not None
    joined = thread.thread.members
    return {
        "id": str(thread.id),
        "guild_id": str(thread.guild.id),
        "member_count": len(joined),
        "added_members": [
            {
                "id": str(thread.id),
                "user_id": str(user.id),
                "join_timestamp": joined[user.id].isoformat(),
                "flags": 0,
            }
            for user in added
        ],
        "removed_member_ids": [str(user.id) for user in removed],
    }


def delete_thread(world: World, thread: Channel) -> None:
    assert thread.guild is not None
    assert thread.parent is not None
    if not thread.deleted and may_view(world.bot, thread):
        told: Json = {
            "id": str(thread.id),
            "guild_id": str(thread.guild.id),
            "parent_id": str(thread.parent.id),
            "type": int(thread.kind),
        }
        world.tell("THREAD_DELETE", lambda: told, channel=thread)
    thread.deleted = True
    thread.guild.threads.pop(thread.id, None)
    world.channels.pop(thread.id, None)
    starter = thread.parent.messages.get(thread.id)
    if starter:
        starter.thread, starter.flags = None, starter.flags & ~Flag.HAS_THREAD
    world.changes.tell()
