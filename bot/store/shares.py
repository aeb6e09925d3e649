"""Live links: their rows and pages, and what remains when they end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy import delete as sql_delete
from sqlalchemy import insert as sql_insert
from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Actor, ChannelRef, ContinuationState, Names, PostRef, Share, ThreadRef
from bot.store.rows import (
    actor_values,
    in_place,
    in_thread,
    is_actor,
    read_header,
    thread_values,
    to_actor,
    to_thread,
    upsert,
    write_header,
)
from bot.store.tables import cards as card_rows
from bot.store.tables import continuations, gone, share_chunks, shares
from bot.store.tables import left_out as left_out_rows
from bot.store.tables import people as people_rows

_CONTINUED = (
    select(func.count())
    .where(continuations.c.share == shares.c.id, continuations.c.state != ContinuationState.FAILED)
    .scalar_subquery()
    .label("continued")
)


@dataclass(frozen=True, slots=True)
class Standing:
    """All of a share that decides whether, and from which cached bytes, its page is served."""

    share_id: str
    revision: int
    continued: int
    expires_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired, swept or not."""
        return self.expires_at is not None and self.expires_at <= now


async def insert(
    tx: AsyncConnection, share: Share, token_hash: bytes, token_cipher: bytes, chunks: Sequence[str]
) -> None:
    """Stores `share` with its published messages, as `codec.dump_messages` of consecutive slices.

    `token_hash` finds it, `token_cipher` shows its owner the link again.
    """
    await tx.execute(
        sql_insert(shares).values(
            id=share.id,
            token_hash=token_hash,
            token_cipher=token_cipher,
            created_at=share.created_at,
            views=share.views,
            **actor_values("owner", share.owner),
            **thread_values(share.thread),
            **await _revised(share),
        )
    )
    await _insert_chunks(tx, share.id, chunks)


async def update(tx: AsyncConnection, share: Share, chunks: Sequence[str]) -> None:
    """Replaces header, choices, revision and messages of a share by those of `share`.

    Link, owner, thread, date of birth and views stay as they are.
    """
    await tx.execute(sql_update(shares).where(shares.c.id == share.id).values(**await _revised(share)))
    await tx.execute(sql_delete(share_chunks).where(share_chunks.c.share == share.id))
    await _insert_chunks(tx, share.id, chunks)


async def _revised(share: Share) -> dict[str, Any]:
    return {
        "header": await write_header(share.header),
        "names": share.names,
        "sharer": share.sharer,
        "revision": share.revision,
        "updated_at": share.updated_at,
        "expires_at": share.expires_at,
        "channel_name": share.channel_name,
    }


async def _insert_chunks(tx: AsyncConnection, share_id: str, chunks: Sequence[str]) -> None:
    rows = [{"share": share_id, "position": i, "messages": chunk} for i, chunk in enumerate(chunks)]
    if rows:
        await tx.execute(sql_insert(share_chunks), rows)


async def get(tx: AsyncConnection, share_id: str) -> Share | None:
    return await _one(tx, shares.c.id == share_id)


async def by_token(tx: AsyncConnection, token_hash: bytes) -> Share | None:
    return await _one(tx, shares.c.token_hash == token_hash)


async def standing(tx: AsyncConnection, token_hash: bytes) -> Standing | None:
    """The few facts that a request needs before it is answered from memory; None for no live link.

    An expired share stands until the sweep deletes it: whoever asks compares `expires_at`.
    """
    return await _standing(tx, shares.c.token_hash == token_hash)


async def standing_of(tx: AsyncConnection, share_id: str) -> Standing | None:
    """`standing`, by the share's id."""
    return await _standing(tx, shares.c.id == share_id)


async def _standing(tx: AsyncConnection, condition: ColumnElement[bool]) -> Standing | None:
    query = select(shares.c.id, shares.c.revision, _CONTINUED, shares.c.expires_at)
    row = (await tx.execute(query.where(condition))).one_or_none()
    return None if row is None else Standing(*row)


async def gone_reason(tx: AsyncConnection, token_hash: bytes) -> str | None:
    """Why a share with this token exists no more: what `delete` was told. None if it never did."""
    found: str | None = await tx.scalar(select(gone.c.reason).where(gone.c.token_hash == token_hash))
    return found


async def chunk(tx: AsyncConnection, share_id: str, revision: int, index: int) -> str | None:
    """One slice of the messages of that revision; None behind the last, or once another one stands."""
    query = select(share_chunks.c.messages).join(shares, shares.c.id == share_chunks.c.share)
    of_revision = (shares.c.id == share_id) & (shares.c.revision == revision)
    found: str | None = await tx.scalar(query.where(of_revision, share_chunks.c.position == index))
    return found


async def chunks(tx: AsyncConnection, share_id: str, first: int, count: int) -> list[str]:
    """Up to `count` slices of the messages, in order, from the one at position `first`."""
    query = select(share_chunks.c.messages).where(
        share_chunks.c.share == share_id,
        share_chunks.c.position >= first,
        share_chunks.c.position < first + count,
    )
    return list(await tx.scalars(query.order_by(share_chunks.c.position)))


async def cipher(tx: AsyncConnection, share_id: str) -> bytes | None:
    """The encrypted token."""
    found: bytes | None = await tx.scalar(select(shares.c.token_cipher).where(shares.c.id == share_id))
    return found


async def owned(tx: AsyncConnection, actor: Actor) -> list[Share]:
    """All shares of `actor`, the newest first."""
    return await _many(tx, _query().where(is_actor(shares, "owner", actor)))


async def in_channel(tx: AsyncConnection, place: ChannelRef) -> list[Share]:
    """All shares of threads in `place`, the newest first."""
    return await _many(tx, _query().where(in_place(shares, place)))


async def in_workspace(tx: AsyncConnection, platform: str, workspace: str) -> list[str]:
    """Ids of all shares of threads in a workspace."""
    query = select(shares.c.id).where(shares.c.platform == platform, shares.c.workspace == workspace)
    return list(await tx.scalars(query.order_by(shares.c.created_at, shares.c.id)))


async def of_thread(tx: AsyncConnection, thread: ThreadRef, owner: Actor | None = None) -> list[Share]:
    """All shares of `thread`, of one owner where given, the newest first."""
    query = _query().where(in_thread(shares, thread))
    return await _many(tx, query if owner is None else query.where(is_actor(shares, "owner", owner)))


async def every(tx: AsyncConnection) -> list[Share]:
    """All shares there are, the newest first."""
    return await _many(tx, _query())


async def expired(tx: AsyncConnection, now: datetime) -> list[str]:
    query = select(shares.c.id).where(shares.c.expires_at <= now)
    return list(await tx.scalars(query.order_by(shares.c.expires_at, shares.c.id)))


async def delete(tx: AsyncConnection, share_id: str, now: datetime, reason: str) -> bool:
    """Ends a share: everything of it goes, only the hash of its token is remembered, with `now` and
    `reason`. False where there is none.

    Ask `blobs.of_share` and `cards` before. Live threads born from it stay, without the
    title of those whose replay is over.
    """
    token_hash = await tx.scalar(select(shares.c.token_hash).where(shares.c.id == share_id))
    if token_hash is None:
        return False
    remember = upsert(tx, gone).values(token_hash=token_hash, gone_at=now, reason=reason)
    await tx.execute(remember.on_conflict_do_nothing())
    over = continuations.c.state != ContinuationState.RUNNING
    await tx.execute(
        sql_update(continuations).where(continuations.c.share == share_id, over).values(title="")
    )
    await tx.execute(sql_delete(shares).where(shares.c.id == share_id))
    return True


async def add_views(tx: AsyncConnection, counts: Mapping[str, int]) -> None:
    """Adds to the view counts, by share id; counts of shares that are gone are lost with them."""
    if not counts:
        return
    added = (
        sql_update(shares)
        .where(shares.c.id == bindparam("which"))
        .values(views=shares.c.views + bindparam("more"))
    )
    await tx.execute(added, [{"which": share_id, "more": more} for share_id, more in sorted(counts.items())])


async def set_card(tx: AsyncConnection, share_id: str, post: PostRef) -> None:
    """Remembers one more post that shows the share; the same one twice counts once."""
    values = {"share": share_id, **thread_values(post.thread), "post": post.post}
    await tx.execute(upsert(tx, card_rows).values(values).on_conflict_do_nothing())


async def cards(tx: AsyncConnection, share_id: str) -> list[PostRef]:
    """In the order in which they were posted."""
    query = select(card_rows).where(card_rows.c.share == share_id).order_by(card_rows.c.id)
    return [PostRef(to_thread(row), row.post) for row in await tx.execute(query)]


async def people(tx: AsyncConnection, share_id: str) -> dict[bytes, str]:
    """The share's pseudonyms, by keyed hash of the person."""
    rows = await tx.execute(select(people_rows).where(people_rows.c.share == share_id))
    return {row.key: row.pseudonym for row in rows}


async def remember_people(tx: AsyncConnection, share_id: str, pseudonyms: Mapping[bytes, str]) -> None:
    """Adds pseudonyms; who has one keeps it."""
    rows = [{"share": share_id, "key": key, "pseudonym": name} for key, name in pseudonyms.items()]
    if rows:
        await tx.execute(upsert(tx, people_rows).on_conflict_do_nothing(), rows)


async def left_out(tx: AsyncConnection, share_id: str) -> set[bytes]:
    """Keyed hashes of the messages that the share leaves out."""
    return set(await tx.scalars(select(left_out_rows.c.key).where(left_out_rows.c.share == share_id)))


async def remember_left_out(tx: AsyncConnection, share_id: str, keys: Iterable[bytes]) -> None:
    """Replaces what `left_out` gives."""
    await tx.execute(sql_delete(left_out_rows).where(left_out_rows.c.share == share_id))
    rows = [{"share": share_id, "key": key} for key in sorted(set(keys))]
    if rows:
        await tx.execute(sql_insert(left_out_rows), rows)


def _query() -> Select[Any]:
    return select(shares, _CONTINUED).order_by(shares.c.created_at.desc(), shares.c.id)


async def _one(tx: AsyncConnection, condition: ColumnElement[bool]) -> Share | None:
    row = (await tx.execute(_query().where(condition))).one_or_none()
    return None if row is None else await _to_share(row)


async def _many(tx: AsyncConnection, query: Select[Any]) -> list[Share]:
    return [await _to_share(row) for row in await tx.execute(query)]


async def _to_share(row: Row[Any]) -> Share:
    return Share(
        id=row.id,
        owner=to_actor("owner", row),
        thread=to_thread(row),
        header=await read_header(row.header),
        names=Names(row.names),
        sharer=row.sharer,
        created_at=row.created_at,
        revision=row.revision,
        updated_at=row.updated_at,
        expires_at=row.expires_at,
        views=row.views,
        continued=row.continued,
        channel_name=row.channel_name,
    )
