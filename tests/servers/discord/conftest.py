from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import discord
import pytest

from tests.servers.discord import Channel, Clock, Guild, Interaction, LocalDiscord, User
from tests.servers.discord.client import running

SHARE = {"name": "share", "description": "Share this thread", "type": 1}


class Bot(discord.Client):
    """The real client; it keeps every interaction that it hears of and does `then` with it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.02, **options)
        self.heard: list[Any] = []
        self.then: Callable[[Any], Awaitable[None]] | None = None

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The real one waits 5 seconds before it identifies again."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.heard.append(interaction)
        if self.then:
            await self.then(interaction)


@dataclass
class Scene:
    """A local Discord with one server, two people and a channel; and the bot, connected."""

    server: LocalDiscord
    clock: Clock
    guild: Guild
    ana: User
    jonas: User
    channel: Channel
    bot: Bot

    @property
    def http(self) -> discord.http.HTTPClient:
        return self.bot.http

    @property
    def heard(self) -> list[Any]:
        """Every interaction that reached the bot, as discord.py gives it."""
        return self.bot.heard

    async def register(self, *commands: dict) -> None:
        await self.rest("PUT", f"/applications/{self.bot.application_id}/commands", list(commands))

    async def arrived(self, times: int = 1) -> tuple[Interaction, Any]:
        """A slash command of Ana's, and discord.py's side of it."""
        await self.register(SHARE)
        asked = await self.server.people.slash(self.ana, self.channel, "share", times=times)
        await self.server.until(lambda: len(self.heard) >= times)
        return asked, self.heard[-1]

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
    bot = Bot(max_messages=None)
    async with running(server, bot):
        yield Scene(server, clock, guild, ana, jonas, channel, bot)


@contextmanager
def refused(code: int, *, status: int | None = None, saying: str = "") -> Iterator[None]:
    """The block is refused by the API with this code of Discord's."""
    with pytest.raises(discord.HTTPException) as caught:
        yield
    assert caught.value.code == code
    assert status in (None, caught.value.status)
    assert saying in caught.value.text
