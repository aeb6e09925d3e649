"""The real jobs on a real SQLite store and a real playground chat, in a throw-away folder."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.playground.chat import Chat
from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, WORKSPACE
from bot.cli.world import World, open_world
from bot.model import Actor, ChannelRef, ThreadRef
from bot.settings import load_settings
from bot.sharing import Sharing
from bot.sharing.publishing import Published
from tests.bot.store.fixtures import lay_database


@dataclass
class Town:
    """A chat with three people, and a Threadlink that serves it."""

    chat: Chat
    platform: PlaygroundPlatform
    world: World

    @property
    def sharing(self) -> Sharing:
        return self.world.sharing

    def actor(self, handle: str) -> Actor:
        person = next(p for p in self.chat.people.values() if p.handle == handle)
        return Actor(PLATFORM, WORKSPACE, person.id, person.name)

    async def thread(self, reader: str = "mei", *, containing: str = "", index: int = 0) -> ThreadRef:
        """The `index`th thread that `reader` may read whose title contains `containing`."""
        threads = [t for t in await self.chat.threads(self.actor(reader).user) if containing in t.title]
        found = sorted(threads, key=lambda thread: thread.messages)[index]
        return ThreadRef(PLATFORM, WORKSPACE, found.channel, found.id)

    def channel(self, name: str) -> ChannelRef:
        found = next(c for c in self.chat.channels.values() if c.name == name)
        return ChannelRef(PLATFORM, WORKSPACE, found.id)

    async def publish(self, who: str, thread: ThreadRef, **choices: Any) -> Published:
        """Shares `thread` with every suspected secret masked."""
        actor = self.actor(who)
        draft = await self.sharing.prepare(actor, thread)
        masked = frozenset(f.id for f in (await self.sharing.review(draft.id, actor)).open)
        await self.sharing.choose(draft.id, actor, replace(draft.choices, masked=masked, **choices))
        return await self.sharing.publish(draft.id, actor)

    def later(self, delta: timedelta) -> None:
        """Lets time pass for the jobs."""
        base = self.sharing.clock
        moved = lambda: base() + delta  # noqa: E731
        self.sharing.clock = moved
        self.world.outbox.clock = moved


@pytest.fixture(scope="session")
def seeded_chat(tmp_path_factory):
    """A folder with the sample chat; copied by each test."""
    folder = tmp_path_factory.mktemp("seed") / "chat"

    async def seed() -> None:
        await (await Chat.open(folder)).close()

    asyncio.run(seed())
    return folder


@pytest.fixture
async def town(tmp_path, seeded_chat) -> AsyncIterator[Town]:
    shutil.copytree(seeded_chat, tmp_path / "chat")
    chat = await Chat.open(tmp_path / "chat")
    platform = PlaygroundPlatform(chat)
    await lay_database(tmp_path / "data" / "threadlink.db")
    settings = load_settings({"THREADLINK_DATA": str(tmp_path / "data")}, env_file=None)
    async with open_world(settings, {PLATFORM: platform}) as world:
        yield Town(chat, platform, world)
        await world.continuing.close()
    await chat.close()
