"""discord.py's client as we use it: small, with what it needs and no more, pinging nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
import structlog
import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.voice_client import VoiceClient

from adapters.discord import words_dialog as words
from adapters.discord.config import DiscordConfig
from adapters.discord.errors import FAILURES
from bot.platforms import NotAllowed, Unavailable

log = structlog.get_logger(__name__)

_REAL = (Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE)
_PATIENCE = 30.0
"""Seconds that discord.py may wait for a rate limit by itself; longer waits are ours to plan."""

_OPTIONS: dict[str, Any] = {
    # Threads, channels and permissions; commands and clicks arrive with any intents.
    "intents": discord.Intents(guilds=True),
    "member_cache_flags": discord.MemberCacheFlags.none(),
    "max_messages": None,
    "chunk_guilds_at_startup": False,
    "allowed_mentions": discord.AllowedMentions.none(),
    "max_ratelimit_timeout": _PATIENCE,
}


def point_at(config: DiscordConfig) -> None:
    """Where discord.py finds Discord, in this whole process. Files come from the host of `api_url`, too."""
    base, gateway, files = _REAL
    origin = urlsplit(config.api_url)
    Route.BASE = config.api_url or base
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(config.gateway_url) if config.gateway_url else gateway
    Asset.BASE = f"{origin.scheme}://{origin.netloc}" if config.api_url else files


def make_client(config: DiscordConfig, shards: int | None) -> discord.Client:
    """A client for `shards` connections, None for as many as Discord will ask for. With one, a lost connection
    is always resumed, so that the plain client is the better one.
    """
    VoiceClient.warn_nacl = VoiceClient.warn_dave = False  # nobody here speaks: nothing is missing
    if shards == 1 and not config.shard_ids:
        client = discord.Client(**_OPTIONS)
    else:
        ids: dict[str, Any] = {"shard_ids": list(config.shard_ids)} if config.shard_ids else {}
        client = discord.AutoShardedClient(shard_count=shards, **ids, **_OPTIONS)
    _spare_connection(client)
    return client


def _spare_connection(client: discord.Client) -> None:
    """An event that discord.py cannot read, such as an interaction in a kind of channel newer than it, would
    end its connection to the gateway; here it is skipped.
    """
    parsers: dict[str, Callable[[Any], Any]] = client._connection.parsers  # noqa: SLF001  there is no other way in
    parsers.update({name: _guarded(name, parse) for name, parse in parsers.items()})


def _guarded(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], None]:
    def guarded(data: Any) -> None:
        try:
            parse(data)
        except Exception:
            log.exception("event.unreadable", event_name=name)

    return guarded


async def login(client: discord.Client, token: str) -> None:
    """Proves the token and learns of the application. Raises NotAllowed with what the operator can do, or
    Unavailable.
    """
    # What an earlier attempt has opened is of no use: discord.py makes a session for each login, and a closed
    # one has closed its connector.
    await client.http.close()
    client.http.connector = discord.utils.MISSING
    try:
        await client.login(token)
    except discord.LoginFailure as refused:
        raise NotAllowed(words.REFUSED) from refused
    except FAILURES as failed:
        raise Unavailable(words.unreachable(Route.BASE, _reason(failed))) from failed
    application = client.application
    if application is not None and application.interactions_endpoint_url:
        raise NotAllowed(words.ENDPOINT_SET)


def reads_content(client: discord.Client) -> bool | None:
    """Whether Discord shows the app what people write; None before the login."""
    if client.application is None:
        return None
    flags = client.application.flags
    return flags.gateway_message_content or flags.gateway_message_content_limited


def _reason(failed: BaseException) -> str:
    if isinstance(failed, discord.HTTPException):
        return f"HTTP status {failed.status}"
    if isinstance(failed, aiohttp.ClientConnectorError):
        return failed.os_error.strerror or "no connection"
    return type(failed).__name__
