"""What many servers take in the memory of our client; prints MB before it connects, after all of them came, and at most.

Run by `tests.bench.discord`, which tells where Discord is. Logged in, with everything imported, the client is bare:
what connecting adds is the cache of servers, channels, threads, roles and emoji.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import discord
import uvloop

from adapters.discord.connection import open_discord
from bot.cli.collector import collecting_when_quiet
from tests.bench.discord_capture import config_of
from tests.bench.processes import memory, peak_memory


async def _came(client: discord.Client, servers: int) -> None:
    while len(client.guilds) < servers or any(guild.unavailable for guild in client.guilds):
        await client.wait_for("guild_available")
    await client.wait_until_ready()


async def run(given: Mapping[str, Any]) -> dict[str, float]:
    async with open_discord(config_of(given)) as opened, collecting_when_quiet():
        client = opened._client
        bare = memory(os.getpid())
        came = asyncio.create_task(_came(client, given["servers"]))
        await opened.listen()
        await came
        _check(client, given)
        loaded = memory(os.getpid())
        gc.collect()
        return {
            "bare": bare,
            "loaded": loaded,
            "collected": memory(os.getpid()),
            "peak": peak_memory(os.getpid()),
        }


def _check(client: discord.Client, given: Mapping[str, Any]) -> None:
    """That all of it is there, but for emoji: with our intents the client is told of them and keeps none."""
    for kind in ("channels", "roles", "threads"):
        fewest = min(len(getattr(guild, kind)) for guild in client.guilds)
        assert fewest >= given[kind], f"{fewest} {kind} in a server"


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
