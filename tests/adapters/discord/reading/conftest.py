"""A local Discord for each test, read by the real client without its gateway."""

from __future__ import annotations

import pytest

from tests.adapters.discord.reading.desk import open_desk
from tests.servers.discord import Clock, LocalDiscord


@pytest.fixture
async def clock():
    return Clock()


@pytest.fixture
async def server(clock):
    async with LocalDiscord(clock) as server:
        yield server


@pytest.fixture
async def desk(server, clock):
    async with open_desk(server, clock) as desk:
        yield desk
