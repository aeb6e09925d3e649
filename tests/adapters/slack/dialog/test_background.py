"""Work beside the acknowledgements: bounded, finished at the end, and quiet about what people said."""

from __future__ import annotations

import asyncio

import structlog

from adapters.slack.background import Background, Seen, Turns


async def test_only_so_many_are_at_it_at_once():
    turns, at_it, most = Turns(3), [], []

    async def work(number):
        async with turns.taken():
            at_it.append(number)
            most.append(len(at_it))
            await asyncio.sleep(0)
            at_it.remove(number)

    await asyncio.gather(*(work(number) for number in range(20)))
    assert max(most) == 3
    assert len(most) == 20


async def test_whoever_only_waits_lets_the_next_one_in():
    turns, done = Turns(1), []
    async with turns.taken() as leave:
        leave()
        leave()  # once is enough, twice frees no second place
        async with turns.taken():
            waiting = asyncio.create_task(turns.taken().__aenter__())
            await asyncio.sleep(0)
            assert not waiting.done()
            done.append(True)
        waiting.cancel()
    assert done


async def test_work_that_fails_takes_nobody_with_it_and_says_nothing_of_anybody():
    background, done = Background(), asyncio.Event()

    async def fail():
        raise ValueError("somebody's words")

    async def succeed():
        done.set()

    with structlog.testing.capture_logs() as lines:
        background.start(fail(), "share")
        background.start(succeed(), "share")
        await background.settle()
    assert done.is_set()
    assert lines[0]["error"] == "ValueError"
    assert "somebody" not in str(lines)


async def test_at_the_end_what_has_begun_is_finished_and_nothing_new_begins():
    background, told, go_on = Background(), [], asyncio.Event()

    async def work(name):
        await go_on.wait()
        told.append(name)

    background.start(work("begun"), "share")
    closing = asyncio.create_task(background.close())
    await asyncio.sleep(0)
    background.start(work("too late"), "share")
    go_on.set()
    await closing
    assert told == ["begun"]


async def test_the_end_does_not_wait_for_ever():
    background = Background(patience=0.0)
    background.start(asyncio.Event().wait(), "share")
    await asyncio.wait_for(background.close(), 5)


def test_what_came_before_is_known_as_long_as_there_is_room():
    seen = Seen(most=2)
    assert [seen.first(name) for name in ("a", "a", "b", "c", "a")] == [True, False, True, True, True]
    assert seen.first("")
    assert seen.first("")
