"""The process starts anew on the same data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.playground.records import PLATFORM
from bot.cli.world import World, open_world
from tests.bot.jobs.conftest import Town


@asynccontextmanager
async def restarted(town: Town) -> AsyncIterator[World]:
    async with open_world(town.world.settings, {PLATFORM: town.platform}) as world:
        yield world
        await world.continuing.close()
