"""What a member may do where, computed as Discord does (docs: topics/permissions)."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.discord.model import Channel, Guild, Member, User


class Can(IntFlag):
    """Permission bits that matter here."""

    KICK_MEMBERS = 1 << 1
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    CHANGE_NICKNAME = 1 << 26
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    SEND_POLLS = 1 << 49
    PIN_MESSAGES = 1 << 51


ALL = Can((1 << 53) - 1)
NONE = Can(0)

EVERYBODY = (
    Can.ADD_REACTIONS
    | Can.VIEW_CHANNEL
    | Can.SEND_MESSAGES
    | Can.EMBED_LINKS
    | Can.ATTACH_FILES
    | Can.READ_MESSAGE_HISTORY
    | Can.USE_EXTERNAL_EMOJIS
    | Can.CONNECT
    | Can.CHANGE_NICKNAME
    | Can.USE_APPLICATION_COMMANDS
    | Can.CREATE_PUBLIC_THREADS
    | Can.CREATE_PRIVATE_THREADS
    | Can.USE_EXTERNAL_STICKERS
    | Can.SEND_MESSAGES_IN_THREADS
    | Can.SEND_POLLS
)
"""What a new server's @everyone may do."""

_SENDING = Can.MENTION_EVERYONE | Can.SEND_TTS | Can.ATTACH_FILES | Can.EMBED_LINKS


def base(guild: Guild, member: Member) -> Can:
    """In the server as a whole."""
    if guild.owner.id == member.user.id:
        return ALL
    granted = guild.everyone.permissions
    for role in member.roles:
        granted |= role.permissions
    return ALL if granted & Can.ADMINISTRATOR else Can(granted)


def permissions(user: User, channel: Channel) -> Can:
    """In `channel`, with its overwrites and the denials that follow from others. A thread takes
    its parent's; whether a private thread is open to `user` is `may_view`'s business.
    """
    if channel.guild is None:
        return ALL & ~Can.ADMINISTRATOR if user in channel.recipients else NONE
    member = channel.guild.members.get(user.id)
    if member is None:
        return NONE
    granted = base(channel.guild, member)
    if granted & Can.ADMINISTRATOR:
        return granted
    place = channel.parent if channel.is_thread and channel.parent else channel
    return _implicit(_overwritten(granted, member, place), thread=channel.is_thread)


def may_view(user: User, channel: Channel) -> bool:
    granted = permissions(user, channel)
    if not granted & Can.VIEW_CHANNEL:
        return False
    if channel.is_private_thread and not granted & Can.MANAGE_THREADS:
        return user.id in channel.thread.members
    return True


def may(user: User, channel: Channel, wanted: Can) -> bool:
    """Whether `user` sees `channel` and has all of `wanted` there."""
    return may_view(user, channel) and permissions(user, channel) & wanted == wanted


def may_send(user: User, channel: Channel) -> bool:
    wanted = Can.SEND_MESSAGES_IN_THREADS if channel.is_thread else Can.SEND_MESSAGES
    return may(user, channel, wanted)


def _overwritten(granted: Can, member: Member, place: Channel) -> Can:
    guild = member.guild
    everyone = place.overwrites.get(guild.everyone.id)
    if everyone:
        granted = granted & ~everyone.deny | everyone.allow
    allow, deny = NONE, NONE
    for role in member.roles:
        if found := place.overwrites.get(role.id):
            allow, deny = allow | found.allow, deny | found.deny
    granted = granted & ~deny | allow
    if own := place.overwrites.get(member.user.id):
        granted = granted & ~own.deny | own.allow
    return Can(granted)


def _implicit(granted: Can, *, thread: bool) -> Can:
    if not granted & Can.VIEW_CHANNEL:
        return NONE
    sending = Can.SEND_MESSAGES_IN_THREADS if thread else Can.SEND_MESSAGES
    return granted if granted & sending else granted & ~_SENDING
