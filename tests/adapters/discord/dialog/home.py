"""A whole Threadlink in Discord: the real core on SQLite, the real client, and a local Discord with people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from adapters.discord.connection import Discord, open_discord
from bot.cli.world import World, open_world
from bot.model import Actor, Share
from bot.settings import load_settings
from tests.adapters.discord.dialog.booth import BASE_URL, config_for
from tests.bot.store.fixtures import lay_database
from tests.servers.discord import Can, Channel, Clock, Guild, Interaction, LocalDiscord, Message, User
from tests.servers.discord.components import walk

TEXTS = (
    "Shall we move the meeting to **Thursday**?",
    "Fine with me. `make demo` works again, by the way.",
    "Then Thursday at ten. I tell the others.",
)


@dataclass
class Life:
    """One running process."""

    opened: Discord
    world: World

    @property
    def sharing(self):
        return self.world.sharing


@dataclass
class Home:
    """A server with a channel and a thread in it; what people do there, in few words."""

    server: LocalDiscord
    clock: Clock
    folder: Path
    guild: Guild
    channel: Channel
    thread: Channel
    ana: User
    jonas: User
    mod: User
    lives: list[Life] = field(default_factory=list)

    @property
    def life(self) -> Life:
        return self.lives[-1]

    @property
    def world(self) -> World:
        return self.life.world

    def actor(self, user: User, guild: Guild | None = None) -> Actor:
        return Actor("discord", str((guild or self.guild).id), str(user.id))

    async def links(self, user: User | None = None, guild: Guild | None = None) -> list[Share]:
        return await self.world.sharing.owned(self.actor(user or self.ana, guild))

    async def slash(
        self, name: str, options=None, *, who: User | None = None, place: Channel | None = None, **more
    ):
        """A command, and what came of it."""
        made = await self.server.people.slash(
            who or self.ana, place or self.thread, name, options or {}, **more
        )
        return await made.answered(timeout=10)

    async def press(self, message: Message, button: str, who: User | None = None, **more) -> Interaction:
        made = await self.server.people.click(who or self.ana, message, button, **more)
        return await made.answered(timeout=10)

    async def choose(self, message: Message, label: str, who: User | None = None) -> Interaction:
        """Chooses the option with this label, in whichever select offers it."""
        for select in walk(message.components):
            if label in [option["label"] for option in select.get("options", [])]:
                made = await self.server.people.select(who or self.ana, message, select["custom_id"], [label])
                return await made.answered(timeout=10)
        raise AssertionError(f"nothing offers {label!r}: {self.server.see(message)}")

    async def preview(self, **more) -> Message:
        return (await self.slash("share", **more)).message

    async def publish(self, message: Message | None = None, **more) -> Message:
        """Publishes a preview; gives the card."""
        preview = message or await self.preview(**more)
        pressed = await self.press(preview, "Publish", more.get("who"))
        assert "Published" in self.server.see(pressed), self.server.see(pressed)
        return self.cards(more.get("place"))[-1]

    def cards(self, place: Channel | None = None) -> list[Message]:
        bot = self.server.world.bot
        return [one for one in (place or self.thread).messages if one.author is bot and one.components]

    async def settle(self) -> None:
        """Lets replays and the outbox do all that is to be done."""
        await self.world.continuing.settle()
        await self.world.outbox.drain()

    async def idle(self) -> None:
        """Waits until every process has heard and answered all that people did so far."""
        await self.server.heard()
        for life in self.lives:
            while running := set(life.opened._listeners._running):
                await asyncio.wait(running)

    async def started_threads(self) -> Sequence[Channel]:
        bot = self.server.world.bot
        return [one for one in self.guild.threads.values() if one.thread.owner_id == bot.id]


@asynccontextmanager
async def living(home: Home, **config) -> AsyncIterator[Life]:
    """A process on the home's folder, until the block is left."""
    variables = {"THREADLINK_DATA": str(home.folder), "THREADLINK_BASE_URL": BASE_URL}
    settings = load_settings(variables, env_file=None)
    await lay_database(home.folder / "threadlink.db")
    async with (
        open_discord(config_for(home.server, **config)) as opened,
        open_world(settings, {opened.platform.name: opened.platform}) as world,
    ):
        world.sharing.clock = world.outbox.clock = home.clock
        opened.connect(world.commands)
        await opened.listen()
        life = Life(opened, world)
        home.lives.append(life)
        yield life
        await opened.close()
        await world.continuing.close()
        home.lives.remove(life)


async def build_home(server: LocalDiscord, clock: Clock, folder: Path, name: str = "Otters") -> Home:
    build, write = server.build, server.write
    guild = build.guild(name)
    ana, jonas, mod = (build.user(one) for one in ("ana", "jonas", "mod"))
    build.join(guild, ana, nick="Ana Moreno")
    build.join(guild, jonas, nick="Jonas Weber")
    build.join(
        guild, mod, roles=[build.role(guild, "Mods", permissions=Can.MANAGE_THREADS | Can.MANAGE_MESSAGES)]
    )
    channel = build.channel(guild, "general")
    first = await write.post(ana, channel, TEXTS[0])
    thread = await write.thread(ana, first, "Thursday")
    for who, text in zip((jonas, ana), TEXTS[1:], strict=True):
        clock.advance(30)
        await write.post(who, thread, text)
    clock.advance(30)
    return Home(server, clock, folder, guild, channel, thread, ana, jonas, mod)


WEEK = timedelta(days=7)
