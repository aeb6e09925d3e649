"""Slack's requests over HTTP, behind a filter that only Slack's own signature opens.

Slack's SDK verifies signatures too, but raises on what is no signature at all and logs the
whole body of what it refuses; so nothing reaches it that was not proven here. Whatever is wrong with a
request, it is told no more than 401, and its body goes nowhere.
docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from aiohttp import hdrs, web
from multidict import CIMultiDictProxy
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

BODY_LIMIT = 1000 * 1024
"""Bytes; Slack's largest are views of 250 kB. Less than the server around us takes, so that the refusal is ours."""

BODY_SECONDS = 10.0
"""How long a body may take to arrive."""

SKEW = 300
"""Seconds that a request may be old, or early."""

_SIGNATURE = "X-Slack-Signature"
_TIMESTAMP = "X-Slack-Request-Timestamp"
_SIGNED = re.compile(r"v0=[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_KINDS = ("application/json", "application/x-www-form-urlencoded")
_PASSED_ON = ("X-Slack-Retry-Num", "X-Slack-Retry-Reason")

Dispatch = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


class EventsDoor:
    """POST /slack/events. `dispatch` gets what Slack has signed, and answers it."""

    def __init__(
        self, signing_secret: str, dispatch: Dispatch, *, now: Callable[[], float] = time.time
    ) -> None:
        self._secret = signing_secret.encode()
        self._dispatch = dispatch
        self._now = now
        self.heard_at: float | None = None
        """When Slack was last heard."""
        self.refused = 0
        """How many requests were not Slack's."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        asked = await self._proven(request)
        if asked is None:
            self.refused += 1
            await _discard(request)
            return web.Response(status=HTTPStatus.UNAUTHORIZED, text="Not signed by Slack.\n")
        self.heard_at = self._now()
        return await to_aiohttp_response(await self._dispatch(asked))

    async def _proven(self, request: web.Request) -> AsyncBoltRequest | None:
        """What was sent, if Slack has signed it a moment ago and it can be read at all."""
        headers = request.headers
        signature, seconds = _only(headers, _SIGNATURE, _SIGNED), _only(headers, _TIMESTAMP, _SECONDS)
        # Slack compresses nothing: what comes compressed is not unpacked.
        if signature is None or seconds is None or hdrs.CONTENT_ENCODING in headers:
            return None
        if abs(self._now() - int(seconds)) > SKEW or (request.content_length or 0) > BODY_LIMIT:
            return None
        body = await _read(request)
        if body is None or not hmac.compare_digest(self._sign(seconds, body), signature):
            return None
        return _readable(body, request)

    def _sign(self, seconds: str, body: bytes) -> str:
        signed = b"v0:%s:%s" % (seconds.encode(), body)
        return "v0=" + hmac.new(self._secret, signed, hashlib.sha256).hexdigest()


def _only(headers: CIMultiDictProxy[str], name: str, form: re.Pattern[str]) -> str | None:
    """The one value of a header, if it has exactly one and that is of the form it must have."""
    values = headers.getall(name, [])
    return values[0] if len(values) == 1 and form.fullmatch(values[0]) else None


async def _read(request: web.Request) -> bytes | None:
    """The body, or None for one that is over the limit, broken, or too slow; no more of it is read than that."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > BODY_LIMIT:
                    return None
    except (web.RequestPayloadError, TimeoutError, ConnectionError):
        return None
    return bytes(body)


async def _discard(request: web.Request) -> None:
    """Reads what is left of a refused request, so that its sender hears the refusal. The server would do so,
    too, and write a traceback about a body that is broken.
    """
    await _read(request)
    if request.content.exception() is not None:
        request.content.feed_eof()


def _readable(body: bytes, request: web.Request) -> AsyncBoltRequest | None:
    """`body` as Bolt takes it; None where it would make nothing of it, or raise."""
    headers: dict[str, str | Sequence[str]] = {
        name: request.headers[name] for name in _PASSED_ON if name in request.headers
    }
    headers[hdrs.CONTENT_TYPE] = kind = request.content_type
    try:
        asked = AsyncBoltRequest(body=body.decode(), headers=headers) if kind in _KINDS else None
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return None
    return asked if asked is not None and isinstance(asked.body, dict) and asked.body else None
