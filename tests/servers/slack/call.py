"""One call of the Web API, and the registry of its methods."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack.errors import ApiError, bad_arguments
from tests.servers.slack.state import Channel, Installation, Workspace
from tests.servers.slack.world import World

Json = dict[str, Any]
_SCOPES = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}


@dataclass(eq=False)
class Call:
    """What came in, who it came from, and what was answered."""

    world: World
    method: str
    args: Json
    token: str = ""
    client: tuple[str, str] | None = None
    installation: Installation | None = None
    at: float = 0.0
    broken: str = ""
    """What was wrong with its body."""
    status: int = 0
    response: Json = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        return self.response.get("error")

    @property
    def app(self) -> Installation:
        assert self.installation
        return self.installation

    @property
    def workspace(self) -> Workspace:
        return self.app.workspace

    def text(self, name: str) -> str:
        return str(self.args.get(name, ""))

    def flag(self, name: str) -> bool:
        return str(self.args.get(name, "")).lower() in ("1", "true")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.args.get(name, default))
        except ValueError:
            raise bad_arguments(f"must be a valid integer [json-pointer:/{name}]") from None

    def object(self, name: str, error: str) -> Any:
        """An argument that is JSON, sent as such or as a string; None when absent. Raises `error`."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError(error) from None

    # What the token may reach

    def need(self, *scopes: str) -> None:
        """Raises missing_scope unless one of `scopes` was granted."""
        granted = self.app.scopes
        if scopes and not set(scopes) & set(granted):
            raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(granted))

    def channel(self, name: str = "channel", *, right: str = "", error: str = "channel_not_found") -> Channel:
        """The conversation that the bot may know of. `right`: history, read or write of its kind."""
        channel = self.world.seen_from(self.workspace, self.text(name))
        if channel is None or (channel.is_private and self.app.user.id not in channel.members):
            raise ApiError(error)
        if right:
            self.need(f"{_SCOPES[channel.kind]}:{right}")
        return channel

    def joined(self, name: str = "channel", *, right: str = "") -> Channel:
        """The conversation that the bot is a member of."""
        channel = self.channel(name, right=right)
        if self.app.user.id not in channel.members:
            raise ApiError("not_in_channel")
        return channel

    def channels(self) -> list[Channel]:
        """Every conversation that the bot is a member of."""
        everywhere = (c for workspace in self.world.workspaces.values() for c in workspace.channels.values())
        return [channel for channel in everywhere if self.app.user.id in channel.members]


Handler = Callable[[Call], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    name: str
    handler: Handler
    required: frozenset[str]
    optional: frozenset[str]
    tier: int | None
    scopes: tuple[str, ...]
    token: str
    """bot, app (xapp), any or none."""

    def check(self, args: Json) -> None:
        """Raises invalid_arguments for what is missing and for what no such method knows."""
        missing = sorted(name for name in self.required if args.get(name) in (None, ""))
        # team_id is what Bolt adds to every call.
        unknown = sorted(args.keys() - self.required - self.optional - {"token", "team_id"})
        reasons = [f"missing required field: {name}" for name in missing]
        reasons += [f"unknown argument: {name}" for name in unknown]
        if reasons:
            raise bad_arguments(*reasons)


METHODS: dict[str, Method] = {}


def method(
    name: str,
    required: str = "",
    optional: str = "",
    *,
    tier: int | None = None,
    scopes: str = "",
    token: str = "bot",
) -> Callable[[Handler], Handler]:
    """Registers a method: its arguments, its rate tier, the scopes of which one is needed."""

    def register(handler: Handler) -> Handler:
        names = frozenset(required.split()), frozenset(optional.split())
        METHODS[name] = Method(name, handler, *names, tier, tuple(scopes.split()), token)
        return handler

    return register


def page(items: list[Any], call: Call, *, default: int, most: int = 1000) -> tuple[list[Any], Json]:
    """One page of `items` and the response_metadata that leads to the next."""
    limit = call.number("limit", default)
    if limit < 1 or limit > most:
        raise ApiError("invalid_limit")
    start = cursor_of(call.text("cursor"), "offset")
    end = start + limit
    following = cursor("offset", str(end)) if end < len(items) else ""
    return items[start:end], {"response_metadata": {"next_cursor": following}}


def cursor(kind: str, value: str) -> str:
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


def cursor_of(text: str, kind: str) -> int:
    value = cursor_text(text, kind)
    if not value:
        return 0
    if not value.isdigit():
        raise ApiError("invalid_cursor")
    return int(value)


def cursor_text(text: str, kind: str) -> str:
    """What `cursor` packed. Raises invalid_cursor."""
    if not text:
        return ""
    try:
        found, _, value = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise ApiError("invalid_cursor") from None
    if found != kind or not value:
        raise ApiError("invalid_cursor")
    return value
