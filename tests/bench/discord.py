"""Threadlink in a local Discord: how soon it acknowledges under load, how fast it captures, what many servers weigh.

    python -m tests.bench.discord [ROUNDS]

Discord runs in this process, `python -m bot serve` and what captures in processes of their own. From the delivery of
an interaction to its acknowledgement counts everything, the way through the gateway and this Discord's own work included. Of a capture, and of bare paging, the processor time of both
sides counts, as if they shared one core: whatever else the machine does is not in it. Seconds of the clock stand in
parentheses.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvloop

from tests.bench.in_turns import compared
from tests.bench.lines import Tongue, lines
from tests.bench.loop import LIMIT_MS
from tests.bench.processes import peak_memory, serving, told_by
from tests.bench.table import Row, at_least, at_most, to_text
from tests.servers.discord import Channel, Guild, Interaction, LocalDiscord, User

AT_ONCE = 200
MEANWHILE = 2_000
MESSAGES = 10_000
SERVERS, CHANNELS, ROLES, THREADS, EMOJI = 2_500, 40, 25, 10, 50
ROUNDS = 5
_ACKED_MS = 1_000
_OF_PAGING = 0.5
_MB = 130
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class Scene:
    discord: LocalDiscord
    guild: Guild
    people: list[User]
    general: Channel

    async def thread(self, count: int) -> Channel:
        """With so many messages."""
        write, ana = self.discord.write, self.people[0]
        thread = await write.thread(ana, self.general, f"{count} messages")
        mentions = [f"<@{person.id}>" for person in self.people[:5]]
        told = lines(count, Tongue(mentions, bold="**{}**", link="[{words}]({url})"))
        for number, line in enumerate(told):
            await write.post(self.people[number * 7 % 5], thread, line, at=_BEGAN + number * _EVERY)
        return thread

    async def shared(self, user: User, thread: Channel) -> None:
        """Until `user` sees the preview of a thread, which was captured for them."""
        asked = await self.discord.people.slash(user, thread, "share")
        await self.discord.until(lambda: "Publish" in self.discord.see(asked), timeout=60)

    def where(self) -> dict[str, str]:
        here = self.discord
        return {"token": here.token, "api_url": here.api_url, "gateway_url": here.gateway_url}


@asynccontextmanager
async def _scene() -> AsyncIterator[Scene]:
    async with LocalDiscord() as discord:
        guild = discord.build.guild("Otters")
        people = [discord.build.user(f"person{number}") for number in range(AT_ONCE)]
        for person in people:
            discord.build.join(guild, person)
        yield Scene(discord, guild, people, discord.build.channel(guild, "general"))


async def _acknowledged(scene: Scene, long: Channel, short: Channel) -> list[float]:
    """Milliseconds for each of the commands, half of them lists and half of them shares of a short thread."""
    sharer, *askers = scene.people
    asking = True

    async def sharing() -> None:
        while asking:
            await scene.shared(sharer, long)

    before = _pages(scene, long)
    meanwhile = asyncio.create_task(sharing())
    await scene.discord.until(lambda: _pages(scene, long) > before)
    asked: list[Interaction] = []
    for number, user in enumerate([*askers, sharer]):
        name, subcommand = ("shares", "list") if number % 2 else ("share", "")
        asked.append(await scene.discord.people.slash(user, short, name, subcommand=subcommand))
    await scene.discord.until(lambda: all(one.answer for one in asked), timeout=30)
    asking = False
    await meanwhile
    return [1000 * (one.ack_seconds or 0) for one in asked]


def _pages(scene: Scene, thread: Channel) -> int:
    return sum(f"/channels/{thread.id}/messages" in one.path for one in scene.discord.requests)


async def _served(folder: Path, rounds: int) -> tuple[list[float], float]:
    """Milliseconds to each acknowledgement, and the most memory that serving took, with a long capture."""
    async with _scene() as scene:
        here = scene.discord
        thread, short, long = (
            await scene.thread(MEANWHILE),
            await scene.thread(3),
            await scene.thread(MESSAGES - 1),
        )
        given = {f"DISCORD_{name.upper()}": value for name, value in scene.where().items()}
        async with serving(folder, here.ready(timeout=30), **given) as pid:
            await scene.shared(scene.people[0], short)
            took: list[float] = []
            for _ in range(rounds):
                took += await _acknowledged(scene, thread, short)
            await scene.shared(scene.people[1], long)
            return took, peak_memory(pid)


async def _captured(rounds: int) -> dict[str, Any]:
    """See `in_turns`."""
    async with _scene() as scene:
        thread = await scene.thread(MESSAGES)
        found: dict[str, Any] = await told_by(
            "tests.bench.discord_capture",
            **scene.where(),
            guild=str(scene.guild.id),
            user=str(scene.people[0].id),
            channel=str(scene.general.id),
            thread=str(thread.id),
            messages=MESSAGES,
            rounds=rounds,
        )
    return found


async def _servers() -> dict[str, float]:
    """MB of a client before and after it has heard of many servers."""
    async with LocalDiscord() as discord:
        build, owner = discord.build, discord.build.user("owner")
        for number in range(SERVERS):
            guild = build.guild(f"Server {number}", owner=owner)
            channels = [build.channel(guild, f"channel-{one}") for one in range(CHANNELS)]
            for one in range(ROLES - len(guild.roles)):
                build.role(guild, f"Role {one}")
            for one in range(EMOJI):
                build.emoji(guild, f"emoji_{one}")
            for one in range(THREADS):
                await discord.write.thread(owner, channels[one], f"A thread about {one}")
        found: dict[str, float] = await told_by(
            "tests.bench.discord_servers",
            token=discord.token,
            api_url=discord.api_url,
            gateway_url=discord.gateway_url,
            servers=SERVERS,
            channels=CHANNELS,
            roles=ROLES,
            threads=THREADS,
        )
    return found


def measure(rounds: int = ROUNDS) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        took, peak = uvloop.run(_served(Path(folder), max(1, rounds // 2)))
    found = uvloop.run(_captured(rounds))
    weighed = uvloop.run(_servers())
    ratio, each = compared(found)
    took.sort()
    half, most = took[len(took) // 2], took[len(took) * 99 // 100]
    name = f"Discord: {AT_ONCE} interactions at once beside a capture of {MEANWHILE:,}"
    memory = f"serving {peak:.0f} MB, capturing {found['peak']:.0f} MB at most"
    bare = f"{weighed['bare']:.0f} to {weighed['loaded']:.0f}, at most {weighed['peak']:.0f}"
    return [
        at_most(f"{name}, acknowledged: p99", most, _ACKED_MS, unit=" ms", note=f"p50 {half:.0f} ms"),
        at_least(
            f"Discord: capture of {MESSAGES:,} messages, of discord.py's history()",
            ratio,
            _OF_PAGING,
            note=f"{each}; {memory}",
        ),
        at_most(
            f"Discord: event loop held, {MESSAGES:,} messages captured live",
            found["held"],
            LIMIT_MS,
            unit=" ms",
        ),
        at_most(
            f"Discord: {SERVERS:,} servers, above the bare client",
            weighed["loaded"] - weighed["bare"],
            _MB,
            unit=" MB",
            note=bare,
        ),
    ]


if __name__ == "__main__":
    print(to_text(measure(*map(int, sys.argv[1:]))))
