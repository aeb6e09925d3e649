"""What `doctor` finds out about Discord: the token, Message Content, the commands, each server's permissions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass

import discord

from adapters.discord import words_dialog as words
from adapters.discord.clients import login, make_client, point_at, reads_content
from adapters.discord.config import DiscordConfig
from adapters.discord.errors import FAILURES, Job, translated
from adapters.discord.invite import ESSENTIAL, PERMISSIONS, invite_url
from adapters.discord.syncing import unsynced
from bot.checkup import Finding, Verdict
from bot.platforms import PlatformError

_PAGE = 200
"""Servers of one answer (docs: resources/user, Get Current User Guilds)."""

_LISTED = 20


@dataclass(frozen=True, slots=True)
class _Server:
    name: str
    lacking: tuple[str, ...]


async def examine(config: DiscordConfig, expiries: Sequence[int | None]) -> AsyncIterator[Finding]:
    """Each thing that was looked at, with its remedy where it is not as it should be. Changes nothing. `expiries`: as
    in `definitions`.
    """
    point_at(config)
    client = make_client(config, 1)
    try:
        await login(client, config.token)
        yield Finding(Verdict.GOOD, words.KEY_SUBJECT, words.signed_in(str(client.user)))
        yield _content(client)
        yield await _commands(client, expiries, config.sync_guild)
        async for finding in _servers(client):
            yield finding
    except PlatformError as failed:
        yield Finding(Verdict.BAD, words.KEY_SUBJECT, str(failed))
    except FAILURES as failed:
        yield Finding(Verdict.BAD, words.KEY_SUBJECT, str(translated(failed, Job.READING)))
    finally:
        await client.close()


def _content(client: discord.Client) -> Finding:
    if reads_content(client):
        return Finding(Verdict.GOOD, words.CONTENT_SUBJECT, words.CONTENT_ON)
    return Finding(Verdict.BAD, words.CONTENT_SUBJECT, words.NO_CONTENT)


async def _commands(client: discord.Client, expiries: Sequence[int | None], guild: int | None) -> Finding:
    """Whether Discord knows all of each command; `serve` mends it."""
    try:
        differing = await unsynced(client, expiries, guild)
    except discord.Forbidden:
        return Finding(Verdict.BAD, words.COMMANDS_SUBJECT, words.CANT_SYNC)
    if differing:
        return Finding(Verdict.HINT, words.COMMANDS_SUBJECT, words.unregistered(differing))
    return Finding(Verdict.GOOD, words.COMMANDS_SUBJECT, words.REGISTERED)


async def _servers(client: discord.Client) -> AsyncIterator[Finding]:
    link = invite_url(client.application_id or 0)
    servers = [server async for server in _found(client)]
    if not servers:
        yield Finding(Verdict.HINT, words.SERVERS_SUBJECT, words.no_servers(link))
        return
    lacking = [server for server in servers if server.lacking]
    if len(servers) > len(lacking):
        yield Finding(Verdict.GOOD, words.SERVERS_SUBJECT, words.well_equipped(len(servers) - len(lacking)))
    for server in lacking[:_LISTED]:
        verdict = Verdict.BAD if ESSENTIAL.intersection(server.lacking) else Verdict.HINT
        needed = [(words.permission(name), PERMISSIONS[name]) for name in server.lacking]
        yield Finding(verdict, words.SERVERS_SUBJECT, words.lacking(server.name, needed, link))
    if len(lacking) > _LISTED:
        yield Finding(Verdict.BAD, words.SERVERS_SUBJECT, words.more_lacking(len(lacking) - _LISTED))


async def _found(client: discord.Client) -> AsyncIterator[_Server]:
    """Every server of the bot with what its roles there do not give. Channels may give and take more."""
    after: int | None = None
    while page := await client.http.get_guilds(_PAGE, after=after):
        for guild in page:
            after = int(guild["id"])
            # A partial guild: its `permissions` are those of whoever asks, without any channel's exceptions.
            given = discord.Permissions(int(guild["permissions"]))
            yield _Server(guild["name"], tuple(_lacking(given)))
        if len(page) < _PAGE:
            return


def _lacking(given: discord.Permissions) -> Iterable[str]:
    return () if given.administrator else (name for name in PERMISSIONS if not getattr(given, name))
