"""Addresses that say the same to everybody: assets, robots.txt, icons, the front door, health."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

import structlog
from aiohttp import hdrs, web
from PIL import Image, ImageDraw

from web.cache import Ready, make_ready
from web.encodings import compress, preferred
from web.refusals import Refusal
from web.render import render_error, static_files
from web.security import FOR_EVER, REVALIDATE
from web.views import Site

HEALTH_SECONDS = 2.0
ICON_COLOR = "#4f46e5"
_ICON_SIDE = 32
_SMALLEST_COMPRESSED = 512

Check = Callable[[], Awaitable[object]]
"""Raises where what it checks is not well; what it returns, where a str or number, is shown."""

# Two links of a chain: a rounded square, and two interlocking rings in it.
ICON_SVG = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">\
<rect width="32" height="32" rx="8" fill="{ICON_COLOR}"/>\
<g fill="none" stroke="#fff" stroke-width="3"><rect x="5" y="11" width="13" height="10" rx="5"/>\
<rect x="14" y="11" width="13" height="10" rx="5"/></g></svg>
"""

log = structlog.get_logger("threadlink.web")


class FixedViews:
    def __init__(self, site: Site, checks: Mapping[str, Check]) -> None:
        self._site = site
        self._checks = checks
        self._files = {name: _variants(site, body, kind) for name, (body, kind) in static_files().items()}
        self._icon = make_ready(ICON_SVG.encode(), self._headers("image/svg+xml", REVALIDATE))
        self._old_icon = make_ready(_draw_icon(), self._headers("image/x-icon", REVALIDATE))
        # Crawlers must be let in: what they may not index, they learn from X-Robots-Tag.
        self._robots = make_ready(
            b"User-agent: *\nAllow: /\n", self._headers("text/plain; charset=utf-8", REVALIDATE)
        )
        self._front = make_ready(_front_page(site), {**site.headers.error, hdrs.CACHE_CONTROL: REVALIDATE})

    def _headers(self, media_type: str, cache: str) -> dict[str, str]:
        return {**self._site.headers.static, hdrs.CONTENT_TYPE: media_type, hdrs.CACHE_CONTROL: cache}

    async def static(self, request: web.Request) -> web.StreamResponse:
        """GET /static/{name}: the name changes with the content."""
        found = self._files.get(request.match_info["name"])
        if found is None:
            raise Refusal(404)
        encoding = preferred(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        return found.get(encoding, found["identity"]).response(request)

    async def icon(self, request: web.Request) -> web.StreamResponse:
        return self._icon.response(request)

    async def old_icon(self, request: web.Request) -> web.StreamResponse:
        return self._old_icon.response(request)

    async def robots(self, request: web.Request) -> web.StreamResponse:
        return self._robots.response(request)

    async def front(self, request: web.Request) -> web.StreamResponse:
        """GET /, where no adapter has mounted something there."""
        return self._front.response(request)

    async def health(self, _request: web.Request) -> web.StreamResponse:
        """GET /healthz: 200 while every check passes, else 503; never says why, the log does."""
        states = await asyncio.gather(*(_state(name, check) for name, check in self._checks.items()))
        ok = all(well for well, _ in states)
        shown = {"ok": ok, **dict(zip(self._checks, (word for _, word in states), strict=True))}
        return web.Response(
            status=200 if ok else 503,
            body=json.dumps(shown).encode(),
            headers={
                **self._site.headers.plain,
                hdrs.CACHE_CONTROL: "no-store",
                hdrs.CONTENT_TYPE: "application/json; charset=utf-8",
            },
        )


async def _state(name: str, check: Check) -> tuple[bool, object]:
    try:
        async with asyncio.timeout(HEALTH_SECONDS):
            said = await check()
    except Exception as error:  # noqa: BLE001  any failure is the answer
        log.warning("unhealthy", part=name, error=type(error).__name__)
        return False, "failed"
    return True, said if isinstance(said, str | int | float) else "ok"


def _variants(site: Site, body: bytes, media_type: str) -> dict[str, Ready]:
    headers = {
        **site.headers.static,
        hdrs.CONTENT_TYPE: media_type,
        hdrs.CACHE_CONTROL: FOR_EVER,
        hdrs.VARY: hdrs.ACCEPT_ENCODING,
    }
    variants = {"identity": make_ready(body, headers)}
    if len(body) >= _SMALLEST_COMPRESSED and not media_type.startswith(("image/", "font/")):
        for encoding in ("br", "gzip"):
            variants[encoding] = make_ready(compress(body, encoding), headers, encoding=encoding)
    return variants


def _front_page(site: Site) -> bytes:
    return render_error(
        200,
        site.app_name,
        "This is where threads from a chat are read once somebody has shared their link. "
        "To read one, open the link that you were given.",
        base_url=site.base_url,
        app_name=site.app_name,
    )


@lru_cache(maxsize=1)
def _draw_icon() -> bytes:
    """The icon for browsers that ask for /favicon.ico."""
    side = _ICON_SIDE * 4  # drawn larger, then made smooth
    image = Image.new("RGBA", (side, side))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, side - 1, side - 1), radius=side // 4, fill=ICON_COLOR)
    for left in (5, 14):
        box = (left * 4 - 6, 11 * 4 - 6, (left + 13) * 4 + 6, 21 * 4 + 6)
        draw.rounded_rectangle(box, radius=26, outline="white", width=12)
    out = io.BytesIO()
    image.resize((_ICON_SIDE, _ICON_SIDE), Image.Resampling.LANCZOS).save(out, "ICO", sizes=[(32, 32)])
    return out.getvalue()
