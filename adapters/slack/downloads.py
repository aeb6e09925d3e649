"""Files of Slack, streamed: from Slack's own hosts only, the token to none but those that need it.

A file that the token may not read is answered with status 200 and a sign-in page: known by what it is, not by its
status (github.com/slackapi/bolt-js/issues/2585). Redirects are followed by hand, each one judged like the first.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from adapters.slack import words
from adapters.slack.asking import Asking
from adapters.slack.errors import FAILURES, Refused
from adapters.slack.parse_lookup import SLACK_FILE
from adapters.slack.parse_raw import mapping, string
from bot.platforms import NotAllowed, PlatformError, ThreadNotFound

_DOMAIN = "slack.com"
_PUBLIC = "slack-edge.com"
"""Slack's pictures of emoji and people, and files behind a signature: open to whoever has the address."""

_HTTPS = 443
_REDIRECTS = 5
_TRIES = 3
_WAIT = 1.0
_CHUNK = 64 * 1024
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=30)
_GONE = frozenset({404, 410})
_DENIED = frozenset({401, 403})
_MOVED = frozenset({301, 302, 303, 307, 308})
_BUSY = frozenset({429, 500, 502, 503, 504})
_OK = 200
_PAGES = (b"<!doctype html", b"<html")


class Hosts:
    """Where files may be fetched from. The host of the API (another Slack, a test server) counts as Slack's."""

    def __init__(self, api_url: str) -> None:
        self._api = URL(api_url)

    def is_slack(self, address: str) -> bool:
        """Whether an address may be fetched at all."""
        return self.takes_token(address) or self._is_public(address)

    def takes_token(self, address: str) -> bool:
        """Whether the bot token may be sent along."""
        url = _url(address)
        if url is None:
            return False
        if (url.scheme, url.host, url.port) == (self._api.scheme, self._api.host, self._api.port):
            return True
        return _is_secure(url) and (_is_below(url, _DOMAIN) or _is_below(url, self._api.host or _DOMAIN))

    def _is_public(self, address: str) -> bool:
        url = _url(address)
        return url is not None and _is_secure(url) and _is_below(url, _PUBLIC)


def _url(address: str) -> URL | None:
    """As the client that fetches it will read it; None for what is no plain address."""
    try:
        url = URL(address)
    except ValueError:
        return None
    return url if url.host and url.user is None and url.password is None else None


def _moved(address: str, location: str) -> str:
    """Where a redirect leads; "" for nowhere."""
    try:
        return str(URL(address).join(URL(location))) if location else ""
    except ValueError:
        return ""


def _is_secure(url: URL) -> bool:
    return url.scheme == "https" and url.port == _HTTPS


def _is_below(url: URL, domain: str) -> bool:
    return url.host == domain or (url.host or "").endswith(f".{domain}")


def locator(workspace: str, address: str) -> str:
    """`FileCopy.locator`: the port's `open_file` is told nothing else."""
    return f"{workspace} {address}"


class Downloads:
    def __init__(self, asking: Asking, hosts: Hosts) -> None:
        self._asking = asking
        self._hosts = hosts
        self._limit = asking.clients.config.max_file_bytes

    @asynccontextmanager
    async def open(self, located: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a file by its `locator`. Raises PlatformError on entering where it cannot be had, and while
        it is read where it is too large or breaks off.
        """
        workspace, _, address = located.partition(" ")
        if address.startswith(SLACK_FILE):
            address = await self._address_of(workspace, address.removeprefix(SLACK_FILE))
        if not address:
            raise PlatformError(words.FILE_GONE)
        response = await self._get(workspace, address)
        try:
            first = await self._beginning(response)
            yield self._rest(response, first)
        finally:
            response.close()

    async def _address_of(self, workspace: str, file: str) -> str:
        try:
            found = await self._asking.read(workspace, lambda web: web.files_info(file=file))
        except (NotAllowed, ThreadNotFound):
            raise PlatformError(words.FILE_NOT_ALLOWED) from None
        except Refused:
            raise PlatformError(words.FILE_GONE) from None
        raw = mapping(found, "file")
        return string(raw, "url_private_download") or string(raw, "url_private")

    async def _get(self, workspace: str, address: str) -> aiohttp.ClientResponse:
        """A response with the file's bytes to come."""
        token = await self._asking.clients.token_of(workspace)
        for attempt in range(_TRIES):
            try:
                response = await self._follow(address, token)
            except FAILURES:
                response = None
            if response is not None and response.status not in _BUSY:
                break
            if response is not None:
                response.close()
            if attempt == _TRIES - 1:
                raise PlatformError(words.FILE_BUSY)
            await self._asking.sleep(_WAIT * 2**attempt)
        assert response is not None
        if refusal := _refusal(response):
            response.close()
            raise PlatformError(refusal)
        return response

    async def _follow(self, address: str, token: str) -> aiohttp.ClientResponse:
        for _ in range(_REDIRECTS):
            if not self._hosts.is_slack(address):
                raise PlatformError(words.FILE_ELSEWHERE)
            headers = {"Authorization": f"Bearer {token}"} if self._hosts.takes_token(address) else {}
            response = await self._asking.clients.session.get(
                URL(address), headers=headers, allow_redirects=False, timeout=_TIMEOUT
            )
            if response.status not in _MOVED:
                return response
            response.close()
            address = _moved(address, response.headers.get("Location", ""))
        raise PlatformError(words.FILE_ELSEWHERE)

    async def _beginning(self, response: aiohttp.ClientResponse) -> bytes:
        """The first bytes. Raises PlatformError where they are a page's."""
        try:
            first = await response.content.read(_CHUNK)
        except FAILURES:
            raise PlatformError(words.FILE_BUSY) from None
        if first.lstrip()[:20].lower().startswith(_PAGES):
            raise PlatformError(words.FILE_NOT_ALLOWED)
        if (response.content_length or 0) > self._limit:
            raise PlatformError(self._too_large)
        return first

    async def _rest(self, response: aiohttp.ClientResponse, chunk: bytes) -> AsyncIterator[bytes]:
        read = 0
        while chunk:
            read += len(chunk)
            if read > self._limit:
                raise PlatformError(self._too_large)
            yield chunk
            try:
                chunk = await response.content.read(_CHUNK)
            except FAILURES:
                raise PlatformError(words.FILE_BUSY) from None

    @property
    def _too_large(self) -> str:
        return words.FILE_TOO_LARGE.format(limit=self._limit // 2**20)


def _refusal(response: aiohttp.ClientResponse) -> str:
    """Why a response is not the file; "" where it is."""
    if response.status in _GONE:
        return words.FILE_GONE
    if response.status in _DENIED or response.content_type == "text/html":
        return words.FILE_NOT_ALLOWED
    return "" if response.status == _OK else words.FILE_BUSY
