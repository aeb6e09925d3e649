import pytest
import structlog

from tests.bot.faults.small import SmallTown, small_town
from tests.bot.jobs.conftest import seeded_chat, town

__all__ = ["seeded_chat", "town"]


@pytest.fixture(autouse=True)
def plain_logs():
    """Hundreds of expected failures are logged here; drawing their tracebacks prettily takes minutes."""
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.dev.set_exc_info, renderer])
    yield
    structlog.reset_defaults()


@pytest.fixture
async def small(town) -> SmallTown:
    return await small_town(town)
