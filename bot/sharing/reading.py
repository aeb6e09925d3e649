"""What a reader needs: whether a link may be served, and its content. No platform is contacted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codec
from bot.links import is_token, token_hash
from bot.model import FileCopy, Message, Share
from bot.sharing.base import Base, Gone
from bot.store import shares
from bot.store.shares import Standing

PAGE_SIZE = 500
"""Messages on one page."""


@dataclass(frozen=True, slots=True)
class Page:
    share: Share
    messages: tuple[Message, ...]
    number: int
    pages: int


class Reading(Base):
    def tick(self) -> int | None:
        """Changes whenever anything was committed, by any process; None where that is not known.
        What `standing` said stays true while the tick stands still and the link has not expired.
        """
        return self.store.tick()

    async def standing(self, token: str) -> Standing | Gone | None:
        """The right to serve `token` now: its standing, `Gone` once revoked or expired, None where
        it never was.
        """
        if not is_token(token):
            return None
        digest = token_hash(token)
        found = await self.store.read(lambda tx: shares.standing(tx, digest))
        if found is not None:
            return Gone("expired") if found.is_over(self.clock()) else found
        reason = await self.store.read(lambda tx: shares.gone_reason(tx, digest))
        return Gone(reason) if reason else None

    async def share(self, share_id: str) -> Share | None:
        return await self.store.read(lambda tx: shares.get(tx, share_id))

    async def live_share(self, share_id: str) -> Share | None:
        """The share of that id, unless it has expired."""
        share = await self.share(share_id)
        over = share is not None and share.expires_at is not None and share.expires_at <= self.clock()
        return None if over else share

    async def page(self, share_id: str, number: int) -> Page | None:
        """Page `number`, from 1, or None where there is no such page (any more)."""
        per_page = PAGE_SIZE // codec.MESSAGES_PER_CHUNK
        first = (number - 1) * per_page

        async def load(tx: AsyncConnection) -> tuple[Share, list[str]] | None:
            share = await shares.get(tx, share_id)
            if share is None:
                return None
            return share, await shares.chunks(tx, share_id, first, per_page)

        found = await self.store.read(load) if number > 0 else None
        if found is None:
            return None
        share, chunks = found
        pages = max(1, -(-share.header.message_count // PAGE_SIZE))
        if number > pages:
            return None
        messages = await asyncio.to_thread(_decode, chunks)
        return Page(share, messages, number, pages)

    async def chunks(self, share_id: str, revision: int) -> AsyncIterator[tuple[Message, ...]]:
        """All messages in order, a hundred at a time; ends early if that revision is gone."""
        index = 0
        while True:

            async def load(tx: AsyncConnection, index: int = index) -> str | None:
                return await shares.chunk(tx, share_id, revision, index)

            text = await self.store.read(load)
            if text is None:
                return
            yield await asyncio.to_thread(codec.load_messages, text)
            index += 1

    async def find_file(self, share_id: str, file_id: str) -> FileCopy | None:
        share = await self.share(share_id)
        if share is None:
            return None
        return next((file for file in share.header.files if file.id == file_id), None)

    def open_blob(self, blob: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self.files.open(blob)

    def count_view(self, share_id: str) -> None:
        """Counts in memory; `flush_views` writes."""
        self._views[share_id] += 1

    async def flush_views(self) -> None:
        """Writes the views counted since the last flush. A failure keeps them for the next; a
        cancellation does not stop the write.
        """
        counted, self._views = self._views, type(self._views)()
        if not counted:
            return
        try:
            await self.store.write(lambda tx: shares.add_views(tx, counted))
        except Exception:
            self._views.update(counted)
            raise


def _decode(chunks: list[str]) -> tuple[Message, ...]:
    return tuple(message for chunk in chunks for message in codec.load_messages(chunk))
