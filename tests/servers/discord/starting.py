"""The three ways in which a thread begins, with the notices that Discord posts for each."""

from __future__ import annotations

from tests.servers.discord.errors import ApiError
from tests.servers.discord.model import Channel, Kind, Message, Reference, Said, User
from tests.servers.discord.posting import Draft, put, reference_to
from tests.servers.discord.threads import announce, check_cap, kind_in, make_thread, started_from
from tests.servers.discord.world import World


def start_from_message(
    world: World, message: Message, name: str, owner: User, *, auto_archive: int = 1440
) -> Channel:
    """A public thread with the message's own id. Inside stands a stub (type 21) without text,
    whose `referenced_message` is the real first message; that one stays in the parent.
    """
    if message.thread is not None or message.id in world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message")
    parent = message.channel
    check_cap(parent)
    thread = make_thread(
        world, parent, name, owner, kind=kind_in(parent), thread_id=message.id, auto_archive=auto_archive
    )
    started_from(world, message, thread)
    announce(world, thread)
    put(world, Draft(thread, owner, kind=Said.THREAD_STARTER, reference=reference_to(message)))
    return thread


def start_alone(
    world: World,
    parent: Channel,
    name: str,
    owner: User,
    *,
    kind: Kind = Kind.PRIVATE_THREAD,
    auto_archive: int = 1440,
    invitable: bool = True,
) -> Channel:
    """A thread from nothing. A public one is announced in the parent by a notice (type 18)."""
    check_cap(parent)
    thread = make_thread(
        world, parent, name, owner, kind=kind, auto_archive=auto_archive, invitable=invitable
    )
    announce(world, thread)
    if kind is not Kind.PRIVATE_THREAD:
        assert parent.guild is not None
        about = Reference(0, thread.id, parent.guild.id)
        put(world, Draft(parent, owner, name, kind=Said.THREAD_CREATED, reference=about))
    return thread


def start_post(
    world: World,
    forum: Channel,
    name: str,
    first: Draft,
    *,
    tags: list[int] | None = None,
    auto_archive: int = 1440,
) -> tuple[Channel, Message]:
    """A post in a forum or media channel; its first message has the post's own id. `first.channel`
    is filled in here.
    """
    check_cap(forum)
    thread = make_thread(
        world, forum, name, first.author, kind=Kind.PUBLIC_THREAD, auto_archive=auto_archive, tags=tags
    )
    announce(world, thread)
    first.channel, first.id = thread, thread.id
    return thread, put(world, first)
