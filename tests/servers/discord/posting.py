"""Making, changing and deleting messages: what happens in the channel, whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tests.servers.discord.clock import time_of
from tests.servers.discord.errors import Json
from tests.servers.discord.mentions import EVERYTHING, Allowed, mentioned_in, previews_of
from tests.servers.discord.message_payloads import answered_message, created_json, delete_json
from tests.servers.discord.model import NO_FLAGS, Attachment, Channel, Flag, Message, Reference, Said, User
from tests.servers.discord.permissions import Can, permissions
from tests.servers.discord.threads import was_active
from tests.servers.discord.world import World

NOTICES = frozenset({Said.PINNED, Said.THREAD_CREATED, Said.THREAD_STARTER})


@dataclass
class Draft:
    """A message to be made. `allowed`: whom it may notify; `at`: when, if not now."""

    channel: Channel
    author: User
    content: str = ""
    kind: int = Said.DEFAULT
    flags: Flag = NO_FLAGS
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    stickers: list[Json] = field(default_factory=list)
    poll: Json | None = None
    snapshots: list[Message] = field(default_factory=list)
    reference: Reference | None = None
    allowed: Allowed = EVERYTHING
    nonce: str | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    shown_name: str | None = None
    shown_avatar: str | None = None
    interaction: Json | None = None
    seen_by: User | None = None
    tts: bool = False
    at: datetime | None = None
    id: int | None = None
    more: Json = field(default_factory=dict)


def put(world: World, draft: Draft) -> Message:
    """Makes the message and tells of it. An ephemeral one stands in no channel's history."""
    message_id = draft.id or world.ids.next(draft.at)
    message = Message(
        message_id,
        draft.channel,
        draft.author,
        draft.at or max(world.now(), time_of(message_id)),
        **{name: getattr(draft, name) for name in _SAME},
    )
    mark(world, message, draft.allowed)
    if message.author is world.bot or message.application_id == world.app.id:
        world.posted.append(message)
    if message.seen_by is not None:
        world.changes.tell()
        return message
    channel = draft.channel
    message.position = channel.thread.sent if channel.is_thread else None
    channel.messages.add(message)
    channel.last_message_id = max(message.id, channel.last_message_id or 0)
    if channel.is_thread:
        was_active(world, channel, message)
    world.tell("MESSAGE_CREATE", lambda: created_json(world, message), channel=channel)
    return message


_SAME = (
    "content",
    "kind",
    "flags",
    "embeds",
    "components",
    "attachments",
    "stickers",
    "poll",
    "snapshots",
    "reference",
    "nonce",
    "webhook_id",
    "application_id",
    "shown_name",
    "shown_avatar",
    "interaction",
    "seen_by",
    "tts",
    "more",
)


def mark(world: World, message: Message, allowed: Allowed) -> None:
    """Works out anew whom `message` mentions and notifies, what is previewed below it, and its files."""
    world.attachments.update({a.id: (a, message) for a in message.attachments})
    replied = answered_message(world, message) if message.kind == Said.REPLY else None
    webhook = message.webhook_id is not None
    texts = [] if message.kind in NOTICES else [message.content, *texts_of(message.components)]
    found = mentioned_in(
        texts,
        message.channel,
        message.author,
        allowed,
        webhook=webhook,
        replied=replied.author if replied and replied.webhook_id is None else None,
    )
    message.mentions, message.mention_roles = found.users, found.roles
    message.mention_everyone = found.everyone
    message.pings |= found.pinged if message.seen_by is None else set()
    shows = webhook or bool(permissions(message.author, message.channel) & Can.EMBED_LINKS)
    message.previews = previews_of(message.content, message.flags) if shows else []


def texts_of(components: Sequence[Json]) -> Iterator[str]:
    """The texts of Components V2, which mention people as content does."""
    for component in components:
        if component.get("type") == 10:
            yield str(component.get("content", ""))
        yield from texts_of(component.get("components") or [])


def changed(world: World, message: Message, *, edited: bool = True) -> None:
    if edited:
        message.edited_at = world.now()
    if message.seen_by is not None:
        world.changes.tell()
        return
    world.tell("MESSAGE_UPDATE", lambda: created_json(world, message), channel=message.channel)


def delete(world: World, message: Message) -> None:
    message.deleted = True
    if message.seen_by is None:
        message.channel.messages.remove(message)
    channel = message.channel
    world.tell("MESSAGE_DELETE", lambda: delete_json(message, channel), channel=channel)


def reference_to(message: Message, *, kind: int = 0) -> Reference:
    guild = message.channel.guild
    return Reference(message.id, message.channel.id, guild.id if guild else None, kind)
