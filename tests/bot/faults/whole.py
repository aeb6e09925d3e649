"""What must be true of everything that is stored, whatever has happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import Row, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codec
from bot.cli.world import World
from bot.model import FileState, Header
from bot.store import blobs
from bot.store import tables as t


async def check_whole(world: World) -> None:
    """Every share and draft is there whole or not at all, and nothing lies about without an owner.

    Call it when nothing is at work. Copies that a fault left in the file store may be there before the
    sweep that looks for them, not after it.
    """
    await _sweep_now(world)
    stored = await world.files.list()
    await world.store.read(lambda tx: _check_all(tx, stored, world))


async def _sweep_now(world: World) -> None:
    clock = world.sharing.clock
    world.sharing.clock = lambda: datetime.now(UTC) + timedelta(hours=3)
    try:
        await world.sharing.sweep_files()
    finally:
        world.sharing.clock = clock


async def _check_all(tx: AsyncConnection, stored: set[str], world: World) -> None:
    if tx.dialect.name == "sqlite":
        assert list(await tx.scalars(text("PRAGMA integrity_check"))) == ["ok"]
        assert list(await tx.execute(text("PRAGMA foreign_key_check"))) == []
    promised = await _promised_deletions(tx)
    assert await blobs.all(tx) == stored - promised, "a file without an owner, or an owner without its file"
    for row in await tx.execute(select(t.shares)):
        await _check_share(tx, row, world)
    for row in await tx.execute(select(t.drafts)):
        await _check_draft(tx, row)


async def _promised_deletions(tx: AsyncConnection) -> set[str]:
    jobs = await tx.scalars(
        select(t.outbox.c.payload).where(t.outbox.c.kind == "delete_files", ~t.outbox.c.failed)
    )
    return {blob for payload in jobs for blob in json.loads(payload)}


async def _check_share(tx: AsyncConnection, row: Row, world: World) -> None:
    header = codec.load_header(row.header)
    await _check_messages(tx, t.share_chunks, t.share_chunks.c.share == row.id, header)
    owned = set(await tx.scalars(select(t.blobs.c.id).where(t.blobs.c.share == row.id)))
    assert owned == {file.blob for file in header.files if file.state is FileState.COPIED}
    assert world.links.keyring.unseal(row.token_cipher)
    assert await _number(tx, t.drafts, t.drafts.c.share == row.id), "born from no draft"
    cards = await _number(tx, t.cards, t.cards.c.share == row.id)
    jobs = await _number(tx, t.outbox, (t.outbox.c.share == row.id) & ~t.outbox.c.failed)
    assert cards == 1 or (cards == 0 and jobs), "its room will never know of it"


async def _check_draft(tx: AsyncConnection, row: Row) -> None:
    owned = set(await tx.scalars(select(t.blobs.c.id).where(t.blobs.c.draft == row.id)))
    if row.share is not None:
        assert (row.header, row.choices, owned) == (None, None, set())
        assert await _number(tx, t.draft_chunks, t.draft_chunks.c.draft == row.id) == 0
        return
    header = codec.load_header(row.header)
    assert codec.load_choices(row.choices).title
    await _check_messages(tx, t.draft_chunks, t.draft_chunks.c.draft == row.id, header)
    assert owned == {file.blob for file in header.files if file.state is FileState.COPIED}


async def _check_messages(tx: AsyncConnection, table, mine, header: Header) -> None:
    rows = list(
        await tx.execute(select(table.c.position, table.c.messages).where(mine).order_by(table.c.position))
    )
    assert [row.position for row in rows] == list(range(len(rows)))
    assert sum(len(codec.load_messages(row.messages)) for row in rows) == header.message_count > 0


async def _number(tx: AsyncConnection, table, condition) -> int:
    return await tx.scalar(select(func.count()).select_from(table).where(condition)) or 0
