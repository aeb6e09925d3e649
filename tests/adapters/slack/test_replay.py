"""The core's replay on Slack, with its ledger: nothing is lost or doubled, however often it is killed."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from adapters.slack.identity import PLATFORM, thread_ref
from bot.cli.world import open_world
from bot.model import Names
from bot.settings import load_settings
from bot.store import continuations
from tests.adapters.slack.stages import staged
from tests.adapters.stage import capture, conversation_of

TURNS = 300 if os.environ.get("THREADLINK_LONG") else 60


@pytest.fixture
async def stage():
    async with staged() as stage:
        yield stage


@asynccontextmanager
async def life(stage, folder):
    """One process: the core with the platform, which remembers nothing of an earlier life."""
    settings = load_settings({"THREADLINK_DATA": str(folder)}, env_file=None)
    async with open_world(settings, {PLATFORM: stage.another()}) as world:
        try:
            yield world
        finally:
            await world.continuing.close()


async def published(stage, world, thread):
    draft = await world.sharing.prepare(stage.reader, thread, until=stage.now())
    await world.sharing.choose(draft.id, stage.reader, replace(draft.choices, names=Names.REAL))
    return await world.sharing.publish(draft.id, stage.reader)


async def told(stage, turns):
    """A thread in which nobody speaks twice in a row."""
    people = list(stage.people.values())
    root = await stage.slack.post(people[0], stage.general, "Turn 0.", quiet=True)
    for number in range(1, turns):
        text = f"Turn {number}. *Bold* and <@{people[0].id}> and `code`"
        await stage.slack.post(people[number % 3], stage.general, text, thread=root, quiet=True)
    stage.clock.advance(1)
    return thread_ref(stage.acme.id, stage.general.id, root.ts)


@pytest.mark.long
async def test_a_replay_killed_at_every_tenth_post_loses_and_doubles_no_turn(stage, tmp_path):
    thread = await told(stage, TURNS)
    async with life(stage, tmp_path) as world:
        link = (await published(stage, world, thread)).url
        started = await world.continuing.continue_share(stage.reader, stage.place, link, turns=1000)
        made = started.thread
        await dies_at_the_tenth_post(stage, made, after_effect=True)
    lives = 1
    while len(stage.messages(made)) <= TURNS:
        async with life(stage, tmp_path) as world:
            await world.continuing.resume()
            await dies_at_the_tenth_post(stage, made, after_effect=lives % 2 == 0)
        lives += 1
    async with life(stage, tmp_path) as world:
        await world.continuing.resume()
        await world.continuing.settle()
        assert await world.sharing.store.read(continuations.running) == []
        again = await world.sharing.prepare(stage.reader, made, until=stage.now())
        copy = await world.sharing.captured(again)
    assert lives > TURNS // 11
    first_words = Counter(
        stage.slack.see(message).split("\n")[1].split(". ")[0].rstrip(".")
        for message in stage.messages(made)[1:]
    )
    assert first_words == Counter(f"Turn {number}" for number in range(TURNS))
    assert conversation_of(copy) == conversation_of(await capture(stage, thread))
    assert stage.slack.pings == []


async def dies_at_the_tenth_post(stage, made, *, after_effect):
    fault = stage.slack.fail_next("chat.postMessage", drop=True, after_effect=after_effect, skip=9)
    try:
        await stage.slack.until(lambda: fault.struck or len(stage.messages(made)) > TURNS, timeout=60)
    finally:
        fault.times = 0
    await asyncio.sleep(0)


async def test_the_head_tells_how_far_the_copy_is(stage, tmp_path):
    thread = await told(stage, 12)
    async with life(stage, tmp_path) as world:
        link = (await published(stage, world, thread)).url
        started = await world.continuing.continue_share(stage.reader, stage.place, link)
        await world.continuing.settle()
    said = [call.args["text"] for call in stage.slack.calls_of("chat.update")]
    assert ["Copying: 10 of 12." in text for text in said] == [True, False]
    head = stage.slack.see(stage.messages(started.thread)[0])
    assert head.startswith("Threadlink:\n# Turn 0. (continued)\nContinued from")
    assert "Nobody is notified" in head


async def test_a_revoke_ends_a_replay_in_slack_with_a_notice(stage, tmp_path):
    thread = await told(stage, 12)
    async with life(stage, tmp_path) as world:
        done = await published(stage, world, thread)
        gate = stage.slack.hold("chat.postMessage")
        beginning = asyncio.create_task(world.continuing.continue_share(stage.reader, stage.place, done.url))
        await gate.reached.wait()
        stage.slack.faults.gates.remove(gate)
        gate.release()
        started = await beginning
        await world.sharing.revoke(done.share.id, stage.reader)
        await world.continuing.settle()
    texts = await stage.texts(started.thread)
    assert "ended or updated while this copy was being made" in texts[-1]
    assert len(texts) < 14
