"""The ledger of replays: what was about to be posted, what was, and who wrote it originally."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, update
from sqlalchemy import insert as sql_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.codec import dump_participants, load_participants
from bot.model import Continuation, ContinuationState, Participant, ThreadRef
from bot.store.rows import actor_values, batches, in_thread, thread_values, to_actor, to_thread, upsert
from bot.store.tables import continuations as table
from bot.store.tables import replayed


async def insert(tx: AsyncConnection, continuation: Continuation, delivery: str) -> None:
    """Stores a new one. `delivery` identifies the command that asked for it, for ever."""
    c = continuation
    await tx.execute(
        sql_insert(table).values(
            id=c.id,
            delivery=delivery,
            share=c.share,
            state=c.state,
            first=c.first,
            total=c.total,
            done=c.done,
            created_at=c.created_at,
            title=c.title,
            revision=c.revision,
            **actor_values("actor", c.actor),
            **thread_values(c.thread),
        )
    )


async def get(tx: AsyncConnection, continuation_id: str) -> Continuation | None:
    return await _one(tx, table.c.id == continuation_id)


async def by_delivery(tx: AsyncConnection, delivery: str) -> Continuation | None:
    return await _one(tx, table.c.delivery == delivery)


async def running(tx: AsyncConnection) -> list[Continuation]:
    """Those to resume after a restart, the oldest first."""
    rows = await tx.execute(_query().where(table.c.state == ContinuationState.RUNNING))
    return [_to_continuation(row) for row in rows]


async def of_share(tx: AsyncConnection, share_id: str) -> list[Continuation]:
    """Where a share was continued, the oldest first, failed ones included."""
    return [_to_continuation(row) for row in await tx.execute(_query().where(table.c.share == share_id))]


async def set_thread(tx: AsyncConnection, continuation_id: str, thread: ThreadRef) -> None:
    await _set(tx, continuation_id, **thread_values(thread))


async def set_state(tx: AsyncConnection, continuation_id: str, state: ContinuationState) -> None:
    """A replay that ends after its share did loses its title, too."""
    await _set(tx, continuation_id, state=state)
    if state is not ContinuationState.RUNNING:
        orphan = (table.c.id == continuation_id) & table.c.share.is_(None)
        await tx.execute(update(table).where(orphan).values(title=""))


async def intend(tx: AsyncConnection, continuation_id: str, seq: int) -> None:
    """Turn `seq` is about to be posted: after a crash nobody knows whether it was."""
    await _set(tx, continuation_id, intended=seq)


async def intended(tx: AsyncConnection, continuation_id: str) -> int | None:
    """The turn that was about to be posted and is not known to be."""
    found: int | None = await tx.scalar(select(table.c.intended).where(table.c.id == continuation_id))
    return found


async def posted(
    tx: AsyncConnection, continuation_id: str, seq: int, posts: Sequence[str], people: Sequence[Participant]
) -> None:
    """Turn `seq` stands in the thread as `posts`, written originally by the first of `people`, who
    mentions the others.

    Saying it again after a crash changes nothing.
    """
    written = dump_participants(people)
    rows = [{"continuation": continuation_id, "post": post, "people": written} for post in posts]
    if rows:
        await tx.execute(upsert(tx, replayed).on_conflict_do_nothing(), rows)
    await _set(tx, continuation_id, done=seq + 1, intended=None)


async def by_posts(
    tx: AsyncConnection, thread: ThreadRef, posts: Sequence[str]
) -> dict[str, tuple[Participant, ...]]:
    """The original people of those of `posts` that are replayed turns, by post id."""
    found: dict[str, tuple[Participant, ...]] = {}
    query = select(replayed.c.post, replayed.c.people).join(table).where(in_thread(table, thread))
    for batch in batches(posts):
        for row in await tx.execute(query.where(replayed.c.post.in_(batch))):
            found[row.post] = load_participants(row.people)
    return found


def _query() -> Select[Any]:
    return select(table).order_by(table.c.created_at, table.c.id)


async def _one(tx: AsyncConnection, condition: ColumnElement[bool]) -> Continuation | None:
    row = (await tx.execute(_query().where(condition))).first()
    return None if row is None else _to_continuation(row)


async def _set(tx: AsyncConnection, continuation_id: str, **values: object) -> None:
    await tx.execute(update(table).where(table.c.id == continuation_id).values(**values))


def _to_continuation(row: Row[Any]) -> Continuation:
    return Continuation(
        id=row.id,
        share=row.share,
        actor=to_actor("actor", row),
        thread=to_thread(row),
        state=ContinuationState(row.state),
        first=row.first,
        total=row.total,
        done=row.done,
        created_at=row.created_at,
        title=row.title,
        revision=row.revision,
    )
