"""The Web API's door: reads a call, checks it in Slack's order, answers, and keeps a record."""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

import tests.servers.slack.methods  # noqa: F401  (registers the methods)
from tests.servers.slack.call import METHODS, Call, Method
from tests.servers.slack.errors import ApiError
from tests.servers.slack.faults import Faults
from tests.servers.slack.world import World

Json = dict[str, Any]
Watcher = Callable[[Call], Awaitable[None] | None]


class WebApi:
    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self.calls: list[Call] = []
        self.watchers: list[Watcher] = []
        """Called with every call before it is carried out; may be async."""
        self.strict_arguments = True
        self.keep_responses = True
        """Off, calls remember only whether they succeeded: for tests that measure memory."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = await self._read(request)
        self.calls.append(call)
        for watcher in self.watchers:
            result = watcher(call)
            if inspect.isawaitable(result):
                await result
        await self._faults.wait_at_gates(call.method, after_effect=False)
        fault = self._faults.striking(call.method, call.args)
        if fault and not fault.after_effect:
            return await self._fail(call, fault, request)
        headers = await self._answer(call)
        await self._faults.wait_at_gates(call.method, after_effect=True)
        if fault:
            return await self._fail(call, fault, request)
        self._world.changes.tell()
        answer = web.json_response(call.response, status=call.status, headers=headers)
        if not self.keep_responses:
            call.response = {key: call.response[key] for key in ("ok", "error") if key in call.response}
        return answer

    async def _fail(self, call: Call, fault: Any, request: web.Request) -> web.StreamResponse:
        call.status = fault.status or 0
        self._world.changes.tell()
        return await self._faults.answer(fault, request)

    async def _read(self, request: web.Request) -> Call:
        args: Json = dict(request.query)
        body = await request.text()
        broken = ""
        if request.content_type == "application/json":
            broken, found = _object(body)
            args |= found
        elif body:
            args |= dict(parse_qsl(body, keep_blank_values=True))
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        client = None
        if kind == "Basic":
            name, _, secret = base64.b64decode(value).decode().partition(":")
            client = name, secret
        token = value if kind == "Bearer" else str(args.pop("token", ""))
        name = request.match_info["method"]
        now = self._world.clock.now()
        return Call(self._world, name, args, token, client, at=now, broken=broken)

    async def _answer(self, call: Call) -> dict[str, str]:
        """Fills in the response; returns its headers."""
        headers = {"x-slack-req-id": "local"}
        call.status = 200
        try:
            method = _known(call)
            self._authorise(call, method)
            if call.installation:
                headers["x-oauth-scopes"] = ",".join(call.installation.scopes)
            if seconds := self._wait(call, method):
                call.status = 429
                call.response = {"ok": False, "error": "ratelimited"}
                return headers | {"Retry-After": str(seconds)}
            if method.token == "bot":
                call.need(*method.scopes)
            if self.strict_arguments:
                method.check(call.args)
            call.response = {"ok": True, **await method.handler(call)}
        except ApiError as error:
            call.response = {"ok": False, "error": error.code, **error.more}
        return headers

    def _authorise(self, call: Call, method: Method) -> None:
        if method.token == "none":
            return
        if not call.token:
            raise ApiError("not_authed")
        if call.token == self._world.app.app_token:
            if method.token not in ("app", "any"):
                raise ApiError("not_allowed_token_type")
            return
        found = next((one for one in self._world.installations if one.token == call.token), None)
        if found is None:
            raise ApiError("invalid_auth")
        if method.token == "app":
            raise ApiError("not_allowed_token_type")
        if found.uninstalled:
            raise ApiError("account_inactive")
        if found.revoked:
            raise ApiError("token_revoked")
        if call.args.get("team_id", found.workspace.id) != found.workspace.id:
            # Slack ignores it for such tokens; here it is a mix-up of workspaces, said aloud.
            raise ApiError("team_access_not_granted")
        call.installation = found

    def _wait(self, call: Call, method: Method) -> int:
        workspace = call.installation.workspace.id if call.installation else ""
        return self._world.limits.wait(method.name, method.tier, workspace, call.text("channel"))


def _object(body: str) -> tuple[str, Json]:
    """What is wrong with a JSON body, and the object in it."""
    try:
        found = json.loads(body or "{}")
    except ValueError:
        return "invalid_json", {}
    return ("", found) if isinstance(found, dict) else ("json_not_object", {})


def _known(call: Call) -> Method:
    if call.broken:
        raise ApiError(call.broken)
    method = METHODS.get(call.method)
    if method is None:
        raise ApiError("unknown_method", req_method=call.method)
    return method
