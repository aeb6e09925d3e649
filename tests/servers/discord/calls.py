"""One REST request as the routes see it, and the way it takes: faults, limits, token, route, answer."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web

from tests.servers.discord.errors import ApiError, Json
from tests.servers.discord.faults import Faults, answer, cut, too_many
from tests.servers.discord.rates import Rates
from tests.servers.discord.world import World

PREFIX = "/api/v10"
REQUEST_LIMIT = 25 * 1024 * 1024
"""The largest request as a whole, in bytes; a file alone may have 10 MiB."""


@dataclass(frozen=True)
class Upload:
    filename: str
    content: bytes
    content_type: str


@dataclass
class Call:
    """`ids`: the numbers in the path by name; `words`: its other parts; `body`: the JSON, or the part
    `payload_json` of a form; `files`: the uploaded ones by their number.
    """

    method: str
    path: str
    ids: dict[str, int]
    words: dict[str, str]
    query: dict[str, str]
    authorized: bool
    body: Json | list[Json] = field(default_factory=dict)
    files: dict[int, Upload] = field(default_factory=dict)

    @property
    def json(self) -> Json:
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body

    def flag(self, name: str) -> bool:
        return self.query.get(name, "").lower() in ("1", "true")


Handler = Callable[[Call], Awaitable[object] | object]


@dataclass(frozen=True)
class Route:
    """`open`: needs no bot token, because a token stands in its path."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    open: bool


def route(method: str, path: str, handler: Handler, *, open: bool = False) -> Route:  # noqa: A002
    """`path` with {names}; those that end in "_id" are numbers."""

    def part(match: re.Match[str]) -> str:
        kind = r"\d{1,20}" if match[1].endswith("_id") else "[^/]+"
        return f"(?P<{match[1]}>{kind})"

    return Route(method, re.compile(re.sub(r"\{(\w+)\}", part, path) + "$"), handler, open)


@dataclass(frozen=True)
class Seen:
    """One request that was answered; `status` 0 where the connection was cut."""

    method: str
    path: str
    status: int
    body: Json | list[Json] = field(default_factory=dict)


class Calls:
    """Takes every request below /api/v10 to its route."""

    def __init__(self, world: World, faults: Faults, rates: Rates, routes: Iterable[Route]) -> None:
        self._world, self._faults, self._rates = world, faults, rates
        self._routes = list(routes)
        self.seen: list[Seen] = []
        """Every request so far."""
        self.crashes: list[Exception] = []
        """Errors of this server itself: none, or a test is worth nothing."""

    async def handle(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix(PREFIX)
        await self._faults.wait(request.method, path, after_effect=False)
        fault = self._faults.take(request.method, path)
        call: Call | None = None
        if fault and not fault.after_effect:
            await request.read()
            response = fault.response()
        else:
            response, call = await self._answered(request, path)
            response = fault.response() if fault else response
        body = call.body if call else {}
        self.seen.append(Seen(request.method, path, response.status if response else 0, body))
        self._world.changes.tell()
        await self._faults.wait(request.method, path, after_effect=True)
        if response is None:
            return cut(request)
        response.headers.update(self._rates.headers(request.method, path))
        return response

    async def _answered(self, request: web.Request, path: str) -> tuple[web.Response, Call | None]:
        denied = self._rates.check(request.method, path)
        if denied:
            await request.read()
            return too_many(denied.retry_after, is_global=denied.limit.name == "global"), None
        call: Call | None = None
        try:
            found, match = self._found(request.method, path)
            call = await self._call(request, path, match, token_needed=not found.open)
            made = found.handler(call)
            body = await made if isinstance(made, Awaitable) else made
            if isinstance(body, web.Response):
                return body, call
            return answer(body), call  # type: ignore[arg-type]
        except ApiError as error:
            response = answer(error.body(), error.status)
            response.headers.update(error.headers)
            return response, call
        except Exception as error:  # noqa: BLE001  # told at the end of the test instead of retried
            self.crashes.append(error)
            return answer({"message": f"the local Discord failed: {error!r}", "code": 0}, 400), call

    def _found(self, method: str, path: str) -> tuple[Route, re.Match[str]]:
        elsewhere = False
        for candidate in self._routes:
            match = candidate.pattern.match(path)
            if match and candidate.method == method:
                return candidate, match
            elsewhere = elsewhere or match is not None
        if elsewhere:
            raise ApiError(405, 0, "405: Method Not Allowed")
        raise ApiError(404, 0, "404: Not Found")

    async def _call(
        self, request: web.Request, path: str, match: re.Match[str], *, token_needed: bool
    ) -> Call:
        ids = {k: int(v) for k, v in match.groupdict().items() if k.endswith("_id")}
        words = {k: v for k, v in match.groupdict().items() if not k.endswith("_id")}
        authorized = request.headers.get("Authorization") == f"Bot {self._world.token}"
        if token_needed and not authorized:
            raise ApiError(401, 0, "401: Unauthorized")
        call = Call(request.method, path, ids, words, dict(request.query), authorized)
        if (request.content_length or 0) > REQUEST_LIMIT:
            raise ApiError(413, 40005, "Request entity too large")
        if request.content_type == "multipart/form-data":
            await _read_form(request, call)
        elif raw := await request.read():
            call.body = _json(raw)
        return call


async def _read_form(request: web.Request, call: Call) -> None:
    total = 0
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read(decode=True))
        total += len(content)
        if total > REQUEST_LIMIT:
            raise ApiError(413, 40005, "Request entity too large")
        name = part.name or ""
        if name == "payload_json":
            call.body = _json(content)
        elif found := re.fullmatch(r"files\[(\d+)\]", name):
            kind = part.headers.get("Content-Type", "application/octet-stream")
            call.files[int(found[1])] = Upload(part.filename or "unknown", content, kind)


def _json(raw: bytes) -> Json | list[Json]:
    try:
        made = json.loads(raw)
    except ValueError:
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None
    return made if isinstance(made, (dict, list)) else {}
