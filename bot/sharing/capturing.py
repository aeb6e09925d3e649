"""From a thread to a draft: capture it, copy its files, make the first choices."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codec
from bot.files import FilesError
from bot.model import (
    Actor,
    Choices,
    Draft,
    FileCopy,
    FileState,
    Header,
    Message,
    MessageKind,
    Names,
    Participant,
    Share,
    Snapshot,
    ThreadRef,
)
from bot.platforms import PlatformError, Progress
from bot.privacy.publish import clean_name
from bot.sharing.base import Base, Refused
from bot.store import blobs, continuations, drafts, shares
from bot.store.address import StoreError

log = structlog.get_logger(__name__)

TITLE_LIMIT = 150
"""Longest title, in characters: what the narrowest platform's input takes."""

_COPIES_AT_ONCE = 4

OpenFile = Callable[[str], AbstractAsyncContextManager[AsyncIterator[bytes]]]


async def _no_progress(_done: int, _total: int | None) -> None: ...


class Capturing(Base):
    async def prepare(
        self,
        actor: Actor,
        thread: ThreadRef,
        *,
        title: str = "",
        progress: Progress = _no_progress,
        until: datetime | None = None,
    ) -> Draft:
        """Captures `thread` as `actor` may read it, up to `until` or this moment, into a draft.

        Raises Refused, or the platform's own PlatformError; then nothing is left behind.
        """
        platform = self.platform_of(thread.platform)
        snapshot = await platform.capture(
            actor, thread, until=until or self.clock(), replayed_by=self._replayed_by, progress=progress
        )
        return await self.prepare_snapshot(actor, snapshot, thread, platform.open_file, title=title)

    async def _replayed_by(
        self, thread: ThreadRef, posts: Sequence[str]
    ) -> dict[str, tuple[Participant, ...]]:
        return await self.store.read(lambda tx: continuations.by_posts(tx, thread, posts))

    async def prepare_snapshot(
        self,
        actor: Actor,
        snapshot: Snapshot,
        thread: ThreadRef,
        open_file: OpenFile,
        *,
        title: str = "",
    ) -> Draft:
        """A draft of a snapshot in captured form; `open_file` streams the files it locates."""
        self._check_extent(snapshot)
        draft_id = secrets.token_hex(16)
        copied: list[FileCopy] = []
        try:
            header = await self._copy_files(snapshot.header, open_file, copied)
            snapshot = Snapshot(header, snapshot.messages)
            chunks = await asyncio.to_thread(_encode, snapshot.messages)
            earlier = await self._earlier_share(actor, thread)
            draft = Draft(
                id=draft_id,
                actor=actor,
                thread=thread,
                choices=await self._first_choices(snapshot, earlier, title),
                header=header,
                dies_at=self.clock() + self.policy.draft_life,
                updates=earlier.id if earlier else None,
            )

            async def save(tx: AsyncConnection) -> None:
                await drafts.insert(tx, draft, chunks)
                for file in copied:
                    await blobs.insert(tx, file.blob, draft=draft_id, size=file.size or 0)

            await self.store.write(save)
        except BaseException:
            await asyncio.shield(self._abandon(draft_id, copied))
            raise
        self._remember(draft_id, snapshot)
        return draft

    async def _abandon(self, draft_id: str, copied: Sequence[FileCopy]) -> None:
        """Nobody will ever ask for this draft: it goes, with its files, as far as that can be done now;
        the sweeps find the rest.
        """

        async def drop(tx: AsyncConnection) -> None:
            await blobs.delete(tx, await blobs.of_draft(tx, draft_id))
            if await drafts.delete(tx, draft_id):
                await self.outbox.forget(tx)

        try:
            await self.store.write(drop)  # a caller who was cancelled may have saved it
            await self.files.delete([file.blob for file in copied])
        except (StoreError, FilesError) as failed:
            log.warning("capture.not_tidied", error=type(failed).__name__)

    def _check_extent(self, snapshot: Snapshot) -> None:
        if not any(message.kind is MessageKind.NORMAL for message in snapshot.messages):
            raise Refused("There is nothing to share: this thread has no messages that I can read.")
        if len(snapshot.messages) > self.policy.max_messages:
            raise Refused(
                f"This thread has {len(snapshot.messages):,} messages; this Threadlink shares up to "
                f"{self.policy.max_messages:,}. Its operator can raise THREADLINK_MAX_MESSAGES."
            )

    async def _copy_files(self, header: Header, open_file: OpenFile, copied: list[FileCopy]) -> Header:
        """`header` with every pending file copied or missing; `copied` gathers what was stored."""
        turn = asyncio.Semaphore(_COPIES_AT_ONCE)

        async def copy(file: FileCopy) -> FileCopy:
            if file.state is not FileState.PENDING:
                return file
            async with turn:
                result = await self._copy_file(file, open_file)
            if result.state is not FileState.COPIED:
                return result
            copied.append(result)
            if sum(one.size or 0 for one in copied) <= self.policy.max_share_bytes:
                return result
            copied.remove(result)
            await self.files.delete([result.blob])
            limit = self.policy.max_share_bytes // (1024 * 1024)
            return missing(result, f"not copied: the files of one share may have {limit} MB together")

        try:
            async with asyncio.TaskGroup() as group:
                copies = [group.create_task(copy(file)) for file in header.files]
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None  # they all tell of the same file store
        return replace(header, files=tuple(task.result() for task in copies))

    async def _copy_file(self, file: FileCopy, open_file: OpenFile) -> FileCopy:
        try:
            async with open_file(file.locator) as stream:
                return await self.files.copy(file, stream, limit=self.policy.max_file_bytes)
        except PlatformError as failed:
            return missing(file, str(failed))

    async def _earlier_share(self, actor: Actor, thread: ThreadRef) -> Share | None:
        """The newest live link that `actor` has for `thread`: the one to offer an update of. None of another
        key: who has which pseudonym, and what is left out, is not known of those.
        """
        if not thread.thread:
            return None
        found = await self.store.read(lambda tx: shares.of_thread(tx, thread, actor))
        live = [share for share in found if share.expires_at is None or share.expires_at > self.clock()]
        for share in sorted(live, key=lambda share: share.created_at, reverse=True):
            if await self._is_of_this_key(share.id):
                return share
        return None

    async def _is_of_this_key(self, share_id: str) -> bool:
        sealed = await self.store.read(lambda tx: shares.cipher(tx, share_id))
        return sealed is not None and self.links.keyring.unseal(sealed) is not None

    async def _first_choices(self, snapshot: Snapshot, earlier: Share | None, title: str) -> Choices:
        title = clean_name(title or (earlier.header.title if earlier else snapshot.header.title))
        if earlier is None:
            names = self.policy.default_names
            return Choices(
                title=_shortened(title) or "A conversation",
                names=names,
                show_sharer=names is Names.REAL,
                expires_days=self.policy.first_expiry(),
            )
        known = await self.store.read(lambda tx: shares.left_out(tx, earlier.id))
        return Choices(
            title=_shortened(title) or "A conversation",
            names=earlier.names,
            show_sharer=earlier.sharer is not None,
            expires_days=self._same_expiry(earlier),
            left_out=await asyncio.to_thread(self._still_left_out, snapshot, earlier.id, known)
            if known
            else frozenset(),
        )

    def _still_left_out(self, snapshot: Snapshot, share_id: str, known: Collection[bytes]) -> frozenset[str]:
        return frozenset(m.id for m in snapshot.messages if self.digest(share_id, m.id) in known)

    def _same_expiry(self, earlier: Share) -> int | None:
        if earlier.expires_at is None:
            return None if self.policy.allows(None) else self.policy.first_expiry()
        days = (earlier.expires_at - (earlier.updated_at or earlier.created_at)).days
        return days if self.policy.allows(days) else self.policy.first_expiry()


def _shortened(title: str) -> str:
    """`title` within the limit; where words part, because half a name is not known for one."""
    if len(title) <= TITLE_LIMIT:
        return title
    head, _, _ = title[:TITLE_LIMIT].rpartition(" ")
    return f"{head or title[: TITLE_LIMIT - 1]}…"


def missing(file: FileCopy, reason: str) -> FileCopy:
    """`file` as one that we have no copy of."""
    return replace(file, state=FileState.MISSING, blob="", width=None, height=None, reason=reason)


def _encode(messages: Sequence[Message]) -> list[str]:
    return [codec.dump_messages(chunk) for chunk in codec.chunked(messages)]
