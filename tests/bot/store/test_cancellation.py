"""Whoever is cancelled, whenever: a transaction is there whole or not at all, and nothing stays locked."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from bot.store import meta
from bot.store.engine import Store
from tests.bot.store.samples import halves, put_both


def assert_unlocked(url):
    """That nothing still holds SQLite's writers' lock. PostgreSQL's goes with its connection."""
    if url.startswith("sqlite"):
        with closing(
            sqlite3.connect(url.removeprefix("sqlite:///"), timeout=0, isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")


async def cancel_after(task, steps):
    """Cancels `task` after `steps` turns of the loop; True if that was before its end."""
    for _ in range(steps):
        if task.done():
            return False
        await asyncio.sleep(0)
    return task.cancel()


async def test_a_cancelled_caller_never_leaves_half_a_transaction(store):
    """At every await of the job: a worker thread of the database answers between turns of the loop, so
    the number of turns is not fixed, and every one is tried until a job gets through."""
    for steps in range(2000):
        task = asyncio.ensure_future(store.write(put_both))
        in_time = await cancel_after(task, steps)
        if not in_time:
            await task
            break
        with pytest.raises(asyncio.CancelledError):
            await task
        left, right = await halves(store)
        assert left == right
        assert store._writer.locked() is False
    else:
        pytest.fail("the job never got through")
    assert steps > 20


async def test_a_loop_that_ends_leaves_neither_half_a_transaction_nor_a_lock(store, store_url):
    """When a process stops, every task is cancelled, also the one that shields the transaction."""
    me = asyncio.current_task()
    for steps in range(2000):
        caller = asyncio.ensure_future(store.write(put_both))
        for _ in range(steps):
            await asyncio.sleep(0)
        if caller.done():
            break
        for task in asyncio.all_tasks() - {me}:
            task.cancel()
        await asyncio.gather(caller, return_exceptions=True)
        left, right = await halves(store)
        assert left == right
        assert_unlocked(store_url)
    assert steps > 20
    await store.write(put_both)


async def test_a_cancelled_reader_leaves_the_store_working(store):
    for steps in range(200):
        task = asyncio.ensure_future(halves(store))
        if not await cancel_after(task, steps):
            break
        await asyncio.gather(task, return_exceptions=True)
    assert await asyncio.wait_for(asyncio.gather(*(halves(store) for _ in range(20))), 30)


async def test_a_caller_cancelled_again_and_again_still_waits_for_the_end(store):
    go = asyncio.Event()

    async def slow(tx):
        await meta.put(tx, "left", "1")
        await go.wait()
        await meta.put(tx, "right", "1")

    task = asyncio.ensure_future(store.write(slow))
    for _ in range(50):
        await asyncio.sleep(0)
        task.cancel()
    assert not task.done()
    go.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await halves(store) == ["1", "1"]


async def test_closing_lets_the_running_write_end(store_url):
    store = await Store.open(store_url)
    started, go = asyncio.Event(), asyncio.Event()

    async def slow(tx):
        await meta.put(tx, "left", "1")
        started.set()
        await go.wait()
        await meta.put(tx, "right", "1")

    writing = asyncio.ensure_future(store.write(slow))
    await started.wait()
    closing = asyncio.ensure_future(store.close())
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(writing, closing)
    again = await Store.open(store_url)
    assert await halves(again) == ["1", "1"]
    await again.close()
