"""Work promised in a transaction and done after it: cards, their edits, file deletions.

A job row is written by the transaction whose consequence it is, so that neither exists without
the other. `run` carries jobs out one after another, again and again until each is done or has used
up its tries; every job may therefore run twice and is written so that twice is the same as once.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codec, unfurling
from bot.files import Files
from bot.model import PostRef, Share
from bot.platforms import (
    CanEditPosts,
    NotAllowed,
    Platform,
    PlatformError,
    PostGone,
    RateLimited,
    ThreadNotFound,
)
from bot.reply import Card
from bot.store import outbox, shares
from bot.store.engine import Store
from bot.store.pasted import PastedRow
from bot.wording import card_for, card_refused, closed_card, said

log = structlog.get_logger(__name__)

TRIES = 30
"""With the waits of `_wait`, a job is given up after about a day."""

_BATCH = 20
_LONGEST_WAIT = timedelta(hours=1)
_REFUSALS = (NotAllowed, ThreadNotFound, PostGone)


class CardRefused(Exception):
    """The platform refused the card for good; the link was withdrawn. `str()` tells the sharer."""


class Withdraw(Protocol):
    """How the outbox ends a share whose card was refused: Sharing.end."""

    async def __call__(self, share_id: str, reason: str) -> bool: ...


class UrlOf(Protocol):
    async def __call__(self, share_id: str) -> str | None: ...


def _now() -> datetime:
    return datetime.now(UTC)


class Outbox:
    """`connect` must be called once before jobs run: the outbox and the sharing jobs need each other."""

    def __init__(
        self,
        store: Store,
        files: Files,
        platforms: Mapping[str, Platform],
        *,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.store = store
        self.files = files
        self.platforms = platforms
        self.clock = clock
        self._woken = asyncio.Event()
        self._one_card_at_a_time = asyncio.Lock()
        self._jobs: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "card": self._card,
            "close_card": self._close_card,
            "pasted": self._pasted,
            "delete_files": self._delete_files,
            "forget": self._forget,
        }

    def connect(self, withdraw: Withdraw, url_of: UrlOf, unseal: unfurling.Unseal) -> None:
        self._withdraw = withdraw
        self._url_of = url_of
        self._unseal = unseal

    # Promises, made inside a caller's transaction.

    async def show_card(self, tx: AsyncConnection, share_id: str) -> None:
        """The share's card will stand in its thread and say what is true of the share."""
        await outbox.add(tx, "card", share_id, self.clock(), share=share_id)

    async def close_cards(self, tx: AsyncConnection, cards: Sequence[PostRef], reason: str) -> None:
        """These cards will say that their link has ended; `reason` "revoked" or "expired"."""
        for post in cards:
            await outbox.add(tx, "close_card", json.dumps([codec.dump_post(post), reason]), self.clock())

    async def redraw_pasted(self, tx: AsyncConnection, share_id: str, rows: Sequence[PastedRow]) -> None:
        """These previews of a share's link will show what is true of it then."""
        for row in rows:
            payload = unfurling.written(row, share_id, "")
            await outbox.add(tx, "pasted", payload, self.clock(), share=share_id)

    async def close_pasted(self, tx: AsyncConnection, rows: Sequence[PastedRow], reason: str) -> None:
        """These previews will say that their link has ended; `reason` as in `close_cards`."""
        for row in rows:
            await outbox.add(tx, "pasted", unfurling.written(row, "", reason), self.clock())

    async def withdraw(self, tx: AsyncConnection, share_id: str) -> None:
        """What was promised for this share, and was not done yet, has lost its point."""
        await outbox.withdraw(tx, share_id)

    async def delete_files(self, tx: AsyncConnection, blobs: Sequence[str]) -> None:
        if blobs:
            await outbox.add(tx, "delete_files", json.dumps(list(blobs)), self.clock())

    async def forget(self, tx: AsyncConnection) -> None:
        """Deleted text will leave the write-ahead log too."""
        await outbox.add(tx, "forget", "", self.clock())

    # Keeping them.

    def wake(self) -> None:
        """There is something to do now."""
        self._woken.set()

    async def run(self, *, idle: float = 5.0) -> None:
        """Carries jobs out until cancelled; looks at least every `idle` seconds."""
        while True:
            self._woken.clear()
            try:
                await self.drain()
            except Exception:  # the database may be away for a while; nothing is lost by waiting
                log.exception("outbox.drain_failed")
            try:
                await asyncio.wait_for(self._woken.wait(), idle)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Carries out what is due, until nothing is; returns how many jobs were tried."""
        tried = 0
        while due := await self.store.read(lambda tx: outbox.due(tx, self.clock(), _BATCH)):
            for job in due:
                await self._attempt(job)
            tried += len(due)
        return tried

    async def _attempt(self, job: outbox.Job) -> None:
        try:
            await self._jobs[job.kind](job.payload)
        except Exception as failed:  # noqa: BLE001  one bad job must not hold up the others
            await self._failed(job, failed)
        else:
            await self.store.write(lambda tx: outbox.done(tx, job.id))

    async def _failed(self, job: outbox.Job, failed: Exception) -> None:
        expected = isinstance(failed, PlatformError)
        log.warning("outbox.job_failed", kind=job.kind, attempts=job.attempts + 1, error=type(failed).__name__,
                    exc_info=None if expected else failed)  # fmt: skip
        if job.attempts + 1 >= TRIES:
            log.error("outbox.job_given_up", kind=job.kind, id=job.id)
            if job.kind == "card":
                await self._give_up_card(job.payload)
            await self.store.write(lambda tx: outbox.drop(tx, job.id, type(failed).__name__))
            return
        wait = _wait(job.attempts)
        if isinstance(failed, RateLimited):
            wait = max(wait, timedelta(seconds=failed.seconds))
        reason, due = type(failed).__name__, self.clock() + wait
        await self.store.write(lambda tx: outbox.retry(tx, job.id, due, reason))

    async def post_now(self, share_id: str) -> bool:
        """Tries the share's card at once; False where it has to wait for the next try. Raises
        CardRefused, and the link is withdrawn, where the platform refused it for good.
        """
        share = await self.store.read(lambda tx: shares.get(tx, share_id))
        if share is None or share.thread.platform not in self.platforms:
            return False
        try:
            await self._show(share_id)
        except _REFUSALS as refused:
            if await self._stands(share_id):
                return False  # the room was told; that its card is behind the times ends no link
            await self._withdraw(share_id, "revoked")
            raise CardRefused(card_refused(str(refused))) from None
        except PlatformError as failed:
            log.warning("outbox.card_delayed", error=type(failed).__name__)
            return False
        return True

    async def _card(self, share_id: str) -> None:
        share = await self.store.read(lambda tx: shares.get(tx, share_id))
        if share is None:
            return
        try:
            await self._show(share_id)
        except _REFUSALS as refused:
            if await self._stands(share_id):
                raise  # tried again: whoever took the right away may give it back
            await self._withdraw(share_id, "revoked")
            await self._tell(share, card_refused(str(refused)))

    async def _stands(self, share_id: str) -> bool:
        """Whether the share's room was told of it."""
        return bool(await self.store.read(lambda tx: shares.cards(tx, share_id)))

    async def _give_up_card(self, share_id: str) -> None:
        """A share that its room never heard of is withdrawn."""
        share = await self.store.read(lambda tx: shares.get(tx, share_id))
        if share is not None and not await self._stands(share_id):
            await self._withdraw(share_id, "revoked")
            await self._tell(share, card_refused("I tried for about a day."))

    async def _show(self, share_id: str) -> None:
        """Posts the card, or edits the one that stands, to say what is true now."""
        async with self._one_card_at_a_time:
            share = await self.store.read(lambda tx: shares.get(tx, share_id))
            if share is None:
                return
            platform = self.platforms[share.thread.platform]
            card = card_for(share, await self._url_of(share.id) or "")
            posted = await self.store.read(lambda tx: shares.cards(tx, share.id))
            if not posted:
                await self._keep(share.id, await platform.post_card(share.thread, card, f"{share.id}:card"))
            for post in posted:
                await self._edit(post, card)

    async def _keep(self, share_id: str, post: PostRef) -> None:
        """Remembers where the card stands; that of a share which ended meanwhile will say so."""

        async def save(tx: AsyncConnection) -> None:
            if await shares.get(tx, share_id) is None:
                await self.close_cards(tx, [post], "revoked")
            else:
                await shares.set_card(tx, share_id, post)

        await self.store.write(save)

    async def _edit(self, post: PostRef, card: Card) -> None:
        platform = self.platforms.get(post.thread.platform)
        if not isinstance(platform, CanEditPosts):
            return
        try:
            await platform.edit_card(post, card)
        except (PostGone, ThreadNotFound):
            return  # deleted: it says nothing any more, which is as good

    async def _tell(self, share: Share, text: str) -> None:
        try:
            await self.platforms[share.thread.platform].notify(share.owner, said(text, error=True))
        except PlatformError as failed:
            log.warning("outbox.owner_not_reached", error=type(failed).__name__)

    async def _close_card(self, payload: str) -> None:
        post, reason = json.loads(payload)
        async with self._one_card_at_a_time:  # else a card being shown could stand on top of this
            await self._edit(codec.load_post(post), closed_card(reason))

    async def _pasted(self, payload: str) -> None:
        share_id = unfurling.share_of(payload)
        share = await self.store.read(lambda tx: shares.get(tx, share_id))
        url = await self._url_of(share_id) or ""
        async with self._one_card_at_a_time:
            await unfurling.redraw(payload, share, url, self.platforms, self._unseal)

    async def _delete_files(self, payload: str) -> None:
        await self.files.delete(json.loads(payload))

    async def _forget(self, _payload: str) -> None:
        if not await self.store.forget():
            raise BlockingIOError("a reader holds the write-ahead log")


def _wait(attempts: int) -> timedelta:
    return min(timedelta(seconds=2**attempts), _LONGEST_WAIT)
