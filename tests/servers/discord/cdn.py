"""The CDN: attachments while their addresses' signatures last, pictures for ever."""

from __future__ import annotations

import hmac
import re

from aiohttp import web

from tests.servers.discord.faults import Faults, cut
from tests.servers.discord.message_payloads import signature
from tests.servers.discord.world import World

_SIZED = re.compile(r"(.*)\.(?:png|webp|jpg|jpeg|gif|json)$")


class Cdn:
    """`asked`: every path that was fetched. Faults strike here too, e.g. "/attachments/*"."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world, self._faults = world, faults
        self.asked: list[str] = []

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        await self._faults.wait(request.method, request.path, after_effect=False)
        fault = self._faults.take(request.method, request.path)
        if fault:
            return fault.response() or cut(request)
        return self._attachment(request) if "id" in request.match_info else self._picture(request)

    def _attachment(self, request: web.Request) -> web.Response:
        query = request.query
        ex, start = query.get("ex", ""), query.get("is", "")
        right = signature(self._world, request.path, ex, start)
        if not ex or not hmac.compare_digest(right, query.get("hm", "")):
            return _gone()
        if int(ex, 16) <= self._world.now().timestamp():
            return _gone()
        found, message = self._world.attachments.get(int(request.match_info["id"]), (None, None))
        if found is None or message is None or message.deleted or found not in message.attachments:
            return _gone()
        return web.Response(body=found.content, headers={"Content-Type": found.content_type})

    def _picture(self, request: web.Request) -> web.Response:
        """Avatars, emoji and stickers in any format that was asked for: always the same bytes."""
        matched = _SIZED.match(request.path)
        content = self._world.pictures.get(matched[1] if matched else request.path)
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, headers={"Content-Type": "image/png"})


def _gone() -> web.Response:
    return web.Response(status=404, text="This content is no longer available.")
