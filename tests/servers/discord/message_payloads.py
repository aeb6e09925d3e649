"""Messages as Discord's JSON, for one reader: what the Message Content toggle hides is left out."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from tests.servers.discord.clock import iso
from tests.servers.discord.errors import Json
from tests.servers.discord.model import Attachment, Channel, Message
from tests.servers.discord.payloads import emoji_json, member_json, thread_json, user_json
from tests.servers.discord.world import World

SIGNED_FOR = timedelta(days=1)
"""How long an attachment's address works; Discord announced this for 2024."""

ANSWERING = frozenset({19, 20, 21, 23, 24, 46})
"""Types of messages whose answers carry `referenced_message`, null where it was deleted."""


def attachment_json(world: World, channel_id: int, attachment: Attachment) -> Json:
    url = signed(world, f"/attachments/{channel_id}/{attachment.id}/{attachment.filename}")
    made: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.content),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
        "content_scan_version": 0,
    }
    optional: Json = {
        "title": attachment.title,
        "description": attachment.description,
        "width": attachment.width,
        "height": attachment.height,
        "duration_secs": attachment.duration,
        "waveform": attachment.waveform,
        "flags": 1 << 3 if attachment.spoiler else None,
    }
    return made | {key: value for key, value in optional.items() if value is not None}


def signed(world: World, path: str) -> str:
    issued = world.now()
    ex, start = f"{int((issued + SIGNED_FOR).timestamp()):x}", f"{int(issued.timestamp()):x}"
    return f"{world.url}{path}?ex={ex}&is={start}&hm={signature(world, path, ex, start)}&"


def signature(world: World, path: str, ex: str, start: str) -> str:
    return hmac.new(world.secret, f"{path}|{ex}|{start}".encode(), hashlib.sha256).hexdigest()


def may_read_content(world: World, message: Message) -> bool:
    """Without the toggle: only one's own, direct messages, and those that mention the bot."""
    if world.app.message_content or message.channel.guild is None:
        return True
    own = message.author is world.bot or message.application_id == world.app.id
    return own or world.bot in message.mentions


def message_json(world: World, message: Message, *, uncovered: bool = False, deep: bool = True) -> Json:
    """The message as REST gives it to the bot. `uncovered`: with its content in any case, as the
    target of a menu. `deep`: with the message that it answers (one level only).
    """
    made: Json = {
        "id": str(message.id),
        "type": int(message.kind),
        "channel_id": str(message.channel.id),
        "author": author_json(message),
        "content": message.content,
        "embeds": message.embeds,
        "attachments": [attachment_json(world, message.channel.id, a) for a in message.attachments],
        "components": message.components,
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role.id) for role in message.mention_roles],
        "mention_everyone": message.mention_everyone,
        "pinned": message.pinned,
        "tts": message.tts,
        "timestamp": iso(message.at),
        "edited_timestamp": iso(message.edited_at) if message.edited_at else None,
        "flags": int(message.flags),
    }
    made |= _optional(world, message)
    made |= _referring(world, message, uncovered=uncovered, deep=deep)
    made |= message.more
    return made if uncovered or may_read_content(world, message) else covered(made)


def covered(made: Json) -> Json:
    """What is left of a message for an app without Message Content."""
    made = {key: value for key, value in made.items() if key != "poll"}
    if "message_snapshots" in made:
        inner = [
            {"message": s["message"] | {"content": "", "embeds": [], "attachments": [], "components": []}}
            for s in made["message_snapshots"]
        ]
        made["message_snapshots"] = inner
    return made | {"content": "", "embeds": [], "attachments": [], "components": []}


def author_json(message: Message) -> Json:
    """A webhook post has its webhook as author, with the name and picture it was posted under."""
    if message.webhook_id is None or message.shown_name is None:
        return user_json(message.author)
    return {
        "id": str(message.webhook_id),
        "username": message.shown_name,
        "avatar": message.shown_avatar,
        "discriminator": "0000",
        "public_flags": 0,
        "flags": 0,
        "global_name": None,
        "bot": True,
    }


def _optional(world: World, message: Message) -> Json:
    made: Json = {}
    if message.reactions:
        made["reactions"] = [
            {
                "emoji": emoji_json(r.emoji),
                "count": len(r.users),
                "count_details": {"burst": 0, "normal": len(r.users)},
                "burst_colors": [],
                "me_burst": False,
                "burst_me": False,
                "me": world.bot in r.users,
                "burst_count": 0,
            }
            for r in message.reactions
        ]
    found: Json = {
        "sticker_items": message.stickers or None,
        "poll": message.poll,
        "nonce": message.nonce,
        "position": message.position,
        "webhook_id": str(message.webhook_id) if message.webhook_id else None,
        "application_id": str(message.application_id) if message.application_id else None,
        "interaction_metadata": message.interaction,
        "thread": thread_json(world, message.thread) if message.thread else None,
    }
    return made | {key: value for key, value in found.items() if value is not None}


def _referring(world: World, message: Message, *, uncovered: bool, deep: bool) -> Json:
    reference = message.reference
    made: Json = {}
    if message.snapshots:
        made["message_snapshots"] = [{"message": snapshot_json(world, s)} for s in message.snapshots]
    if reference is None:
        return made
    made["message_reference"] = {"type": reference.kind, "channel_id": str(reference.channel_id)}
    if reference.message_id:
        made["message_reference"]["message_id"] = str(reference.message_id)
    if reference.guild_id:
        made["message_reference"]["guild_id"] = str(reference.guild_id)
    if deep and message.kind in ANSWERING and not reference.untold:
        answered = answered_message(world, message)
        covers = answered and message_json(world, answered, uncovered=uncovered, deep=False)
        made["referenced_message"] = covers or None
    return made


SNAPSHOT = (
    "type",
    "content",
    "embeds",
    "attachments",
    "timestamp",
    "edited_timestamp",
    "flags",
    "mentions",
    "mention_roles",
    "sticker_items",
    "components",
)


def snapshot_json(world: World, message: Message) -> Json:
    """A forwarded message: no author, no id, nothing that it answered."""
    made = message_json(world, message, uncovered=True, deep=False)
    return {key: made[key] for key in SNAPSHOT if key in made}


def answered_message(world: World, message: Message) -> Message | None:
    reference = message.reference
    channel = reference and world.channels.get(reference.channel_id)
    return channel.messages.get(reference.message_id) if reference and channel else None


def delete_json(message: Message, channel: Channel) -> Json:
    guild = {"guild_id": str(channel.guild.id)} if channel.guild else {}
    return {"id": str(message.id), "channel_id": str(channel.id), **guild}


def created_json(world: World, message: Message) -> Json:
    """MESSAGE_CREATE: with the author's member and the server, which REST leaves out."""
    made = message_json(world, message)
    guild = message.channel.guild
    if guild is None:
        return made
    made["guild_id"] = str(guild.id)
    member = guild.member(message.author)
    if member and message.webhook_id is None:
        made["member"] = member_json(member, with_user=False)
    return made
