"""Slack's Web API client for each workspace, and what Slack says about our bot there."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import words
from adapters.slack.config import SlackConfig
from adapters.slack.errors import FAILURES, translated
from adapters.slack.identity import workspace_key
from bot.platforms import NotAllowed

_TIMEOUT = 30
"""Seconds for one call."""

_IDENTITY_LIFE = 600.0
"""Seconds after which scopes are asked for again: an app that is installed anew keeps its token."""


class Tokens(Protocol):
    """Where bot tokens come from: the settings, or what workspaces gave when they installed the app."""

    async def token_of(self, workspace: str) -> str | None:
        """The bot token for a workspace's key (`identity.workspace_key`), None where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Our bot in one workspace, as auth.test tells.

    `workspace`: the key of it. `name`: the workspace's name, `host` that of its addresses, in lower case. `user`,
    `bot`: ids of our bot user and bot; `handle` what people type after "@". `scopes`: what was granted.
    """

    workspace: str
    name: str
    host: str
    user: str
    bot: str
    handle: str
    scopes: frozenset[str]

    def has(self, scope: str) -> bool:
        return scope in self.scopes


class Clients:
    """Clients on the one `session` that is handed in, so that connections are shared and closed by its owner.

    Neither proxies nor tokens of the environment are used: only what `config` and `tokens` say.
    """

    def __init__(
        self,
        config: SlackConfig,
        tokens: Tokens,
        session: aiohttp.ClientSession,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.config = config
        self.session = session
        self._tokens = tokens
        self._now = now
        self._identities: dict[str, tuple[str, float, Identity]] = {}

    async def of(self, workspace: str) -> AsyncWebClient:
        """For calls that may be made twice: repeats once what a dropped connection swallowed. Raises NotAllowed
        where the app is not installed.
        """
        return self.client(
            await self._token(workspace), [AsyncConnectionErrorRetryHandler(max_retry_count=1)]
        )

    async def poster_of(self, workspace: str) -> AsyncWebClient:
        """For chat.postMessage and its like, which Slack would do twice: repeats nothing."""
        return self.client(await self._token(workspace), [])

    def client(self, token: str, retry_handlers: list[AsyncRetryHandler] | None = None) -> AsyncWebClient:
        """A client with any token, e.g. one that is being checked."""
        made = AsyncWebClient(
            token,
            base_url=self.config.api_url,
            timeout=_TIMEOUT,
            session=self.session,
            retry_handlers=retry_handlers or [],
        )
        made.proxy = None  # its constructor takes one from HTTPS_PROXY and the like
        return made

    async def token_of(self, workspace: str) -> str:
        """The bot token. Raises NotAllowed where the app is not installed."""
        return await self._token(workspace)

    async def _token(self, workspace: str) -> str:
        token = await self._tokens.token_of(workspace)
        if not token:
            raise NotAllowed(words.NOT_INSTALLED)
        return token

    async def identity_of(self, workspace: str) -> Identity:
        """Our bot in a workspace, known for ten minutes. Raises PlatformError."""
        token = await self._token(workspace)
        known = self._identities.get(workspace)
        if known and known[0] == token and self._now() - known[1] < _IDENTITY_LIFE:
            return known[2]
        found = await self.identify(token)
        self._identities[workspace] = (token, self._now(), found)
        return found

    async def identify(self, token: str) -> Identity:
        """Whom a bot token belongs to. Raises PlatformError."""
        client = self.client(token, [AsyncConnectionErrorRetryHandler(max_retry_count=1)])
        try:
            response = await client.auth_test()
        except FAILURES as failed:
            raise translated(failed) from None
        data = response.data
        if not isinstance(data, dict):
            raise translated(SlackClientError("no JSON"))
        return _identity(data, response.headers)

    def handle_in(self, workspace: str) -> str:
        """What people type there to name our bot, as far as that was asked before; else ""."""
        known = self._identities.get(workspace)
        return known[2].handle if known else ""

    def forget(self, workspace: str) -> None:
        """What was known of our bot there does not hold any more."""
        self._identities.pop(workspace, None)


def _identity(data: Mapping[str, object], headers: Mapping[str, str]) -> Identity:
    def text(key: str) -> str:
        value = data.get(key)
        return value if isinstance(value, str) else ""

    granted = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes", "")
    return Identity(
        workspace=workspace_key(text("team_id"), text("enterprise_id") or None),
        name=text("team"),
        host=urlsplit(text("url")).netloc.lower(),
        user=text("user_id"),
        bot=text("bot_id"),
        handle=text("user"),
        scopes=frozenset(scope.strip() for scope in granted.split(",") if scope.strip()),
    )
