"""Replays are resumed again and again, by whichever process; each is at work once."""

from __future__ import annotations

import asyncio

import pytest

from adapters.playground.records import PLATFORM, Role
from bot.richtext.plain import plain
from tests.bot.faults.flaky import ForgetfulPlatform
from tests.bot.faults.small import WORDS, SmallTown, small_town


@pytest.fixture
async def forgetful(town) -> SmallTown:
    """On a platform where doing it twice is seen."""
    town.platform = ForgetfulPlatform(town.chat)
    platforms = {PLATFORM: town.platform}
    town.sharing.platforms = town.world.outbox.platforms = town.world.continuing.platforms = platforms
    return await small_town(town)


async def turns(small: SmallTown, thread) -> list[str]:
    return [plain(post.message.body) for post in await small.posts(Role.TURN, thread)]


async def test_resuming_while_a_replay_runs_doubles_no_turn(forgetful):
    continuing = forgetful.town.world.continuing
    url = (await forgetful.share()).url
    started = await continuing.continue_share(forgetful.ana, forgetful.place, url)
    while await continuing.resume():
        await asyncio.sleep(0.001)
    await forgetful.settle()
    assert await turns(forgetful, started.thread) == list(WORDS)


async def test_resuming_while_a_thread_is_being_made_makes_no_second_one(forgetful):
    continuing, platform = forgetful.town.world.continuing, forgetful.town.platform
    start_thread, made = platform.start_thread, []

    async def resumed_meanwhile(actor, place, head):
        made.append(head.key)
        if len(made) == 1:
            assert await continuing.resume() == 1
            await continuing.settle()
        return await start_thread(actor, place, head)

    platform.start_thread = resumed_meanwhile
    started = await continuing.continue_share(forgetful.ana, forgetful.place, (await forgetful.share()).url)
    await forgetful.settle()
    assert len(made) == 1
    assert await turns(forgetful, started.thread) == list(WORDS)
