"""The longest time that nobody else got a turn of the event loop, while a long thread goes through.

    python -m tests.bench.loop [ROUNDS]

10,000 messages are captured page by page, reviewed, published and read for the first time, through
the real jobs on SQLite and the real web server. A ticker that wants to wake every millisecond says
how late it was at worst. Of each delay only what this process computed meanwhile counts, in any
thread: a machine that gives its cores to others is late without our doing. The whole delay, and the
same ticker beside idleness, stand in parentheses.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import uvloop
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from bot.cli.collector import collecting_when_quiet
from bot.cli.world import World, open_world
from bot.model import Actor, ThreadRef
from bot.settings import load_settings
from bot.sharing import PAGE_SIZE
from tests.bench.conversation import CHANNEL, GUILD, payloads
from tests.bench.quiet_chat import QuietChat
from tests.bench.table import Row, at_most, to_text
from web.app import build_app, start_server

MESSAGES = 10_000
ROUNDS = 3
LIMIT_MS = 50
_TICK = 0.001
_ANA = Actor("discord", str(GUILD), "1", "Ana")
_THREAD = ThreadRef("discord", str(GUILD), str(CHANNEL), "1")


@dataclass(slots=True)
class Lateness:
    """Milliseconds that the ticker was late at most since it was last taken."""

    held: float = 0.0
    """Of the delay, at most what this process computed."""
    whole: float = 0.0

    def note(self, whole: float, computed: float) -> None:
        self.whole = max(self.whole, whole)
        self.held = max(self.held, min(whole, computed))

    def take(self) -> Lateness:
        taken = Lateness(self.held, self.whole)
        self.held = self.whole = 0.0
        return taken


@asynccontextmanager
async def ticking() -> AsyncIterator[Lateness]:
    """How late the event loop came to what was due, within the block."""
    lateness = Lateness()

    async def tick() -> None:
        while True:
            wall, computing = time.perf_counter(), time.process_time()
            await asyncio.sleep(_TICK)
            late = time.perf_counter() - wall - _TICK
            lateness.note(late * 1000, (time.process_time() - computing) * 1000)

    task = asyncio.create_task(tick())
    try:
        yield lateness
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _publish(world: World) -> str:
    draft = await world.sharing.prepare(_ANA, _THREAD)
    findings = await world.sharing.review(draft.id, _ANA)
    acknowledged = frozenset(finding.id for finding in findings.open)
    await world.sharing.choose(draft.id, _ANA, replace(draft.choices, acknowledged=acknowledged))
    return (await world.sharing.publish(draft.id, _ANA)).url


async def _read(port: int, path: str) -> None:
    """Every page, and the two other forms of the thread."""
    pages = [f"{path}?page={number}" for number in range(1, MESSAGES // PAGE_SIZE + 1)]
    async with ClientSession(auto_decompress=False, headers={"Accept-Encoding": "br"}) as client:
        for one in (*pages, f"{path}.md", f"{path}.json"):
            async with client.get(f"http://127.0.0.1:{port}{one}") as answer:
                answer.raise_for_status()
                await answer.read()


async def _round(folder: Path, raws: list[dict[str, Any]]) -> dict[str, Lateness]:
    """The longest delays, by what was going on."""
    settings = load_settings({"THREADLINK_DATA": str(folder)}, env_file=None)
    async with open_world(settings, {"discord": QuietChat(raws)}) as world, collecting_when_quiet():
        app = build_app(world.sharing, base_url=settings.base_url, registry=CollectorRegistry())
        server = await start_server(app, "127.0.0.1", 0)
        try:
            async with ticking() as lateness:
                await asyncio.sleep(1)
                found = {"idle": lateness.take()}
                path = (await _publish(world)).removeprefix(settings.base_url)
                await asyncio.sleep(_TICK)
                found["captured and published"] = lateness.take()
                await _read(int(server.addresses[0][1]), path)
                await asyncio.sleep(_TICK)
                found["first rendered"] = lateness.take()
        finally:
            await server.cleanup()
    return found


def run(rounds: int) -> list[dict[str, Lateness]]:
    raws = payloads(MESSAGES)
    found = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            found.append(uvloop.run(_round(Path(folder), raws)))
    return found


def measure(rounds: int = ROUNDS) -> list[Row]:
    found = run(rounds)
    idle = statistics.median(one["idle"].whole for one in found)
    rows = []
    for what in ("captured and published", "first rendered"):
        held = statistics.median(one[what].held for one in found)
        whole = statistics.median(one[what].whole for one in found)
        note = f"late by {whole:.0f}, idle by {idle:.0f}"
        name = f"event loop held, {MESSAGES:,} messages {what}"
        rows.append(at_most(name, held, LIMIT_MS, unit=" ms", note=note))
    return rows


if __name__ == "__main__":
    print(to_text(measure(*map(int, sys.argv[1:]))))
