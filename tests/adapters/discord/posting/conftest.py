"""A stage for each test: see `tests.adapters.discord.stages`."""

from __future__ import annotations

import pytest

from tests.adapters.discord.stages import staged


@pytest.fixture
async def stage():
    async with staged() as stage:
        yield stage


@pytest.fixture
def server(stage):
    return stage.server
