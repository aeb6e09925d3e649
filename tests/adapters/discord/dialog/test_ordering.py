"""Deliveries are taken once and in their order."""

from __future__ import annotations

import asyncio

from adapters.discord.ordering import Seen, Turns


def test_an_id_is_new_once_and_old_ones_are_forgotten_at_some_time():
    seen = Seen(most=2)
    assert [seen.first(id_) for id_ in (1, 1, 2, 3, 1)] == [True, False, True, True, True]


async def test_those_about_one_thing_take_turns_in_the_order_of_their_arrival():
    turns, done = Turns(), []
    acknowledged = {name: asyncio.Event() for name in "abc"}

    async def press(name: str) -> None:
        with turns.queue("draft") as turn:
            await acknowledged[name].wait()  # the slower acknowledgement of the earlier one changes nothing
            await turn()
            done.append(name)

    async with asyncio.TaskGroup() as group:
        for name in "abc":
            group.create_task(press(name))
        await asyncio.sleep(0)
        for name in "cba":
            acknowledged[name].set()
            await asyncio.sleep(0)
    assert done == ["a", "b", "c"]


async def test_a_turn_that_fails_lets_the_next_one_go_and_others_do_not_wait():
    turns, done = Turns(), []

    async def press(key: str, *, fails: bool = False) -> None:
        with turns.queue(key) as turn:
            await turn()
            done.append(key)
            if fails:
                raise ValueError

    await asyncio.gather(press("x", fails=True), press("x"), press("y"), return_exceptions=True)
    assert sorted(done) == ["x", "x", "y"]
    assert turns._last == {}
