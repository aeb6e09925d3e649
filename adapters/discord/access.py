"""Who may read, moderate and continue what: asked of Discord each time, for the person and for the bot.

A bot often sees more than whoever asks it, so that the person's own rights count. What is not there and
what the person may not read are told apart by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.discord import identity, words
from adapters.discord.config import DiscordConfig
from adapters.discord.identity import Where
from adapters.discord.parse_fields import Raw, identifier, whole
from adapters.discord.permissions import FORUMS, READING, THREADS, Can, Kind, in_channel, in_guild
from adapters.discord.rest import Rest
from bot.model import Actor, ChannelRef, ThreadRef
from bot.platforms import NotAllowed, ThreadNotFound

_AGE_RESTRICTED_SERVERS = (1, 3)
"""`nsfw_level`: explicit, and age-restricted (docs: resources/guild)."""

_STARTING = Can.CREATE_PUBLIC_THREADS | Can.SEND_MESSAGES_IN_THREADS


@dataclass(frozen=True, slots=True)
class Ground:
    """A thread or channel with what its permissions depend on: `channel` holds the messages, `parent` the
    permissions; they are the same for a plain channel.
    """

    where: Where
    guild: Raw
    channel: Raw
    parent: Raw

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
    def __init__(self, rest: Rest, config: DiscordConfig) -> None:
        self._rest = rest
        self._config = config

    async def reading(self, actor: Actor, thread: ThreadRef) -> Ground:
        """What `actor` and the bot may read and the operator lets them share. Raises ThreadNotFound, NotAllowed."""
        ground = await self._readable(actor, thread)
        if ground is None:
            raise ThreadNotFound(words.NOT_FOUND)
        self._check_policy(ground)
        await self.check_own(ground)
        return ground

    async def may_read(self, actor: Actor, thread: ThreadRef) -> bool:
        try:
            return await self._readable(actor, thread) is not None
        except ThreadNotFound:
            return False

    async def check_own(self, ground: Ground) -> None:
        """Raises NotAllowed where the bot may not read the history: Discord then gives it an empty one."""
        member = await self._rest.member(ground.where.guild, self._rest.me) or {}
        if in_channel(ground.guild, member, ground.parent) & READING != READING:
            raise NotAllowed(words.CANT_READ)

    async def ground(self, where: Where) -> Ground:
        """Raises ThreadNotFound where the bot can't view it, or where it is not what `where` says."""
        guild = await self._rest.guild(where.guild)
        channel = await self._rest.channel(where.channel)
        is_thread = whole(channel, "type") in THREADS
        parent = await self._rest.channel(where.parent) if is_thread else channel
        truly = (
            identifier(channel, "guild_id") == str(where.guild)
            and is_thread == (where.thread is not None)
            and identifier(channel, "parent_id" if is_thread else "id") == str(where.parent)
        )
        if not truly:
            raise ThreadNotFound(words.NOT_FOUND)
        return Ground(where, guild, channel, parent)

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        guild_id, channel_id = identity.id_of(place.workspace), identity.id_of(place.channel)
        if not _is_here(actor, place.workspace) or guild_id is None:
            return False
        try:
            member = await self._rest.member(guild_id, actor.user)
            guild = await self._rest.guild(guild_id) if member else {}
        except ThreadNotFound:
            return False  # the bot was removed from that server
        if not member:
            return False
        if in_guild(guild, member) & (Can.MANAGE_GUILD | Can.ADMINISTRATOR):
            return True
        try:
            channel = await self._rest.channel(channel_id) if channel_id else {}
        except ThreadNotFound:
            return False
        if identifier(channel, "guild_id") != str(guild_id):
            return False
        return bool(in_channel(guild, member, channel) & (Can.MANAGE_THREADS | Can.MANAGE_MESSAGES))

    async def starting(self, actor: Actor, place: ChannelRef) -> Raw:
        """The channel in which `actor` may start a thread: `place`, or its parent where it is a thread. Raises
        NotAllowed.
        """
        guild_id, channel_id = identity.id_of(place.workspace), identity.id_of(place.channel)
        if not _is_here(actor, place.workspace) or guild_id is None or channel_id is None:
            raise NotAllowed(words.NO_CHANNEL)
        try:
            channel = await self._rest.channel(channel_id)
            if whole(channel, "type") in THREADS:
                channel = await self._rest.channel(identity.id_of(identifier(channel, "parent_id")) or 0)
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

    async def _readable(self, actor: Actor, thread: ThreadRef) -> Ground | None:
        where = identity.where(thread)
        if where is None or not _is_here(actor, thread.workspace):
            return None
        ground = await self.ground(where)
        member = await self._rest.member(where.guild, actor.user)
        granted = in_channel(ground.guild, member, ground.parent) if member else 0
        if granted & READING != READING:
            return None
        if not ground.is_private or granted & Can.MANAGE_THREADS:
            return ground
        return ground if await self._rest.is_in_thread(where.channel, actor.user) else None

    def _check_policy(self, ground: Ground) -> None:
        config = self._config
        if ground.is_private and not config.allow_private:
            raise NotAllowed(words.PRIVATE_REFUSED)
        if ground.is_restricted and not config.allow_restricted:
            raise NotAllowed(words.RESTRICTED_REFUSED)
        if ground.is_age_restricted and not config.allow_age_restricted:
            raise NotAllowed(words.AGE_REFUSED)


def _is_here(actor: Actor, workspace: str) -> bool:
    """Whether `actor` is somebody of that very server."""
    same = actor.platform == identity.PLATFORM and actor.workspace == workspace
    return same and identity.id_of(actor.user) is not None
