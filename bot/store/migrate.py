"""Brings a database to the tables this version knows, safely for several processes at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.address import StoreError, parse_address, prepare_file, shown
from bot.store.engine import BUSY_SECONDS, lock_writers, make_engine, reason, writing

_MIGRATIONS = Path(__file__).parents[1] / "migrations"
_PAUSE = 0.05


async def migrate(url: str) -> None:
    """Makes the database at `url` (see `address.parse_address`) where SQLite has none yet, and applies
    the migrations it misses, all in one transaction: either all are applied or none.

    Of several processes one migrates; the others wait and find it done. Raises StoreError where the
    database cannot be reached, or was written by a newer Threadlink.
    """
    address = parse_address(url)
    prepare_file(address)
    engine = make_engine(address)
    try:
        await _switch_to_wal(engine)
        async with engine.connect() as connection:
            await connection.execution_options(**writing(engine))
            await lock_writers(connection)
            await connection.run_sync(_upgrade)
            await connection.commit()
    except CommandError as error:
        raise StoreError(
            f"the database {shown(address)} was written by a newer Threadlink ({error}): "
            "start that one, or restore a backup"
        ) from error
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(f"cannot open the database {shown(address)}: {reason(error)}") from error
    finally:
        await engine.dispose()


async def _switch_to_wal(engine: AsyncEngine) -> None:
    """Connects once. While another process switches a new SQLite file to its write-ahead log, SQLite
    answers "locked" at once instead of waiting: we wait.
    """
    tries = int(BUSY_SECONDS / _PAUSE)
    for attempt in range(tries):
        try:
            async with engine.connect():
                return
        except DBAPIError as error:
            if "locked" not in str(error.orig) or attempt == tries - 1:
                raise
        await asyncio.sleep(_PAUSE)


def _upgrade(connection: Connection) -> None:
    command.upgrade(migration_config(connection), "head")


def migration_config(connection: Connection | None = None) -> Config:
    """Alembic's settings for our migrations, run on `connection`."""
    attributes: dict[str, Any] = {} if connection is None else {"connection": connection}
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
