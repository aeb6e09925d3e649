"""Discord, opened: the platform that the core asks, and the listeners that ask the core."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import discord
import structlog
from aiohttp import web

from adapters.discord import words_dialog as words
from adapters.discord.clients import login, make_client, point_at, reads_content
from adapters.discord.config import DiscordConfig
from adapters.discord.errors import FAILURES, Job, translated
from adapters.discord.gateway import Gateway
from adapters.discord.leaving import Leaving
from adapters.discord.listeners import Listeners
from adapters.discord.live import Live
from adapters.discord.platform import DiscordPlatform
from adapters.discord.syncing import sync
from bot.commands import Commands
from bot.platforms import NotAllowed, Unavailable

log = structlog.get_logger(__name__)

_GRACE = 5.0
"""Seconds that what is being done may take to end when Threadlink stops."""

_EVERYTHING: tuple[int | None, ...] = (None, 1, 7, 30, 90)


class Discord:
    """The connection of one bot. `alone` names what only one process may listen to: the same shards twice
    would deliver everything twice.
    """

    def __init__(self, config: DiscordConfig, client: discord.Client) -> None:
        live = Live()
        self.platform = DiscordPlatform(client, config, live)
        shards = ",".join(map(str, config.shard_ids))
        self.alone = f"discord {shards}/{config.shard_count}" if shards else "discord"
        self._config = config
        self._client = client
        self._gateway = Gateway(client, config.token)
        self._listeners = Listeners(client, self.platform.notify, live)
        self._leaving = Leaving(config)
        self._expiries: Sequence[int | None] = _EVERYTHING
        client.event(self._listeners.on_interaction)
        client.event(self._leaving.on_guild_remove)

    def connect(self, commands: Commands) -> None:
        """Gives the listeners their core, before anything is delivered."""
        self._listeners.commands = self._leaving.commands = commands
        self._expiries = commands.sharing.policy.expiry_choices()

    def mount(self, app: web.Application) -> None:
        """Discord delivers by its gateway and needs no route."""

    async def listen(self) -> None:
        """Makes the commands known and begins to receive; returns once the gateway is ready. Raises NotAllowed
        where only the operator can help, else Unavailable; both may be followed by another call.
        """
        if self._client.application is None:
            await login(self._client, self._config.token)
        await self._sync()
        await self._set_shards()
        if reads_content(self._client) is False:
            log.warning("discord.no_content", remedy=words.NO_CONTENT)
        await self._gateway.start()

    async def check(self) -> str:
        """For /healthz. Raises PlatformError where nothing was delivered for more than a minute."""
        state, content = self._gateway.state(), reads_content(self._client)
        if content is None:
            return words.NO_LOGIN_YET
        return f"{state}, message content {'on' if content else 'off'}"

    async def close(self) -> None:
        await self._listeners.close(_GRACE)
        await self._gateway.stop()
        await self.platform.close()

    async def _sync(self) -> None:
        guild = self._config.sync_guild
        try:
            if await sync(self._client, self._expiries, guild):
                log.info("discord.commands_synced", guild=guild)
        except discord.Forbidden as refused:
            raise NotAllowed(words.CANT_SYNC) from refused
        except FAILURES as failed:
            raise translated(failed, Job.READING) from failed

    async def _set_shards(self) -> None:
        """Asks how many shards there are to be, where neither the operator nor the login has told."""
        if isinstance(self._client, discord.AutoShardedClient) and self._client.shard_count is None:
            self._client.shard_count = await _recommended(self._client)


@asynccontextmanager
async def open_discord(config: DiscordConfig) -> AsyncIterator[Discord]:
    """Discord with its REST interface ready; `listen` begins to receive. Raises NotAllowed, one line for the
    operator. Where Discord does not answer, `listen` tries again.
    """
    point_at(config)
    opened = Discord(config, await _logged_in(config))
    try:
        yield opened
    finally:
        await opened.close()


async def _logged_in(config: DiscordConfig) -> discord.Client:
    """A client of the kind that the number of shards asks for, logged in unless Discord is away."""
    client = make_client(config, config.shard_count or 1)
    try:
        await login(client, config.token)
        shards = config.shard_count or await _recommended(client)
        if shards > 1 and not isinstance(client, discord.AutoShardedClient):
            await client.close()
            client = make_client(config, shards)
            await login(client, config.token)
    except Unavailable as failed:
        log.warning("discord.away", why=str(failed))
        if config.shard_count is None:
            with suppress(*FAILURES):
                await client.http.close()
            client = make_client(config, None)
            with suppress(Unavailable):
                await login(client, config.token)
    except NotAllowed:
        await client.close()
        raise
    return client


async def _recommended(client: discord.Client) -> int:
    """How many shards Discord asks for. Raises Unavailable."""
    try:
        shards, _url, _limits = await client.http.get_bot_gateway()
    except (discord.GatewayNotFound, *FAILURES) as failed:
        raise translated(failed, Job.READING) from failed
    return shards
