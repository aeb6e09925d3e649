"""Work promised in a transaction and done after it. This is its list; bot/outbox.py does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import outbox as table

ERROR_LIMIT = 500
"""Characters of an error that are kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """`attempts`: how often it was tried and failed so far."""

    id: int
    kind: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class FailedJob:
    """One that was given up; its payload is deleted."""

    id: int
    kind: str
    attempts: int
    error: str


async def add(
    tx: AsyncConnection, kind: str, payload: str, due_at: datetime, share: str | None = None
) -> int:
    """Promises a job and returns its id. `share`: whose end `withdraw`s it."""
    values = {"kind": kind, "payload": payload, "due_at": due_at, "share": share}
    new = insert(table).values(**values, attempts=0, error="", failed=False).returning(table.c.id)
    job_id: int = (await tx.execute(new)).scalar_one()
    return job_id


async def due(tx: AsyncConnection, now: datetime, limit: int) -> list[Job]:
    """Up to `limit` jobs whose time has come, the longest due first."""
    query = select(table.c.id, table.c.kind, table.c.payload, table.c.attempts)
    query = query.where(table.c.due_at <= now, ~table.c.failed).order_by(table.c.due_at, table.c.id)
    return [Job(*row) for row in await tx.execute(query.limit(limit))]


async def done(tx: AsyncConnection, job_id: int) -> None:
    await tx.execute(delete(table).where(table.c.id == job_id))


async def retry(tx: AsyncConnection, job_id: int, due_at: datetime, error: str) -> None:
    """The job failed with `error`, and is due again at `due_at`."""
    again = {"attempts": table.c.attempts + 1, "due_at": due_at, "error": error[:ERROR_LIMIT]}
    await tx.execute(update(table).where(table.c.id == job_id).values(**again))


async def drop(tx: AsyncConnection, job_id: int, error: str = "") -> None:
    """Gives the job up: it is never due again, loses its payload, and counts as failed with
    `error`, or with that of its last retry.
    """
    values: dict[str, object] = {"failed": True, "payload": ""}
    if error:
        values |= {"error": error[:ERROR_LIMIT], "attempts": table.c.attempts + 1}
    await tx.execute(update(table).where(table.c.id == job_id).values(**values))


async def withdraw(tx: AsyncConnection, share_id: str) -> int:
    """Deletes the jobs still promised for a share, and returns how many there were."""
    return (await tx.execute(delete(table).where(table.c.share == share_id))).rowcount


async def pending(tx: AsyncConnection) -> int:
    """How many jobs are promised, due or not."""
    return await tx.scalar(select(func.count()).where(~table.c.failed)) or 0


async def sweep(tx: AsyncConnection, before: datetime) -> int:
    """Forgets the jobs that were given up before `before`, and returns how many."""
    old = delete(table).where(table.c.failed, table.c.due_at < before)
    return (await tx.execute(old)).rowcount


async def failed(tx: AsyncConnection) -> list[FailedJob]:
    """The jobs that were given up, the oldest first."""
    query = select(table.c.id, table.c.kind, table.c.attempts, table.c.error).where(table.c.failed)
    return [FailedJob(*row) for row in await tx.execute(query.order_by(table.c.id))]
