"""What a member may do where, from raw JSON (docs: topics/permissions)."""

from __future__ import annotations

from enum import IntEnum, IntFlag

from adapters.discord.parse_fields import Raw, identifier, mapping, mappings, whole


class Can(IntFlag):
    """The permissions that matter here. `label` is what Discord's settings call one."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    CONNECT = 1 << 20
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    SEND_MESSAGES_IN_THREADS = 1 << 38

    @property
    def label(self) -> str:
        return (self.name or "").replace("_", " ").title().replace(" In ", " in ")


class Kind(IntEnum):
    """Types of channels (docs: resources/channel)."""

    TEXT = 0
    VOICE = 2
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({Kind.ANNOUNCEMENT_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD})
FORUMS = frozenset({Kind.FORUM, Kind.MEDIA})
_SPOKEN = frozenset({Kind.VOICE, Kind.STAGE})
READING = Can.VIEW_CHANNEL | Can.READ_MESSAGE_HISTORY

_EVERYTHING = (1 << 64) - 1
_FOR_ROLE, _FOR_MEMBER = 0, 1


def in_guild(guild: Raw, member: Raw) -> int:
    """What `member` (with their user; {} for everyone) may do in the server as a whole."""
    user = identifier(mapping(member, "user"))
    if user and user == identifier(guild, "owner_id"):
        return _EVERYTHING
    mine = {identifier(guild), *_roles(member)}
    granted = 0
    for role in mappings(guild, "roles"):
        if identifier(role) in mine:
            granted |= _bits(role, "permissions")
    return _EVERYTHING if granted & Can.ADMINISTRATOR else granted


def in_channel(guild: Raw, member: Raw, channel: Raw) -> int:
    """What `member` may do in `channel`. A thread has its parent's permissions, so ask for that; whether a
    private thread is open to somebody is a question of its own.
    """
    granted = in_guild(guild, member)
    if granted == _EVERYTHING:
        return granted
    granted = _overwritten(granted, guild, member, channel)
    hidden = not granted & Can.VIEW_CHANNEL
    # Who may not enter a room for speaking may do nothing there.
    if hidden or (whole(channel, "type") in _SPOKEN and not granted & Can.CONNECT):
        return 0
    return granted


def missing(granted: int, needed: Can) -> tuple[str, ...]:
    """What of `needed` is not granted, as Discord's settings call it."""
    return tuple(one.label for one in needed if not granted & one)


def _overwritten(granted: int, guild: Raw, member: Raw, channel: Raw) -> int:
    everyone, roles, user = identifier(guild), set(_roles(member)), identifier(mapping(member, "user"))
    exceptions = mappings(channel, "permission_overwrites")
    steps = (
        [one for one in exceptions if _is_for(one, _FOR_ROLE) and identifier(one) == everyone],
        [one for one in exceptions if _is_for(one, _FOR_ROLE) and identifier(one) in roles],
        [one for one in exceptions if _is_for(one, _FOR_MEMBER) and user and identifier(one) == user],
    )
    for step in steps:
        allow = deny = 0
        for one in step:
            allow, deny = allow | _bits(one, "allow"), deny | _bits(one, "deny")
        granted = granted & ~deny | allow
    return granted


def _is_for(overwrite: Raw, kind: int) -> bool:
    return whole(overwrite, "type") == kind


def _roles(member: Raw) -> list[str]:
    roles = member.get("roles")
    return [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []


def _bits(raw: Raw, key: str) -> int:
    """Permissions travel as decimal strings, because they outgrew what JavaScript counts exactly."""
    value = raw.get(key)
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) <= 20 else 0  # noqa: PLR2004
