"""Small facts about the installation, by name."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.tables import meta as table


async def get(tx: AsyncConnection, key: str) -> str | None:
    found: str | None = await tx.scalar(select(table.c.value).where(table.c.key == key))
    return found


async def put(tx: AsyncConnection, key: str, value: str) -> None:
    new = upsert(tx, table).values(key=key, value=value)
    await tx.execute(new.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
