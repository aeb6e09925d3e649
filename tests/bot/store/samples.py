"""Drafts, shares and continuations to store."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.codec import chunked, dump_messages
from bot.model import (
    Actor,
    Choices,
    Continuation,
    ContinuationState,
    Draft,
    Names,
    Share,
    Snapshot,
)
from bot.store import drafts, meta, shares
from bot.store.tables import drafts as table
from tests.builders import actor, conversation, thread

NOW = datetime(2026, 11, 22, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANA, BOB = actor("Ana"), actor("Bob")
CHAT = conversation(250)


def pages(snapshot: Snapshot) -> list[str]:
    return [dump_messages(messages) for messages in chunked(snapshot.messages)]


def make_draft(draft_id: str = "d1", **fields: Any) -> Draft:
    draft = Draft(draft_id, ANA, thread(), Choices("A title", expires_days=7), CHAT.header, NOW + HOUR)
    return replace(draft, **fields)


def make_share(share_id: str = "s1", **fields: Any) -> Share:
    share = Share(share_id, ANA, thread(), CHAT.header, Names.PSEUDONYMS, "Ana", NOW)
    return replace(share, **fields)


def make_continuation(continuation_id: str = "c1", **fields: Any) -> Continuation:
    new = Continuation(
        continuation_id,
        "s1",
        BOB,
        thread("", channel="C9"),
        ContinuationState.RUNNING,
        0,
        9,
        0,
        NOW,
        title="A title",
    )
    return replace(new, **fields)


def hash_of(share_id: str) -> bytes:
    return hashlib.sha256(share_id.encode()).digest()


def storing(*things: Draft | Share, chunks: list[str] | None = None):
    """A write job that stores them."""

    async def job(tx):
        for thing in things:
            if isinstance(thing, Draft):
                await drafts.insert(tx, thing, pages(CHAT) if chunks is None else chunks)
            else:
                cipher = b"cipher of " + thing.id.encode()
                await shares.insert(
                    tx, thing, hash_of(thing.id), cipher, pages(CHAT) if chunks is None else chunks
                )

    return job


async def put_both(tx):
    """Two rows that belong together."""
    for half in ("left", "right"):
        count = await meta.get(tx, half)
        await meta.put(tx, half, str(int(count or 0) + 1))


async def halves(store):
    return [await store.read(lambda tx, half=half: meta.get(tx, half)) for half in ("left", "right")]


async def drafts_of(tx: AsyncConnection, actor: Actor) -> list[Draft]:
    """The unpublished drafts of `actor`."""
    mine = (table.c.actor_user == actor.user) & table.c.share.is_(None)
    found = [await drafts.get(tx, draft_id) for draft_id in await tx.scalars(select(table.c.id).where(mine))]
    return [draft for draft in found if draft is not None]
