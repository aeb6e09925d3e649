"""Captures that wait for their sharer's decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.codec import dump_choices, load_choices
from bot.model import Choices, Draft, Header, Source
from bot.store.rows import actor_values, read_header, thread_values, to_actor, to_thread, write_header
from bot.store.tables import draft_chunks, drafts


async def insert(tx: AsyncConnection, draft: Draft, chunks: Sequence[str]) -> None:
    """Stores `draft` with its messages, as `codec.dump_messages` of consecutive slices."""
    await tx.execute(
        sql_insert(drafts).values(
            id=draft.id,
            **actor_values("actor", draft.actor),
            **thread_values(draft.thread),
            choices=dump_choices(draft.choices),
            header=await write_header(draft.header),
            dies_at=draft.dies_at,
            updates=draft.updates,
            share=draft.share,
        )
    )
    rows = [{"draft": draft.id, "position": i, "messages": chunk} for i, chunk in enumerate(chunks)]
    if rows:
        await tx.execute(sql_insert(draft_chunks), rows)


async def get(tx: AsyncConnection, draft_id: str) -> Draft | None:
    """The draft, dead or alive: whoever asks compares `dies_at`.

    A published one has `share` set, and an empty header and choices.
    """
    row = (await tx.execute(select(drafts).where(drafts.c.id == draft_id))).one_or_none()
    return None if row is None else await _to_draft(row)


async def chunks(tx: AsyncConnection, draft_id: str) -> list[str]:
    query = select(draft_chunks.c.messages).where(draft_chunks.c.draft == draft_id)
    return list(await tx.scalars(query.order_by(draft_chunks.c.position)))


async def set_choices(tx: AsyncConnection, draft_id: str, choices: Choices) -> None:
    await _set(tx, draft_id, choices=dump_choices(choices))


async def set_updates(tx: AsyncConnection, draft_id: str, share_id: str | None) -> None:
    await _set(tx, draft_id, updates=share_id)


async def set_published(tx: AsyncConnection, draft_id: str, share_id: str) -> None:
    """Remembers the share that the draft became, so that publishing it twice gives the same link,
    and deletes everything that was captured. The share must be stored already; the row goes with it.
    """
    await tx.execute(sql_delete(draft_chunks).where(draft_chunks.c.draft == draft_id))
    await _set(tx, draft_id, share=share_id, header=None, choices=None)


async def delete(tx: AsyncConnection, draft_id: str) -> bool:
    """Deletes the draft, its messages and its rows of files (ask `blobs.of_draft` before).

    False where there was none.
    """
    return (await tx.execute(sql_delete(drafts).where(drafts.c.id == draft_id))).rowcount > 0


async def dead(tx: AsyncConnection, now: datetime) -> list[str]:
    """Ids of the drafts whose time is over, published ones included."""
    query = select(drafts.c.id).where(drafts.c.dies_at <= now)
    return list(await tx.scalars(query.order_by(drafts.c.dies_at, drafts.c.id)))


async def updating(tx: AsyncConnection, share_id: str) -> list[str]:
    """Ids of the drafts that wait to update that share."""
    query = select(drafts.c.id).where(drafts.c.updates == share_id, drafts.c.share.is_(None))
    return list(await tx.scalars(query.order_by(drafts.c.id)))


async def _set(tx: AsyncConnection, draft_id: str, **values: str | None) -> None:
    await tx.execute(update(drafts).where(drafts.c.id == draft_id).values(**values))


async def _to_draft(row: Row[Any]) -> Draft:
    thread = to_thread(row)
    empty = Header(title="", source=Source(""), taken_at=row.dies_at)
    return Draft(
        id=row.id,
        actor=to_actor("actor", row),
        thread=thread,
        choices=Choices(title="") if row.choices is None else load_choices(row.choices),
        header=empty if row.header is None else await read_header(row.header),
        dies_at=row.dies_at,
        updates=row.updates,
        share=row.share,
    )
