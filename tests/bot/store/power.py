"""A disk that loses power: what was written but not synced is dropped, kept or torn, at random.

A file system for SQLite, in memory. Nothing is promised that disks do not promise: writes reach the
platter in any order, whole or in part, until a sync returns. Creating a file is durable at once.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import apsw
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Store

DATABASE = "/threadlink.db"
_names = itertools.count()


@dataclass
class Platter:
    """One file: what a reader sees, what is safe, and what was written since."""

    now: bytearray = field(default_factory=bytearray)
    safe: bytes = b""
    unsynced: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Offset and data of each write; a truncation has a size and None."""


class Disk(apsw.VFS):
    """Loses power at its `moments`-th write or sync; `survivors` is what it holds then."""

    def __init__(self, database: bytes, moments: int, rng: random.Random) -> None:
        self.name = f"power-{next(_names)}"
        super().__init__(self.name, base="")
        self.files = {DATABASE: Platter(bytearray(database), database)}
        self.survivors: dict[str, bytes] | None = None
        self._moments = moments
        self._rng = rng

    @property
    def lost(self) -> bool:
        return self.survivors is not None

    def moment(self) -> None:
        """Something reaches the disk."""
        self._moments -= 1
        if self._moments == 0:
            self.survivors = {name: self._survive(platter) for name, platter in self.files.items()}

    def _survive(self, platter: Platter) -> bytes:
        left = bytearray(platter.safe)
        for offset, data in platter.unsynced:
            fate = self._rng.choice(("dropped", "kept", "torn"))
            if fate == "dropped":
                continue
            if data is None:
                del left[offset:]
                continue
            end = self._rng.randrange(len(data)) if fate == "torn" else len(data)
            _write(left, offset, data[:end])
        return bytes(left)

    def xOpen(self, name, flags):  # noqa: N802 - the name SQLite calls it by
        path = name.filename() if isinstance(name, apsw.URIFilename) else name or f"/temporary-{next(_names)}"
        flags[1] = flags[0]
        return OpenFile(self, self.files.setdefault(path, Platter()))

    def xDelete(self, filename, syncdir):  # noqa: N802 - the name SQLite calls it by
        self.files.pop(filename, None)

    def xAccess(self, pathname, flags):  # noqa: N802 - the name SQLite calls it by
        return pathname in self.files

    def xFullPathname(self, name):  # noqa: N802 - the name SQLite calls it by
        return name


class OpenFile(apsw.VFSFile):
    def __init__(self, disk: Disk, platter: Platter) -> None:
        self._disk = disk
        self._platter = platter

    def xRead(self, amount, offset):  # noqa: N802 - the name SQLite calls it by
        return bytes(self._platter.now[offset : offset + amount])

    def xWrite(self, data, offset):  # noqa: N802 - the name SQLite calls it by
        self._platter.unsynced.append((offset, bytes(data)))
        _write(self._platter.now, offset, data)
        self._disk.moment()

    def xTruncate(self, newsize):  # noqa: N802 - the name SQLite calls it by
        self._platter.unsynced.append((newsize, None))
        del self._platter.now[newsize:]
        self._disk.moment()

    def xSync(self, flags):  # noqa: N802 - the name SQLite calls it by
        self._disk.moment()
        self._platter.safe = bytes(self._platter.now)
        self._platter.unsynced.clear()

    def xFileSize(self):  # noqa: N802 - the name SQLite calls it by
        return len(self._platter.now)

    def xClose(self):  # noqa: N802 - the name SQLite calls it by
        pass

    def xLock(self, level):  # noqa: N802 - the name SQLite calls it by
        pass

    def xUnlock(self, level):  # noqa: N802 - the name SQLite calls it by
        pass

    def xCheckReservedLock(self):  # noqa: N802 - the name SQLite calls it by
        return False

    def xSectorSize(self):  # noqa: N802 - the name SQLite calls it by
        return 512

    def xDeviceCharacteristics(self):  # noqa: N802 - the name SQLite calls it by
        return 0

    def xFileControl(self, op, ptr):  # noqa: N802 - the name SQLite calls it by
        return False


def _write(content: bytearray, offset: int, data: bytes) -> None:
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


@dataclass(frozen=True)
class Statement:
    sql: str
    parameters: Any = ()
    many: bool = False


Transaction = list[Statement]


@contextmanager
def recording(store: Store) -> Iterator[list[Transaction]]:
    """Yields a list that grows by the statements of each transaction that `store` commits."""
    committed: list[Transaction] = []
    running: Transaction = []

    def executes(_connection, _cursor, statement, parameters, _context, executemany):
        running.append(Statement(statement, parameters, executemany))

    def commits(_connection):
        committed.append([*running, Statement("COMMIT")])
        running.clear()

    def rolls_back(_connection):
        running.clear()

    listeners: dict[str, Callable[..., Any]] = {
        "before_cursor_execute": executes,
        "commit": commits,
        "rollback": rolls_back,
    }
    engine = store._engine.sync_engine
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    yield committed
    for name, listener in listeners.items():
        event.remove(engine, name, listener)


async def pragmas(store: Store) -> list[str]:
    """The settings of the store's own connections that durability hangs on."""

    async def job(tx: AsyncConnection) -> list[str]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        return [f"PRAGMA {name} = {await tx.scalar(text(f'PRAGMA {name}'))}" for name in names]

    return await store.read(job)


def run_until_power_is_lost(disk: Disk, settings: Sequence[str], transactions: Sequence[Transaction]) -> int:
    """Replays `transactions`; returns how many were acknowledged while there was power.

    The only process on its disk needs no shared memory, which this file system does not have. The
    write-ahead log is folded back often, so that this is interrupted, too.
    """
    connection = apsw.Connection(DATABASE, vfs=disk.name)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    for setting in (*settings, "PRAGMA wal_autocheckpoint = 25"):
        connection.execute(setting)
    acknowledged = 0
    for transaction in transactions:
        for statement in transaction:
            run(connection, statement)
        if disk.lost:
            break
        acknowledged += 1
    connection.close()
    return acknowledged


def run(connection: apsw.Connection, statement: Statement) -> None:
    if statement.many:
        connection.cursor().executemany(statement.sql, statement.parameters)
    else:
        connection.cursor().execute(statement.sql, statement.parameters or ())
