"""A Threadlink with its playground on a free port, as `python -m bot demo` runs it."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from aiohttp.test_utils import unused_port

from adapters.playground.records import PLATFORM, WORKSPACE
from bot.cli.serving import running
from bot.cli.world import World
from bot.codec import message_to_json, to_document
from bot.model import Actor, Draft, Snapshot, ThreadRef
from bot.settings import load_settings

ROOT = Path(__file__).parents[2]
ANA = Actor(PLATFORM, WORKSPACE, "U01QANA7", "Ana Moreno")


@dataclass(frozen=True)
class Demo:
    """`origin` is where browsers find it; it runs in the event loop of the tests."""

    origin: str
    world: World
    environment: dict[str, str]

    @contextmanager
    def later(self, **passed: float) -> Iterator[None]:
        """Inside, the clock of the jobs is that much later: `later(days=2)`."""
        sharing = self.world.sharing
        clock = sharing.clock
        sharing.clock = lambda: clock() + timedelta(**passed)
        try:
            yield
        finally:
            sharing.clock = clock

    async def draft(self, title: str, **choices: Any) -> Draft:
        """A draft of the sample thread of that title, by Ana."""
        async with ClientSession() as session:
            answer = await session.get(f"{self.origin}/playground/api/state", params={"as": ANA.user})
            channels = (await answer.json())["channels"]
        thread = next(
            ThreadRef(PLATFORM, WORKSPACE, channel["id"], thread["id"])
            for channel in channels
            for thread in channel["threads"]
            if thread["title"] == title
        )
        sharing = self.world.sharing
        draft = await sharing.prepare(ANA, thread)
        return await sharing.choose(draft.id, ANA, replace(draft.choices, **choices))

    async def publish(self, title: str, **choices: Any) -> str:
        """The link of the sample thread of that title, published by Ana."""
        draft = await self.draft(title, **choices)
        return (await self.world.sharing.publish(draft.id, ANA)).url

    async def share_on_the_command_line(self, snapshot: Snapshot, *options: str) -> str:
        """The link of `snapshot`, published by another process as an operator does it."""
        document = to_document(snapshot.header)
        document["messages"] = [message_to_json(message) for message in snapshot.messages]
        file = self.world.settings.data / f"{secrets.token_hex(4)}.json"
        await asyncio.to_thread(file.write_text, json.dumps(document))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "share", str(file), *options,
            cwd=ROOT, env={**os.environ, **self.environment},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        told, said = await process.communicate()
        assert process.returncode == 0, said.decode()
        return told.decode().strip()


@asynccontextmanager
async def running_demo(data: Path) -> AsyncIterator[Demo]:
    port = unused_port()
    environment = {
        "THREADLINK_BASE_URL": f"http://localhost:{port}",
        "THREADLINK_LISTEN": f"127.0.0.1:{port}",
        "THREADLINK_METRICS_LISTEN": "off",
        "THREADLINK_DATA": str(data),
        "THREADLINK_PLAYGROUND": "true",
    }
    async with running(load_settings(environment, env_file=None)) as world:
        yield Demo(world.settings.base_url, world, environment)
