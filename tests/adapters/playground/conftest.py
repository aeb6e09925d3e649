"""A playground chat of its own for each test, copied from one that was seeded once."""

from __future__ import annotations

import asyncio
import shutil
from datetime import UTC, datetime

import pytest

from adapters.playground.chat import Chat
from tests.adapters.playground.serving import Remembering, serving

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="session")
def seeded(tmp_path_factory):
    """The folder of a freshly seeded chat."""
    folder = tmp_path_factory.mktemp("playground") / "chat"

    async def seed() -> None:
        await (await Chat.open(folder, clock=Clock())).close()

    asyncio.run(seed())
    return folder


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def chat(tmp_path, seeded, clock):
    shutil.copytree(seeded, tmp_path / "chat")
    chat = await Chat.open(tmp_path / "chat", clock=clock)
    yield chat
    await chat.close()


@pytest.fixture
def commands():
    return Remembering()


@pytest.fixture
async def browser(chat, commands):
    async with serving(chat, commands) as browser:
        yield browser
