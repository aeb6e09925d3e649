"""Who may talk to the playground: its own page, under its own address, on this machine.

The playground has no accounts, so this is all that keeps another website, open in the same
browser, from reading or writing here: the Host must be ours (no DNS rebinding), what changes
anything must come from our own Origin and in a form that other sites cannot send unasked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from aiohttp import web

from adapters.playground import words

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HTTP = 80
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
}


class Refused(Exception):
    """A request that is not carried out; `str()` says why, kindly. `status` as in HTTP."""

    def __init__(self, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message)
        self.status = status


class Guard:
    """Wraps the playground's handlers for the server that listens on `port`."""

    def __init__(self, port: int) -> None:
        self._port = port
        names = ("localhost", "127.0.0.1", "[::1]")
        self._hosts = {f"{name}:{port}" for name in names} | (set(names) if port == _HTTP else set())

    def __call__(self, handler: Handler, *, takes: str = "application/json") -> Handler:
        """`handler`, asked only when the request may be answered; a POST must be of type `takes`."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._check(request, takes)
                response = await handler(request)
            except Refused as refused:
                response = web.json_response({"error": str(refused)}, status=refused.status)
            if not response.prepared:
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return guarded

    def _check(self, request: web.Request, takes: str) -> None:
        if request.host.lower() not in self._hosts:
            raise Refused(words.FOREIGN_HOST.format(port=self._port), HTTPStatus.FORBIDDEN)
        if request.method in ("GET", "HEAD"):
            return
        if request.headers.get("Origin", "").lower() != f"http://{request.host.lower()}":
            raise Refused(words.FOREIGN_ORIGIN.format(port=self._port), HTTPStatus.FORBIDDEN)
        if request.content_type != takes:
            raise Refused(words.NOT_JSON, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
