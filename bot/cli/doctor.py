"""`doctor`: whether this Threadlink can run as it is set up, and how to mend what is wrong."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Annotated
from urllib.parse import urlsplit

import typer
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.checkup import Finding, Verdict
from bot.cli import console
from bot.cli.configs import discord_config, slack_config
from bot.cli.console import FAILED, run
from bot.cli.world import WorldError, check_key, key_path, load_keyring, mark_key, open_ground
from bot.files import Files, FilesError
from bot.settings import Settings, SettingsError, load_settings, unknown_variables
from bot.store import outbox
from bot.store.address import StoreError, is_sqlite, parse_address, shown, sqlite_path
from bot.store.engine import Store, make_engine, reason
from bot.store.migrate import migrate, migration_config
from bot.store.outbox import FailedJob
from bot.wording import count

_LOCAL = {"localhost", "127.0.0.1", "::1"}
_VERSION_TABLE = "alembic_version"


def doctor(
    *,
    reset_key: Annotated[
        bool,
        typer.Option(
            "--reset-key",
            help="Go on with a new key: old links keep working and can be revoked, but not be shown again.",
        ),
    ] = False,
) -> None:
    """Check settings, database, files, key, base URL and the platforms, and say how to mend each."""
    if reset_key:
        run(_reset_key(console.settings()))
        typer.echo("The current key is now the key of this database.", err=True)
    found = run(_gather(os.environ))
    for finding in found:
        typer.echo(str(finding))
    if any(finding.verdict is Verdict.BAD for finding in found):
        raise typer.Exit(FAILED)


async def _gather(environment: Mapping[str, str]) -> list[Finding]:
    return [finding async for finding in examine(environment)]


async def examine(environment: Mapping[str, str]) -> AsyncIterator[Finding]:
    """All checks, one finding each; those that cannot be made without a good one before are left out."""
    for name in unknown_variables(environment):
        yield Finding(Verdict.HINT, "settings", f"{name} is no setting; `python -m bot settings` lists them.")
    try:
        settings = load_settings(environment)
    except SettingsError as error:
        yield Finding(Verdict.BAD, "settings", str(error))
        return
    yield Finding(Verdict.GOOD, "settings", "all are well-formed.")
    yield _check_base_url(settings)
    # Before the database: a process that ends right after a call of obstore may abort, because a
    # thread of its own still wants the interpreter then.
    yield await _told("files", lambda: _check_files(settings))
    database = await _told("database", lambda: _check_database(settings))
    yield database
    if database.verdict is Verdict.BAD:
        return
    yield await _told("key", lambda: _check_key(settings))
    yield await _told("jobs", lambda: _check_jobs(settings))
    if settings.has_slack:
        async for finding in _examine_slack(settings):
            yield finding
    if settings.has_discord:
        from adapters.discord.doctor import examine as examine_discord

        async for finding in examine_discord(discord_config(settings)):
            yield finding


async def _examine_slack(settings: Settings) -> AsyncIterator[Finding]:
    from adapters.slack.doctor import examine as examine_slack

    config = slack_config(settings)
    if not config.many_workspaces:
        async for finding in examine_slack(config, None):
            yield finding
        return
    async with open_ground(settings) as ground:
        async for finding in examine_slack(config, ground.installations):
            yield finding


async def _told(subject: str, check: Callable[[], Awaitable[Finding]]) -> Finding:
    """What `check` finds; its errors are sentences of their own."""
    try:
        return await check()
    except (StoreError, FilesError, WorldError) as error:
        return Finding(Verdict.BAD, subject, str(error))


def _check_base_url(settings: Settings) -> Finding:
    parts = urlsplit(settings.base_url)
    if parts.hostname in _LOCAL:
        hint = (
            "only this machine can open such links; set THREADLINK_BASE_URL to an address that others reach."
        )
        return Finding(Verdict.HINT, "base URL", f"{settings.base_url}: {hint}")
    if parts.scheme == "http":
        hint = (
            "links travel unencrypted; put a proxy with a certificate in front, and set an https:// address."
        )
        return Finding(Verdict.HINT, "base URL", f"{settings.base_url}: {hint}")
    return Finding(Verdict.GOOD, "base URL", settings.base_url)


async def _check_database(settings: Settings) -> Finding:
    address = parse_address(settings.database_url)
    name = shown(address)
    if is_sqlite(address) and not sqlite_path(address).exists():
        return Finding(Verdict.GOOD, "database", f"{name} is not there yet; the first start makes it.")
    engine = make_engine(address)
    try:
        async with engine.connect() as connection:
            found = await connection.run_sync(_revision)
    except (SQLAlchemyError, OSError) as error:
        hint = "check THREADLINK_DATABASE_URL, and that the database runs and lets this user in."
        return Finding(Verdict.BAD, "database", f"{name} cannot be opened ({reason(error)}); {hint}")
    finally:
        await engine.dispose()
    return _judge_revision(name, found)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar()  # noqa: S608  a constant
    return found


def _judge_revision(name: str, revision: str | None) -> Finding:
    known = ScriptDirectory.from_config(migration_config())
    if revision == known.get_current_head():
        return Finding(Verdict.GOOD, "database", f"{name} is up to date.")
    if revision is None:
        return Finding(Verdict.GOOD, "database", f"{name} is empty; the first start makes its tables.")
    if revision in {one.revision for one in known.walk_revisions()}:
        return Finding(
            Verdict.HINT, "database", f"{name} is of an older version; the next start brings it up to date."
        )
    hint = "start that version, or restore a backup."
    return Finding(Verdict.BAD, "database", f"{name} was written by a newer Threadlink; {hint}")


async def _check_key(settings: Settings) -> Finding:
    source = "THREADLINK_SECRET_KEY" if settings.secret_key else str(key_path(settings))
    address = parse_address(settings.database_url)
    if is_sqlite(address) and not sqlite_path(address).exists():
        return Finding(Verdict.GOOD, "key", f"{source}; the first start marks the database with it.")
    if settings.secret_key is None and not key_path(settings).exists():
        hint = "restore it from a backup, or go on without the old links' text: doctor --reset-key."
        return Finding(Verdict.BAD, "key", f"the key file {source} is missing; {hint}")
    await _with_store(settings, lambda store: check_key(store, load_keyring(settings)))
    return Finding(Verdict.GOOD, "key", f"{source} is the key of this database.")


async def _check_jobs(settings: Settings) -> Finding:
    address = parse_address(settings.database_url)
    found: list[FailedJob] = []

    async def look(store: Store) -> None:
        found.extend(await store.read(outbox.failed))

    if not is_sqlite(address) or sqlite_path(address).exists():
        await _with_store(settings, look)
    if not found:
        return Finding(Verdict.GOOD, "jobs", "none was given up.")
    kinds = ", ".join(sorted({f"{job.kind} ({job.error})" for job in found}))
    hint = "ended links are ended all the same, but a card may still show one; the log says outbox.job_failed, and why."
    return Finding(Verdict.HINT, "jobs", f"{count(len(found), 'job')} given up in 30 days: {kinds}; {hint}")


async def _check_files(settings: Settings) -> Finding:
    files = Files(settings.files_url)
    try:
        await files.check()
    finally:
        await files.close()
    return Finding(Verdict.GOOD, "files", f"{settings.files_url} can be written, read and deleted.")


async def _reset_key(settings: Settings) -> None:
    await _with_store(settings, lambda store: mark_key(store, load_keyring(settings)))


async def _with_store(settings: Settings, job: Callable[[Store], Awaitable[None]]) -> None:
    await migrate(settings.database_url)
    store = await Store.open(settings.database_url)
    try:
        await job(store)
    finally:
        await store.close()
