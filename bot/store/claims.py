"""Deliveries and who takes care of them: platforms deliver twice, work is done once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.rows import upsert
from bot.store.tables import claims as table


async def claim(tx: AsyncConnection, delivery: str, now: datetime, takeover_before: datetime) -> bool:
    """Whether the caller owns `delivery` from now on: it is new, or somebody claimed it before
    `takeover_before` and never finished. Claim in a transaction of its own, before work begins.
    """
    new = upsert(tx, table).values(delivery=delivery, claimed_at=now)
    dead = table.c.result.is_(None) & (table.c.claimed_at < takeover_before)
    taken = new.on_conflict_do_update(index_elements=["delivery"], set_={"claimed_at": now}, where=dead)
    return (await tx.execute(taken)).rowcount == 1


async def finish(tx: AsyncConnection, delivery: str) -> None:
    """The work of `delivery` is done; nobody takes it over any more."""
    await tx.execute(update(table).where(table.c.delivery == delivery).values(result=""))


async def sweep(tx: AsyncConnection, before: datetime) -> int:
    """Forgets the claims made before `before`, and returns how many."""
    return (await tx.execute(delete(table).where(table.c.claimed_at < before))).rowcount
