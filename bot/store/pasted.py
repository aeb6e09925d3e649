"""Where previews of pasted links stand, so that they can be redrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.tables import pasted as table

KEPT = 500
"""Previews remembered of one share; of more, the oldest are forgotten."""


@dataclass(frozen=True, slots=True)
class PastedRow:
    """`url_key` tells two addresses apart without naming them; `url` is sealed."""

    platform: str
    workspace: str
    place: str
    url_key: bytes
    url: bytes


async def remember(tx: AsyncConnection, share_id: str, row: PastedRow) -> None:
    """The same preview twice counts once."""
    values = {
        "share": share_id,
        "platform": row.platform,
        "workspace": row.workspace,
        "place": row.place,
        "url_key": row.url_key,
        "url": row.url,
    }
    await tx.execute(upsert(tx, table).values(values).on_conflict_do_nothing())
    kept = select(table.c.id).where(table.c.share == share_id).order_by(table.c.id.desc()).limit(KEPT)
    await tx.execute(
        delete(table).where(table.c.share == share_id, table.c.id.not_in(kept.subquery().select()))
    )


async def of_share(tx: AsyncConnection, share_id: str) -> Sequence[PastedRow]:
    """In the order in which they were drawn first."""
    rows = await tx.execute(select(table).where(table.c.share == share_id).order_by(table.c.id))
    return [PastedRow(row.platform, row.workspace, row.place, row.url_key, row.url) for row in rows]
