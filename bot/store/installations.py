"""What workspaces gave us when they installed the app, and proofs that work once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.tables import installations as table
from bot.store.tables import tickets


async def put(tx: AsyncConnection, platform: str, workspace: str, sealed: bytes, now: datetime) -> None:
    """Keeps what a workspace gave; a later one replaces it."""
    new = upsert(tx, table).values(platform=platform, workspace=workspace, sealed=sealed, installed_at=now)
    changed = {"sealed": sealed, "installed_at": now}
    await tx.execute(new.on_conflict_do_update(index_elements=["platform", "workspace"], set_=changed))


async def get(tx: AsyncConnection, platform: str, workspace: str) -> bytes | None:
    found: bytes | None = await tx.scalar(
        select(table.c.sealed).where(table.c.platform == platform, table.c.workspace == workspace)
    )
    return found


async def workspaces(tx: AsyncConnection, platform: str) -> list[str]:
    query = select(table.c.workspace).where(table.c.platform == platform).order_by(table.c.workspace)
    return list(await tx.scalars(query))


async def remove(tx: AsyncConnection, platform: str, workspace: str) -> bool:
    """Whether there was something to remove."""
    gone = delete(table).where(table.c.platform == platform, table.c.workspace == workspace)
    return (await tx.execute(gone)).rowcount > 0


async def issue(tx: AsyncConnection, key: bytes, now: datetime, dies_at: datetime) -> None:
    """Keeps a ticket until it is redeemed or dies; those that have died by `now` go."""
    await tx.execute(delete(tickets).where(tickets.c.dies_at <= now))
    await tx.execute(insert(tickets).values(key=key, dies_at=dies_at))


async def redeem(tx: AsyncConnection, key: bytes, now: datetime) -> bool:
    """Whether the ticket was good; it is not any more. Of several who ask, one gets True."""
    used = delete(tickets).where(tickets.c.key == key, tickets.c.dies_at > now)
    return (await tx.execute(used)).rowcount == 1
