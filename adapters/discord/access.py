"""Who may read, moderate and continue what: asked of Discord each time, for the person and for the bot.

A bot often sees more than whoever asks it, so that the person's own rights count. What is not there and
what the person may not read are told apart by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import discord

from adapters.discord import identity, words
from adapters.discord.config import DiscordConfig
from adapters.discord.identity import Where
from adapters.discord.parse_fields import NOTHING, Raw, identifier, line, whole
from adapters.discord.permissions import (
    FORUMS,
    READING,
    THREADS,
    Can,
    Kind,
    in_channel,
    in_guild,
    missing,
)
from adapters.discord.rest import Rest
from bot.model import Actor, ChannelRef
from bot.platforms import NotAllowed, ThreadNotFound

_AGE_RESTRICTED_SERVERS = (1, 3)
"""`nsfw_level`: explicit, and age-restricted (docs: resources/guild)."""

_STARTING = Can.CREATE_PUBLIC_THREADS | Can.SEND_MESSAGES_IN_THREADS
_MODERATING = Can.MANAGE_THREADS | Can.MANAGE_MESSAGES


@dataclass(frozen=True, slots=True)
class Place:
    """A thread or channel with what its permissions depend on: `channel` holds the messages, `parent` the
    permissions; they are the same for a plain channel.
    """

    where: Where
    guild: Raw
    channel: Raw
    parent: Raw

    @property
    def title(self) -> str:
        """The thread's name; "" for a plain channel."""
        return line(self.channel, "name") if self.where.thread is not None else ""

    @property
    def is_forum_post(self) -> bool:
        return self.where.thread is not None and whole(self.parent, "type") in FORUMS

    @property
    def is_private(self) -> bool:
        return whole(self.channel, "type") == Kind.PRIVATE_THREAD

    @property
    def is_restricted(self) -> bool:
        """Whether not everyone in the server can read it."""
        return in_channel(self.guild, {}, self.parent) & READING != READING

    @property
    def is_age_restricted(self) -> bool:
        flagged = any(one.get("nsfw") is True for one in (self.channel, self.parent))
        return flagged or whole(self.guild, "nsfw_level") in _AGE_RESTRICTED_SERVERS


class Access:
    """`client` has logged in. Nothing is remembered here: rights are asked for anew each time."""

    def __init__(self, client: discord.Client, config: DiscordConfig) -> None:
        self._rest = Rest(client)
        self._config = config

    async def readable(self, actor: Actor, where: Where | None) -> Place:
        """What `actor` and the bot may read and the operator lets them share; `where` None is nowhere.

        Raises ThreadNotFound, one text for what is not there and what the person may not read; NotAllowed
        where the operator does not want such channels shared, or where the bot lacks a permission.
        """
        place = await self._read_by(actor, where)
        self._check_policy(place)
        await self.check_own(place)
        return place

    async def may_read(self, actor: Actor, where: Where | None) -> bool:
        """Whether the person, not the bot, may read it, and may share it."""
        try:
            self._check_policy(await self._read_by(actor, where))
        except (ThreadNotFound, NotAllowed):
            return False
        return True

    async def check_own(self, place: Place) -> None:
        """Raises NotAllowed where the bot may not read the history: Discord then gives it an empty one."""
        granted = in_channel(place.guild, await self._own(place.where.guild), place.parent)
        if missing(granted, READING):
            raise NotAllowed(words.CANT_READ)

    async def bot_may(self, channel: int, needed: Can) -> tuple[str, ...]:
        """Which of the permissions `needed` in a channel or thread the bot lacks, by their names in Discord's
        settings. Raises ThreadNotFound where the bot can't view it.
        """
        raw = await self._with_permissions(channel)
        guild = identity.id_of(identifier(raw, "guild_id"))
        if guild is None:
            raise ThreadNotFound(words.NOT_FOUND)
        return missing(in_channel(await self._rest.guild(guild), await self._own(guild), raw), needed)

    async def place(self, where: Where) -> Place:
        """Raises ThreadNotFound where the bot can't view it, or where it is not what `where` says."""
        guild = await self._rest.guild(where.guild)
        channel = await self._rest.channel(where.channel)
        is_thread = whole(channel, "type") in THREADS
        truly = (
            identifier(channel, "guild_id") == str(where.guild)
            and is_thread == (where.thread is not None)
            and identifier(channel, "parent_id" if is_thread else "id") == str(where.parent)
        )
        if not truly:
            raise ThreadNotFound(words.NOT_FOUND)
        parent = await self._rest.channel(where.parent) if is_thread else channel
        return Place(where, guild, channel, parent)

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        """Who may manage threads or messages in the channel, and who manages the server: these also where
        the channel is gone.
        """
        guild_id, channel_id = identity.id_of(place.workspace), identity.id_of(place.channel)
        if not _is_here(actor, place.workspace) or guild_id is None:
            return False
        try:
            member = await self._rest.member(guild_id, actor.user)
            guild = await self._rest.guild(guild_id) if member else NOTHING
        except ThreadNotFound:
            return False  # the bot was removed from that server
        if not member:
            return False
        if in_guild(guild, member) & (Can.MANAGE_GUILD | Can.ADMINISTRATOR):
            return True
        channel = await self._moderated(guild_id, channel_id) if channel_id else NOTHING
        if identifier(channel, "guild_id") != str(guild_id):
            return False
        return bool(in_channel(guild, member, channel) & _MODERATING)

    async def _moderated(self, guild: int, channel: int) -> Raw:
        """The channel with its permissions, also where the bot can't view it any more; {} where it is gone."""
        try:
            return await self._with_permissions(channel)
        except ThreadNotFound:
            known = await self._rest.guild_channels(guild)
        return next((one for one in known if identifier(one) == str(channel)), NOTHING)

    async def _with_permissions(self, channel: int) -> Raw:
        """A channel, or the one that a thread has its permissions from."""
        raw = await self._rest.channel(channel)
        if whole(raw, "type") in THREADS:
            raw = await self._rest.channel(identity.id_of(identifier(raw, "parent_id")) or 0)
        return raw

    async def _own(self, guild: int) -> Raw:
        return await self._rest.member(guild, self._rest.me) or NOTHING

    async def starting(self, actor: Actor, place: ChannelRef) -> Raw:
        """The channel in which `actor` may start a thread: `place`, or its parent where it is a thread. Raises
        NotAllowed.
        """
        guild_id, channel_id = identity.id_of(place.workspace), identity.id_of(place.channel)
        if not _is_here(actor, place.workspace) or guild_id is None or channel_id is None:
            raise NotAllowed(words.NO_CHANNEL)
        try:
            channel = await self._with_permissions(channel_id)
            member = await self._rest.member(guild_id, actor.user)
            guild = await self._rest.guild(guild_id)
        except ThreadNotFound:
            raise NotAllowed(words.NO_CHANNEL) from None
        kind = whole(channel, "type")
        granted = in_channel(guild, member, channel) if member else 0
        if identifier(channel, "guild_id") != str(guild_id) or granted & READING != READING:
            raise NotAllowed(words.NO_CHANNEL)
        if kind not in {Kind.TEXT, Kind.ANNOUNCEMENT, *FORUMS}:
            raise NotAllowed(words.NO_THREADS)
        needed = Can.SEND_MESSAGES if kind in FORUMS else _STARTING
        if granted & needed != needed:
            raise NotAllowed(words.NO_CHANNEL)
        return channel

    async def _read_by(self, actor: Actor, where: Where | None) -> Place:
        """Raises ThreadNotFound unless the person may read it."""
        if where is None or not _is_here(actor, str(where.guild)):
            raise ThreadNotFound(words.NOT_FOUND)
        place = await self.place(where)
        member = await self._rest.member(where.guild, actor.user)
        granted = in_channel(place.guild, member, place.parent) if member else 0
        if granted & READING != READING:
            raise ThreadNotFound(words.NOT_FOUND)
        closed = place.is_private and not granted & Can.MANAGE_THREADS
        if closed and not await self._rest.is_in_thread(where.channel, actor.user):
            raise ThreadNotFound(words.NOT_FOUND)
        return place

    def _check_policy(self, place: Place) -> None:
        config = self._config
        if place.is_private and not config.allow_private:
            raise NotAllowed(words.PRIVATE_REFUSED)
        if place.is_restricted and not config.allow_restricted:
            raise NotAllowed(words.RESTRICTED_REFUSED)
        if place.is_age_restricted and not config.allow_age_restricted:
            raise NotAllowed(words.AGE_REFUSED)


def _is_here(actor: Actor, workspace: str) -> bool:
    """Whether `actor` is somebody of that very server."""
    same = actor.platform == identity.PLATFORM and actor.workspace == workspace
    return same and identity.id_of(actor.user) is not None
