"""Posts wait for their turn, in the order in which they were asked for."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from adapters.discord.pacing import WINDOWS, Pacing


class Time:
    """Passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time():
    return Time()


async def posts(pacing, time, count, channel=1):
    made = []
    for _ in range(count):
        await pacing.turn(channel)
        made.append(time.now)
    return made


async def test_no_window_holds_more_posts_than_discord_allows(time):
    made = await posts(Pacing(now=time, sleep=time.sleep), time, 200)
    for count, seconds in WINDOWS:
        assert all(later - earlier >= seconds for earlier, later in zip(made, made[count:], strict=False))
    assert made[-1] < 200 * 2 + 60


async def test_few_posts_do_not_wait(time):
    assert await posts(Pacing(now=time, sleep=time.sleep), time, 5) == [0.0] * 5


async def test_channels_do_not_wait_for_each_other(time):
    pacing = Pacing(now=time, sleep=time.sleep)
    for channel in range(50):
        assert await posts(pacing, time, 5, channel) == [0.0] * 5


async def test_who_asks_first_posts_first():
    woken, waits = [], []

    async def sleep(seconds):
        waits.append(seconds)

    pacing = Pacing(now=lambda: 0.0, sleep=sleep)

    async def one(number):
        await pacing.turn(1)
        woken.append(number)

    await asyncio.gather(*(one(number) for number in range(40)))
    assert waits == sorted(waits)
    assert all(later >= earlier for earlier, later in pairwise(waits))
    assert woken == list(range(40))
    assert max(waits) > 60
