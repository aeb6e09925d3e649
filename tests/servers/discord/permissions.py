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

# Plain numbers: flags are ten times slower, and this is asked for every message.
_ALL = int(ALL)
_ADMINISTRATOR, _VIEW, _MANAGE_THREADS = map(int, (Can.ADMINISTRATOR, Can.VIEW_CHANNEL, Can.MANAGE_THREADS))
_SEND, _SEND_IN_THREADS = int(Can.SEND_MESSAGES), int(Can.SEND_MESSAGES_IN_THREADS)
_SENDING = int(Can.MENTION_EVERYONE | Can.SEND_TTS | Can.ATTACH_FILES | Can.EMBED_LINKS)


def base(guild: Guild, member: Member) -> Can:
    """In the server as a whole."""
    return Can(_base(guild, member))


def permissions(user: User, channel: Channel) -> Can:
    """In `channel`, with its overwrites and the denials that follow from others. A thread takes
    its parent's; whether a private thread is open to `user` is `may_view`'s business.
    """
    return Can(_permissions(user, channel))


def may_view(user: User, channel: Channel) -> bool:
    return _sees(_permissions(user, channel), user, channel)


def may(user: User, channel: Channel, wanted: Can) -> bool:
    """Whether `user` sees `channel` and has all of `wanted` there."""
    granted, needed = _permissions(user, channel), int(wanted)
    return granted & needed == needed and _sees(granted, user, channel)


def may_send(user: User, channel: Channel) -> bool:
    return may(user, channel, Can.SEND_MESSAGES_IN_THREADS if channel.is_thread else Can.SEND_MESSAGES)


def _sees(granted: int, user: User, channel: Channel) -> bool:
    if not granted & _VIEW:
        return False
    if channel.is_private_thread and not granted & _MANAGE_THREADS:
        return user.id in channel.thread.members
    return True


def _base(guild: Guild, member: Member) -> int:
    if guild.owner.id == member.user.id:
        return _ALL
    granted = int(guild.everyone.permissions)
    for role in member.roles:
        granted |= int(role.permissions)
    return _ALL if granted & _ADMINISTRATOR else granted


def _permissions(user: User, channel: Channel) -> int:
    if channel.guild is None:
        return _ALL & ~_ADMINISTRATOR if user in channel.recipients else 0
    member = channel.guild.members.get(user.id)
    if member is None:
        return 0
    granted = _base(channel.guild, member)
    if granted & _ADMINISTRATOR:
        return granted
    place = channel.parent if channel.is_thread and channel.parent else channel
    return _implicit(_overwritten(granted, member, place), thread=channel.is_thread)


def _overwritten(granted: int, member: Member, place: Channel) -> int:
    everyone = place.overwrites.get(member.guild.everyone.id)
    if everyone:
        granted = granted & ~int(everyone.deny) | int(everyone.allow)
    allow = deny = 0
    for role in member.roles:
        if found := place.overwrites.get(role.id):
            allow, deny = allow | int(found.allow), deny | int(found.deny)
    granted = granted & ~deny | allow
    if own := place.overwrites.get(member.user.id):
        granted = granted & ~int(own.deny) | int(own.allow)
    return granted


def _implicit(granted: int, *, thread: bool) -> int:
    if not granted & _VIEW:
        return 0
    sending = _SEND_IN_THREADS if thread else _SEND
    return granted if granted & sending else granted & ~_SENDING
