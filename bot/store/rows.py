"""How the model's small values stand in columns, for every module of the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Table, and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Actor, ChannelRef, ThreadRef

V = TypeVar("V")
Columns = dict[str, Any]
"""Values by column name, on their way into one table."""

_BATCH = 500
"""Values per IN list: far below what either engine refuses."""


def actor_values(prefix: str, actor: Actor) -> Columns:
    return {
        f"{prefix}_platform": actor.platform,
        f"{prefix}_workspace": actor.workspace,
        f"{prefix}_user": actor.user,
        f"{prefix}_name": actor.name,
    }


def to_actor(prefix: str, row: Row[Any]) -> Actor:
    parts = (getattr(row, f"{prefix}_{part}") for part in ("platform", "workspace", "user", "name"))
    return Actor(*parts)


def is_actor(table: Table, prefix: str, actor: Actor) -> ColumnElement[bool]:
    """The condition that a row is `actor`'s: by identity, whatever the name is today."""
    return and_(
        table.c[f"{prefix}_platform"] == actor.platform,
        table.c[f"{prefix}_workspace"] == actor.workspace,
        table.c[f"{prefix}_user"] == actor.user,
    )


def thread_values(thread: ThreadRef) -> Columns:
    return {
        "platform": thread.platform,
        "workspace": thread.workspace,
        "channel": thread.channel,
        "thread": thread.thread,
    }


def to_thread(row: Row[Any]) -> ThreadRef:
    return ThreadRef(row.platform, row.workspace, row.channel, row.thread)


def in_place(table: Table, place: ChannelRef) -> ColumnElement[bool]:
    return and_(
        table.c.platform == place.platform,
        table.c.workspace == place.workspace,
        table.c.channel == place.channel,
    )


def in_thread(table: Table, thread: ThreadRef) -> ColumnElement[bool]:
    return and_(in_place(table, thread.place), table.c.thread == thread.thread)


def upsert(tx: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what happens on a conflict; both engines speak it alike."""
    return sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)


def batches(values: Sequence[V] | set[V] | frozenset[V]) -> Iterator[list[V]]:
    """`values` in lists short enough for one statement."""
    rest = iter(values)
    while batch := list(islice(rest, _BATCH)):
        yield batch
