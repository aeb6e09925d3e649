"""Opens the database and runs jobs in it: whole transactions, whatever happens to their callers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.address import (
    StoreError,
    is_sqlite,
    lock_path,
    parse_address,
    prepare_file,
    shown,
    sqlite_path,
)
from bot.store.locks import AdvisoryLocks, FileLocks, Locks

T = TypeVar("T")

BUSY_SECONDS = 10
"""How long SQLite waits for another process's transaction before a job fails."""

PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit that was acknowledged survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten
    "PRAGMA temp_store = MEMORY",  # no text in temporary files
)

_WRITER_LOCK = 0x7468_7265_6164  # any number that all our processes agree on
_BEGIN = "threadlink_begin"
_in_write: ContextVar[bool] = ContextVar("in_write", default=False)


class _Connection(sqlite3.Connection):
    def close(self) -> None:
        """Ends the transaction, too. SQLite itself would keep it, and its lock, for as long as any
        cursor lives, e.g. in the traceback of a cancellation.
        """
        if self.in_transaction:
            self.rollback()
        super().close()


def make_engine(address: URL) -> AsyncEngine:
    """An engine for `address` whose connections have our PRAGMAs or time limits.

    Statement parameters never appear in errors or logs: they are people's messages.
    """
    if not is_sqlite(address):
        limits = {"idle_in_transaction_session_timeout": "60000", "lock_timeout": "30000"}
        return create_async_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"server_settings": {"application_name": "threadlink", **limits}, "timeout": 10},
        )
    options = {"timeout": BUSY_SECONDS, "factory": _Connection}
    engine = create_async_engine(address, hide_parameters=True, connect_args=options)
    event.listen(engine.sync_engine, "connect", _configure_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # The driver would begin transactions by itself, and late: we say when, in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


class Store:
    """An open database. One object serves a whole process; open it in the loop that uses it."""

    def __init__(self, engine: AsyncEngine, locks: Locks, ticker: sqlite3.Connection | None) -> None:
        """Use `open`."""
        self.locks = locks
        """Names that one process at a time may hold."""
        self._engine = engine
        self._ticker = ticker
        self._writer = asyncio.Lock()

    @classmethod
    async def open(cls, url: str) -> Self:
        """Opens the database at `url` (see `address.parse_address`), which `migrate` has prepared.

        Raises StoreError with the reason where it cannot be reached.
        """
        address = parse_address(url)
        prepare_file(address)
        engine = make_engine(address)
        ticker = None
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
            if is_sqlite(address):
                ticker = sqlite3.connect(
                    sqlite_path(address), timeout=0, isolation_level=None, check_same_thread=False
                )
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            await engine.dispose()
            raise StoreError(f"cannot open the database {shown(address)}: {reason(error)}") from error
        locks = FileLocks(lock_path(address)) if is_sqlite(address) else AdvisoryLocks(make_engine(address))
        return cls(engine, locks, ticker)

    async def close(self) -> None:
        """Ends the running write, then closes every connection."""
        async with self._writer:
            if self._ticker is not None:
                self._ticker.close()
                self._ticker = None
            await self.locks.close()
            await self._engine.dispose()

    async def write(self, job: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Runs `job` in one transaction and returns its result once it is committed.

        All of it is stored or nothing. When the caller is cancelled the transaction still ends
        whole, and the cancellation goes on after it. One job writes at a time, over all processes,
        on both engines: what a job has read stays true until it commits. It runs exactly once and
        must not call the store itself. Raises what `job` raises, and StoreError where the database
        fails.
        """
        if _in_write.get():
            raise RuntimeError("a write job must use its own transaction, not begin another")
        return await _to_the_end(self._write(job))

    async def _write(self, job: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        _in_write.set(True)
        async with self._writer, self._transaction(writing(self._engine)) as tx:
            await lock_writers(tx)
            result = await job(tx)
            await tx.commit()
            return result

    async def read(self, job: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Runs `job` on one unchanging view of the database; nothing it writes is kept.

        When the caller is cancelled it still ends: a statement cut off would keep its view of the
        database, and deleted text in the write-ahead log with it. Raises what `job` raises, and
        StoreError where the database fails.
        """
        return await _to_the_end(self._read(job))

    async def _read(self, job: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        async with self._transaction(_reading(self._engine)) as tx:
            return await job(tx)

    @asynccontextmanager
    async def _transaction(self, options: dict[str, Any]) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._engine.connect() as connection:
                await connection.execution_options(**options)
                yield connection
        except IntegrityError:
            raise
        except (DBAPIError, PoolTimeout, OSError) as error:
            raise StoreError(f"the database failed: {reason(error)}") from error

    def tick(self) -> int | None:
        """A number that has changed if any connection of any process has committed since it was
        last asked for; costs microseconds and never waits. None where there is no such number (on
        PostgreSQL, or at a moment when SQLite will not tell): then only a read knows.
        """
        if self._ticker is None:
            return None
        try:
            row = self._ticker.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None
        return int(row[0])

    async def forget(self) -> bool:
        """Empties SQLite's write-ahead log, so that deleted text is in no byte of any file.

        False where a reader kept some of it in use: ask again. PostgreSQL overwrites deleted rows
        by its own vacuum; there is nothing to do, and the answer is True.
        """
        if self._ticker is None:
            return True
        return await _to_the_end(self._forget())

    async def _forget(self) -> bool:
        async with self._writer, self._transaction({_BEGIN: ""}) as connection:
            result = await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(result.one()[0] == 0)


async def lock_writers(tx: AsyncConnection) -> None:
    """Waits until this is the only writing transaction of all processes. SQLite has waited already,
    at BEGIN IMMEDIATE.
    """
    if tx.dialect.name == "postgresql":
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _WRITER_LOCK})


def writing(engine: AsyncEngine) -> dict[str, Any]:
    """Options of a connection that will write."""
    # PostgreSQL: every statement after the writers' lock sees what earlier writers committed.
    if engine.dialect.name == "sqlite":
        return {_BEGIN: "BEGIN IMMEDIATE"}
    return {"isolation_level": "READ COMMITTED"}


def _reading(engine: AsyncEngine) -> dict[str, Any]:
    if engine.dialect.name == "sqlite":
        return {_BEGIN: "BEGIN"}
    return {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


async def _to_the_end(work: Coroutine[Any, Any, T]) -> T:
    """Awaits `work` in a task of its own; a cancellation of the caller waits until it is over."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as stop:
            cancelled = stop
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # seen: the caller is gone
        raise cancelled
    return task.result()


def reason(error: BaseException) -> str:
    """The driver's own words, in one line, without SQL or parameters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    lines = str(cause).splitlines()
    return lines[0] if lines else type(cause).__name__
