"""A share that was acknowledged is there after a power cut; a transaction is there whole or not at all.

The statements and settings are the real store's, recorded while it works. SQLite then runs them on a
disk that loses power at some write or sync, and what is left is opened by an ordinary SQLite.
"""

from __future__ import annotations

import os
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.model import Choices, ContinuationState, PostRef
from bot.store import blobs, claims, continuations, drafts, outbox, shares
from bot.store.tables import metadata
from tests.bot.store.power import (
    DATABASE,
    Disk,
    Statement,
    Transaction,
    pragmas,
    recording,
    run_until_power_is_lost,
)
from tests.bot.store.samples import (
    CHAT,
    HOUR,
    NOW,
    hash_of,
    make_continuation,
    make_draft,
    make_share,
    pages,
    storing,
)
from tests.builders import person, thread

SEEDS = 1000 if os.environ.get("THREADLINK_LONG") else 120
INTEGRITY = ("PRAGMA integrity_check", "PRAGMA foreign_key_check")


async def publish(tx):
    await storing(make_share())(tx)
    await blobs.move(tx, "d1", "s1", ["b1"])
    await drafts.set_published(tx, "d1", "s1")
    await shares.remember_people(tx, "s1", {b"a": "Otter", b"b": "Heron"})
    await shares.remember_left_out(tx, "s1", [b"m1"])
    await outbox.add(tx, "card", "{}", NOW, share="s1")


async def capture(tx):
    await storing(make_draft())(tx)
    await blobs.insert(tx, "b1", draft="d1", size=9)


async def revoke(tx):
    await outbox.withdraw(tx, "s1")
    await outbox.add(tx, "delete", "b1", NOW)
    await shares.delete(tx, "s1", NOW, "revoked")


async def replay_turn(tx):
    await continuations.posted(tx, "c1", 0, ["p1", "p2"], [person("Ana")])
    await continuations.set_state(tx, "c1", ContinuationState.DONE)


JOBS = (
    lambda tx: claims.claim(tx, "click", NOW, NOW - HOUR),
    capture,
    lambda tx: drafts.set_choices(tx, "d1", Choices("Other", left_out=frozenset({"M1"}))),
    publish,
    lambda tx: claims.finish(tx, "click"),
    lambda tx: shares.set_card(tx, "s1", PostRef(thread(), "1")),
    lambda tx: shares.add_views(tx, {"s1": 3}),
    lambda tx: continuations.insert(tx, make_continuation(), "command"),
    lambda tx: continuations.set_thread(tx, "c1", thread("T2")),
    lambda tx: continuations.intend(tx, "c1", 0),
    replay_turn,
    lambda tx: shares.update(tx, make_share(revision=2), pages(CHAT)[:2]),
    storing(make_share("s2"), make_share("s3")),
    revoke,
    lambda tx: shares.add_views(tx, {"s2": 1}),
)


@dataclass(frozen=True)
class Recording:
    database: bytes
    """The file before the first job."""
    settings: list[str]
    transactions: list[Transaction]
    states: list[object]
    """What the tables hold before the first job, and after each."""


def state(connection: sqlite3.Connection) -> object:
    return {
        name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2").fetchall() for name in metadata.tables
    }


@pytest.fixture
async def recorded(sqlite_store, tmp_path: Path) -> Recording:
    await sqlite_store.forget()
    path = tmp_path / "threadlink.db"
    database = path.read_bytes()
    settings = await pragmas(sqlite_store)
    with closing(sqlite3.connect(path)) as onlooker, recording(sqlite_store) as transactions:
        states = [state(onlooker)]
        for job in JOBS:
            await sqlite_store.write(job)
            states.append(state(onlooker))
    assert len(transactions) == len(JOBS)
    return Recording(database, settings, transactions, states)


def opened(survivors: dict[str, bytes], folder: Path) -> object:
    """What an ordinary SQLite finds after the power came back; fails on a damaged database."""
    for name, content in survivors.items():
        (folder / name.removeprefix("/")).write_bytes(content)
    with closing(sqlite3.connect(folder / DATABASE.removeprefix("/"))) as connection:
        answers = [connection.execute(check).fetchall() for check in INTEGRITY]
        found = state(connection)
    for path in folder.iterdir():
        path.unlink()
    assert answers == [[("ok",)], []]
    return found


def lost_transactions(recorded: Recording, settings: list[str], seeds: range, folder: Path) -> list[int]:
    """For each power cut, how many acknowledged transactions are not there afterwards.

    Fails where one is there in part, or the database is damaged.
    """
    folder.mkdir()
    everything = Disk(recorded.database, 10**9, random.Random(0))
    run_until_power_is_lost(everything, settings, recorded.transactions)
    moments = 10**9 - everything._moments
    losses = []
    for seed in seeds:
        rng = random.Random(seed)
        disk = Disk(recorded.database, rng.randrange(1, moments), rng)
        acknowledged = run_until_power_is_lost(disk, settings, recorded.transactions)
        assert disk.survivors is not None
        found = opened(disk.survivors, folder)
        assert found in recorded.states, f"half a transaction survived with seed {seed}"
        survived = len(recorded.states) - 1 - recorded.states[::-1].index(found)
        losses.append(max(0, acknowledged - survived))
    return losses


def test_the_recording_is_of_the_whole_jobs(recorded):
    """Each is one transaction with what it is named for, so that the tests below mean something."""
    assert all(
        t[0] == Statement("BEGIN IMMEDIATE") and t[-1] == Statement("COMMIT") for t in recorded.transactions
    )
    words = {statement.sql.split()[0] for t in recorded.transactions for statement in t}
    assert words == {"BEGIN", "COMMIT", "INSERT", "UPDATE", "DELETE", "SELECT"}
    assert "PRAGMA synchronous = 2" in recorded.settings
    assert recorded.states[1:] != recorded.states[:-1]
    assert hash_of("s1") in {row[0] for row in recorded.states[-1]["gone"]}


@pytest.mark.long
def test_no_power_cut_loses_what_was_acknowledged(recorded, tmp_path):
    losses = lost_transactions(recorded, recorded.settings, range(SEEDS), tmp_path / "disk")
    assert sum(losses) == 0


def test_the_same_disk_loses_transactions_when_commits_are_not_synced(recorded, tmp_path):
    """Were this to pass with FULL only because the disk is kind, it would pass here, too."""
    careless = [*recorded.settings, "PRAGMA synchronous = NORMAL"]
    losses = lost_transactions(recorded, careless, range(30), tmp_path / "disk")
    assert sum(losses) > 0
