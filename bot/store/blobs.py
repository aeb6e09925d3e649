"""Which of our copied files belong to which draft or share."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import batches
from bot.store.tables import blobs as table


async def insert(tx: AsyncConnection, blob: str, *, draft: str, size: int) -> None:
    await tx.execute(sql_insert(table).values(id=blob, draft=draft, size=size))


async def of_draft(tx: AsyncConnection, draft_id: str) -> list[str]:
    return list(await tx.scalars(select(table.c.id).where(table.c.draft == draft_id).order_by(table.c.id)))


async def of_share(tx: AsyncConnection, share_id: str) -> list[str]:
    return list(await tx.scalars(select(table.c.id).where(table.c.share == share_id).order_by(table.c.id)))


async def move(tx: AsyncConnection, draft_id: str, share_id: str, blobs: Collection[str]) -> None:
    """Gives those of `blobs` that are the draft's to the share."""
    for batch in batches(set(blobs)):
        mine = (table.c.draft == draft_id) & table.c.id.in_(batch)
        await tx.execute(update(table).where(mine).values(draft=None, share=share_id))


async def delete(tx: AsyncConnection, blobs: Collection[str]) -> None:
    for batch in batches(set(blobs)):
        await tx.execute(sql_delete(table).where(table.c.id.in_(batch)))


async def all(tx: AsyncConnection) -> set[str]:  # noqa: A001 - reads as blobs.all(tx)
    """Every file that something owns: any other in the file store is an orphan."""
    return set(await tx.scalars(select(table.c.id)))
