import pytest

from tests.bot.faults.small import SmallTown, small_town
from tests.bot.jobs.conftest import seeded_chat, town

__all__ = ["seeded_chat", "town"]


@pytest.fixture
async def small(town) -> SmallTown:
    return await small_town(town)
