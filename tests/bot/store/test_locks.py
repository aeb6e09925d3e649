"""A name is held by one process at a time, and by nobody once that process is dead."""

from __future__ import annotations

import asyncio
import sys

from bot.store.locks import holding

HOLD = """
import asyncio, sys
from bot.store.engine import Store
async def main():
    store = await Store.open(sys.argv[1])
    print(await store.locks.acquire("work"), flush=True)
    sys.stdin.readline()
asyncio.run(main())
"""


async def test_one_holder_at_a_time_and_none_after_a_kill(store, store_url):
    async with holding(store.locks, "work") as mine:
        assert mine
        assert not await store.locks.acquire("work")
        assert await store.locks.acquire("other work")
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, store_url, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert (await other.stdout.readline()).strip() == b"True"
    async with holding(store.locks, "work") as mine:
        assert not mine
    other.kill()
    await other.wait()
    async with asyncio.timeout(20):  # PostgreSQL needs a moment to notice that its client is gone
        while not await store.locks.acquire("work"):
            await asyncio.sleep(0)
