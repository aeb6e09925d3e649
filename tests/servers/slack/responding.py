"""response_url: what the app says through it, and through the acknowledgement of a command."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.servers.slack.blocks import check_message_blocks
from tests.servers.slack.composing import drawn
from tests.servers.slack.errors import ApiError
from tests.servers.slack.faults import Faults
from tests.servers.slack.messages import Message
from tests.servers.slack.mrkdwn import stored
from tests.servers.slack.shapes import bot_profile
from tests.servers.slack.tickets import ResponseAddress
from tests.servers.slack.values import completed
from tests.servers.slack.world import World

Json = dict[str, Any]


class Responses:
    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.log: list[Json] = []
        """Every body that was posted to a response_url."""

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/{kind:commands|actions|app}/{team}/{token}", self._receive)]

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        fault = self._faults.striking("response_url", {})
        if fault and not fault.after_effect:
            return await self._faults.answer(fault, request)
        try:
            body = json.loads(await request.text())
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        try:
            address = self._world.tickets.use(request.match_info["token"])
            self.log.append(body)
            self.carry_out(address, body)
        except ApiError as error:
            status = 404 if error.code in ("used_url", "expired_url", "invalid_url") else 400
            return web.json_response({"ok": False, "error": error.code, **error.more}, status=status)
        if fault:
            return await self._faults.answer(fault, request)
        return web.Response(text="ok")

    def carry_out(self, address: ResponseAddress, body: Json) -> Message | None:
        """Deletes, replaces or adds a message. Raises ApiError for what chat.postMessage would refuse."""
        world, source = self._world, address.message
        if body.get("delete_original"):
            if source is None:
                raise ApiError("no_original")
            if not source.deleted:
                world.delete(source)
            return None
        raw = self._raw(address, body)
        if body.get("replace_original") and source and not source.deleted:
            world.edit(source, {key: raw.get(key) for key in ("text", "blocks", "attachments")}, by=None)
            return source
        if body.get("thread_ts"):
            raw["thread_ts"] = body["thread_ts"]
        if body.get("response_type") == "in_channel":
            return world.add(address.channel, raw)
        return world.whisper(address.channel, address.user_id, raw)

    def _raw(self, address: ResponseAddress, body: Json) -> Json:
        installation = address.workspace.installation
        if installation is None:  # the app was removed since
            raise ApiError("invalid_url")
        raw: Json = {"text": stored(str(body.get("text") or ""))}
        if blocks := body.get("blocks"):
            check_message_blocks(blocks)
            raw["blocks"] = completed(blocks)
        if body.get("attachments"):
            raw["attachments"] = body["attachments"]
        if not any(raw.values()):
            raise ApiError("no_text")
        profile = bot_profile(self._world, installation.bot, installation.workspace)
        author = {"user": installation.user.id, "bot_id": installation.bot.id, "bot_profile": profile}
        return drawn(raw) | author | {"app_id": installation.bot.app_id, "team": installation.workspace.id}
