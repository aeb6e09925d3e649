"""The reading half of the adapter on the real client and a local Discord: a server, a channel, three people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import discord

from adapters.discord.access import Access
from adapters.discord.capturing import Capturing
from adapters.discord.clients import login, make_client, point_at
from adapters.discord.config import DiscordConfig
from adapters.discord.directory import Directory
from adapters.discord.downloads import Downloads
from adapters.discord.identity import actor, channel_ref, stretch_ref, thread_ref
from adapters.discord.reading import Reading
from bot.model import Actor, ChannelRef, Message, Snapshot, ThreadRef
from bot.richtext.plain import plain
from tests.adapters.stage import Counting, Ledger
from tests.servers.discord import Channel, Clock, Guild, LocalDiscord, Role, User
from tests.servers.discord import Message as Post


@dataclass
class Desk:
    server: LocalDiscord
    clock: Clock
    client: discord.Client
    config: DiscordConfig
    guild: Guild
    channel: Channel
    ana: User
    jonas: User
    mei: User
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.directory = Directory(self.client, now=lambda: self.clock().timestamp())
        self.downloads = Downloads(self.config)
        self.set_up(self.config)

    def set_up(self, config: DiscordConfig) -> None:
        """Another operator's decisions from now on."""
        self.config = config
        self.access = Access(self.client, config)
        reading = Reading(self.client, self.access, config.max_messages, sleep=self._wait)
        self.capturing = Capturing(self.client, self.directory, self.access, reading)

    async def _wait(self, seconds: float) -> None:
        self.waits.append(seconds)

    @property
    def bot_role(self) -> Role:
        return self.guild.members[self.server.world.bot.id].roles[0]

    def actor(self, user: User, guild: Guild | None = None) -> Actor:
        return actor((guild or self.guild).id, user.id, user.name)

    def ref(self, thread: Channel) -> ThreadRef:
        return thread_ref(thread.guild.id, thread.parent.id, thread.id)

    def place(self, channel: Channel) -> ChannelRef:
        return channel_ref(channel.guild.id, channel.id)

    def part(self, first: Post, last: Post | None = None) -> ThreadRef:
        """The stretch from one message to another."""
        place, end = first.channel, last.id if last else None
        if place.is_thread:
            return thread_ref(place.guild.id, place.parent.id, place.id, first=first.id, last=end)
        return stretch_ref(place.guild.id, place.id, first.id, end)

    async def thread(self, *texts: str, name: str = "Plans") -> Channel:
        """A thread of Ana's and Jonas', the first text in the channel."""
        first, *rest = texts or ("Shall we?", "Let us")
        thread = await self.server.write.thread(self.ana, await self.post(first), name)
        for text in rest:
            await self.post(text, thread, self.jonas)
        return thread

    async def post(self, text: str, channel: Channel | None = None, who: User | None = None, **more) -> Post:
        self.clock.advance(1)
        return await self.server.write.post(who or self.ana, channel or self.channel, text, **more)

    async def capture(self, what: ThreadRef | Channel, who: User | None = None, **more) -> Snapshot:
        return await self.capturing.capture(
            more.get("actor") or self.actor(who or self.ana),
            self.ref(what) if isinstance(what, Channel) else what,
            until=more.get("until") or self.clock(),
            replayed_by=more.get("ledger", Ledger()).replayed_by,
            progress=more.get("progress") or Counting(),
        )

    def asked(self, method: str, ending: str) -> list[str]:
        """The paths of REST requests that end so."""
        return [
            one.path for one in self.server.requests if one.method == method and one.path.endswith(ending)
        ]


def texts(snapshot: Snapshot) -> Sequence[str]:
    return [plain(message.body) for message in snapshot.messages]


def authors(snapshot: Snapshot) -> Sequence[str | None]:
    names = {person.key: person.name for person in snapshot.header.participants}
    return [names.get(message.author or "") for message in snapshot.messages]


def only(snapshot: Snapshot) -> Message:
    (message,) = snapshot.messages
    return message


def config_for(server: LocalDiscord, **changes) -> DiscordConfig:
    given = {"token": server.token, "api_url": server.api_url, "gateway_url": server.gateway_url}
    return DiscordConfig("https://share.example.org", **{**given, **changes})


@asynccontextmanager
async def open_desk(server: LocalDiscord, clock: Clock) -> AsyncIterator[Desk]:
    build = server.build
    guild = build.guild("Otters")
    ana, jonas, mei = (build.user(name) for name in ("ana", "jonas", "mei"))
    build.join(guild, ana, nick="Ana Moreno")
    build.join(guild, jonas)
    build.join(guild, mei)
    channel = build.channel(guild, "general")
    config = config_for(server)
    point_at(config)
    client = make_client(config, 1)
    await login(client, config.token)
    desk = Desk(server, clock, client, config, guild, channel, ana, jonas, mei)
    try:
        yield desk
    finally:
        await desk.downloads.close()
        await client.close()
