"""The connection on which Discord delivers, kept up, and what can be told of it."""

from __future__ import annotations

import asyncio
import math
from contextlib import suppress

import discord
import structlog

from adapters.discord import words_dialog as words
from adapters.discord.clients import login
from adapters.discord.errors import FAILURES
from bot.platforms import NotAllowed, PlatformError, Unavailable

log = structlog.get_logger(__name__)

_LONG = 60.0
"""Seconds without a connection after which something is wrong; discord.py comes back sooner by itself."""

_FIRST_READY = 30.0
_PER_SHARD = 10.0
"""Seconds. Discord lets one shard identify every five seconds (docs: gateway, rate limiting)."""

_LONGEST_WAIT = 60.0
_BAD_TOKEN, _BAD_SHARD, _MORE_SHARDS, _INTENTS = 4004, 4010, 4011, 4014
_REMEDIES = {
    _BAD_TOKEN: words.REFUSED,
    _BAD_SHARD: words.BAD_SHARDS,
    _MORE_SHARDS: words.BAD_SHARDS,
    _INTENTS: words.NO_INTENTS,
}


class Gateway:
    """Connects `client`, which has logged in, and keeps it connected."""

    def __init__(self, client: discord.Client, token: str) -> None:
        self._client = client
        self._token = token
        self._loop = asyncio.get_running_loop()
        self._runner: asyncio.Task[None] | None = None
        self._up: set[int] = set()
        self._changed = asyncio.Event()
        self._down_since: float = self._loop.time()
        self._watch()

    async def start(self) -> None:
        """Returns once every shard of this process is connected. Raises NotAllowed with what the operator can
        do, or Unavailable; then it keeps trying all the same.
        """
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run(), name="discord gateway")
        connected = asyncio.create_task(self._connected())
        patience = _FIRST_READY + _PER_SHARD * (self._client.shard_count or 1)
        await asyncio.wait({connected, self._runner}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        if self._runner.done():
            self._runner.result()
        if not self._is_up():
            raise Unavailable(words.NO_GATEWAY)

    async def stop(self) -> None:
        await self._client.close()
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError, PlatformError):
                await self._runner

    def state(self) -> str:
        """In a few words. Raises PlatformError where nothing is delivered, and not just for a moment."""
        if self._runner is not None and self._runner.done() and not self._runner.cancelled():
            self._runner.result()
        if self._is_up():
            latency = self._client.latency
            return f"connected, {latency * 1000:.0f} ms" if math.isfinite(latency) else "connected"
        down = self._loop.time() - self._down_since
        if down > _LONG:
            raise Unavailable(f"No connection to Discord's gateway for {down:.0f} seconds.")
        return "reconnecting"

    async def _run(self) -> None:
        wait = 1.0
        while True:
            try:
                await self._client.connect()
            except (discord.ConnectionClosed, discord.PrivilegedIntentsRequired) as refused:
                code = getattr(refused, "code", _INTENTS)
                raise NotAllowed(_REMEDIES.get(code, words.CLOSED.format(code=code))) from refused
            except Exception:  # whatever it was: a bot that hears nothing is no bot
                log.exception("gateway.failed")
            else:
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
            await self._reopen()

    async def _reopen(self) -> None:
        """A client of many shards closes itself when one of them fails in a way it does not know."""
        if not self._client.is_closed():
            return
        self._client.clear()
        try:
            await login(self._client, self._token)
        except (PlatformError, *FAILURES) as failed:
            log.warning("gateway.no_login", error=type(failed).__name__)

    def _watch(self) -> None:
        many = isinstance(self._client, discord.AutoShardedClient)
        prefix = "on_shard_" if many else "on_"
        for event, heard in (("connect", self._rise), ("resumed", self._rise), ("disconnect", self._fall)):
            setattr(self._client, prefix + event, heard)

    async def _rise(self, shard: int = 0) -> None:
        self._up.add(shard)
        self._changed.set()

    async def _fall(self, shard: int = 0) -> None:
        if self._is_up():
            self._down_since = self._loop.time()
        self._up.discard(shard)

    def _is_up(self) -> bool:
        if isinstance(self._client, discord.AutoShardedClient):
            ids = self._client.shard_ids or range(self._client.shard_count or 1)
            return self._up.issuperset(ids)
        return bool(self._up)

    async def _connected(self) -> None:
        while not self._is_up():
            self._changed.clear()
            await self._changed.wait()
