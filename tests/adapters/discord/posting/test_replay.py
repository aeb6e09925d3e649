"""Whole replays by the real core: killed and resumed, through silence, at the pace that Discord allows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.discord.identity import thread_ref
from bot.cli.world import World, open_world
from bot.model import ContinuationState, Names
from bot.settings import load_settings
from bot.store import continuations
from tests.adapters.discord.posting.turns import EXECUTE, WITHOUT_WEBHOOKS, copies, may
from tests.adapters.discord.stages import BASE_URL
from tests.forms import LONG
from tests.servers.discord.building import BOT_MAY

MESSAGES = "/channels/*/messages"


@asynccontextmanager
async def living(stage, folder) -> AsyncIterator[World]:
    """A process on the same data that remembers nothing."""
    stage.platform = stage.another()
    settings = load_settings({"THREADLINK_DATA": str(folder), "THREADLINK_BASE_URL": BASE_URL}, env_file=None)
    async with open_world(settings, {stage.platform.name: stage.platform}) as world:
        world.sharing.clock = world.outbox.clock = stage.clock
        yield world
        await world.continuing.close()


async def told(stage, count: int, text: str = "Line {}"):
    """A thread in which people speak in turns; every tenth says what the one before said, under the same name."""
    write, ana, jonas = stage.server.write, stage.people["Ana Moreno"], stage.people["Jonas Weber"]
    twin = stage.server.build.user("twin")
    stage.server.build.join(stage.guild, twin, nick="Ana Moreno")
    thread = await write.thread(ana, stage.general, "A long one")
    for number in range(count):
        stage.clock.advance(1)
        if number % 10 == 9:
            await write.post(twin if thread.messages[-1].author is ana else ana, thread, "yes")
        elif number % 10 == 8:
            await write.post(ana if thread.messages[-1].author is jonas else twin, thread, "yes")
        else:
            await write.post((ana, jonas)[number % 2], thread, text.format(number))
    return thread_ref(stage.guild.id, stage.general.id, thread.id)


async def shared(world, stage, thread):
    draft = await world.sharing.prepare(stage.reader, thread)
    await world.sharing.choose(draft.id, stage.reader, replace(draft.choices, names=Names.REAL))
    return await world.sharing.publish(draft.id, stage.reader)


async def begin(world, stage, published):
    return await world.continuing.continue_share(stage.reader, stage.place, published.url, turns=10**6)


async def state_of(world, started):
    return await world.store.read(lambda tx: continuations.get(tx, started.continuation.id))


def shown(stage, thread):
    """Who said what in a continued thread, whoever posted it."""
    bot = stage.server.world.bot
    return [
        tuple(copy.content.replace("\u2063", "").replace("**", "", 2).split("\n", 1))
        if copy.author is bot
        else (copy.shown_as, copy.content)
        for copy in copies(stage, thread)
        if not copy.components
    ]


def expected(stage, thread):
    """What a replay of a thread says."""
    members = stage.guild.members
    return [
        (f"{members[message.author.id].nick} (shared)", message.content)
        for message in stage.channel(thread).messages
        if not message.components
    ]


@asynccontextmanager
async def dying(stage, thread, path, *, posted):
    """The process dies at the tenth post from now, and never learns whether it was `posted`."""
    server, done = stage.server, len(copies(stage, thread))
    await server.until(lambda: len(copies(stage, thread)) >= done + 9, timeout=20)
    if not posted:
        server.faults.fail_next("POST", path)
    held = server.faults.hold("POST", path, after_effect=True)
    await held.reached()
    yield
    server.faults.clear()


@pytest.mark.long
@pytest.mark.parametrize(
    ("permissions", "path", "turns"),
    [(BOT_MAY, EXECUTE, 300 if LONG else 120), (WITHOUT_WEBHOOKS, MESSAGES, 100 if LONG else 60)],
    ids=["webhook", "bot"],
)
async def test_a_replay_killed_at_every_tenth_post_loses_and_doubles_nothing(
    stage, tmp_path, permissions, path, turns
):
    source = await told(stage, turns)
    may(stage, permissions)
    async with living(stage, tmp_path) as world:
        started = await begin(world, stage, await shared(world, stage, source))
        async with dying(stage, started.thread, path, posted=True):
            await world.continuing.close()
    for kill in range(1, turns // 10):
        stage.clock.advance(minutes=10)  # no nonce is known any more
        async with living(stage, tmp_path) as world:
            await world.continuing.resume()
            async with dying(stage, started.thread, path, posted=kill % 2 == 0):
                await world.continuing.close()
    async with living(stage, tmp_path) as world:
        await world.continuing.resume()
        await world.continuing.settle()
        assert (await state_of(world, started)).state is ContinuationState.DONE
    assert shown(stage, started.thread) == expected(stage, source)
    assert stage.server.pings == 0


async def test_a_replay_goes_on_through_silence_and_refusals(stage, tmp_path):
    source = await told(stage, 40)
    async with living(stage, tmp_path) as world:
        published = await shared(world, stage, source)
        for skip, status, after_effect in ((3, 502, True), (9, 503, False), (15, 0, True), (20, 429, False)):
            stage.server.faults.fail_next(
                "POST", EXECUTE, status=status, skip=skip, after_effect=after_effect
            )
        started = await begin(world, stage, published)
        await world.continuing.settle()
        assert (await state_of(world, started)).state is ContinuationState.DONE
    assert shown(stage, started.thread) == expected(stage, source)


async def test_two_replays_at_once_share_the_pace_of_their_channel(stage, tmp_path):
    stage.server.rates.enforced = True
    stage.server.rates.speed = stage.speed = 50
    source = await told(stage, 60)
    async with living(stage, tmp_path) as world:
        published = await shared(world, stage, source)
        started = [await begin(world, stage, published) for _ in range(2)]
        await world.continuing.settle()
    for one in started:
        assert shown(stage, one.thread) == expected(stage, source)
    denied = [one for one in stage.server.rates.denied if one.limit.name.startswith("webhook")]
    assert len(denied) < 12  # 16 where each thread has a pace of its own; a busy machine is late now and then
    assert started[0].thread != started[1].thread


async def test_a_continued_thread_can_be_shared_again_and_says_the_same(stage, tmp_path):
    source = await told(stage, 30, "Line {} with `code` and **bold**")
    async with living(stage, tmp_path) as world:
        published = await shared(world, stage, source)
        started = await begin(world, stage, published)
        await world.continuing.settle()
        again = await begin(world, stage, await shared(world, stage, started.thread))
        await world.continuing.settle()
    assert shown(stage, again.thread) == shown(stage, started.thread) == expected(stage, source)
