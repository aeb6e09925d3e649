"""The store's promises about transactions, whoever is cancelled, blocked or gone."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.store import meta, shares
from bot.store.address import StoreError
from bot.store.engine import Store
from tests.bot.store.samples import halves, make_share, put_both, storing


async def test_a_job_that_raises_writes_nothing_and_is_heard(store):
    async def job(tx):
        await meta.put(tx, "left", "1")
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await store.write(job)
    assert await halves(store) == [None, None]


async def test_a_job_returns_its_result(store):
    assert await store.write(lambda tx: tx.scalar(text("SELECT 42"))) == 42


async def test_what_a_reader_writes_is_not_kept(store):
    with suppress(StoreError):  # PostgreSQL even refuses
        await store.read(lambda tx: meta.put(tx, "left", "1"))
    assert await halves(store) == [None, None]


async def test_a_reader_sees_one_moment_while_others_write(store):
    """A page's header and its messages must be of one revision."""
    await store.write(storing(make_share()))

    async def job(tx):
        before = (await shares.get(tx, "s1")).revision
        await store.write(lambda tx: shares.update(tx, make_share(revision=2), []))
        return before, (await shares.get(tx, "s1")).revision, len(await shares.chunks(tx, "s1", 0, 9))

    assert await store.read(job) == (1, 1, 3)
    assert (await store.read(lambda tx: shares.get(tx, "s1"))).revision == 2


async def test_concurrent_writers_all_succeed_and_none_overwrites_another(store, store_url):
    """Each reads a number and writes the next: a writer that did not wait would lose counts."""
    second = await Store.open(store_url)
    await asyncio.gather(*(each.write(put_both) for each in (store, second) for _ in range(40)))
    await second.close()
    assert await halves(store) == ["80", "80"]


async def test_writers_of_other_processes_wait_their_turn(store, store_url):
    code = (
        "import asyncio, sys\n"
        "from bot.store.engine import Store\n"
        "from tests.bot.store.samples import put_both\n"
        "async def main():\n"
        "    store = await Store.open(sys.argv[1])\n"
        "    for _ in range(30): await store.write(put_both)\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[3]
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", code, store_url, cwd=root)
    mine = 0
    while other.returncode is None:
        await store.write(put_both)
        mine += 1
        await asyncio.sleep(0)
    assert await other.wait() == 0
    assert await halves(store) == [str(30 + mine)] * 2


async def test_a_job_that_would_wait_for_itself_is_refused(store):
    async def job(tx):
        await store.write(put_both)

    with pytest.raises(RuntimeError, match="its own transaction"):
        await store.write(job)
    await store.write(put_both)


async def test_a_failing_database_is_a_store_error_without_anybodys_words(store):
    async def job(tx):
        await tx.execute(text("INSERT INTO nowhere VALUES (:words)"), {"words": "hush"})

    for door in (store.write, store.read):
        with pytest.raises(StoreError) as caught:
            await door(job)
        assert "nowhere" in str(caught.value)
        assert "hush" not in str(caught.value)
        assert "hush" not in str(caught.value.__cause__)


async def test_a_full_disk_is_told_and_survived(sqlite_store):
    """A page limit is SQLite's own way to play a full disk."""

    async def fill(tx):
        pages = await tx.scalar(text("PRAGMA page_count"))
        await tx.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        await meta.put(tx, "left", "x" * 100_000)

    with pytest.raises(StoreError, match="full"):
        await sqlite_store.write(fill)
    await sqlite_store.write(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    await sqlite_store.write(put_both)
    assert await halves(sqlite_store) == ["1", "1"]


async def test_every_connection_has_the_pragmas(sqlite_store):
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "temp_store": 2, "busy_timeout": 10_000,
    }  # fmt: skip
    together = asyncio.Barrier(4)

    async def job(tx):
        await together.wait()
        return {name: await tx.scalar(text(f"PRAGMA {name}")) for name in wanted}

    assert await asyncio.gather(*(sqlite_store.read(job) for _ in range(4))) == [wanted] * 4


async def test_the_tick_stands_still_until_somebody_commits(sqlite_store, sqlite_url):
    await sqlite_store.write(put_both)
    seen = sqlite_store.tick()
    assert seen is not None
    await halves(sqlite_store)
    assert sqlite_store.tick() == seen
    await sqlite_store.write(put_both)
    assert (after_mine := sqlite_store.tick()) != seen
    second = await Store.open(sqlite_url)
    await second.write(put_both)
    assert sqlite_store.tick() != after_mine
    await second.close()


async def test_the_tick_changes_for_commits_of_other_processes(sqlite_store, tmp_path):
    seen = sqlite_store.tick()
    code = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
    sql = "INSERT INTO meta VALUES ('a', 'b')"
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "threadlink.db"), sql], check=True)
    assert sqlite_store.tick() != seen


async def test_the_tick_never_waits_for_a_writer(sqlite_store, tmp_path):
    seen = sqlite_store.tick()
    blocker = sqlite3.connect(tmp_path / "threadlink.db", isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    assert sqlite_store.tick() == seen
    blocker.close()


@pytest.mark.postgres
@pytest.mark.parametrize("store_url", ["postgres"], indirect=True)
async def test_postgres_has_no_tick_and_nothing_to_forget(store):
    assert store.tick() is None
    assert await store.forget() is True
