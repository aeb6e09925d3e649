"""Captures one thread again and again, in turns with discord.py's own history(); prints the seconds of each as JSON.

Run by `tests.bench.discord`, which tells where Discord is. Both ask for the largest pages and keep what they read;
each capture begins without anything that an earlier one has looked up.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import discord
import uvloop

from adapters.discord.clients import login, make_client, point_at
from adapters.discord.config import DiscordConfig
from adapters.discord.connection import open_discord
from bot.cli.collector import collecting_when_quiet
from bot.model import Actor, ThreadRef
from tests.bench.processes import peak_memory


def config_of(given: Mapping[str, Any]) -> DiscordConfig:
    return DiscordConfig(
        "https://threads.example.org",
        token=given["token"],
        api_url=given["api_url"],
        gateway_url=given["gateway_url"],
    )


async def _progress(_done: int, _total: int | None) -> None: ...


async def _nothing_replayed(_thread: object, _posts: object) -> dict[str, Any]:
    return {}


async def paged(given: Mapping[str, Any]) -> int:
    config = config_of(given)
    point_at(config)
    client = make_client(config, 1)
    try:
        await login(client, config.token)
        thread = await client.fetch_channel(int(given["thread"]))
        assert isinstance(thread, discord.Thread)
        return len([message async for message in thread.history(limit=None)])
    finally:
        await client.close()


async def captured(given: Mapping[str, Any]) -> int:
    actor = Actor("discord", given["guild"], given["user"])
    thread = ThreadRef("discord", given["guild"], given["channel"], given["thread"])
    async with open_discord(config_of(given)) as opened:
        snapshot = await opened.platform.capture(
            actor, thread, until=datetime.now(UTC), replayed_by=_nothing_replayed, progress=_progress
        )
    return len(snapshot.messages)


async def run(given: Mapping[str, Any]) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"paged": [], "captured": []}
    async with collecting_when_quiet():
        for _ in range(given["rounds"]):
            for name, work in (("paged", paged), ("captured", captured)):
                begun = time.perf_counter()
                count = await work(given)
                seconds[name].append(time.perf_counter() - begun)
                assert count == given["messages"], f"{name}: {count} messages"
    return {**seconds, "peak": peak_memory(os.getpid())}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
