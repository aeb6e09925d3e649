"""Fetching what messages show, from Discord's own hosts and from nowhere else.

Anyone can write any address into a message; what is fetched for them must not be something that only we can
reach. So: https and known hosts only, no redirect is followed, and the address that is really connected to
must be a public one.
"""

from __future__ import annotations

import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver

from adapters.discord import words
from adapters.discord.config import DiscordConfig
from adapters.discord.errors import FAILURES
from bot.platforms import PlatformError

_HOSTS = re.compile(r"(?:cdn\.discordapp\.com|media\.discordapp\.net|images-ext-[0-9]{1,3}\.discordapp\.net)")
_TIMEOUT = aiohttp.ClientTimeout(total=300, connect=15, sock_read=30)
_AS_IT_IS = "identity"
"""No compression, so that nothing small becomes large."""

_PIECE = 64 * 1024
_OK = 200
_BUSY = (429, 500)


class Downloads:
    """The host of `config.api_url` (a proxy, a test server) stands for Discord's file hosts, too. `resolver` finds
    the addresses of hosts, None for the system's own way. `close` it.
    """

    def __init__(self, config: DiscordConfig, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver
        api = urlsplit(config.api_url)
        self._origin = f"{api.scheme}://{api.netloc}" if config.api_url else ""
        self._limit = config.max_file_bytes
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    @asynccontextmanager
    async def open(self, locator: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Streams a file. Raises PlatformError, a short reason, on entering or in the middle of it."""
        url, ours = self._address(locator)
        try:
            response = await self._session(ours=ours).get(url, allow_redirects=False)
        except FAILURES as failed:
            raise PlatformError(words.FILE_BUSY) from failed
        async with response:
            self._check(response)
            yield self._pieces(response)

    def _address(self, locator: str) -> tuple[str, bool]:
        """Where to fetch, and whether that is `origin`."""
        try:
            parts = urlsplit(locator)
            host = parts.hostname or ""
            port = parts.port
        except ValueError:
            raise PlatformError(words.FILE_ELSEWHERE) from None
        if self._origin and f"{parts.scheme}://{parts.netloc}" == self._origin:
            return locator, True
        known = parts.scheme == "https" and _HOSTS.fullmatch(host) and port in (None, 443)
        if not known or "@" in parts.netloc:
            raise PlatformError(words.FILE_ELSEWHERE)
        if self._origin:
            return self._origin + SplitResult("", "", parts.path, parts.query, "").geturl(), True
        return locator, False

    def _check(self, response: aiohttp.ClientResponse) -> None:
        status = response.status
        if status != _OK:
            busy = status == _BUSY[0] or status >= _BUSY[1]
            raise PlatformError(words.FILE_BUSY if busy else words.FILE_GONE)
        if response.headers.get("Content-Encoding", _AS_IT_IS) != _AS_IT_IS:
            raise PlatformError(words.FILE_BUSY)
        if (response.content_length or 0) > self._limit:
            raise self._too_large()

    async def _pieces(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        read = 0
        try:
            async for piece in response.content.iter_chunked(_PIECE):
                read += len(piece)
                if read > self._limit:
                    raise self._too_large()
                yield piece
        except FAILURES as failed:
            raise PlatformError(words.FILE_BUSY) from failed

    def _too_large(self) -> PlatformError:
        return PlatformError(words.FILE_TOO_LARGE.format(limit=self._limit // 2**20))

    def _session(self, *, ours: bool) -> aiohttp.ClientSession:
        if ours not in self._sessions:
            connector = aiohttp.TCPConnector(
                resolver=self._resolver, socket_factory=None if ours else public_socket
            )
            self._sessions[ours] = aiohttp.ClientSession(
                headers={"Accept-Encoding": _AS_IT_IS},
                connector=connector,
                timeout=_TIMEOUT,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._sessions[ours]


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """A socket for an address of the public internet. Asked for the very address that is connected to, after
    its name was resolved: a name can be made to resolve to anything.
    """
    family, kind, protocol, _, address = info
    found = ip_address(str(address[0]).partition("%")[0])
    inner = getattr(found, "ipv4_mapped", None) or found
    if not inner.is_global or inner.is_multicast:
        raise OSError("not a public address")
    return socket.socket(family=family, type=kind, proto=protocol)
