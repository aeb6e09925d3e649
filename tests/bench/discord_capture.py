"""Captures one thread again and again, in turns with discord.py's own history(); prints what each takes as JSON,
and how long a last capture held the event loop.

Run by `tests.bench.discord`, which tells where Discord is. Both ask for the largest pages and keep what they read;
each capture begins without anything that an earlier one has looked up.
"""

from __future__ import annotations

import json
import sys
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
from tests.bench.in_turns import in_turns, no_progress, nothing_replayed
from tests.bench.lateness import ticking


def config_of(given: Mapping[str, Any]) -> DiscordConfig:
    return DiscordConfig(
        "https://threads.example.org",
        token=given["token"],
        api_url=given["api_url"],
        gateway_url=given["gateway_url"],
    )


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
            actor, thread, until=datetime.now(UTC), replayed_by=nothing_replayed, progress=no_progress
        )
    return len(snapshot.messages)


async def measured(given: Mapping[str, Any]) -> dict[str, Any]:
    """See `in_turns`; and as `held`, the milliseconds for which nobody else got a turn of the event loop at most."""
    found = await in_turns(given, paged, captured)
    async with collecting_when_quiet(), ticking() as lateness:
        await captured(given)
    return {**found, "held": lateness.held}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measured(json.load(sys.stdin)))))
