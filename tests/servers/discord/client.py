"""Pointing the real discord.py at a local Discord, and away from it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import discord
import yarl

from tests.servers.discord.server import LocalDiscord


@contextmanager
def pointed_at(server: LocalDiscord) -> Iterator[None]:
    """The three addresses that discord.py keeps on its classes are those of `server`."""
    route, socket, asset = discord.http.Route, discord.gateway.DiscordWebSocket, discord.asset.Asset
    before = route.BASE, socket.DEFAULT_GATEWAY, asset.BASE
    route.BASE, asset.BASE = server.api_url, server.cdn_url
    socket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY, asset.BASE = before


@asynccontextmanager
async def running(server: LocalDiscord, client: discord.Client) -> AsyncIterator[discord.Client]:
    """`client`, logged in and connected to `server`, for as long as the block lasts."""
    with pointed_at(server):
        task = asyncio.create_task(client.start(server.token))
        ready = asyncio.create_task(_ready(client))
        try:
            await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED, timeout=10)
            if task.done():
                await task
            await ready
            yield client
        finally:
            ready.cancel()
            await client.close()
            await asyncio.gather(task, ready, return_exceptions=True)


async def _ready(client: discord.Client) -> None:
    while not client.is_ready():
        await client.wait_for("ready", timeout=10)
