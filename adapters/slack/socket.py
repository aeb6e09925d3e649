"""Socket Mode: the connection that we open to Slack, and the watchdog that notices when it has gone deaf.

Sockets that look open and hear nothing are the most frequent complaint about Slack's SDK; it looks after
them itself, and where that fails, or hangs, this connects anew. docs.slack.dev/apis/events-api/using-socket-mode
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack import words_dialog as words
from adapters.slack.errors import AUTHENTICATION, FAILURES, code_of
from adapters.slack.quiet import quiet_logger
from bot.platforms import Unavailable

log = structlog.get_logger(__name__)

_GENTLE_TRIES = 2
CLOSING = 3.0
"""Seconds for a farewell: a deaf socket never gives one."""


class CannotConnect(Exception):
    """Slack cannot be listened to as it is set up; `str()` is one line that says why and what to do."""


class Deaf(Exception):
    """Nothing has been heard from Slack for too long."""


class SlackSocket:
    """One connection, kept alive from `open` to `close`.

    `ping`: seconds between the pings that Slack must answer. `deaf_after`: seconds of silence after which the
    watchdog, which looks every `look_every` seconds, connects anew. `patience`: seconds for connecting. `now`: seconds
    since 1970, as the SDK counts them.
    """

    def __init__(
        self,
        app: AsyncApp,
        app_token: str,
        web_client: AsyncWebClient,
        *,
        ping: float = 10.0,
        deaf_after: float = 45.0,
        look_every: float = 1.0,
        patience: float = 20.0,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._web_client = web_client
        self._ping = ping
        self._deaf_after = deaf_after
        self._look_every = look_every
        self._patience = patience
        self._now = now
        self._heard_at = 0.0
        self._client: SocketModeClient | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self.reconnected = 0
        """How often the watchdog had to help."""

    async def open(self) -> None:
        """Returns once connected. Raises CannotConnect where only the operator can help, and Unavailable where
        Slack may be back in a moment: then it can be called again.
        """
        await self._check_token()
        handler = AsyncSocketModeHandler(
            self._app,
            self._app_token,
            logger=quiet_logger(),
            web_client=self._web_client,
            ping_interval=self._ping,
        )
        client = self._client = handler.client
        client.proxy = None  # its constructor takes one from HTTPS_PROXY and the like
        client.on_message_listeners.append(self._heard)
        try:
            async with asyncio.timeout(self._patience):
                await client.connect_to_new_endpoint(force=True)
        except FAILURES as failed:
            await self.close()
            raise Unavailable(words.NO_SOCKET) from failed
        self._heard_at = self._now()
        self._watchdog = asyncio.create_task(self._watch(client), name="slack watchdog")

    async def close(self) -> None:
        if self._watchdog is not None:
            self._watchdog.cancel()
            await asyncio.gather(self._watchdog, return_exceptions=True)
            self._watchdog = None
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*FAILURES):
                async with asyncio.timeout(CLOSING):
                    await client.close()  # type: ignore[no-untyped-call]

    async def silence(self) -> float:
        """Seconds since Slack was last heard. Raises Deaf where it is not, or not any more."""
        client = self._client
        if client is None or not await client.is_connected():
            raise Deaf
        seconds = max(0.0, self._now() - self._last(client))
        if seconds > self._deaf_after:
            raise Deaf
        return seconds

    async def _check_token(self) -> None:
        """Asks Slack for an address first: the SDK would ask for ever, with a token that is no good."""
        try:
            async with asyncio.timeout(self._patience):
                await self._web_client.apps_connections_open(app_token=self._app_token)
        except FAILURES as failed:
            code = code_of(failed)
            if code in AUTHENTICATION or code in {"not_allowed_token_type", "missing_scope", "no_permission"}:
                raise CannotConnect(words.SOCKET_KEY_REFUSED.format(code=code)) from failed
            if code == "not_allowed":
                raise CannotConnect(words.SOCKET_MODE_OFF) from failed
            raise Unavailable(words.NO_SOCKET) from failed

    async def _heard(self, _message: aiohttp.WSMessage) -> None:
        self._heard_at = self._now()

    def _last(self, client: SocketModeClient) -> float:
        """When Slack was last heard: a message, or the answer to a ping."""
        return max(self._heard_at, client.last_ping_pong_time or 0.0)

    async def _watch(self, client: SocketModeClient) -> None:
        tries = 0
        while True:
            await asyncio.sleep(self._look_every)
            try:
                await self.silence()
            except Deaf:
                tries += 1
                await self._connect_anew(client, force=tries > _GENTLE_TRIES)
            else:
                tries = 0

    async def _connect_anew(self, client: SocketModeClient, *, force: bool) -> None:
        """With `force` also where the SDK is at it already: it may be stuck with an address that has died."""
        force = force or await client.is_connected()
        log.warning("slack.deaf", silent_for=round(self._now() - self._last(client)))
        try:
            async with asyncio.timeout(self._patience):
                await client.connect_to_new_endpoint(force=force)
        except FAILURES as failed:
            log.warning("slack.not_reconnected", error=type(failed).__name__)
            return
        if await client.is_connected():
            self.reconnected += 1
            client.last_ping_pong_time = None  # of the old connection, it would soon condemn the new one
            self._heard_at = self._now()
            log.info("slack.reconnected")
