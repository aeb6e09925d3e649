"""The platform on a local Discord: a server, its people and channels, and the fixed conversation of the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import discord

from adapters.discord.clients import login, make_client
from adapters.discord.config import DiscordConfig
from adapters.discord.identity import PLATFORM, actor, thread_ref, where
from adapters.discord.pacing import Pacing
from adapters.discord.platform import DiscordPlatform
from bot.model import Actor, ChannelRef, PostRef, ThreadRef
from bot.reply import Reply
from tests.adapters.stage import CONVERSATION, PEOPLE
from tests.servers.discord import Can, Channel, Clock, Guild, Kind, LocalDiscord, Message, User
from tests.servers.discord.client import pointed_at
from tests.servers.discord.model import Said

BASE_URL = "https://share.example.org"
FASTER = 1000
"""So many times faster than in reality do rate limits pass in tests."""

TYPED = {
    0: "Shall we look at the **numbers**?",
    1: "Here: https://example.org/notes",
    2: "Thanks <@{Jonas Weber}> 🎉",
    3: "```python\ntotal = sum(values)\nprint(total)\n```",
    5: "> Shall we look?\nWe did.",
}
"""The fixed conversation as people type it on Discord, by its place there."""


@dataclass
class Watching:
    """Somebody who looks at an answer as long as `looking`; else they need a message."""

    looking: bool = False
    told: list[Reply] = field(default_factory=list)

    async def tell(self, _actor: Actor, reply: Reply) -> bool:
        if self.looking:
            self.told.append(reply)
        return self.looking


@dataclass
class DiscordStage:
    """See `tests.adapters.stage.Stage`. The clock stands still until it is told to go on."""

    server: LocalDiscord
    clock: Clock
    client: discord.Client
    config: DiscordConfig
    guild: Guild
    watching: Watching = field(default_factory=Watching)
    people: dict[str, User] = field(default_factory=dict)
    opened: list[DiscordPlatform] = field(default_factory=list)
    losses: frozenset[str] = frozenset({"deleted"})
    speed: float = FASTER
    """How fast time passes for the pace of a platform that is made from now on."""

    def __post_init__(self) -> None:
        build = self.server.build
        for name in PEOPLE:
            person = build.user(name.split()[0].lower())
            build.join(self.guild, person, nick=name)
            self.people[name] = person
        ana, jonas, mei = self.people.values()
        manages = build.role(self.guild, "Managers", permissions=Can.MANAGE_GUILD)
        build.give(self.guild, mei, manages)
        self.general = build.channel(self.guild, "general")
        self.leads = build.channel(self.guild, "leads")
        build.hide(self.leads, mei, self.server.world.bot)
        self.place = self.channel_ref(self.general)
        self.reader, self.stranger, self.moderator = map(self.actor, (ana, jonas, mei))
        self.platform: Any = self.another()

    def another(self) -> DiscordPlatform:
        """The platform as another process would have it: remembering nothing."""
        platform = DiscordPlatform(self.client, self.config, self.watching, pacing=Pacing(speed=self.speed))
        self.opened.append(platform)
        return platform

    def actor(self, person: User) -> Actor:
        return actor(self.guild.id, person.id, person.name)

    def channel_ref(self, channel: Channel) -> ChannelRef:
        return ChannelRef(PLATFORM, str(self.guild.id), str(channel.id))

    def thread_ref(self, thread: Channel) -> ThreadRef:
        assert thread.parent
        return thread_ref(self.guild.id, thread.parent.id, thread.id)

    async def tell(self) -> None:
        """The fixed conversation, in a thread of #general, and a secret in a thread of #leads."""
        write, ana, mei = self.server.write, self.people["Ana Moreno"], self.people["Mei Tanaka"]
        told_in = await write.thread(ana, self.general, "Numbers")
        said: list[Message] = []
        for place, told in enumerate(CONVERSATION):
            self.clock.advance(1)
            person, text = self.people[told.by], TYPED.get(place, "gone")
            for name, mentioned in self.people.items():
                text = text.replace(f"{{{name}}}", str(mentioned.id))
            answered = None if told.answers is None else said[told.answers]
            files = dict([told.file]) if told.file else None
            message = await write.post(person, told_in, text, reply_to=answered, files=files)
            if told.edited:
                await write.edit(person, message, text)
            if told.deleted:
                await write.delete(person, message)
            said.append(message)
        self.thread = self.thread_ref(told_in)
        hidden = await write.thread(mei, await write.post(mei, self.leads, "secret"), "Secrets")
        await write.post(mei, hidden, "more")
        self.private = self.thread_ref(hidden)

    # What `Stage` asks for

    def now(self) -> datetime:
        return self.clock()

    async def say(self, thread: ThreadRef, by: str, text: str) -> None:
        await self.say_many(thread, by, [text])

    async def say_many(self, thread: ThreadRef, by: str, texts: Sequence[str]) -> None:
        for text in texts:
            self.clock.advance(1)
            await self.server.write.post(self.people[by], self.channel(thread), text)

    async def edit_first(self, thread: ThreadRef, text: str) -> None:
        message = self.channel(thread).messages[0]
        await self.server.write.edit(message.author, message, text)

    async def delete(self, post: PostRef) -> None:
        message = self.channel(post.thread).messages.get(int(post.post))
        assert message
        await self.server.write.delete(self.guild.owner, message)

    async def delete_thread(self, thread: ThreadRef) -> None:
        self.server.build.delete_channel(self.channel(thread))

    async def pings(self) -> int:
        return self.server.pings

    async def texts(self, thread: ThreadRef) -> Sequence[str]:
        below = f"\nthread: {self.channel(thread).name}"
        return [self.server.see(message).removesuffix(below) for message in self.messages(thread)]

    async def names(self, thread: ThreadRef) -> Sequence[str]:
        return [message.shown_as for message in self.messages(thread)]

    async def close(self) -> None:
        for platform in self.opened:
            await platform.close()

    # More

    def channel(self, thread: ThreadRef) -> Channel:
        place = where(thread)
        assert place
        return self.server.world.channels[place.channel]

    def messages(self, thread: ThreadRef) -> list[Message]:
        """What stands in a thread as people see it: with its first message where that lives in the parent."""
        channel = self.channel(thread)
        first = channel.parent and channel.parent.messages.get(channel.id)
        inside = [message for message in channel.messages if message.kind != Said.THREAD_STARTER]
        return [first, *inside] if first else inside

    def forum(self, name: str = "help", kind: Kind = Kind.FORUM, **more: Any) -> Channel:
        return self.server.build.channel(self.guild, name, kind, **more)


@asynccontextmanager
async def staged(**config: Any) -> AsyncIterator[DiscordStage]:
    """A stage with the conversation told."""
    clock = Clock()
    async with LocalDiscord(clock) as server:
        settings = DiscordConfig(BASE_URL, server.token, server.api_url, server.gateway_url, **config)
        guild = server.build.guild("Otters")
        client = make_client(settings, 1)
        with pointed_at(server):
            await login(client, server.token)
            stage = DiscordStage(server, clock, client, settings, guild)
            await stage.tell()
            try:
                yield stage
            finally:
                await stage.close()
                await client.close()
