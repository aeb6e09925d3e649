"""The listeners on the real client and a local Discord, with a core that says what a test wants."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord

from adapters.discord.answering import Pace
from adapters.discord.clients import login, make_client, point_at
from adapters.discord.config import DiscordConfig
from adapters.discord.gateway import Gateway
from adapters.discord.listeners import Listeners
from adapters.discord.live import Live
from adapters.discord.syncing import sync
from bot.commands import Request
from bot.model import Actor
from bot.reply import Reply
from bot.wording import said
from tests.servers.discord import Channel, Clock, Guild, LocalDiscord, User

EXPIRIES = (None, 1, 7, 30, 90)
BASE_URL = "https://share.example.org"


def config_for(server: LocalDiscord, **changes) -> DiscordConfig:
    return DiscordConfig(
        BASE_URL,
        **{"token": server.token, "api_url": server.api_url, "gateway_url": server.gateway_url, **changes},
    )


@dataclass
class Scripted:
    """Remembers what it is asked, and answers with `reply`, once `hold` is set."""

    reply: Reply = field(default_factory=lambda: said("Done."))
    replies: dict[str, Reply] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    done: list[Request] = field(default_factory=list)
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    meanwhile: Callable[[Request], Awaitable[None]] | None = None

    def __post_init__(self) -> None:
        self.hold.set()

    async def handle(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.meanwhile:
            await self.meanwhile(request)
        await self.hold.wait()
        self.done.append(request)
        return self.replies.get(request.verb, self.reply)


@dataclass
class Booth:
    server: LocalDiscord
    clock: Clock
    guild: Guild
    channel: Channel
    thread: Channel
    ana: User
    jonas: User
    commands: Scripted
    listeners: Listeners
    gateway: Gateway
    client: discord.Client
    live: Live
    notified: list[tuple[Actor, Reply]] = field(default_factory=list)

    async def slash(self, name: str = "share", options=None, *, place=None, who=None, **more):
        return await self.server.people.slash(
            who or self.ana, place or self.thread, name, options or {}, **more
        )

    async def shown(self, reply: Reply, name: str = "share"):
        """The interaction in which Ana sees `reply`."""
        self.commands.replies[name] = reply
        asked = await self.slash(name, subcommand="list" if name == "shares" else "")
        return await asked.answered()


@asynccontextmanager
async def open_booth(server: LocalDiscord, clock: Clock, pace: Pace | None = None) -> AsyncIterator[Booth]:
    guild = server.build.guild("Otters")
    ana, jonas = server.build.user("ana"), server.build.user("jonas")
    server.build.join(guild, ana, nick="Ana Moreno")
    server.build.join(guild, jonas)
    channel = server.build.channel(guild, "general")
    thread = await server.write.thread(ana, await server.write.post(ana, channel, "Shall we?"), "Plans")
    config = config_for(server)
    point_at(config)
    client = make_client(config, 1)
    await login(client, config.token)
    await sync(client, EXPIRIES)
    notified: list[tuple[Actor, Reply]] = []

    async def notify(actor: Actor, reply: Reply) -> None:
        notified.append((actor, reply))

    live = Live()
    listeners = Listeners(client, notify, live, pace)
    commands = listeners.commands = Scripted()
    client.event(listeners.on_interaction)
    gateway = Gateway(client, config.token)
    try:
        await gateway.start()
        yield Booth(
            server,
            clock,
            guild,
            channel,
            thread,
            ana,
            jonas,
            commands,
            listeners,
            gateway,
            client,
            live,
            notified,
        )
    finally:
        await listeners.close(0)
        await gateway.stop()
