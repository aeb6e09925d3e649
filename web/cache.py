"""Finished bytes, and for how long they may be believed.

A `Grant` is what is known of one live link: its standing, the tick under which that was asked, and
the bytes made for exactly that standing. The bytes never carry a right: `web.access` decides on
every request whether a grant still holds.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp import hdrs, web
from multidict import CIMultiDict

from bot.store.shares import Standing

Key: TypeAlias = tuple[str, int, str]
"""(kind, page number, content encoding)."""

GRANT_BYTES = 2048
"""What a grant without any bytes is counted as."""

_NOT_IN_304 = (hdrs.CONTENT_LENGTH, hdrs.CONTENT_TYPE, hdrs.CONTENT_ENCODING)


@dataclass(frozen=True, slots=True)
class Ready:
    """A finished answer: body, all its headers, and the headers of its 304."""

    body: bytes
    headers: CIMultiDict[str]
    unchanged: CIMultiDict[str]
    etag: str

    def response(self, request: web.BaseRequest) -> web.Response:
        """The answer to `request`: 304 where its client has these very bytes."""
        known = request.headers.get(hdrs.IF_NONE_MATCH)
        if known is not None and names_etag(known, self.etag):
            return web.Response(status=304, headers=self.unchanged)
        return web.Response(body=self.body, headers=self.headers)


def make_ready(body: bytes, headers: Mapping[str, str], *, encoding: str = "identity") -> Ready:
    """`body`, already in `encoding`, with a strong ETag of its bytes added to `headers`."""
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    full = CIMultiDict(headers)
    full[hdrs.ETAG] = etag
    full[hdrs.CONTENT_LENGTH] = str(len(body))
    if encoding != "identity":
        full[hdrs.CONTENT_ENCODING] = encoding
    unchanged = CIMultiDict((name, value) for name, value in full.items() if name not in _NOT_IN_304)
    return Ready(body, full, unchanged, etag)


def names_etag(if_none_match: str, etag: str) -> bool:
    """Whether an If-None-Match header names `etag`, compared weakly (RFC 9110, 13.1.2).

    `*` matches nothing here: it asks whether there is any such page, and that is not told by 304.
    """
    if if_none_match == etag:
        return True
    plain = etag.removeprefix("W/")
    return any(part.strip().removeprefix("W/") == plain for part in if_none_match.split(","))


@dataclass(slots=True, eq=False)
class Grant:
    """A live link: `standing` was true when the database stood at `tick` (None: not known), and
    ends at `expires` (seconds since 1970). `ready` holds bytes made for this standing only.
    """

    standing: Standing
    tick: int | None
    expires: float
    ready: dict[Key, Ready] = field(default_factory=dict)
    building: dict[Key, asyncio.Task[Ready | None]] = field(default_factory=dict)
    size: int = GRANT_BYTES


class Grants:
    """The grants used last, up to `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._grants: OrderedDict[str, Grant] = OrderedDict()
        self.size = 0

    def get(self, token: str) -> Grant | None:
        grant = self._grants.get(token)
        if grant is not None:
            self._grants.move_to_end(token)
        return grant

    def put(self, token: str, grant: Grant) -> None:
        self.drop(token)
        self._grants[token] = grant
        self.size += grant.size
        self._shrink()

    def drop(self, token: str) -> None:
        gone = self._grants.pop(token, None)
        if gone is not None:
            self.size -= gone.size

    async def build(
        self, token: str, grant: Grant, key: Key, make: Callable[[], Awaitable[Ready | None]]
    ) -> Ready | None:
        """The bytes of `key`, made by `make` once for all who ask for them meanwhile.

        None, and nothing is kept, where `make` gives None.
        """
        found = grant.ready.get(key)
        if found is not None:
            return found
        task = grant.building.get(key)
        if task is None:
            task = asyncio.ensure_future(self._make(token, grant, key, make))
            grant.building[key] = task
            task.add_done_callback(_retrieve)
        # A reader who leaves must not take the others' page along.
        return await asyncio.shield(task)

    async def _make(
        self, token: str, grant: Grant, key: Key, make: Callable[[], Awaitable[Ready | None]]
    ) -> Ready | None:
        try:
            made = await make()
        finally:
            del grant.building[key]
        # A grant that was dropped or replaced meanwhile keeps nothing: nobody would find it.
        if made is not None and self._grants.get(token) is grant:
            self._keep(token, grant, key, made)
        return made

    def _keep(self, token: str, grant: Grant, key: Key, made: Ready) -> None:
        grant.ready[key] = made
        grant.size += len(made.body)
        self.size += len(made.body)
        self._grants.move_to_end(token)
        self._shrink()
        if self.size > self._limit and self._grants.get(token) is grant:
            self._strip(grant, key)

    def _strip(self, grant: Grant, key: Key) -> None:
        """One thread alone is larger than the limit: keep its latest bytes."""
        latest = grant.ready[key]
        grant.ready.clear()
        grant.ready[key] = latest
        self.size -= grant.size
        grant.size = GRANT_BYTES + len(latest.body)
        self.size += grant.size

    def _shrink(self) -> None:
        while self.size > self._limit and len(self._grants) > 1:
            self.drop(next(iter(self._grants)))


def _retrieve(task: asyncio.Task[Ready | None]) -> None:
    if not task.cancelled():
        task.exception()  # each waiter sees it; when all have left, nobody needs to
