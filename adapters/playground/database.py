"""One SQLite file, written to by one transaction at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import aiosqlite

T = TypeVar("T")


class Database:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, file: Path, tables: str) -> Database:
        """The database in `file`, in which the statements `tables` have been carried out."""
        connection = await aiosqlite.connect(file, isolation_level=None)
        connection.row_factory = sqlite3.Row
        await connection.execute("PRAGMA journal_mode=WAL")
        await connection.execute("PRAGMA foreign_keys=ON")
        await connection.executescript(tables)
        return cls(connection)

    async def close(self) -> None:
        await self._connection.close()

    async def all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        return list(await self._connection.execute_fetchall(statement, values))

    async def write(self, job: Callable[[aiosqlite.Connection], Awaitable[T]]) -> T:
        """Carries `job` out in a transaction, which ends even if the caller is cancelled."""
        return await asyncio.shield(asyncio.ensure_future(self._transaction(job)))

    async def _transaction(self, job: Callable[[aiosqlite.Connection], Awaitable[T]]) -> T:
        async with self._writing:
            await self._connection.execute("BEGIN IMMEDIATE")
            try:
                result = await job(self._connection)
            except BaseException:
                await self._connection.execute("ROLLBACK")
                raise
            await self._connection.execute("COMMIT")
            return result
