"""Disks fill up and fail: the person gets a sentence, nothing is half, and once it is mended all goes on."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event

from adapters.playground.records import Role
from bot.files import FilesError
from bot.model import ContinuationState
from bot.sharing import Gone
from bot.store import continuations, outbox
from tests.bot.faults.restarting import restarted
from tests.bot.faults.small import SmallTown, said
from tests.bot.faults.whole import check_whole

LONG = bool(os.environ.get("THREADLINK_LONG"))
POINTS = 6
SENTENCE = "Something went wrong on my side"


class FailingDatabase:
    """Every statement from number `first` to `last` fails, as on a disk that does not answer."""

    def __init__(self, engine, first: int, last: int) -> None:
        self.statements = 0
        self._engine = engine
        self._range = range(first, last + 1)

    def _run(self, _connection, _cursor, statement, parameters, _context, _many):
        self.statements += 1
        return (
            ("SELECT * FROM a_disk_that_answers", ())
            if self.statements in self._range
            else (statement, parameters)
        )

    def __enter__(self):
        event.listen(self._engine.sync_engine, "before_cursor_execute", self._run, retval=True)
        return self

    def __exit__(self, *_):
        event.remove(self._engine.sync_engine, "before_cursor_execute", self._run)


def failing(small: SmallTown, first: int = 0, last: int = -1) -> FailingDatabase:
    return FailingDatabase(small.town.world.store._engine, first, last)


@contextmanager
def full_disk(small: SmallTown, pages_left: int):
    """SQLite may take so many pages more."""
    engine = small.town.world.store._engine.sync_engine

    def limit(most: str):
        def set_limit(connection, *_):
            cursor = connection.cursor()
            cursor.execute("PRAGMA page_count")
            pages = cursor.fetchone()[0]
            cursor.execute(f"PRAGMA max_page_count = {most.format(pages + pages_left)}")
            cursor.close()

        return set_limit

    full, roomy = limit("{}"), limit("4294967294")
    event.listen(engine, "checkout", full)
    yield
    event.remove(engine, "checkout", full)
    event.listen(engine, "checkout", roomy)


def points(statements: int) -> list[int]:
    assert statements > POINTS
    step = 1 if LONG else statements / POINTS
    return sorted({int(i * step) + 1 for i in range(int(statements / step))})


async def end_all(small: SmallTown) -> None:
    await small.sharing.revoke_all(small.ana)
    await small.settle()
    await check_whole(small.town.world)


async def told_and_true(small: SmallTown, verb: str, argument: str, delivery: str):
    """Gives the command. Where it failed, the person is told in words; links are as they are told."""
    before = {share.id for share in await small.sharing.owned(small.ana)}

    async def check(reply) -> None:
        await check_whole(small.town.world)
        assert not reply.error or SENTENCE in said(reply)
        after = {share.id for share in await small.sharing.owned(small.ana)}
        changed = verb in {"publish", "revoke"} and not reply.error
        assert (after != before) == changed
        assert len(after ^ before) <= 1

    return (lambda: small.ask(verb, argument, delivery=delivery)), check


async def argument_of(small: SmallTown, verb: str) -> str:
    match verb:
        case "publish":
            return (await small.prepare()).id
        case "share":
            return ""
        case _:
            return (await small.share()).url


@pytest.mark.long
@pytest.mark.parametrize("once", [True, False], ids=["one statement fails", "all fail from then on"])
@pytest.mark.parametrize("verb", ["share", "publish", "revoke", "continue"])
async def test_a_database_that_fails_at_any_statement(small, verb, once, monkeypatch):
    monkeypatch.setattr("bot.posting.PATIENCE", 0)
    argument = await argument_of(small, verb)
    with failing(small) as counting:
        await small.ask(verb, argument, delivery=f"{verb}-count")
    await end_all(small)
    for at in points(counting.statements):
        argument = await argument_of(small, verb)
        ask, check = await told_and_true(small, verb, argument, f"{verb}-{at}")
        with failing(small, at, at if once else 10**6):
            reply = await ask()
            await small.town.world.continuing.settle()
        await check(reply)
        if reply.error:
            again = await small.ask(verb, argument, delivery=f"{verb}-{at}-again")
            assert not again.error
        await end_all(small)


@pytest.mark.parametrize("pages_left", [0, 1, 2, 5, 9])
async def test_a_full_disk_stops_publishing_and_nothing_else(small, pages_left):
    first = (await small.share()).url
    await small.settle()
    for i in range(40):
        await small.say(f"{i} " + "words and more words " * 100)
    draft = await small.prepare()
    await small.sharing.choose(draft.id, small.ana, draft.choices, update=False)
    with full_disk(small, pages_left):
        reply = await small.ask("publish", draft.id, delivery="d1")
        assert SENTENCE in said(reply)
        assert not isinstance(await small.sharing.standing(small.sharing.links.token_of(first)), Gone)
    await check_whole(small.town.world)
    assert not (await small.ask("publish", draft.id, delivery="d2")).error
    await small.settle()
    await check_whole(small.town.world)
    assert len(await small.sharing.owned(small.ana)) == 2


@asynccontextmanager
async def broken_files(small: SmallTown):
    """A file stands where the folder should be."""
    folder = small.town.world.settings.data / "files"
    away = folder.with_name("away")
    folder.rename(away)
    folder.write_text("no folder")
    yield
    folder.unlink()
    away.rename(folder)


async def test_files_that_cannot_be_kept_stop_a_capture_with_a_sentence(small):
    async with broken_files(small):
        reply = await small.ask("share", delivery="d1")
        assert reply.error
        assert SENTENCE in said(reply)
        with pytest.raises(FilesError):
            await small.prepare()
    await check_whole(small.town.world)
    assert not (await small.ask("share", delivery="d2")).error


async def test_a_revoke_holds_at_once_and_its_files_go_when_they_can(small):
    done = await small.share()
    async with broken_files(small):
        assert not (await small.ask("revoke", done.url)).error
        assert await small.sharing.standing(small.sharing.links.token_of(done.url)) == Gone("revoked")
        await small.settle()
        assert await small.town.world.store.read(outbox.pending) == 1
    assert await small.town.world.files.list()
    small.town.later(timedelta(days=1))
    await small.settle()
    assert not await small.town.world.files.list()


async def test_a_replay_waits_for_its_files_and_loses_no_turn(small, monkeypatch):
    monkeypatch.setattr("bot.posting.PATIENCE", 0)
    done = await small.share()
    async with broken_files(small):
        started = await small.town.world.continuing.continue_share(small.ana, small.place, done.url)
        await small.settle()
        assert await state_of(small, started) is ContinuationState.RUNNING
    async with restarted(small.town) as world:
        assert await world.continuing.resume() == 1
        await world.continuing.settle()
    assert await state_of(small, started) is ContinuationState.DONE
    assert len(await small.posts(Role.TURN, started.thread)) == started.continuation.total


async def state_of(small: SmallTown, started):
    return (
        await small.town.world.store.read(lambda tx: continuations.get(tx, started.continuation.id))
    ).state
