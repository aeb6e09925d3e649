"""Migrations: they build what the code expects, once, whoever comes first."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, inspect, text

from bot.store.address import StoreError, parse_address
from bot.store.engine import Store, make_engine
from bot.store.migrate import migrate
from bot.store.tables import metadata
from tests.bot.store.fixtures import BOTH, make_database


async def run(url, job):
    engine = make_engine(parse_address(url))
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(job)
    finally:
        await engine.dispose()


async def test_migrations_build_exactly_the_tables_of_the_code(store_url):
    def differences(connection: Connection):
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    assert await run(store_url, differences) == []


async def test_constraints_are_the_same_too(store_url):
    """What Alembic's comparison does not look at: keys, checks, and what deletes what."""

    def facts(connection: Connection):
        found = inspect(connection)
        return {
            name: (
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(str(check["name"]) for check in found.get_check_constraints(name)),
                sorted(
                    (str(key["name"]), key["options"].get("ondelete")) for key in found.get_foreign_keys(name)
                ),
            )
            for name in metadata.tables
        }

    def expected(table):
        return (
            [column.name for column in table.primary_key],
            sorted(str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)),
            sorted((str(c.name), c.ondelete) for c in table.foreign_key_constraints),
        )

    assert await run(store_url, facts) == {name: expected(t) for name, t in metadata.tables.items()}


async def test_migrating_again_changes_nothing(store_url):
    await migrate(store_url)


async def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    await migrate(url)
    await run(
        url, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    )
    with pytest.raises(StoreError, match="newer Threadlink"):
        await migrate(url)
    assert await run(url, lambda c: c.scalar(text("SELECT version_num FROM alembic_version"))) == "later"


@pytest.mark.parametrize("kind", BOTH)
async def test_processes_that_start_together_migrate_once(kind, tmp_path, request):
    """Each would fail on a table that exists already, if it did not wait for the other."""
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'together.db'}"
    else:
        url = await make_database(request.getfixturevalue("postgres"), "together")
    code = "import asyncio, sys; from bot.store.migrate import migrate; sys.stdin.read(); asyncio.run(migrate(sys.argv[1]))"
    root = Path(__file__).parents[3]
    starters = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            code,
            url,
            cwd=root,
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]
    results = await asyncio.gather(*(each.communicate(b"go") for each in starters))
    assert [each.returncode for each in starters] == [0, 0, 0], results
    store = await Store.open(url)
    assert await store.read(lambda tx: tx.scalar(text("SELECT count(*) FROM alembic_version"))) == 1
    await store.close()


async def test_the_file_and_its_new_folders_are_for_nobody_else(tmp_path):
    path = tmp_path / "made" / "deep" / "threadlink.db"
    await migrate(f"sqlite:///{path}")
    store = await Store.open(f"sqlite:///{path}")
    await store.write(lambda tx: tx.execute(text("INSERT INTO meta VALUES ('a', 'b')")))
    modes = {
        p.name: stat.S_IMODE(p.stat().st_mode) for p in (path, *path.parents[:2], *path.parent.iterdir())
    }
    await store.close()
    assert modes.pop("made") == modes.pop("deep") == 0o700
    assert set(modes) == {f"threadlink.db{suffix}" for suffix in ("", "-wal", "-shm", ".locks")}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "sqlite:///path"),
        ("threadlink.db", "sqlite:///path"),
        ("mysql://localhost/x", "unknown kind of database 'mysql'"),
        ("sqlite://", "SQLite needs a file"),
        ("sqlite:///:memory:", "SQLite needs a file"),
        ("sqlite:////proc/nowhere/x.db", "cannot make the database"),
        ("sqlite:////proc", "something else has that name"),
        ("postgresql://ana:s3cret@127.0.0.1:1/x", "cannot open the database"),
    ],
)
@pytest.mark.parametrize("door", [migrate, Store.open])
async def test_an_address_that_cannot_work_is_one_line_without_the_password(url, words, door):
    with pytest.raises(StoreError) as caught:
        await door(url)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "used"),
    [
        ("sqlite:///a.db", "sqlite+aiosqlite:///a.db"),
        ("sqlite+aiosqlite:////a.db", "sqlite+aiosqlite:////a.db"),
        ("postgres://h/x", "postgresql+asyncpg://h/x"),
        ("postgresql://h/x?sslmode=require", "postgresql+asyncpg://h/x?ssl=require"),
        ("postgresql+asyncpg://u:p@h:1/x", "postgresql+asyncpg://u:p@h:1/x"),
    ],
)
def test_addresses_are_understood_as_people_write_them(written, used):
    assert parse_address(written).render_as_string(hide_password=False) == used
