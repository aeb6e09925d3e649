"""Database addresses as operators write them, and the SQLite file behind one."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.folders import make_private_folder

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


class StoreError(Exception):
    """The database cannot be used as asked. `str()` of it is one line for the operator, without
    passwords and without stored text.
    """


def parse_address(url: str) -> URL:
    """`url` with the driver we use: "sqlite:///path" or "postgresql://user:password@host/name".

    Also takes "postgres://" and the drivers' own names, and libpq's `sslmode`. Raises StoreError
    for anything else, and for SQLite in memory, which no second connection could see.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(
            "the database address is not one: write sqlite:///path or postgresql://user:password@host/name"
        ) from None
    driver = _DRIVERS.get(address.drivername)
    if driver is None:
        raise StoreError(
            f"unknown kind of database {address.drivername!r}: write sqlite:///path "
            "or postgresql://user:password@host/name"
        )
    address = address.set(drivername=driver)
    if is_sqlite(address):
        return _check_sqlite(address)
    if "sslmode" in address.query:
        mode = address.query["sslmode"]
        address = address.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return address


def _check_sqlite(address: URL) -> URL:
    name = address.database or ""
    if name in {"", ":memory:"} or name.startswith("file:"):
        raise StoreError("SQLite needs a file: write sqlite:///path (four slashes for an absolute path)")
    return address


def is_sqlite(address: URL) -> bool:
    return address.drivername.startswith("sqlite")


def shown(address: URL) -> str:
    """`address` as it may stand in a message: without the password."""
    return address.render_as_string(hide_password=True)


def sqlite_path(address: URL) -> Path:
    return Path(address.database or "").absolute()


def lock_path(address: URL) -> Path:
    """The file beside a SQLite database by which its processes keep out of each other's way."""
    path = sqlite_path(address)
    return path.with_name(f"{path.name}.locks")


def prepare_file(address: URL) -> None:
    """Makes the SQLite file and the folders it misses, for nobody but this user (0600, 0700).

    SQLite gives its side files the permissions of the database. Does nothing where the file is
    there, and nothing on PostgreSQL. Raises StoreError where the file cannot be made.
    """
    if not is_sqlite(address):
        return
    path = sqlite_path(address)
    try:
        make_private_folder(path.parent)
        # Exclusive: closing a descriptor of a database in use would drop SQLite's own locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        if not path.is_file():
            raise StoreError(f"cannot make the database {path}: something else has that name") from None
    except OSError as error:
        raise StoreError(f"cannot make the database {path}: {error.strerror}") from error
