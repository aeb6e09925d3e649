from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import discord
import pytest

from tests.servers.discord import Channel, Clock, Guild, LocalDiscord, User
from tests.servers.discord.client import running


@dataclass
class Scene:
    """A local Discord with one server, two people and a channel; and the bot, connected."""

    server: LocalDiscord
    clock: Clock
    guild: Guild
    ana: User
    jonas: User
    channel: Channel
    bot: discord.Client

    @property
    def http(self) -> discord.http.HTTPClient:
        return self.bot.http

    def there(self, channel: Channel) -> discord.PartialMessageable:
        """`channel` as discord.py writes to it without knowing it."""
        return self.bot.get_partial_messageable(channel.id, guild_id=self.guild.id)

    async def newest(self, channel: Channel | None = None) -> Any:
        """The newest message as REST gives it."""
        return (await self.http.logs_from((channel or self.channel).id, 1))[0]

    async def rest(self, method: str, path: str, body: object = None) -> Any:
        """A request that discord.py would not make by itself."""
        return await self.http.request(discord.http.Route(method, path), json=body)


@pytest.fixture
async def clock() -> Clock:
    return Clock()


@pytest.fixture
async def server(clock: Clock):
    async with LocalDiscord(clock) as made:
        yield made


@pytest.fixture
async def scene(server: LocalDiscord, clock: Clock):
    guild = server.build.guild("Otters")
    ana, jonas = server.build.user("ana"), server.build.user("jonas")
    server.build.join(guild, ana, nick="Ana Moreno")
    server.build.join(guild, jonas)
    channel = server.build.channel(guild, "general")
    intents = discord.Intents(guilds=True)
    client = discord.Client(intents=intents, max_messages=None, guild_ready_timeout=0.02)
    async with running(server, client) as bot:
        yield Scene(server, clock, guild, ana, jonas, channel, bot)


@contextmanager
def refused(code: int, *, status: int | None = None, saying: str = "") -> Iterator[None]:
    """The block is refused by the API with this code of Discord's."""
    with pytest.raises(discord.HTTPException) as caught:
        yield
    assert caught.value.code == code
    assert status in (None, caught.value.status)
    assert saying in caught.value.text
