"""Puts the core together from the settings: the one place where everything meets."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.cli.patterns import PATTERNS
from bot.commands import Commands
from bot.continuing import Continuing
from bot.files import Files
from bot.installations import Installations
from bot.links import Keyring, Links
from bot.outbox import Outbox
from bot.platforms import Platform
from bot.settings import Settings
from bot.sharing import Policy, Sharing
from bot.store import meta
from bot.store.engine import Store
from bot.store.migrate import migrate

KEY_FILE = "secret.key"
_KEY_CHECK = "key_check"
_MEGABYTE = 1024 * 1024


class WorldError(Exception):
    """Threadlink cannot start; `str()` is one line that says why and what to do."""


class WrongKey(WorldError):
    """The database was written under another secret key."""


@dataclass(frozen=True, slots=True)
class World:
    settings: Settings
    store: Store
    files: Files
    links: Links
    outbox: Outbox
    sharing: Sharing
    continuing: Continuing
    commands: Commands


@dataclass(frozen=True, slots=True)
class Ground:
    """What a world stands on, and what platforms need before they can be part of one."""

    settings: Settings
    keyring: Keyring
    store: Store
    files: Files
    installations: Installations


@asynccontextmanager
async def open_ground(settings: Settings) -> AsyncIterator[Ground]:
    """A migrated database, the key and the files; closed again on leaving. Raises WorldError, or the
    errors of store and files, each one line for the operator.
    """
    keyring = load_keyring(settings)
    await migrate(settings.database_url)
    store = await Store.open(settings.database_url)
    try:
        await check_key(store, keyring)
        files = Files(settings.files_url)
        try:
            yield Ground(settings, keyring, store, files, Installations(store, keyring))
        finally:
            await files.close()
    finally:
        await store.close()


@asynccontextmanager
async def open_world(
    settings: Settings, platforms: Mapping[str, Platform] | None = None
) -> AsyncIterator[World]:
    """`open_ground` and `build_world` in one, where the platforms need no ground."""
    async with open_ground(settings) as ground:
        yield build_world(ground, platforms or {})


def build_world(ground: Ground, platforms: Mapping[str, Platform]) -> World:
    """Everything put together. `platforms`: by name, connected or about to be."""
    settings, store, files, keyring = ground.settings, ground.store, ground.files, ground.keyring
    platforms = dict(platforms)
    links = Links(settings.base_url, keyring)
    outbox = Outbox(store, files, platforms)
    sharing = Sharing(store, files, links, outbox, platforms, policy_of(settings), patterns=PATTERNS)
    outbox.connect(sharing.end, sharing.url_of, keyring.unseal)
    continuing = Continuing(sharing, replay_turns=settings.replay_turns)
    commands = Commands(sharing, continuing)
    return World(settings, store, files, links, outbox, sharing, continuing, commands)


def policy_of(settings: Settings) -> Policy:
    return Policy(
        default_names=settings.default_names,
        default_expiry=settings.default_expiry,
        max_expiry=settings.max_expiry,
        max_messages=settings.max_messages,
        max_file_bytes=settings.max_file_mb * _MEGABYTE,
        max_share_bytes=settings.max_share_mb * _MEGABYTE,
    )


def key_path(settings: Settings) -> Path:
    return settings.data / KEY_FILE


def load_keyring(settings: Settings) -> Keyring:
    """The operator's key: the setting, else the key file, made on the first start."""
    if settings.secret_key is not None:
        return Keyring(settings.secret_key.get_secret_value())
    try:
        return Keyring.from_file(key_path(settings))
    except OSError as error:
        raise WorldError(
            f"the key file {key_path(settings)} cannot be read or made ({error.strerror}): "
            "make THREADLINK_DATA a folder that this user may write, or set THREADLINK_SECRET_KEY"
        ) from error
    except ValueError as error:
        raise WorldError(
            f"the key file {key_path(settings)} is empty or damaged: restore it from a backup, or delete it so that "
            "the next start makes another"
        ) from error


async def check_key(store: Store, keyring: Keyring) -> None:
    """Raises WrongKey where the database was written under another key; marks a new database."""
    sealed = await store.read(lambda tx: meta.get(tx, _KEY_CHECK))
    if sealed is None:
        await mark_key(store, keyring)
    elif keyring.unseal(sealed.encode()) is None:
        raise WrongKey(
            "the database was written under another THREADLINK_SECRET_KEY or key file: restore that key, or go on "
            "without the old links' text with `python -m bot doctor --reset-key` (pages and revoking keep working)"
        )


async def mark_key(store: Store, keyring: Keyring) -> None:
    """From now on, `keyring` is the key of this database."""
    mark = keyring.seal("threadlink").decode()
    await store.write(lambda tx: meta.put(tx, _KEY_CHECK, mark))
