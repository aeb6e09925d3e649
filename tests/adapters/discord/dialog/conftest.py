"""A local Discord for each test, whose clock stands still until it is told to go on."""

from __future__ import annotations

import pytest

from tests.adapters.discord.dialog.booth import open_booth
from tests.adapters.discord.dialog.home import build_home, living
from tests.servers.discord import Clock, LocalDiscord


@pytest.fixture
async def clock():
    return Clock()


@pytest.fixture
async def server(clock):
    async with LocalDiscord(clock) as server:
        yield server


@pytest.fixture
async def booth(server, clock):
    async with open_booth(server, clock) as booth:
        yield booth


@pytest.fixture
async def home(server, clock, tmp_path):
    home = await build_home(server, clock, tmp_path)
    async with living(home):
        yield home
