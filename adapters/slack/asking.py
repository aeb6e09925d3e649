"""One question to Slack's Web API: asked, waited for, repeated where that is harmless, its refusal translated."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.clients import Clients
from adapters.slack.errors import AUTHENTICATION, FAILURES, Spot, code_of, translated
from bot.platforms import PlatformError, RateLimited, Unavailable

Json = dict[str, Any]
Call = Callable[[AsyncWebClient], Awaitable[AsyncSlackResponse]]
"""One call of one method; called again for each try."""

Sleep = Callable[[float], Awaitable[None]]

NOWHERE = Spot()
SHORT_WAIT = 5.0
"""A longer wait than this is the caller's affair: a dialog may want to tell of it."""

_SECONDS = 40.0
"""For one answer. A shared session's own limit is minutes."""

_TRIES = 4
_PATIENT_TRIES = 30
"""Several who ask for names at once keep taking each other's turn."""

_PATIENCE = 0.5


class Asking:
    """`sleep` passes the time that Slack asks to wait; tests hand in their own."""

    def __init__(self, clients: Clients, *, sleep: Sleep = asyncio.sleep) -> None:
        self.clients = clients
        self.sleep = sleep

    async def read(
        self,
        workspace: str,
        call: Call,
        spot: Spot = NOWHERE,
        *,
        reading: bool = True,
        longest: float = SHORT_WAIT,
    ) -> Json:
        """The answer to what may be asked twice. Rate limits of up to `longest` seconds are waited out, silence is
        asked again. Raises PlatformError; `reading`: as in `errors.translated`.
        """
        client = await self.clients.of(workspace)
        refusals = _TRIES if longest <= SHORT_WAIT else _PATIENT_TRIES
        silences = _TRIES
        while True:
            try:
                return await self._once(workspace, client, call, spot, reading=reading)
            except RateLimited as limited:
                refusals -= 1
                if limited.seconds > longest or refusals <= 0:
                    raise
                await self.sleep(limited.seconds)
            except Unavailable:
                silences -= 1
                if silences <= 0:
                    raise
                await self.sleep(_PATIENCE * 2 ** (_TRIES - silences))

    async def post(self, workspace: str, call: Call, spot: Spot = NOWHERE) -> Json:
        """The answer to what Slack would do twice: after silence it is not known whether it was done, and
        Unavailable is raised. What a rate limit refused was not done: short ones are waited out.
        """
        client = await self.clients.poster_of(workspace)
        for attempt in range(_TRIES):
            try:
                return await self._once(workspace, client, call, spot, reading=False)
            except RateLimited as limited:
                if limited.seconds > SHORT_WAIT or attempt == _TRIES - 1:
                    raise
                await self.sleep(limited.seconds)
        raise AssertionError("unreachable")

    async def _once(
        self, workspace: str, client: AsyncWebClient, call: Call, spot: Spot, *, reading: bool
    ) -> Json:
        try:
            async with asyncio.timeout(_SECONDS):
                response = await call(client)
        except FAILURES as failed:
            if code_of(failed) in AUTHENTICATION:
                self.clients.forget(workspace)
            where = replace(spot, handle=spot.handle or self.clients.handle_in(workspace))
            raise translated(failed, where, reading=reading) from None
        data = response.data
        if not isinstance(data, dict):
            raise translated(TimeoutError())
        return data

    async def spot(self, workspace: str, channel: str = "") -> Spot:
        """Where something is tried: the channel's name, and what our bot is called there."""
        try:
            return Spot(channel, (await self.clients.identity_of(workspace)).handle)
        except PlatformError:
            return Spot(channel)
