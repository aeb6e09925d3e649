"""The shared page and what belongs to it: its permalinks, its card, its oEmbed."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from bot.model import Message, Share
from bot.sharing import PAGE_SIZE
from web.cache import Grant, Ready, make_ready
from web.cards import draw_card
from web.door import Door
from web.encodings import compress, preferred
from web.needs import SharingJobs
from web.readers import is_program
from web.refusals import Refusal
from web.render import PageView, link_preview, render_page
from web.security import HeaderSets

_NUMBER_DIGITS = 6
_PREFIX = "/share/"
_READING = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
_OTHER_PAGE = "This thread has no such page. Leave the page number out of the address to begin at its start."


@dataclass(frozen=True, slots=True)
class Site:
    """What the operator set, as every page needs it. `base_url` has no trailing slash."""

    base_url: str
    report: str
    command: str
    app_name: str
    headers: HeaderSets

    @property
    def path(self) -> str:
        """The path that the public addresses begin with, "" mostly."""
        return urlsplit(self.base_url).path

    def view(
        self, token: str, share: Share, messages: tuple[Message, ...] = (), page: int = 1, pages: int = 1
    ) -> PageView:
        return PageView(
            share=share,
            url=f"{self.base_url}/share/{token}",
            messages=messages,
            page=page,
            pages=pages,
            base_url=self.base_url,
            report=self.report,
            command=self.command,
            app_name=self.app_name,
        )


class ShareViews:
    """Handlers below /share/{token} that answer with finished bytes."""

    def __init__(self, site: Site, sharing: SharingJobs, door: Door) -> None:
        self._site = site
        self._sharing = sharing
        self._door = door
        self._access = door.access
        self._counts = door.counts

    def at_once(self, request: web.BaseRequest) -> web.Response | None:
        """The first page, where its link certainly holds and its bytes are ready; else None.

        What `page` would answer, without waiting for anything and without the router.
        """
        path = request.raw_path
        if not path.startswith(_PREFIX) or request.method not in _READING:
            return None
        grant = self._access.known(path[len(_PREFIX) :])
        if grant is None:
            return None
        ready = grant.ready.get(("page", 1, preferred(request.headers.get(hdrs.ACCEPT_ENCODING, ""))))
        if ready is None:
            return None
        self._counts.hits += 1
        self._count_view(request, grant)
        response = ready.response(request)
        self._counts.responses[response.status // 100] += 1
        return response

    async def page(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}?page=N"""
        token = request.match_info["token"]
        grant = await self._door.admit(request, token)
        number = page_number(request)
        encoding = preferred(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        ready = grant.ready.get(("page", number, encoding))
        if ready is not None:
            self._counts.hits += 1
        else:
            grant, ready = await self._made(request, token, grant, number, encoding)
        self._count_view(request, grant)
        return ready.response(request)

    def _count_view(self, request: web.BaseRequest, grant: Grant) -> None:
        if request.method == hdrs.METH_GET and not is_program(request.headers.get(hdrs.USER_AGENT, "")):
            self._counts.views += 1
            self._sharing.count_view(grant.standing.share_id)

    async def _made(
        self, request: web.Request, token: str, grant: Grant, number: int, encoding: str
    ) -> tuple[Grant, Ready]:
        ready = await self._build(token, grant, number, encoding)
        if ready is None:  # no such page, or updated or revoked since it was admitted
            grant = await self._door.ask_again(request, token)
            ready = await self._build(token, grant, number, encoding)
        if ready is None:
            raise Refusal(404, text=_OTHER_PAGE)
        return grant, ready

    async def _build(self, token: str, grant: Grant, number: int, encoding: str) -> Ready | None:
        build = self._access.grants.build
        key = ("page", number, "identity")
        plain = await build(token, grant, key, partial(self._render, token, grant, number))
        if plain is None or encoding == "identity":
            return plain
        return await build(token, grant, ("page", number, encoding), partial(self._compress, plain, encoding))

    async def _render(self, token: str, grant: Grant, number: int) -> Ready | None:
        page = await self._sharing.page(grant.standing.share_id, number)
        if page is None:
            return None
        view = self._site.view(token, page.share, page.messages, page.number, page.pages)
        self._counts.renders += 1
        return make_ready(await asyncio.to_thread(render_page, view), self._site.headers.page)

    async def _compress(self, plain: Ready, encoding: str) -> Ready:
        body = await asyncio.to_thread(compress, plain.body, encoding)
        return make_ready(body, self._site.headers.page, encoding=encoding)

    async def message(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}/m{n}: to the page that shows message n."""
        token, number = request.match_info["token"], int(request.match_info["number"])
        share = await self.share(request, token, await self._door.admit(request, token))
        if not 1 <= number <= share.header.message_count:
            raise Refusal(404, text="This thread has no such message.")
        page = (number - 1) // PAGE_SIZE + 1
        query = f"?page={page}" if page > 1 else ""
        return self._moved(302, f"{self._site.path}/share/{token}{query}#m{number}")

    async def slash(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}/: people paste links with a slash behind."""
        token = request.match_info["token"]
        await self._door.admit(request, token)
        return self._moved(302, f"{self._site.path}/share/{token}")

    def _moved(self, status: int, location: str) -> web.Response:
        return web.Response(status=status, headers={**self._site.headers.redirect, hdrs.LOCATION: location})

    async def share(self, request: web.Request, token: str, grant: Grant) -> Share:
        """The share of `grant`. Raises Refusal where it was revoked since."""
        share = await self._sharing.share(grant.standing.share_id)
        if share is None:
            await self._door.ask_again(request, token)
            raise Refusal(410)
        return share

    async def card(self, request: web.Request) -> web.StreamResponse:
        """GET /share/{token}.png: the picture of the link's preview."""
        token = request.match_info["token"]
        grant = await self._door.admit(request, token)
        draw = partial(self._draw, request, token, grant)
        ready = await self._access.grants.build(token, grant, ("card", 0, "identity"), draw)
        assert ready is not None  # _draw gives a card or raises
        return ready.response(request)

    async def _draw(self, request: web.Request, token: str, grant: Grant) -> Ready:
        share = await self.share(request, token, grant)
        self._counts.renders += 1
        body = await asyncio.to_thread(draw_card, share, self._site.app_name)
        return make_ready(body, self._site.headers.card)

    async def oembed(self, request: web.Request) -> web.StreamResponse:
        """GET /oembed?url=…&format=json (oembed.com)."""
        if request.query.get("format", "json") != "json":
            raise Refusal(501)
        prefix = f"{self._site.base_url}/share/"
        url = request.query.get("url", "")
        token = re.split("[?#]", url.removeprefix(prefix))[0].rstrip("/") if url.startswith(prefix) else ""
        share = await self.share(request, token, await self._door.admit(request, token))
        preview = link_preview(self._site.view(token, share))
        body = json.dumps(preview.oembed, ensure_ascii=False).encode()
        headers = {**self._site.headers.plain, hdrs.CONTENT_TYPE: "application/json; charset=utf-8"}
        return make_ready(body, headers).response(request)


def page_number(request: web.Request) -> int:
    """The page that ?page= names; the first where it names none, 0 for a number no thread has."""
    text = request.query.get("page", "1")
    if not (text.isascii() and text.isdigit()):
        return 1
    return int(text) if len(text) <= _NUMBER_DIGITS else 0
