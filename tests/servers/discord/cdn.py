"""The CDN: attachments while their addresses' signatures last, pictures for ever."""

from __future__ import annotations

import hmac
import re

from aiohttp import web

from tests.servers.discord.message_payloads import signature
from tests.servers.discord.world import World

_SIZED = re.compile(r"(.*)\.(?:png|webp|jpg|jpeg|gif|json)$")


class Cdn:
    """`asked`: every path that was fetched."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.asked: list[str] = []

    async def attachment(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
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

    async def picture(self, request: web.Request) -> web.StreamResponse:
        """Avatars, emoji and stickers in any format that was asked for: always the same bytes."""
        self.asked.append(request.path)
        matched = _SIZED.match(request.path)
        content = self._world.pictures.get(matched[1] if matched else request.path)
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, headers={"Content-Type": "image/png"})


def _gone() -> web.Response:
    return web.Response(status=404, text="This content is no longer available.")
