"""Failures told beforehand: the next requests that match fail, before or after they took effect."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from fnmatch import translate

from aiohttp import web

from tests.servers.discord.errors import Json

DROPPED = 0
"""As a status: the connection is cut instead of an answer. aiohttp's client itself asks once more for
what it asked by GET through a connection that it had used before.
"""

_TEXTS = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(eq=False)
class Fault:
    """`left`: how many more requests it strikes; `struck`: how many it struck so far."""

    method: str
    pattern: re.Pattern[str]
    status: int
    left: int
    after_effect: bool
    skip: int
    retry_after: float
    via: bool
    is_global: bool
    code: int
    struck: int = 0

    def response(self) -> web.Response | None:
        """What the client gets instead; None is a cut connection."""
        if self.status == DROPPED:
            return None
        if self.status == 429:
            return too_many(self.retry_after, via=self.via, is_global=self.is_global, code=self.code)
        if self.status >= 500:
            text = f"<html><h1>{self.status} {_TEXTS.get(self.status, 'Error')}</h1></html>"
            return web.Response(status=self.status, text=text, content_type="text/html")
        return answer({"message": f"{self.status}: injected", "code": self.code}, self.status)


@dataclass(eq=False)
class Hold:
    """Requests that match wait until `release`, before they take effect or after it."""

    method: str
    pattern: re.Pattern[str]
    after_effect: bool
    waiting: int = 0
    """How many wait now."""
    _reached: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self, timeout: float = 5) -> None:
        """Returns once a request waits here; raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._reached.wait()

    def release(self) -> None:
        self._released.set()

    async def wait(self) -> None:
        self.waiting += 1
        self._reached.set()
        await self._released.wait()
        self.waiting -= 1


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._holds: list[Hold] = []

    def fail_next(
        self,
        method: str,
        path_pattern: str,
        *,
        status: int = 502,
        times: int = 1,
        after_effect: bool = False,
        skip: int = 0,
        retry_after: float = 0.05,
        via: bool = True,
        is_global: bool = False,
        code: int = 0,
    ) -> Fault:
        """The next `times` requests, after `skip` matching ones, fail.

        `path_pattern` is a shell pattern on the path below /api/v10, e.g. "/channels/*/messages";
        `method` may be "*". `status` 0 (`DROPPED`) cuts the connection. 429 answers with
        `retry_after` seconds, with `is_global`, and with the header Via unless `via` is False: then it looks
        like a ban by Cloudflare, which discord.py raises at once. `after_effect`: the request is carried
        out and only its answer is lost. `code` is Discord's number in other errors, e.g. 403 with 50001.
        """
        pattern = re.compile(translate(path_pattern))
        made = Fault(
            method.upper(), pattern, status, times, after_effect, skip, retry_after, via, is_global, code
        )
        self._faults.append(made)
        return made

    def hold(self, method: str, path_pattern: str, *, after_effect: bool = False) -> Hold:
        """Every request that matches waits, until the hold that this returns is released: before it
        is carried out, or with its answer. To do something at exactly that moment.
        """
        made = Hold(method.upper(), re.compile(translate(path_pattern)), after_effect)
        self._holds.append(made)
        return made

    async def wait(self, method: str, path: str, *, after_effect: bool) -> None:
        """Waits where a hold says so."""
        for hold in list(self._holds):
            fits = hold.after_effect is after_effect and hold.method in ("*", method)
            if fits and hold.pattern.match(path):
                await hold.wait()

    def clear(self) -> None:
        """Forgets what was to come and lets go what is held."""
        self._faults.clear()
        for hold in self._holds:
            hold.release()
        self._holds.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that strikes this request, if one does."""
        for fault in self._faults:
            if fault.method in ("*", method) and fault.pattern.match(path):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.left -= 1
                fault.struck += 1
                if fault.left <= 0:
                    self._faults.remove(fault)
                return fault
        return None


def answer(body: Json | list[Json] | None, status: int = 200) -> web.Response:
    """A JSON answer. The type must be exactly application/json: with a charset behind it discord.py
    takes the body for text.
    """
    if body is None:
        return web.Response(status=204)
    return web.Response(body=json.dumps(body).encode(), status=status, content_type="application/json")


def too_many(retry_after: float, *, via: bool = True, is_global: bool = False, code: int = 0) -> web.Response:
    if not via:
        response = web.Response(status=429, text="error code: 1015", content_type="text/plain")
    else:
        body: Json = {"message": "You are being rate limited.", "retry_after": retry_after}
        body |= {"global": is_global} | ({"code": code} if code else {})
        response = answer(body, 429)
        response.headers["Via"] = "1.1 google"
    response.headers["Retry-After"] = str(max(1, round(retry_after)))
    response.headers["X-RateLimit-Scope"] = "global" if is_global else "user"
    if is_global:
        response.headers["X-RateLimit-Global"] = "true"
    return response


def cut(request: web.Request) -> web.Response:
    """Ends the client's connection without an answer; what this returns reaches nobody."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)
