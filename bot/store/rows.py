"""How the model's small values stand in columns, for every module of the store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Table, and_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.codec import dump_header, load_header
from bot.model import Actor, ChannelRef, Header, ThreadRef

V = TypeVar("V")
Columns = dict[str, Any]
"""Values by column name, on their way into one table."""

_BATCH = 500
"""Values per IN list: far below what either engine refuses."""

_LARGE = 20_000
"""Characters of JSON whose coding would hold the event loop for some milliseconds."""

_MANY = 200
"""People and files whose coding would."""


async def read_header(text: str) -> Header:
    """The header in a column; a large one is decoded in a thread."""
    return load_header(text) if len(text) < _LARGE else await asyncio.to_thread(load_header, text)


async def write_header(header: Header) -> str:
    """`header` for a column; a large one is encoded in a thread."""
    if len(header.participants) + len(header.files) < _MANY:
        return dump_header(header)
    return await asyncio.to_thread(dump_header, header)


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
