"""What a person sees when there is nothing to see, and the guard that stands around every handler."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from bot.store.address import StoreError
from web.metrics import Counts
from web.render import render_error
from web.security import NOSNIFF, HeaderSets

log = structlog.get_logger("threadlink.web")

_TEXTS: Mapping[int, tuple[str, str]] = {
    400: ("That request made no sense here", "Go back, reload the page, and try again."),
    403: (
        "That did not come from this page",
        "The form was sent from somewhere else, so nothing was changed. Open the preview again and repeat it there.",
    ),
    404: (
        "There is no such page",
        "The link may be incomplete. Check that it was copied as a whole, or ask whoever gave it to you.",
    ),
    405: ("That is not possible here", "This address can be opened, but nothing can be sent to it."),
    408: ("That took too long", "The connection was too slow. Try again."),
    410: (
        "This link has ended",
        (
            "Whoever shared it has revoked it, or it has expired. Its content has been deleted. If you still need "
            "it, ask them for a new link."
        ),
    ),
    413: ("That was too large", "Nothing was changed. Send less at a time."),
    415: ("That is not a form of ours", "Nothing was changed. Open the preview again and repeat it there."),
    429: (
        "Too many wrong links",
        "Many links that do not exist were asked for. Wait a moment, then try again.",
    ),
    500: (
        "Something went wrong here",
        "It is not your fault, and nothing was changed. Try again in a moment.",
    ),
    501: ("That format is not offered", "Ask for format=json."),
    503: ("Not available at the moment", "Threadlink cannot reach its database. Try again in a moment."),
}


class Refusal(Exception):
    """Ends a request with the friendly page of `status`; `text` replaces that page's text."""

    def __init__(self, status: int, *, headers: Mapping[str, str] | None = None, text: str = "") -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers or {}
        self.text = text


class ErrorPages:
    """The friendly pages: the same bytes for whatever was asked, so that they tell nothing."""

    def __init__(self, headers: Mapping[str, str], *, base_url: str, app_name: str) -> None:
        self._headers = headers
        self._render = partial(render_error, base_url=base_url, app_name=app_name)
        self._bodies = {status: self._render(status, *texts) for status, texts in _TEXTS.items()}

    def response(
        self, status: int, *, headers: Mapping[str, str] | None = None, text: str = ""
    ) -> web.Response:
        body = None if text else self._bodies.get(status)
        if body is None:
            body = self._render(status, _title(status), text)
        return web.Response(status=status, body=body, headers={**self._headers, **(headers or {})})


def _title(status: int) -> str:
    return _TEXTS[status][0] if status in _TEXTS else HTTPStatus(status).phrase


def make_guard(pages: ErrorPages, headers: HeaderSets, counts: Counts) -> Middleware:
    """The one middleware: no request ends without its headers or with a traceback."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Refusal as refusal:
            response = pages.response(refusal.status, headers=refusal.headers, text=refusal.text)
        except web.HTTPException as answer:
            response = _friendly(answer, pages)
        except StoreError as error:
            response = _failed(request, error, pages, 503)
        except Exception as error:  # noqa: BLE001  whatever it is, a reader gets a page, not a traceback
            response = _failed(request, error, pages, 500)
        counts.responses[response.status // 100] += 1
        if NOSNIFF not in response.headers and not response.prepared:
            for name, value in headers.guest.items():
                response.headers.setdefault(name, value)
        return response

    return guard


def _friendly(answer: web.HTTPException, pages: ErrorPages) -> web.StreamResponse:
    """The page for an exception of the framework; what a route has worded itself stays."""
    if answer.text != f"{answer.status}: {answer.reason}" or answer.status < HTTPStatus.BAD_REQUEST:
        kept = web.Response(status=answer.status, reason=answer.reason, body=answer.body)
        kept.headers.update(answer.headers)
        return kept
    allowed = answer.headers.get(hdrs.ALLOW)
    return pages.response(answer.status, headers={hdrs.ALLOW: allowed} if allowed else None)


def log_failure(request: web.Request, error: Exception) -> None:
    """Logs where `error` happened, without its message and without the address that was asked for:
    either may hold a token or somebody's words.
    """
    log.error(
        "request failed",
        route=_route(request),
        error=type(error).__name__,
        at=[
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ],
    )


def _failed(request: web.Request, error: Exception, pages: ErrorPages, status: int) -> web.StreamResponse:
    log_failure(request, error)
    return pages.response(
        status, headers={hdrs.RETRY_AFTER: "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    )


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else ""
