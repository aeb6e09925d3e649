"""A platform's door listens at once, later, or in one process at a time; the operator hears why not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.cli import doors
from bot.cli.doors import Listening
from bot.cli.world import WorldError
from bot.platforms import NotAllowed, Unavailable
from bot.store.locks import FileLocks


class Named:
    name = "slack"


class PlainDoor:
    """A door whose answers to `listen` are set beforehand."""

    def __init__(self, *answers: Exception | None, alone: str = "") -> None:
        self.answers = list(answers)
        self.alone = alone
        self.platform: Any = Named()
        self.listens = asyncio.Event()

    def connect(self, commands: object) -> None: ...

    def mount(self, app: object) -> None: ...

    async def listen(self) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.listens.set()

    async def check(self) -> str:
        return "ok, connected"


@pytest.fixture
def locks(tmp_path):
    return lambda: FileLocks(tmp_path / "lock")


async def test_a_door_listens_at_once_and_tells_its_state(locks):
    listening = Listening(PlainDoor(), locks())
    await listening.begin()
    assert await listening.check() == "ok, connected"
    await listening.end()


async def test_what_only_the_operator_can_mend_stops_the_start(locks):
    with pytest.raises(WorldError, match="SLACK_BOT_TOKEN is not valid"):
        await Listening(PlainDoor(NotAllowed("SLACK_BOT_TOKEN is not valid.")), locks()).begin()


async def test_a_platform_that_is_away_is_tried_again_in_the_background(locks, monkeypatch):
    monkeypatch.setattr(doors, "FIRST_WAIT", 0.0)
    door = PlainDoor(Unavailable("No answer."), Unavailable("No answer."))
    listening = Listening(door, locks())
    await listening.begin()
    assert not door.listens.is_set()
    await asyncio.wait_for(door.listens.wait(), 5)
    await listening.end()


async def test_of_two_processes_one_listens_and_the_other_takes_over(locks, monkeypatch):
    monkeypatch.setattr(doors, "STAND_BY_SECONDS", 0.01)
    asked = locks()
    # Byte ranges of a lock file belong to a process, so both stand on one of them here.
    first, second = PlainDoor(alone="discord"), PlainDoor(alone="discord")
    one, two = Listening(first, asked), Listening(second, asked)
    await one.begin()
    await two.begin()
    assert first.listens.is_set()
    assert not second.listens.is_set()
    assert "standing by" in await two.check()
    await one.end()
    await asked.release("listen discord")
    await asyncio.wait_for(second.listens.wait(), 5)
    assert await two.check() == "ok, connected"
    await two.end()
