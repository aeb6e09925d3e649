"""Locks by name between the processes of one database, gone with the process that holds them.

What runs in the background must run once, however many processes serve pages. No clock is
involved: SQLite's neighbours share a lock file whose byte ranges the operating system guards,
PostgreSQL guards advisory locks of a connection.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

try:
    import fcntl
except ImportError:  # Windows: one process is all that is promised there
    fcntl = None  # type: ignore[assignment]


class Locks(Protocol):
    """Grants each name to one holder at a time over all processes."""

    async def acquire(self, name: str) -> bool:
        """Whether the caller holds `name` from now on; does not wait."""

    async def release(self, name: str) -> None:
        """Gives `name` back."""

    async def close(self) -> None:
        """Gives everything back."""


@asynccontextmanager
async def holding(locks: Locks, name: str) -> AsyncIterator[bool]:
    """Holds `name` for the block; False where somebody else does."""
    granted = await locks.acquire(name)
    try:
        yield granted
    finally:
        if granted:
            await locks.release(name)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:7], "big")


class FileLocks:
    """One byte of a lock file for each name. The file is never read and stays empty."""

    def __init__(self, path: Path) -> None:
        self._held: set[str] = set()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    async def acquire(self, name: str) -> bool:
        if name in self._held:
            return False
        try:
            if fcntl is not None:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _number(name))
        except OSError:
            return False
        self._held.add(name)
        return True

    async def release(self, name: str) -> None:
        self._held.discard(name)
        if fcntl is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _number(name))

    async def close(self) -> None:
        self._held.clear()
        os.close(self._file)


class AdvisoryLocks:
    """PostgreSQL's advisory locks. Each name held keeps a connection of `engine`, which is given over."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._held: dict[str, AsyncIterator[None]] = {}

    async def acquire(self, name: str) -> bool:
        if name in self._held:
            return False
        holder = self._hold(name)
        try:
            await anext(holder)
        except StopAsyncIteration:
            return False
        self._held[name] = holder
        return True

    async def _hold(self, name: str) -> AsyncIterator[None]:
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            key = {"key": _number(name)}
            if not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), key):
                return
            try:
                yield
            finally:
                await connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)

    async def release(self, name: str) -> None:
        if holder := self._held.pop(name, None):
            await anext(holder, None)

    async def close(self) -> None:
        for name in list(self._held):
            await self.release(name)
        await self._engine.dispose()
