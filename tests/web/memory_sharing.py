"""An honest, small `Sharing` in memory: what the web server asks of the core, and nothing else.

`commit` is what a database does: it makes the tick move. With `ticking=False` there is no tick, as
on PostgreSQL.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.cli.patterns import PATTERNS
from bot.files import BlobMissing
from bot.links import is_token
from bot.model import Choices, Draft, FileCopy, Message, Names, Share, Snapshot
from bot.privacy.findings import review
from bot.sharing import PAGE_SIZE, DraftGone, DraftPage, Gone, Page, Refused
from bot.store.shares import Standing
from tests import builders


class MemorySharing:
    def __init__(self, *, ticking: bool = True) -> None:
        self.shares: dict[str, Share] = {}
        self.messages: dict[str, tuple[Message, ...]] = {}
        self.tokens: dict[str, str] = {}
        self.gone: dict[str, str] = {}
        self.blobs: dict[str, bytes] = {}
        self.drafts: dict[str, tuple[Draft, Snapshot]] = {}
        self.views: Counter[str] = Counter()
        self.asked = 0
        self.rendered = 0
        self.refuse = ""
        self.reading_gate: asyncio.Event | None = None
        self.page_gate: asyncio.Event | None = None
        self.page_waits = asyncio.Event()
        self._tick: int | None = 1 if ticking else None

    def commit(self) -> None:
        if self._tick is not None:
            self._tick += 1

    def publish(self, snapshot: Snapshot, **fields: Any) -> str:
        """Publishes `snapshot`; gives the token of its link."""
        token = secrets.token_urlsafe(18)
        share = Share(
            id=f"s{len(self.shares) + 1}",
            owner=builders.actor(),
            thread=builders.thread(),
            header=snapshot.header,
            created_at=snapshot.header.taken_at,
            **{"names": Names.REAL, "sharer": "Ana", **fields},
        )
        self.shares[share.id] = share
        self.messages[share.id] = snapshot.messages
        self.tokens[token] = share.id
        self.commit()
        return token

    def update(self, token: str, snapshot: Snapshot) -> None:
        share = self.shares[self.tokens[token]]
        self.shares[share.id] = replace(share, header=snapshot.header, revision=share.revision + 1)
        self.messages[share.id] = snapshot.messages
        self.commit()

    def revoke(self, token: str, reason: str = "revoked") -> None:
        share_id = self.tokens.pop(token)
        del self.shares[share_id], self.messages[share_id]
        self.gone[token] = reason
        self.commit()

    def prepare(self, snapshot: Snapshot, signed: str = "") -> str:
        """Makes a draft; gives the last part of its private address."""
        signed = signed or secrets.token_urlsafe(60) + "=="
        self.drafts[signed] = (
            Draft(
                id=f"d{len(self.drafts) + 1}",
                actor=builders.actor(),
                thread=builders.thread(),
                choices=Choices(title=snapshot.header.title),
                header=snapshot.header,
                dies_at=datetime(2030, 1, 1, tzinfo=UTC),
            ),
            snapshot,
        )
        return signed

    def tick(self) -> int | None:
        return self._tick

    async def standing(self, token: str) -> Standing | Gone | None:
        if not is_token(token):
            return None
        self.asked += 1
        share = self.shares.get(self.tokens.get(token, ""))
        reason = self.gone.get(token)
        await asyncio.sleep(0)
        if share is not None:
            if share.expires_at is not None and share.expires_at <= datetime.now(UTC):
                return Gone("expired")
            return Standing(share.id, share.revision, share.continued, share.expires_at)
        return Gone(reason) if reason else None

    async def page(self, share_id: str, number: int) -> Page | None:
        if self.reading_gate is not None:
            self.page_waits.set()
            await self.reading_gate.wait()
        share = self.shares.get(share_id)
        pages = max(1, -(-share.header.message_count // PAGE_SIZE)) if share else 0
        if share is None or not 1 <= number <= pages:
            return None
        messages = self.messages[share_id][(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        self.rendered += 1
        if self.page_gate is not None:
            self.page_waits.set()
            await self.page_gate.wait()
        return Page(share, messages, number, pages)

    async def share(self, share_id: str) -> Share | None:
        return self.shares.get(share_id)

    async def chunks(self, share_id: str, revision: int) -> AsyncIterator[tuple[Message, ...]]:
        start = 0
        while True:
            share = self.shares.get(share_id)
            if share is None or share.revision != revision or start >= len(self.messages[share_id]):
                return
            yield self.messages[share_id][start : start + 100]
            start += 100

    async def find_file(self, share_id: str, file_id: str) -> FileCopy | None:
        share = self.shares.get(share_id)
        return next((file for file in share.header.files if file.id == file_id), None) if share else None

    @asynccontextmanager
    async def open_blob(self, blob: str) -> AsyncIterator[AsyncIterator[bytes]]:
        if blob not in self.blobs:
            raise BlobMissing(f"no file {blob!r}")
        content = self.blobs[blob]

        async def pieces() -> AsyncIterator[bytes]:
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]

        yield pieces()

    def count_view(self, share_id: str) -> None:
        self.views[share_id] += 1

    async def draft_page(self, signed: str, number: int = 1) -> DraftPage:
        if signed not in self.drafts:
            raise DraftGone
        draft, snapshot = self.drafts[signed]
        pages = max(1, -(-len(snapshot.messages) // PAGE_SIZE))
        number = min(max(number, 1), pages)
        messages = snapshot.messages[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return DraftPage(draft, review(snapshot, draft.choices, PATTERNS), messages, number, pages)

    async def choose_messages(
        self, signed: str, *, left_out: Collection[str], kept: Collection[str], findings: Mapping[str, str]
    ) -> DraftPage:
        if self.refuse:
            raise Refused(self.refuse)
        if signed not in self.drafts:
            raise DraftGone
        draft, snapshot = self.drafts[signed]
        now = draft.choices
        choices = replace(
            now,
            left_out=(now.left_out - set(kept)) | frozenset(left_out),
            masked=(now.masked - findings.keys())
            | {key for key, value in findings.items() if value == "masked"},
        )
        self.drafts[signed] = (replace(draft, choices=choices), snapshot)
        return await self.draft_page(signed)
