"""Modals and home tabs: their stacks, their hashes and what is typed in them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.slack.errors import ApiError
from tests.servers.slack.state import Channel, User, Workspace
from tests.servers.slack.tickets import Trigger
from tests.servers.slack.values import Chosen, completed, state

if TYPE_CHECKING:
    from tests.servers.slack.world import World

Json = dict[str, Any]
STACK = 3
_KEPT = ("title", "submit", "close", "private_metadata", "callback_id", "external_id")
_FLAGS = ("clear_on_close", "notify_on_close", "submit_disabled")


@dataclass(eq=False, repr=False)
class View:
    """One modal of a stack, or one person's home tab."""

    id: str
    workspace: Workspace
    user: User
    type: str
    spec: Json = field(default_factory=dict)
    """As the app last sent it, ids filled in."""
    hash: str = ""
    channel: Channel | None = None
    """Where the person was when it opened."""
    root_id: str = ""
    previous: View | None = None
    chosen: Chosen = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    """Shown under inputs, by block id, after a refused submit."""
    is_open: bool = True
    versions: list[Json] = field(default_factory=list)
    """What it showed before each update."""

    def __repr__(self) -> str:
        return f"<View {self.id} {self.type} {self.title!r} of {self.user!r}>"

    @property
    def blocks(self) -> list[Json]:
        return self.spec.get("blocks") or []

    @property
    def title(self) -> str:
        return str((self.spec.get("title") or {}).get("text", ""))

    @property
    def private_metadata(self) -> str:
        return str(self.spec.get("private_metadata", ""))

    @property
    def values(self) -> Chosen:
        """`view.state.values`."""
        return self.chosen

    def show(self, spec: Json) -> None:
        """Draws `spec`; keeps what was typed where the ids are the same."""
        if self.spec:
            self.versions.append(self.spec)
        self.spec = spec | {"blocks": completed(spec["blocks"])}
        self.hash = f"{secrets.randbelow(10**10)}.{secrets.token_hex(4)}"
        self.chosen = state(self.blocks, self.chosen, self.channel.id if self.channel else None)
        self.errors = {}

    def json(self) -> Json:
        installation = self.workspace.installation
        return {
            "id": self.id,
            "team_id": self.workspace.id,
            "type": self.type,
            "blocks": self.blocks,
            **{key: self.spec.get(key) for key in ("title", "submit", "close")},
            **{key: self.spec.get(key, "") for key in ("private_metadata", "callback_id", "external_id")},
            **{key: bool(self.spec.get(key, False)) for key in _FLAGS},
            "state": {"values": self.chosen},
            "hash": self.hash,
            "previous_view_id": self.previous.id if self.previous else None,
            "root_view_id": self.root_id,
            "app_id": installation.bot.app_id if installation else None,
            "app_installed_team_id": self.workspace.id,
            "bot_id": installation.bot.id if installation else None,
        }


class ViewRoom:
    def __init__(self, world: World) -> None:
        self._world = world
        self.all: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        """By user id."""
        self.tops: dict[str, View] = {}
        """The modal on top of each person's stack, by user id."""

    def open(self, trigger: Trigger, spec: Json) -> View:
        """A new stack; what the person had open is gone."""
        view = self._new(trigger.workspace, trigger.user_id, "modal", spec, trigger.channel)
        if top := self.tops.get(trigger.user_id):
            self.close_all(top)
        return self._on_top(view)

    def push(self, top: View, spec: Json) -> View:
        """Raises push_limit_reached over three views."""
        depth, below = 1, top
        while below.previous:
            depth, below = depth + 1, below.previous
        if depth >= STACK:
            raise ApiError("push_limit_reached")
        view = self._new(top.workspace, top.user.id, "modal", spec, top.channel)
        view.previous, view.root_id = top, top.root_id
        return self._on_top(view)

    def update(self, view: View, spec: Json) -> View:
        self._claim(view, spec)
        view.show(spec)
        self._world.changes.tell()
        return view

    def publish(self, workspace: Workspace, user: User, spec: Json) -> View:
        if home := self.homes.get(user.id):
            return self.update(home, spec)
        self.homes[user.id] = self._new(workspace, user.id, "home", spec)
        self._world.changes.tell()
        return self.homes[user.id]

    def close(self, view: View) -> None:
        """The one beneath shows again."""
        view.is_open = False
        if self.tops.get(view.user.id) is view:
            if view.previous and view.previous.is_open:
                self.tops[view.user.id] = view.previous
            else:
                del self.tops[view.user.id]
        self._world.changes.tell()

    def close_all(self, top: View) -> list[View]:
        """What was open, from the top down."""
        closed, view = [], top if top.is_open else None
        while view:
            closed.append(view)
            view.is_open = False
            view = view.previous
        self.tops.pop(top.user.id, None)
        self._world.changes.tell()
        return closed

    def find(self, workspace: Workspace, view_id: str | None, external_id: str | None) -> View | None:
        if view_id:
            view = self.all.get(view_id)
            return view if view and view.workspace is workspace and view.is_open else None
        named = (v for v in self.all.values() if v.workspace is workspace and v.is_open)
        return next((view for view in named if view.spec.get("external_id") == external_id), None)

    def _on_top(self, view: View) -> View:
        self.tops[view.user.id] = view
        self._world.changes.tell()
        return view

    def _new(
        self, workspace: Workspace, user_id: str, kind: str, spec: Json, channel: Channel | None = None
    ) -> View:
        user = self._world.person(user_id)
        assert user
        view = View(self._world.ids.new("V"), workspace, user, kind, channel=channel)
        view.root_id = view.id
        self._claim(view, spec)
        view.show(spec)
        self.all[view.id] = view
        return view

    def _claim(self, view: View, spec: Json) -> None:
        if external_id := spec.get("external_id"):
            other = self.find(view.workspace, None, external_id)
            if other and other is not view:
                raise ApiError("duplicate_external_id")
