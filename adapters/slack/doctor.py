"""Whether Slack is set up as it should be, and how to mend what is not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import aiohttp

from adapters.slack import words_doctor as words
from adapters.slack.asking import Asking
from adapters.slack.clients import Clients, Identity
from adapters.slack.config import SlackConfig
from adapters.slack.errors import AUTHENTICATION, FAILURES, code_of
from adapters.slack.manifest import check_prefix, is_http, unfurl_domain
from adapters.slack.parse_raw import mapping, mappings, string
from adapters.slack.scopes import REQUIRED, Scope, optional_scopes
from adapters.slack.workspaces import ManyWorkspaces, OneWorkspace
from bot.checkup import Finding, Verdict
from bot.installations import Installations
from bot.platforms import PlatformError

_CHANNELS = 200
_SIGNING_SECRET = 32
_SEVERAL = 20
"""Workspaces that are looked at; where there are more, the first ones."""


async def examine(config: SlackConfig, installations: Installations | None = None) -> AsyncIterator[Finding]:
    """All that can be checked from here, one finding each. Contacts Slack, posts nothing."""
    yield _base_url(config)
    try:
        check_prefix(config.command_prefix)
    except ValueError as wrong:
        yield Finding(Verdict.BAD, words.COMMANDS, str(wrong))
    async with aiohttp.ClientSession() as session:
        async for finding in _way_in(config, session):
            yield finding
        if config.many_workspaces:
            async for finding in _many(config, session, installations):
                yield finding
        elif config.bot_token:
            async for finding in _one(config, session):
                yield finding
        else:
            yield Finding(Verdict.BAD, words.KEY, words.NO_KEY)


def _base_url(config: SlackConfig) -> Finding:
    """Links unfurl only on a host that Slack can know."""
    domain = unfurl_domain(config.base_url)
    if not domain:
        host = urlsplit(config.base_url).hostname or config.base_url
        return Finding(Verdict.HINT, words.ADDRESS, words.NO_DOMAIN.format(host=host))
    if not config.base_url.startswith("https://"):
        return Finding(Verdict.HINT, words.ADDRESS, words.NOT_HTTPS.format(domain=domain))
    return Finding(Verdict.GOOD, words.ADDRESS, words.DOMAIN.format(domain=domain))


async def _way_in(config: SlackConfig, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    if config.socket_mode:
        yield await _socket(config, session)
    elif is_http(config):
        yield _signing_secret(config)
    else:
        yield Finding(Verdict.BAD, words.SOCKET, words.NO_WAY_IN)


def _signing_secret(config: SlackConfig) -> Finding:
    secret = config.signing_secret
    if len(secret) != _SIGNING_SECRET or not all(c in "0123456789abcdef" for c in secret):
        return Finding(Verdict.HINT, words.SIGNING, words.ODD_SIGNING)
    return Finding(Verdict.GOOD, words.SIGNING, words.HTTP_MODE.format(base_url=config.base_url))


async def _socket(config: SlackConfig, session: aiohttp.ClientSession) -> Finding:
    """Whether Slack would give an address for a socket; none is opened."""
    try:
        await (
            Clients(config, OneWorkspace(""), session)
            .client("")
            .apps_connections_open(app_token=config.app_token)
        )
    except FAILURES as failed:
        code = code_of(failed)
        if code == "not_allowed":
            return Finding(Verdict.BAD, words.SOCKET, words.SOCKET_OFF)
        if code in AUTHENTICATION or code in {"missing_scope", "not_allowed_token_type"}:
            return Finding(Verdict.BAD, words.SOCKET, words.SOCKET_KEY.format(code=code))
        return Finding(Verdict.BAD, words.SOCKET, words.UNREACHABLE.format(api_url=config.api_url))
    return Finding(Verdict.GOOD, words.SOCKET, words.SOCKET_WORKS)


async def _one(config: SlackConfig, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    own = OneWorkspace(config.bot_token)
    clients = Clients(config, own, session)
    try:
        key = await own.learn(clients)
        ours = await clients.identity_of(key)
    except PlatformError as refused:
        yield Finding(Verdict.BAD, words.KEY, words.KEY_REFUSED.format(why=refused))
        return
    async for finding in _workspace(config, clients, ours, ""):
        yield finding


async def _many(
    config: SlackConfig, session: aiohttp.ClientSession, installations: Installations | None
) -> AsyncIterator[Finding]:
    if not config.client_secret:
        yield Finding(Verdict.BAD, words.OAUTH, words.HALF_OAUTH)
    if installations is None:
        return
    workspaces = ManyWorkspaces(installations)
    clients, keys = Clients(config, workspaces, session), await workspaces.all()
    yield Finding(Verdict.GOOD if keys else Verdict.HINT, words.OAUTH, words.workspaces(len(keys), config))
    for key in keys[:_SEVERAL]:
        try:
            ours = await clients.identity_of(key)
        except PlatformError as refused:
            yield Finding(Verdict.BAD, words.KEY, words.LOST_WORKSPACE.format(key=key, why=refused))
            continue
        async for finding in _workspace(config, clients, ours, ours.name):
            yield finding


async def _workspace(
    config: SlackConfig, clients: Clients, ours: Identity, name: str
) -> AsyncIterator[Finding]:
    """What can be said of one workspace; `name` tells it from others."""

    def about(subject: str) -> str:
        return f"{subject} in {name}" if name else subject

    yield Finding(Verdict.GOOD, about(words.KEY), words.KEY_WORKS.format(bot=ours.handle, name=ours.name))
    for finding in scope_findings(config, ours, about(words.SCOPES)):
        yield finding
    yield await _membership(clients, ours, about(words.CHANNELS))


def scope_findings(config: SlackConfig, ours: Identity, subject: str) -> list[Finding]:
    """Each missing permission by its name, with what it is for."""
    if not ours.scopes:
        return [Finding(Verdict.HINT, subject, words.SCOPES_UNKNOWN)]

    def lacking(scopes: tuple[Scope, ...]) -> list[Scope]:
        return [scope for scope in scopes if not ours.has(scope.name)]

    bad = [Finding(Verdict.BAD, subject, words.missing_scope(scope)) for scope in lacking(REQUIRED)]
    hints = [
        Finding(Verdict.HINT, subject, words.missing_option(scope))
        for scope in lacking(optional_scopes(config))
    ]
    good = [] if bad else [Finding(Verdict.GOOD, subject, words.ALL_REQUIRED)]
    return [*bad, *good, *hints]


async def _membership(clients: Clients, ours: Identity, subject: str) -> Finding:
    """In how many channels the bot is: it reads only those."""
    try:
        found = await Asking(clients).read(
            ours.workspace,
            lambda web: web.users_conversations(
                types="public_channel,private_channel", exclude_archived=True, limit=_CHANNELS
            ),
        )
    except PlatformError as refused:
        return Finding(Verdict.HINT, subject, words.CHANNELS_UNKNOWN.format(why=refused))
    number = len(mappings(found, "channels"))
    more = bool(string(mapping(found, "response_metadata"), "next_cursor"))
    if number == 0:
        return Finding(Verdict.HINT, subject, words.NO_CHANNELS.format(bot=ours.handle))
    return Finding(Verdict.GOOD, subject, words.in_channels(number, ours.handle, more=more))
