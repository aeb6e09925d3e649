"""Notes what no page of ours may do: complain, break its own policy, reach another origin, set a cookie."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, ConsoleMessage, Request

_OWN_ERROR_PAGE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d .*")
"""Chromium says this of each page that is answered so, also of the friendly ones a test asks for."""


class Watch:
    """Listens to everything that happens in a context from now on."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.faults: list[str] = []
        self._context = context
        self._origin = origin
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        about_a_page = "/static/" not in message.location["url"] and _OWN_ERROR_PAGE.fullmatch(message.text)
        if message.type in {"error", "warning", "assert"} and not about_a_page:
            self.faults.append(f"console {message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and f"{address.scheme}://{address.netloc}" != self._origin:
            self.faults.append(f"request to {request.url}")

    async def check(self) -> None:
        """Asserts that nothing of the kind happened."""
        assert not self.faults, "\n".join(self.faults)
        assert await self._context.cookies() == []
