"""Servers that remove the bot. What happens to a server while nobody listens is never told afterwards."""

from __future__ import annotations

from typing import Protocol

import discord
import structlog

from adapters.discord.config import DiscordConfig, Removed
from adapters.discord.identity import PLATFORM

log = structlog.get_logger(__name__)


class Ending(Protocol):
    """The part of `bot.commands.Commands` that is needed here."""

    async def workspace_left(self, platform: str, workspace: str) -> int: ...


class Leaving:
    """Does nothing before `commands` is set."""

    def __init__(self, config: DiscordConfig) -> None:
        self.commands: Ending | None = None
        self._config = config

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """discord.py calls this where the bot was removed or the server deleted, and not for a server that is
        unavailable for a while (docs: events/gateway-events, guild delete). The server's shares end, where the
        operator wants that.
        """
        if self.commands is None or self._config.removed is not Removed.REVOKE:
            return
        try:
            ended = await self.commands.workspace_left(PLATFORM, str(guild.id))
        except Exception:
            log.exception("discord.shares_of_removed_server_not_ended", server=guild.id)
        else:
            log.info("discord.removed", server=guild.id, ended=ended)
