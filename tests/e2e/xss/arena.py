"""Serves pages to a real Chromium, and says what they did there.

Two forms of each page: with the headers that web/security.py gives it, and with none but its type,
so that nothing but the page itself stands between a payload and the reader.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import unused_port
from playwright.async_api import Browser, BrowserContext, Page, Request

from tests.e2e.xss.pages import TOKEN
from web.render import assets, static_files
from web.security import HTML, HeaderSets, make_header_sets

ORACLE = (Path(__file__).parent / "oracle.js").read_text(encoding="utf-8")
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
BARE = {"Content-Type": HTML}
Check = Callable[[Sequence[bytes]], Awaitable[list[list[str]]]]
"""From pages to what is wrong with each."""


@dataclass
class Seen:
    """What a page did. Nothing, where all is well."""

    fired: list[tuple[str, str]] = field(default_factory=list)
    """The address of the frame, and what was called there."""
    violations: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    structure: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        return not (self.fired or self.violations or self.requests or self.structure)


class Arena:
    """A server with pages put into it, and a browser that visits them."""

    def __init__(self, base: str, context: BrowserContext) -> None:
        self.base = base
        self.headers: HeaderSets = make_header_sets(base, assets().script)
        self._context = context
        self._pages: dict[str, tuple[bytes, Mapping[str, str]]] = {}
        self._count = 0
        own = (
            r"/(page|frames)/\d+",
            r"/static/[\w.]+",
            r"/favicon\.svg",
            rf"/(share/{TOKEN}/file|playground/files)/[^/?#]+",
        )
        self._own = re.compile(rf"{re.escape(base)}({'|'.join(own)})(#.*)?")

    def put(self, content: bytes, headers: Mapping[str, str] = BARE, *, kind: str = "page") -> str:
        """Serves `content` from now on; gives its address."""
        self._count += 1
        path = f"/{kind}/{self._count}"
        self._pages[path] = (content, headers)
        return self.base + path

    async def serve(self, request: web.Request) -> web.Response:
        found = self._pages.get(request.path)
        if found is not None:
            return web.Response(body=found[0], headers=found[1])
        name = request.path.removeprefix("/static/")
        if name in static_files():
            content, media_type = static_files()[name]
            return web.Response(body=content, headers={**self.headers.static, "Content-Type": media_type})
        if request.path.startswith((f"/share/{TOKEN}/file/", "/playground/files/")):
            return web.Response(body=PIXEL, headers={**self.headers.file, "Content-Type": "image/png"})
        return web.Response(status=404)

    async def visit(self, content: bytes, headers: Mapping[str, str] = BARE) -> Seen:
        """Opens `content`, sets off whatever waits for an event, and looks at what it became."""
        async with self._watched() as (page, seen):
            await page.goto(self.put(content, headers))
            await page.evaluate("oracle.attack(document)")
            await _settle(page)
            seen.structure += await page.evaluate(
                "options => oracle.structure(document, options)", _options()
            )
        return seen

    async def visit_each(self, contents: Sequence[bytes], *, fenced: bool = False) -> tuple[Seen, list[str]]:
        """Opens many pages at once, each in a frame of its own, without any policy; gives their
        addresses too. `fenced` pages cannot take the others with them when they go elsewhere.
        """
        addresses = [self.put(content) for content in contents]
        fence = ' sandbox="allow-scripts allow-same-origin allow-forms"' if fenced else ""
        frames = "".join(f'<iframe{fence} src="{address}"></iframe>' for address in addresses)
        host = self.put(f"<!doctype html><title>frames</title>{frames}".encode(), kind="frames")
        async with self._watched() as (page, seen):
            await page.goto(host)
            await page.evaluate("oracle.attackFrames()")
            await _settle(page)
            seen.structure += await page.evaluate("options => oracle.frameStructures(options)", _options())
        return seen, addresses

    @asynccontextmanager
    async def parser(self, base: str = "") -> AsyncIterator[Check]:
        """The structural check with the browser's own parser, of pages that are not opened. `base`:
        the origin they are from, where it is another.
        """
        options = {**_options(), "base": f"{base or self.base}/page/0"}

        async def check(contents: Sequence[bytes]) -> list[list[str]]:
            found: list[list[str]] = await page.evaluate(
                "([pages, options]) => oracle.parsed(pages, options)",
                [[content.decode() for content in contents], options],
            )
            return found

        async with self._watched() as (page, _):
            await page.goto(self.put(b"<!doctype html><title>parser</title>"))
            yield check

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[tuple[Page, Seen]]:
        seen = Seen()

        def report(source: Mapping[str, Any], kind: str, what: str) -> None:
            if kind == "violation":
                seen.violations.append(what)
            else:
                seen.fired.append((source["frame"].url, what))

        def requested(request: Request) -> None:
            if not self._own.fullmatch(request.url):
                seen.requests.append(request.url[:200])

        page = await self._context.new_page()
        await page.expose_binding("report", report)
        await page.add_init_script(ORACLE)
        page.on("request", requested)
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.on("popup", lambda popup: seen.fired.append((popup.url, "a window")))
        try:
            yield page, seen
        finally:
            await page.close()
            self._pages.clear()


def _options() -> dict[str, str]:
    return {"script": assets().script}


async def _settle(page: Page) -> None:
    """Until what was set off has run: two frames are drawn after it."""
    await page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@asynccontextmanager
async def arena(browser: Browser) -> AsyncIterator[Arena]:
    """A server on a loopback socket and a browser context of its own."""
    context = await browser.new_context(viewport={"width": 1000, "height": 800})
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    port = unused_port()
    made = Arena(f"http://127.0.0.1:{port}", context)
    app.router.add_get("/{path:.*}", made.serve)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield made
    finally:
        await context.close()
        await runner.cleanup()
